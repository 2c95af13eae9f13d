{{ config(materialized='incremental', incremental_strategy='from_first_change',
    unique_key=['ticker', 'trading_date', 'document_id']) }}

{% set changed = changed_bars() %}

select
    bars.ticker,
    bars.exchange_mic,
    bars.trading_date,
    bars.document_id,
    bars.zero_volume_kind,
    bars.source_securities,
    bars.source_securities_without_volume,
    bars.is_traded_elsewhere,
    bars.retrieved_at,
    bars.known_on
from {{ of_changed(ref('int_zero_volume_bar'), changed) }} as bars
