-- The level of each exchange's benchmark by session: what returns of its securities are compared with.
select
    ticker as benchmark,
    exchange_mic,
    trading_date,
    currency,
    close,
    previous_close,
    return_ratio,
    disagreeing_sources,
    document_id,
    known_on
from {{ ref('int_price_bar') }}
where kind = 'benchmark'
