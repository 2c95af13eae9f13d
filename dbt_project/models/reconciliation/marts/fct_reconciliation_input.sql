select
    inputs.figure_id,
    figures.basis,
    cast(inputs.input_number as bigint) as input_number,
    inputs.operand_number,
    inputs.input_figure_id,
    inputs.label as input,
    inputs.printed,
    inputs.low,
    inputs.high,
    inputs.unit,
    inputs.currency,
    inputs.earliest_on,
    inputs.latest_on,
    inputs.is_missing,
    greatest(coalesce(inputs.known_on, figures.known_on), figures.known_on) as known_on
from {{ ref('int_derived_figure_input') }} as inputs
inner join {{ ref('int_derived_figure') }} as figures on inputs.figure_id = figures.figure_id
