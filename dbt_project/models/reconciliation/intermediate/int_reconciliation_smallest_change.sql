-- For each contradiction and operand, what the operand would have to be for the figure to agree, all else as printed: the
-- formula (macros/formulas.sql) solved for the operand at the nearest end of the printed interval, the other operands at
-- their most favourable ends.
with targets as (
    select
        verdicts.figure_id,
        verdicts.formula_kind,
        verdicts.is_above,
        case when verdicts.is_above then verdicts.printed_high else verdicts.printed_low end as target,
        {% for name in ['first', 'second', 'third', 'all_inputs', 'rest', 'parts', 'last'] %}
            -- of an operand with which the derived figure rises: the end nearer to the printed figure, and the other
            case when verdicts.is_above then intervals.{{ name }}_low else intervals.{{ name }}_high end as {{ name }}_near,
            case when verdicts.is_above then intervals.{{ name }}_high else intervals.{{ name }}_low end as {{ name }}_far,
        {% endfor %}
        intervals.operands
    from {{ ref('int_reconciliation_verdict') }} as verdicts
    inner join {{ ref('int_derived_interval') }} as intervals
        on verdicts.figure_id = intervals.figure_id and intervals.reading = '{{ readings()[0][0] }}'
    where verdicts.formula_kind <> 'market data' and verdicts.verdict = 'contradicts' and verdicts.gap is not null
),

operands as (
    select
        targets.*,
        operands.operand_number,
        operands.label,
        operands.printed,
        operands.unit,
        operands.currency,
        operands.input_figure_id,
        case when targets.is_above then operands.low else operands.high end as near,
        case when targets.is_above then operands.high else operands.low end as far
    from targets
    inner join {{ ref('int_derived_figure_operand') }} as operands
        on targets.figure_id = operands.figure_id and operands.reading = '{{ readings()[0][0] }}'
    where operands.kind in ('figure', 'in words')
),

solved as (
    select
        *,
        {{ formula_solved('formula_kind', 'needed') }} as needed,
        -- the end of the operand's own interval that is nearest to what is needed
        {{ formula_solved('formula_kind', 'own_end') }} as own_end
    from operands
)

select
    figure_id,
    operand_number,
    label,
    printed,
    unit,
    currency,
    input_figure_id,
    needed,
    abs(needed / nullif(own_end, 0) - 1) as change_ratio,
    row_number() over (
        partition by figure_id
        order by abs(needed / nullif(own_end, 0) - 1), operand_number
    ) as preference
from solved
where {{ is_finite('needed') }} and {{ is_finite('own_end') }} and needed > 0 and own_end <> 0
