-- What each derived figure can be, given its document's own inputs: an interval of numbers or of days, as its formula
-- (macros/formulas.sql) gives it, in each reading of approximate numbers.
with operands as (
    select
        figures.figure_id,
        operands.reading,
        figures.formula_kind,
        count(*) as operands,
        max(case when operands.is_missing then 1 else 0 end) = 1 as is_missing,
        {{ dbt.listagg("case when operands.is_missing then operands.words end", "'; '", 'order by operands.operand_number') }}
            as missing_inputs,
        {% for name, condition in [
            ('first', 'operands.operand_number = 1'),
            ('second', 'operands.operand_number = 2'),
            ('third', 'operands.operand_number = 3'),
            ('fourth', 'operands.operand_number = 4'),
            ('fifth', 'operands.operand_number = 5'),
            ('all_inputs', 'true'),
            ('rest', 'operands.operand_number > 1'),
            ('parts', 'operands.operand_number < last_operands.operand_number'),
            ('last', 'operands.operand_number = last_operands.operand_number'),
        ] %}
            {{ interval_sum('low', 'operands', condition) }} as {{ name }}_low,
            {{ interval_sum('high', 'operands', condition) }} as {{ name }}_high,
        {% endfor %}
        min(operands.least_low) as range_low,
        max(operands.greatest_high) as range_high,
        max(operands.low) as greatest_low,
        min(operands.high) as least_high,
        {% for name, number in [('first', 1), ('second', 2)] %}
            max(case when operands.operand_number = {{ number }} then operands.earliest_on end) as {{ name }}_earliest_on,
            max(case when operands.operand_number = {{ number }} then operands.latest_on end) as {{ name }}_latest_on,
            max(
                case when operands.operand_number = {{ number }} and operands.matches = 1 then operands.input_figure_id end
            ) as {{ name }}_figure_id,
        {% endfor %}
        min(operands.earliest_on) as range_earliest_on,
        max(operands.latest_on) as range_latest_on,
        sum(operands.matches) as inputs,
        max(case when operands.operand_number = 1 then operands.input_subject end) as first_subject,
        max(operands.known_on) as known_on,
        count(distinct operands.currency) > 1
        or max(operands.currencies) > 1
        or max(case when operands.currency <> figures.currency then 1 else 0 end) = 1 as is_of_two_currencies,
        max(operands.currencies) > 1 as has_mixed_operand
    from {{ ref('int_derived_figure') }} as figures
    inner join {{ ref('int_derived_figure_operand') }} as operands on figures.figure_id = operands.figure_id
    inner join (
        select
            figure_id,
            max(operand_number) as operand_number
        from {{ ref('int_derived_figure_operand') }}
        group by figure_id
    ) as last_operands on figures.figure_id = last_operands.figure_id
    group by figures.figure_id, operands.reading, figures.formula_kind
),

-- the n-th session from an event, which counts the event's day as the first if it is one
sessions as (
    select
        operands.figure_id,
        max(case when ends.bound = 'earliest' then nth_days.trading_date end) as earliest_on,
        max(case when ends.bound = 'latest' then nth_days.trading_date end) as latest_on
    from operands
    inner join (
        select 'earliest' as bound
        union all
        select 'latest' as bound
    ) as ends on true
    inner join {{ ref('stg_exchanges') }} as exchanges on operands.first_subject like '%' || exchanges.ticker_suffix
    inner join {{ ref('int_trading_day') }} as first_days
        on
            exchanges.exchange_mic = first_days.exchange_mic
            and first_days.trading_date
            >= case when ends.bound = 'earliest' then operands.second_earliest_on else operands.second_latest_on end
            and first_days.previous_trading_date
            < case when ends.bound = 'earliest' then operands.second_earliest_on else operands.second_latest_on end
    inner join {{ ref('int_trading_day') }} as nth_days
        on
            first_days.exchange_mic = nth_days.exchange_mic
            and first_days.session_number + cast(operands.third_low as bigint) - 1 = nth_days.session_number
    where {{ formula_has('operands.formula_kind', 'sessions') }}
    group by operands.figure_id
),

-- what formulas combine before they take it; a third operand that is left out changes nothing: a factor of one, a change of none
completed as (
    select
        operands.*,
        coalesce(third_low, 1e0) as third_factor_low,
        coalesce(third_high, 1e0) as third_factor_high,
        coalesce(third_low, 0e0) as third_change_low,
        coalesce(third_high, 0e0) as third_change_high,
        {{ interval_product('low', 'first', 'second') }} as first_two_low,
        {{ interval_product('high', 'first', 'second') }} as first_two_high,
        power(1 + third_low, fourth_low) as discount_low,
        power(1 + third_high, fourth_high) as discount_high,
        sessions.earliest_on as session_earliest_on,
        sessions.latest_on as session_latest_on
    from operands
    left join sessions on operands.figure_id = sessions.figure_id
),

discounted as (
    select
        *,
        {{ interval_ratio('low', 'first_two', 'discount') }} as discounted_low,
        {{ interval_ratio('high', 'first_two', 'discount') }} as discounted_high
    from completed
),

derived as (
    select
        *,
        {% for bound in ['low', 'high'] %}
            case when not is_missing then {{ formula_end('formula_kind', bound) }} end as {{ bound }}_end,
        {% endfor %}
        {% for bound in ['earliest', 'latest'] %}
            case when not is_missing then {{ formula_day('formula_kind', bound) }} end as {{ bound }}_on,
        {% endfor %}
        (
            (is_of_two_currencies and {{ formula_has('formula_kind', 'one_currency') }})
            -- an operand that itself mixes currencies has no value in any
            or has_mixed_operand
        ) as is_mixed
    from discounted
)

select
    figure_id,
    reading,
    formula_kind,
    case when not is_mixed then {{ finite_or_null('low_end') }} end as derived_low,
    case when not is_mixed then {{ finite_or_null('high_end') }} end as derived_high,
    -- each of the inputs overlaps a printed interval if the highest low end and the lowest high end do
    {% for bound, end in [('low', 'greatest_low'), ('high', 'least_high')] %}
        case
            when not is_mixed
                then {{ finite_or_null(
                    'case when ' ~ formula_has('formula_kind', 'each') ~ ' then ' ~ end ~ ' else ' ~ bound ~ '_end end'
                ) }}
        end as tested_{{ bound }},
    {% endfor %}
    earliest_on as derived_earliest_on,
    latest_on as derived_latest_on,
    case
        when missing_inputs is not null then missing_inputs
        when is_mixed then 'one currency of all inputs'
        when
            {{ formula_has('formula_kind', 'sessions') }}
            and (first_latest_on is null or session_earliest_on is null or session_latest_on is null)
            then 'the session in the calendar of an exchange that the ticker names'
    end as missing_inputs,
    {% for name in ['first', 'second', 'third', 'all_inputs', 'rest', 'parts', 'last'] %}
        {{ name }}_low,
        {{ name }}_high,
    {% endfor %}
    operands,
    known_on
from derived
