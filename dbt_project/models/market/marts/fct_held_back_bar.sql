-- Each bar that int_held_back_bar holds back, beside the one that counts instead, if there is one
{{ config(materialized='incremental', incremental_strategy='from_first_change',
    unique_key=['ticker', 'trading_date', 'document_id']) }}

{% set changed = changed_bars() %}

select
    held_back.ticker,
    held_back.trading_date,
    held_back.document_id,
    candidates.currency,
    cast(candidates.close as double) as close,
    bars.document_id as counted_document_id,
    bars.close as counted_close,
    cast(candidates.close as double) / bars.close as close_to_counted_x,
    held_back.reason,
    coalesce(bars.retrieved_at, candidates.retrieved_at) as retrieved_at,
    greatest(held_back.known_on, coalesce(bars.known_on, held_back.known_on)) as known_on
from {{ of_changed(ref('int_held_back_bar'), changed) }} as held_back
inner join {{ since_first_change(ref('int_bar_candidate'), changed) }} as candidates
    on
        held_back.ticker = candidates.ticker
        and held_back.trading_date = candidates.trading_date
        and held_back.document_id = candidates.document_id
left join {{ since_first_change(ref('int_price_bar'), changed) }} as bars
    on held_back.ticker = bars.ticker and held_back.trading_date = bars.trading_date
