-- The level of each benchmark by session: what returns of securities are compared with. One can be that of several exchanges.
select
    ticker as benchmark,
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
