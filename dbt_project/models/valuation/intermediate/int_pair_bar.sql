-- The bars of securities that stand in a pair: mart_pair_daily would read those of the whole market for each new day. Reads a
-- mart, fct_turnover_daily, since that publishes the market value.
{{ config(materialized='incremental', incremental_strategy='from_first_change', unique_key=['ticker', 'trading_date']) }}

{% set followed = 'select ticker from ' ~ ref('int_pair_security') %}
{% set changed = changed_bars(followed) %}

select
    bars.ticker,
    bars.trading_date,
    bars.currency,
    bars.close,
    bars.market_cap,
    bars.total_basis,
    bars.document_id,
    bars.known_on
from {{ of_changed(ref('fct_turnover_daily'), changed) }} as bars
inner join ({{ followed }}) as followed on bars.ticker = followed.ticker
