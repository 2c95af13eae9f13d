with numbered as (
    select
        figure_id,
        operand_number,
        words,
        max(operand_number) over (partition by figure_id) as operands
    from {{ ref('int_derived_figure_operand') }}
    where reading = '{{ readings()[0][0] }}'
),

-- what formula_in_words can name
formulas as (
    select
        figure_id,
        {% for number in range(1, 6) %}
            max(case when operand_number = {{ number }} then words end) as words_{{ number }},
        {% endfor %}
        max(case when operand_number = operands then words end) as words_last,
        {{ dbt.listagg('words', "' + '", 'order by operand_number') }} as words_added,
        {{ dbt.listagg('words', "' and '", 'order by operand_number') }} as words_listed,
        {{ dbt.listagg('case when operand_number > 1 then words end', "' + '", 'order by operand_number') }} as words_rest,
        {{ dbt.listagg('case when operand_number > 1 then words end', "' - '", 'order by operand_number') }} as words_taken,
        {{ dbt.listagg('case when operand_number < operands then words end', "' + '", 'order by operand_number') }} as words_parts
    from numbered
    group by figure_id
),

input_ids as (
    select
        figure_id,
        {{ dbt.listagg('input_figure_id', "' + '", 'order by input_number') }} as input_figure_ids
    from {{ ref('int_derived_figure_input') }}
    where input_figure_id is not null
    group by figure_id
),

-- the printed value is what another cell of its row or column derives to, which that cell doesn't print
moved as (
    select
        here.figure_id,
        here.basis,
        min(there.subject || ' ' || there.metric) as other_cell
    from {{ ref('int_reconciliation_verdict') }} as here
    inner join {{ ref('int_reconciliation_verdict') }} as there
        on
            here.basis = there.basis
            and here.document_id = there.document_id
            and here.table_ref = there.table_ref
            and here.layout = there.layout
            and here.figure_id <> there.figure_id
            and (here.row_label = there.row_label or here.column_label = there.column_label)
            and coalesce(here.unit, '-') = coalesce(there.unit, '-')
            and there.verdict = 'contradicts'
            and here.printed_low <= there.derived_high
            and there.derived_low <= here.printed_high
    where here.verdict = 'contradicts'
    group by here.figure_id, here.basis
),

worded as (
    select
        verdicts.*,
        input_ids.input_figure_ids,
        moved.other_cell,
        {{ figure_in_words('changed.needed', 'changed.unit', 'changed.currency') }} as needed_words,
        changed.label as input_label,
        changed.printed as input_printed,
        case
            when verdicts.printed_latest_on is not null and verdicts.printed_low is null and verdicts.printed_high is null
                then {{ span_in_words('verdicts.printed_earliest_on', 'verdicts.printed_latest_on') }}
            else {{ interval_in_words('verdicts.printed_low', 'verdicts.printed_high', 'verdicts.unit', 'verdicts.currency') }}
        end as printed_words,
        case
            when verdicts.derived_latest_on is not null
                then {{ span_in_words('verdicts.derived_earliest_on', 'verdicts.derived_latest_on') }}
            else {{ interval_in_words('verdicts.derived_low', 'verdicts.derived_high', 'verdicts.unit', 'verdicts.currency') }}
        end as derived,
        case
            when verdicts.formula_kind = 'market data' then market.words
            else {{ formula_in_words('verdicts.formula_kind', 'formulas') }}
        end as formula,
        case
            when verdicts.verdict <> 'contradicts' then null
            when moved.other_cell is not null then 'moved cell'
            when verdicts.gap_days = 1 then 'date semantics'
            when verdicts.gap_days is not null
                then {{ formula_class('verdicts.formula_kind', 'class_of_days', 'date semantics') }}
            else {{ formula_class('verdicts.formula_kind', 'class', "rounding can't explain") }}
        end as contradiction_class,
        -- a whole figure that ends in zeros can have been rounded more coarsely than to its last digit
        case
            {% for zeros in ['10', '100'] %}
                when
                    verdicts.verdict = 'contradicts'
                    and verdicts.unit = 'money'
                    and abs(
                        verdicts.printed_value / ((verdicts.printed_high - verdicts.printed_low) * {{ zeros }})
                        - round(verdicts.printed_value / ((verdicts.printed_high - verdicts.printed_low) * {{ zeros }}))
                    ) < 1e-9
                    and verdicts.gap <= (verdicts.printed_high - verdicts.printed_low) * ({{ zeros }} - 1) / 2
                    then (verdicts.printed_high - verdicts.printed_low) * {{ zeros }}
            {% endfor %}
        end as coarser_unit,
        {{ interval_in_words(
            'verdicts.all_digits_printed_low', 'verdicts.all_digits_printed_high', 'verdicts.unit', 'verdicts.currency'
        ) }} as all_digits_printed_words,
        {{ interval_in_words(
            'verdicts.all_digits_derived_low', 'verdicts.all_digits_derived_high', 'verdicts.unit', 'verdicts.currency'
        ) }} as all_digits_derived_words
    from {{ ref('int_reconciliation_verdict') }} as verdicts
    left join formulas on verdicts.figure_id = formulas.figure_id and verdicts.formula_kind <> 'market data'
    left join {{ ref('int_market_figure') }} as market
        on verdicts.figure_id = market.figure_id and verdicts.formula_kind = 'market data'
    left join input_ids on verdicts.figure_id = input_ids.figure_id and verdicts.formula_kind <> 'market data'
    left join {{ ref('int_reconciliation_smallest_change') }} as changed
        on verdicts.figure_id = changed.figure_id and verdicts.formula_kind <> 'market data' and changed.preference = 1
    left join moved on verdicts.figure_id = moved.figure_id and verdicts.basis = moved.basis
),

coarser as (
    select
        *,
        {{ figure_in_words('coarser_unit', 'unit', 'currency') }} as coarser_words
    from worded
),

changes as (
    select
        *,
        case
            when verdict <> 'contradicts' then null
            when gap_days is not null
                then
                    printed || ' would have to be ' || gap_days || ' day'
                    || case when gap_days = 1 then ' ' else 's ' end || case when is_above then 'later' else 'earlier' end
            else
                printed || ' would have to be ' || derived
                || coalesce('; or ' || input_label || ' ' || needed_words || coalesce(' instead of ' || input_printed, ''), '')
                || coalesce('; it agrees if it is rounded to the nearest ' || coarser_words, '')
        end as smallest_change
    from coarser
)

select
    figure_id,
    basis,
    document_id,
    table_ref,
    subject,
    metric,
    printed,
    unit,
    currency,
    printed_low,
    printed_high,
    printed_earliest_on,
    printed_latest_on,
    printed_words as printed_interval,
    formula_kind,
    formula,
    derived,
    derived_low,
    derived_high,
    derived_earliest_on,
    derived_latest_on,
    verdict,
    contradiction_class,
    gap,
    gap_days,
    smallest_change,
    case
        when verdict = 'reproduces'
            then printed || ' stands for ' || printed_words || '; ' || formula || ' gives ' || derived || '.'
        when verdict = 'not derivable'
            then
                printed || {{ text_literal(" can't be derived; missing: ") }}
                || coalesce(missing_inputs, 'a figure that bounds it') || '.'
        else
            printed || ' stands for ' || printed_words || '; ' || formula || ' gives ' || derived || ': ' || contradiction_class
            || coalesce(' (it is what ' || other_cell || ' derives to)', '') || '. To agree, ' || smallest_change || '.'
    end
    || coalesce(
        ' If each printed digit counts, ' || printed || ' stands for ' || all_digits_printed_words || ' against '
        || all_digits_derived_words || ', which ' || all_digits_verdict || '.', ''
    ) as explanation,
    remark,
    missing_inputs,
    input_figure_ids,
    known_on,
    all_digits_verdict,
    all_digits_printed_low,
    all_digits_printed_high,
    all_digits_derived_low,
    all_digits_derived_high
from changes
