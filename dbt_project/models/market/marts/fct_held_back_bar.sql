-- int_price_bar names the sources whose bar it held back; only the bars of these are read here
{{ config(materialized='incremental', incremental_strategy='from_first_change',
    unique_key=['ticker', 'trading_date', 'document_id']) }}

{% set is_since = is_not_before_first_change('bars.trading_date') %}

with changed as (
    {{ changed_bars() }}
),

flagged as (
    select bars.*
    from {{ ref('int_price_bar') }} as bars
    inner join changed on bars.ticker = changed.ticker and bars.trading_date >= changed.first_changed_on
    where bars.held_back_document_ids is not null and {{ is_since }}
)

select
    flagged.ticker,
    flagged.trading_date,
    bars.document_id,
    bars.currency,
    cast(bars.close as double) as close,
    flagged.document_id as counted_document_id,
    flagged.close as counted_close,
    cast(bars.close as double) / flagged.close as close_to_counted_x,
    'other sources agree on another close' as reason,
    flagged.retrieved_at,
    greatest(bars.known_on, flagged.known_on) as known_on
from flagged
inner join {{ ref('int_bar_candidate') }} as bars
    on
        flagged.ticker = bars.ticker
        and flagged.trading_date = bars.trading_date
        and ', ' || flagged.held_back_document_ids || ', ' like '%, ' || bars.document_id || ', %'
where {{ is_since }}
