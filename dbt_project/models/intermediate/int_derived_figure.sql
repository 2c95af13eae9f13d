-- The printed figures that follow from others, each with the declaration that holds for it: of those that fit, the one with
-- the fewest `*`.
with fitting as (
    select
        figures.*,
        declarations.document as declared_document,
        declarations.table_ref as declared_table_ref,
        declarations.subject as declared_subject,
        declarations.metric as declared_metric,
        declarations.formula as formula_kind,
        declarations.remark,
        row_number() over (
            partition by figures.figure_id
            order by
                length(declarations.document || declarations.table_ref || declarations.subject || declarations.metric)
                - length(replace(
                    declarations.document || declarations.table_ref || declarations.subject || declarations.metric, '*', ''
                )),
                declarations.document, declarations.table_ref, declarations.subject, declarations.metric
        ) as preference
    from {{ ref('int_printed_figure') }} as figures
    inner join {{ ref('stg_derived_figures') }} as declarations
        on
            {{ fits('figures.document_id', 'declarations.document') }}
            and {{ fits('figures.table_ref', 'declarations.table_ref') }}
            and {{ fits('figures.subject', 'declarations.subject') }}
            and {{ fits('figures.metric', 'declarations.metric') }}
    -- a cell that is not available (NA) claims nothing
    where figures.is_number or figures.is_date
)

select *
from fitting
where preference = 1
