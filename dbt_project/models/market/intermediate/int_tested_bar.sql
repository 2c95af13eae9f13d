-- The bars of securities that are tested for an index, its reviews or southbound trading, so that these tests do not read those
-- of the whole market for each new day. Reads a mart, fct_turnover_daily, since that publishes what they measure.
{{ config(materialized='incremental', incremental_strategy='from_first_change', unique_key=['ticker', 'trading_date']) }}

{% set followed %}
    select ticker from {{ ref('int_index_change') }}
    union
    select ticker from {{ ref('int_index_entry') }}
    union
    select ticker from {{ ref('int_southbound_route') }}
{% endset %}
{% set changed = changed_bars(followed) %}

select
    bars.ticker,
    bars.trading_date,
    bars.close,
    bars.volume_shares,
    bars.volume_20d_shares,
    bars.turnover,
    bars.market_cap,
    bars.known_on
from {{ of_changed(ref('fct_turnover_daily'), changed) }} as bars
inner join ({{ followed }}) as followed on bars.ticker = followed.ticker
