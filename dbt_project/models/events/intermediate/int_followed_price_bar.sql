-- The bars of securities that have a lock-up expiry, that a document's figures or its case of scarcity are measured by, and of
-- benchmarks, so that those who need these do not read the bars of the whole market for each new day.
{{ config(materialized='incremental', incremental_strategy='from_first_change', unique_key=['ticker', 'trading_date']) }}

{% set followed %}
    select ticker from {{ ref('int_lockup_tranche') }}
    union
    select ticker from {{ ref('int_comparable_input') }}
    union
    select ticker from {{ ref('int_a_share_unlock') }}
    union
    select ticker from {{ ref('int_measured_security') }}
    union
    select ticker from {{ ref('int_instrument') }} where kind = 'benchmark'
{% endset %}
{% set changed = changed_bars(followed) %}

select
    bars.ticker,
    bars.exchange_mic,
    bars.trading_date,
    bars.currency,
    bars.close,
    bars.return_ratio,
    bars.cumulative_split_factor,
    bars.cumulative_share_factor,
    bars.volume_shares,
    bars.turnover,
    bars.turnover_basis,
    bars.document_id,
    bars.turnover_document_id,
    bars.known_on
from {{ of_changed(ref('int_price_bar'), changed) }} as bars
inner join ({{ followed }}) as followed on bars.ticker = followed.ticker
