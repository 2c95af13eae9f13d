select
    figures.figure_id,
    figures.document_id,
    figures.table_ref,
    figures.dataset,
    figures.layout,
    figures.subject,
    figures.metric,
    case
        when derived.figure_id is not null then 'derived'
        when inputs.input_figure_id is not null then 'input'
        else 'stated'
    end as role,
    figures.row_label,
    figures.column_label,
    figures.row_number,
    figures.column_number,
    figures.printed,
    figures.printed_kind,
    figures.value,
    figures.low,
    figures.high,
    figures.unit,
    figures.currency,
    figures.bound,
    figures.is_approximate,
    figures.earliest_on,
    figures.latest_on,
    figures.source_file,
    figures.source_row,
    figures.known_on,
    figures.all_digits_low,
    figures.all_digits_high
from {{ ref('int_printed_figure') }} as figures
left join {{ ref('int_derived_figure') }} as derived on figures.figure_id = derived.figure_id
left join (
    select distinct input_figure_id
    from {{ ref('int_derived_figure_input') }}
) as inputs on figures.figure_id = inputs.input_figure_id
