-- For each contradiction and operand, what the operand would have to be for the figure to agree, all else as printed: the
-- formula solved for the operand at the nearest end of the printed interval, the other operands at their most favourable ends.
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
    inner join {{ ref('int_derived_interval') }} as intervals on verdicts.figure_id = intervals.figure_id
    where verdicts.basis = 'document' and verdicts.verdict = 'contradicts' and verdicts.gap is not null
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
    inner join {{ ref('int_derived_figure_operand') }} as operands on targets.figure_id = operands.figure_id
    where operands.kind in ('figure', 'in words')
),

solved as (
    select
        *,
        case
            when formula_kind in ('same', 'range') then target
            when formula_kind = 'sum' then target - (all_inputs_near - near)
            when formula_kind = 'difference' and operand_number = 1 then target + rest_far
            when formula_kind = 'difference' then first_near - target - (rest_far - far)
            when formula_kind = 'product' and operands = 2 and operand_number = 1 then target / nullif(second_near, 0)
            when formula_kind = 'product' and operands = 2 then target / nullif(first_near, 0)
            when formula_kind = 'ratio' and operand_number = 1 then target * second_far
            when formula_kind = 'ratio' then first_near / nullif(target, 0)
            when formula_kind = 'percentage change' and operand_number = 2 then (1 + target) * first_far
            when formula_kind = 'percentage change' then second_near / nullif(1 + target, 0)
            when formula_kind = 'share' and operand_number = 1 then target * rest_far / nullif(1 - target, 0)
            when formula_kind = 'share' then first_near * (1 - target) / nullif(target, 0) - (rest_far - far)
            when formula_kind = 'sum over total' and operand_number < operands then target * last_far - (parts_near - near)
            when formula_kind = 'sum over total' then parts_near / nullif(target, 0)
        end as needed,
        -- the end of the operand's own interval that is nearest to what is needed
        case
            when formula_kind in ('ratio', 'share', 'difference') and operand_number > 1 then far
            when formula_kind = 'percentage change' and operand_number = 1 then far
            when formula_kind = 'sum over total' and operand_number = operands then far
            else near
        end as own_end
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
