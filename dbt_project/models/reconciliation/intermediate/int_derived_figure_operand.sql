-- The operands of each derived figure's formula: one input, or all inputs that one reference matches, added up; in both
-- readings of approximate numbers (macros/intervals.sql) where these differ for the figure or one of its inputs.
with read_in_two_ways as (
    {% for figures in ['int_derived_figure', 'int_derived_figure_input'] %}
        select figure_id
        from {{ ref(figures) }}
        where low <> all_digits_low or high <> all_digits_high
        {% if not loop.last %} union {% endif %}
    {% endfor %}
),

inputs as (
    {% for reading, prefix in readings() %}
        select
            figure_id,
            '{{ reading }}' as reading,
            operand_number,
            kind,
            {% for end in ['low', 'high'] %}
                {{ prefix }}{{ end }}{{ ' as ' ~ end if prefix }},
            {% endfor %}
            earliest_on,
            latest_on,
            is_missing,
            unit,
            currency,
            input_figure_id,
            input_subject,
            input_number,
            declared_metric,
            label,
            words,
            printed,
            known_on
        from {{ ref('int_derived_figure_input') }}
        {% if not loop.first %}
            where figure_id in (select figure_id from read_in_two_ways)
        {% endif %}
        {% if not loop.last %} union all {% endif %}
    {% endfor %}
)

select
    figure_id,
    reading,
    operand_number,
    kind,
    -- an open end is infinite; a date has no number
    sum(
        case
            when latest_on is null or low is not null or high is not null then coalesce(low, cast('-infinity' as double))
        end
    ) as low,
    sum(
        case
            when latest_on is null or low is not null or high is not null then coalesce(high, cast('infinity' as double))
        end
    ) as high,
    min(coalesce(low, cast('-infinity' as double))) as least_low,
    max(coalesce(high, cast('infinity' as double))) as greatest_high,
    min(earliest_on) as earliest_on,
    max(latest_on) as latest_on,
    count(*) as matches,
    max(case when is_missing then 1 else 0 end) = 1 as is_missing,
    max(unit) as unit,
    max(currency) as currency,
    count(distinct currency) as currencies,
    max(input_figure_id) as input_figure_id,
    max(input_subject) as input_subject,
    case
        when max(case when is_missing then 1 else 0 end) = 1 then max(label)
        when kind = 'number' then max(words)
        when kind = 'in words' then max(words)
        when count(*) = 1 then max(label) || ' ' || max(printed)
        when count(*) <= 6 and sum(length(label)) < 300
            then {{ dbt.listagg("label || ' ' || printed", "' + '", 'order by input_number') }}
        else
            count(*) || ' figures [' || max(declared_metric) || ']'
            || coalesce(
                ' that add up to ' || {{ interval_in_words('sum(low)', 'sum(high)', 'max(unit)', 'max(currency)') }}, ''
            )
    end as words,
    case
        when kind in ('number', 'in words') then max(words)
        when count(*) = 1 then max(label)
        else count(*) || ' figures [' || max(declared_metric) || ']'
    end as label,
    case when count(*) = 1 then max(printed) end as printed,
    max(known_on) as known_on
from inputs
group by figure_id, reading, operand_number, kind
