-- What each derived figure can be, given its document's own inputs: an interval of numbers or of days.
with operands as (
    select
        figures.figure_id,
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
    group by figures.figure_id, figures.formula_kind
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
    where operands.formula_kind = 'earlier of a day and a session'
    group by operands.figure_id
),

-- an operand that is left out changes nothing: a factor of one, a revision of none
completed as (
    select
        operands.*,
        coalesce(third_low, 1) as third_factor_low,
        coalesce(third_high, 1) as third_factor_high,
        coalesce(third_low, 0) as third_change_low,
        coalesce(third_high, 0) as third_change_high,
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

-- a month between two days is 365.2425 / 12 days
derived as (
    select
        *,
        {% for bound in ['low', 'high'] %}
            case
                when is_missing then null
                when formula_kind in ('same', 'range') then range_{{ bound }}
                when formula_kind = 'sum' then all_inputs_{{ bound }}
                -- a figure against itself
                when first_figure_id = second_figure_id and formula_kind in ('difference', 'percentage change') then 0
                when first_figure_id = second_figure_id and formula_kind = 'ratio' then 1
                when formula_kind = 'difference' then {{ interval_difference(bound, 'first', 'rest') }}
                when formula_kind = 'product' then {{ interval_product(bound, 'first_two', 'third_factor') }}
                when formula_kind = 'ratio' then {{ interval_ratio(bound, 'first', 'second') }}
                when formula_kind = 'percentage change' then {{ interval_percentage_change(bound, 'first', 'second') }}
                when formula_kind = 'share' then {{ interval_share(bound, 'first', 'rest') }}
                when formula_kind = 'sum over total' then {{ interval_ratio(bound, 'parts', 'last') }}
                when formula_kind = 'count' then inputs
                when formula_kind = 'multiple contraction'
                    then {{ interval_multiple_contraction(bound, 'first', 'second', 'third_change') }}
                when formula_kind = 'discounted multiple' then {{ interval_product(bound, 'discounted', 'fifth') }}
                when formula_kind = 'months between' then {{ dbt.datediff(
                    'first_latest_on' if bound == 'low' else 'first_earliest_on',
                    'second_earliest_on' if bound == 'low' else 'second_latest_on',
                    'day'
                ) }} / 30.436875
            end as {{ bound }}_end,
        {% endfor %}
        {% for bound in ['earliest', 'latest'] %}
            case
                when is_missing then null
                when formula_kind in ('same', 'range') then range_{{ bound }}_on
                when formula_kind = 'months after'
                    then {{ add_months('first_' ~ bound ~ '_on', 'cast(second_low as integer)') }}
                when formula_kind = 'last day of months from'
                    then {{ add_days(add_months('first_' ~ bound ~ '_on', 'cast(second_low as integer)'), -1) }}
                when
                    formula_kind = 'earlier of a day and a session'
                    and session_earliest_on is not null and session_latest_on is not null
                    -- the day is the backstop: a rule that can end earlier has it as its latest
                    then least(first_latest_on, session_{{ bound }}_on)
            end as {{ bound }}_on,
        {% endfor %}
        (
            is_of_two_currencies
            and formula_kind in (
                'same', 'range', 'sum', 'difference', 'share', 'sum over total', 'ratio', 'percentage change'
            )
            -- a price in one currency by a price in another has none
            or has_mixed_operand
        ) as is_mixed
    from discounted
)

select
    figure_id,
    formula_kind,
    case when not is_mixed then {{ finite_or_null('low_end') }} end as derived_low,
    case when not is_mixed then {{ finite_or_null('high_end') }} end as derived_high,
    earliest_on as derived_earliest_on,
    latest_on as derived_latest_on,
    case
        when missing_inputs is not null then missing_inputs
        when is_mixed then 'one currency of all inputs'
        when
            formula_kind = 'earlier of a day and a session'
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
