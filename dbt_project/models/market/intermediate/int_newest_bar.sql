-- The last bar of each security. Of a changed ticker it is one since the change, or else the one that was its last before that.
{{ config(materialized='incremental', incremental_strategy='from_first_change', unique_key=['ticker']) }}

{% set changed = changed_bars() %}
{% set lost = without_newest_bar(changed) %}

with last_bars as (
    select
        bars.ticker,
        bars.trading_date,
        bars.currency,
        bars.close,
        bars.document_id,
        bars.known_on
    from {{ of_changed(ref('int_price_bar'), changed) }} as bars
    where bars.kind = 'security'
    {% if changed %}
        union all

        select
            built.ticker,
            built.trading_date,
            built.currency,
            built.close,
            built.document_id,
            built.known_on
        from {{ this }} as built
        inner join {{ changed.name }} as changed
            on built.ticker = changed.ticker and built.trading_date < changed.first_changed_on
    {% endif %}
    {% if lost %}
        union all

        select
            older.ticker,
            older.trading_date,
            older.currency,
            older.close,
            older.document_id,
            older.known_on
        from {{ ref('int_price_bar') }} as older
        inner join {{ lost }} as lost on older.ticker = lost.ticker and older.trading_date < lost.first_changed_on
        where older.kind = 'security'
    {% endif %}
)

select last_bars.*
from last_bars
inner join (
    select
        others.ticker,
        max(others.trading_date) as trading_date
    from last_bars as others
    group by others.ticker
) as newest on last_bars.ticker = newest.ticker and last_bars.trading_date = newest.trading_date
