select
    exchange_mic,
    trading_date,
    session_number,
    is_half_day,
    previous_trading_date,
    document_id,
    is_provisional
from {{ ref('int_trading_day') }}
