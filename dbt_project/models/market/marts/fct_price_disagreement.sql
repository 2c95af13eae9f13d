-- int_price_bar counts the sources that disagree; only the bars of these are compared here, field by field
{{ config(materialized='incremental', incremental_strategy='from_first_change',
    unique_key=['ticker', 'trading_date', 'field', 'other_document_id']) }}

{% set changed = changed_bars() %}

{% set fields = {
    'open': 'price_precision', 'high': 'price_precision', 'low': 'price_precision', 'close': 'price_precision',
    'volume_shares': 'volume_precision_shares', 'turnover': 'turnover_precision',
} %}

with flagged as (
    select
        bars.ticker,
        bars.trading_date,
        bars.document_id,
        bars.turnover_document_id,
        bars.retrieved_at
    from {{ of_changed(ref('int_price_bar'), changed) }} as bars
    where bars.disagreeing_sources > 0
),

candidates as (
    select
        bars.*,
        flagged.retrieved_at as newest_retrieved_at,
        flagged.document_id as bar_document_id,
        flagged.turnover_document_id,
        coalesce(zero_volume_bars.zero_volume_kind, 'halt') = 'halt' as is_real
    from {{ since_first_change(ref('int_bar_candidate'), changed) }} as bars
    inner join flagged on bars.ticker = flagged.ticker and bars.trading_date = flagged.trading_date
    left join {{ since_first_change(ref('int_zero_volume_bar'), changed) }} as zero_volume_bars
        on
            bars.ticker = zero_volume_bars.ticker
            and bars.trading_date = zero_volume_bars.trading_date
            and bars.document_id = zero_volume_bars.document_id
),

differences as (
    {% for field, precision in fields.items() %}
        select
            followed.ticker,
            followed.trading_date,
            '{{ field.removesuffix('_shares') }}' as field,
            followed.document_id,
            others.document_id as other_document_id,
            cast(followed.{{ field }} as double) as value,
            cast(others.{{ field }} as double) as other_value,
            followed.newest_retrieved_at as retrieved_at,
            greatest(followed.known_on, others.known_on) as known_on
        from candidates as followed
        inner join candidates as others
            on
                followed.ticker = others.ticker
                and followed.trading_date = others.trading_date
                and followed.document_id <> others.document_id
        where
            followed.document_id = followed.{{ 'turnover_document_id' if field == 'turnover' else 'bar_document_id' }}
            and others.is_real
            and {{ differs('others.' ~ field, 'followed.' ~ field, 'others.' ~ precision, 'followed.' ~ precision) }}
        {% if not loop.last %} union all {% endif %}
    {% endfor %}
)

select
    ticker,
    trading_date,
    field,
    document_id,
    other_document_id,
    value,
    other_value,
    other_value - value as difference,
    (other_value - value) / nullif(value, 0) as difference_ratio,
    retrieved_at,
    known_on
from differences
