-- Each derived figure with its verdict on each basis, and how far apart the two intervals are.
with bases as (
    select
        figures.figure_id,
        'document' as basis,
        figures.document_id,
        figures.table_ref,
        figures.layout,
        figures.subject,
        figures.metric,
        figures.row_label,
        figures.column_label,
        figures.printed,
        figures.unit,
        figures.currency,
        figures.value as printed_value,
        figures.low as printed_low,
        figures.high as printed_high,
        figures.earliest_on as printed_earliest_on,
        figures.latest_on as printed_latest_on,
        figures.formula_kind,
        intervals.derived_low,
        intervals.derived_high,
        intervals.derived_earliest_on,
        intervals.derived_latest_on,
        intervals.missing_inputs,
        figures.remark,
        greatest(figures.known_on, coalesce(intervals.known_on, figures.known_on)) as known_on
    from {{ ref('int_derived_figure') }} as figures
    inner join {{ ref('int_derived_interval') }} as intervals on figures.figure_id = intervals.figure_id

    union all

    select
        figure_id,
        'market data' as basis,
        document_id,
        table_ref,
        layout,
        subject,
        metric,
        row_label,
        column_label,
        printed,
        unit,
        currency,
        value as printed_value,
        low as printed_low,
        high as printed_high,
        cast(null as date) as printed_earliest_on,
        cast(null as date) as printed_latest_on,
        'market data' as formula_kind,
        derived_low,
        derived_high,
        cast(null as date) as derived_earliest_on,
        cast(null as date) as derived_latest_on,
        cast(null as varchar) as missing_inputs,
        cast(null as varchar) as remark,
        known_on
    from {{ ref('int_market_figure') }}
),

compared as (
    select
        *,
        case
            when missing_inputs is not null then 'not derivable'
            when derived_latest_on is not null and printed_latest_on is not null and printed_low is null and printed_high is null
                then case
                    -- an interval without a first day is open to the past
                    when
                        coalesce(derived_earliest_on <= printed_latest_on, true)
                        and coalesce(printed_earliest_on <= derived_latest_on, true)
                        then 'reproduces'
                    else 'contradicts'
                end
            when coalesce(derived_low, derived_high) is null or coalesce(printed_low, printed_high) is null then 'not derivable'
            when {{ intervals_overlap('printed_low', 'printed_high', 'derived_low', 'derived_high') }} then 'reproduces'
            else 'contradicts'
        end as verdict
    from bases
)

select
    *,
    -- the derived figure lies above the printed one
    verdict = 'contradicts'
    and coalesce(derived_low > printed_high, derived_earliest_on > printed_latest_on, false) as is_above,
    case
        when verdict = 'contradicts' and derived_low > printed_high then derived_low - printed_high
        when verdict = 'contradicts' and derived_high < printed_low then printed_low - derived_high
    end as gap,
    case
        when verdict = 'contradicts' and derived_earliest_on > printed_latest_on
            then {{ dbt.datediff('printed_latest_on', 'derived_earliest_on', 'day') }}
        when verdict = 'contradicts' and derived_latest_on < printed_earliest_on
            then {{ dbt.datediff('derived_latest_on', 'printed_earliest_on', 'day') }}
    end as gap_days
from compared
