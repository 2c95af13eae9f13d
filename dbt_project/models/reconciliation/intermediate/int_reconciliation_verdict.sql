-- Each derived figure with its verdict on each basis, and how far apart the two intervals are. The verdict goes by the first
-- reading of approximate numbers; that of the other stands beside it where it differs.
with bases as (
    {% for reading, prefix in readings() %}
        select
            figures.figure_id,
            '{{ reading }}' as reading,
            figures.basis,
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
            figures.{{ prefix }}low as printed_low,
            figures.{{ prefix }}high as printed_high,
            figures.earliest_on as printed_earliest_on,
            figures.latest_on as printed_latest_on,
            figures.formula_kind,
            intervals.derived_low,
            intervals.derived_high,
            intervals.tested_low,
            intervals.tested_high,
            intervals.derived_earliest_on,
            intervals.derived_latest_on,
            intervals.missing_inputs,
            figures.remark,
            greatest(figures.known_on, coalesce(intervals.known_on, figures.known_on)) as known_on
        from {{ ref('int_derived_figure') }} as figures
        inner join {{ ref('int_derived_interval') }} as intervals
            on figures.figure_id = intervals.figure_id and intervals.reading = '{{ reading }}'

        union all

        select
            figure_id,
            '{{ reading }}' as reading,
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
            {{ prefix }}low as printed_low,
            {{ prefix }}high as printed_high,
            cast(null as date) as printed_earliest_on,
            cast(null as date) as printed_latest_on,
            'market data' as formula_kind,
            derived_low,
            derived_high,
            derived_low as tested_low,
            derived_high as tested_high,
            cast(null as date) as derived_earliest_on,
            cast(null as date) as derived_latest_on,
            cast(null as string) as missing_inputs,
            cast(null as string) as remark,
            known_on
        from {{ ref('int_market_figure') }}
        {% if not loop.last %} union all {% endif %}
    {% endfor %}
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
            when coalesce(tested_low, tested_high) is null or coalesce(printed_low, printed_high) is null then 'not derivable'
            when {{ intervals_overlap('printed_low', 'printed_high', 'tested_low', 'tested_high') }} then 'reproduces'
            else 'contradicts'
        end as verdict
    from bases
)

select
    compared.*,
    -- the derived figure lies above the printed one
    compared.verdict = 'contradicts'
    and coalesce(
        compared.tested_low > compared.printed_high, compared.derived_earliest_on > compared.printed_latest_on, false
    ) as is_above,
    case
        when compared.verdict = 'contradicts' and compared.tested_low > compared.printed_high
            then compared.tested_low - compared.printed_high
        when compared.verdict = 'contradicts' and compared.tested_high < compared.printed_low
            then compared.printed_low - compared.tested_high
    end as gap,
    case
        when compared.verdict = 'contradicts' and compared.derived_earliest_on > compared.printed_latest_on
            then {{ dbt.datediff('compared.printed_latest_on', 'compared.derived_earliest_on', 'day') }}
        when compared.verdict = 'contradicts' and compared.derived_latest_on < compared.printed_earliest_on
            then {{ dbt.datediff('compared.derived_latest_on', 'compared.printed_earliest_on', 'day') }}
    end as gap_days,
    {% for column in ['printed_low', 'printed_high', 'derived_low', 'derived_high'] %}
        other_reading.{{ column }} as all_digits_{{ column }},
    {% endfor %}
    other_reading.verdict as all_digits_verdict
from compared
left join compared as other_reading
    on
        compared.figure_id = other_reading.figure_id
        and compared.basis = other_reading.basis
        and compared.verdict <> other_reading.verdict
        and other_reading.reading = '{{ readings()[1][0] }}'
where compared.reading = '{{ readings()[0][0] }}'
