select
    exchange_mic,
    trading_date,
    cast(row_number() over (partition by exchange_mic order by trading_date) as integer) as session_number,
    is_half_day,
    is_provisional,
    coalesce(
        lag(trading_date) over (partition by exchange_mic order by trading_date),
        {{ add_days('trading_date', -1) }}
    ) as previous_trading_date,
    document_id
from {{ ref('stg_trading_days') }}
