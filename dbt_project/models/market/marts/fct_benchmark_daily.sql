-- The level of each benchmark by session: what returns of securities are compared with. One can be that of several exchanges.
{{ config(materialized='incremental', incremental_strategy='from_first_change',
    unique_key=['benchmark', 'trading_date']) }}

{% set changed = changed_bars() %}

select
    bars.ticker as benchmark,
    bars.trading_date,
    bars.currency,
    bars.close,
    bars.previous_close,
    bars.return_ratio,
    bars.disagreeing_sources,
    bars.document_id,
    bars.known_on
from {{ of_changed(ref('int_price_bar'), changed) }} as bars
where bars.kind = 'benchmark'
