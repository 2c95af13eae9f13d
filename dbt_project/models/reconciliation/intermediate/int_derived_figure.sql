-- The printed figures that follow from others, each with the declaration that holds for it: of those that match, the one with
-- the fewest `*`.
with declarations as (
    select
        document,
        table_ref,
        subject,
        metric,
        formula,
        remark,
        document || table_ref || subject || metric as place,
        case
            when metric not like '%*%' then 'name'
            when document like '%*%' then 'pattern'
            else 'pattern in a document'
        end as sought_by
    from {{ ref('stg_derived_figures') }}
),

of_market_data as (
    select distinct
        document,
        table_ref,
        subject,
        metric
    from {{ ref('stg_derived_figure_inputs') }}
    where kind = 'market data'
),

-- a metric without `*` is compared as it is, and a pattern of one document with its figures only: a large inbox would otherwise
-- be compared with every pattern
candidates as (
    {% for sought_by, condition in [
        ('name', 'figures.metric = declarations.metric'),
        ('pattern', matches_pattern('figures.metric', 'declarations.metric')),
        ('pattern in a document', 'figures.document_id = declarations.document'
            ~ " and " ~ matches_pattern('figures.metric', 'declarations.metric')),
    ] %}
        select
            figures.*,
            declarations.document as declared_document,
            declarations.table_ref as declared_table_ref,
            declarations.subject as declared_subject,
            declarations.metric as declared_metric,
            declarations.formula as formula_kind,
            declarations.remark,
            length(declarations.place) - length(replace(declarations.place, '*', '')) as stars
        from {{ ref('int_printed_figure') }} as figures
        inner join declarations on {{ condition }}
        where
            declarations.sought_by = '{{ sought_by }}'
            and {{ matches_pattern('figures.document_id', 'declarations.document') }}
            and {{ matches_pattern('figures.table_ref', 'declarations.table_ref') }}
            and {{ matches_pattern('figures.subject', 'declarations.subject') }}
            -- a cell that is not available (NA) claims nothing
            and (figures.is_number or figures.is_date)
        {% if not loop.last %} union all {% endif %}
    {% endfor %}
),

fitting as (
    select
        *,
        row_number() over (
            partition by figure_id
            order by stars, declared_document, declared_table_ref, declared_subject, declared_metric
        ) as preference
    from candidates
)

select
    fitting.*,
    case when of_market_data.metric is not null then 'market data' else 'document' end as basis
from fitting
left join of_market_data
    on
        fitting.declared_document = of_market_data.document
        and fitting.declared_table_ref = of_market_data.table_ref
        and fitting.declared_subject = of_market_data.subject
        and fitting.declared_metric = of_market_data.metric
where fitting.preference = 1
