select
    ticker,
    exchange_mic,
    trading_date,
    document_id,
    zero_volume_kind,
    source_securities,
    source_securities_without_volume,
    is_traded_elsewhere,
    retrieved_at,
    known_on
from {{ ref('int_zero_volume_bar') }}
