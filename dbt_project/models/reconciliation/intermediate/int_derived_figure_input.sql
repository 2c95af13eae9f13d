-- The inputs of each derived figure: the figures that a reference matches, or the figure or number that the declaration gives.
with operands as (
    select
        figures.figure_id,
        inputs.operand_number,
        inputs.kind,
        inputs.words,
        cast(inputs.low as double) as low,
        cast(inputs.high as double) as high,
        cast(inputs.all_digits_low as double) as all_digits_low,
        cast(inputs.all_digits_high as double) as all_digits_high,
        inputs.unit,
        inputs.currency,
        inputs.earliest_on,
        inputs.latest_on,
        coalesce(inputs.input_document, figures.document_id) as input_document,
        coalesce(inputs.input_table_ref, figures.table_ref) as input_table_ref,
        coalesce(inputs.input_subject, figures.subject) as input_subject,
        inputs.input_metric,
        -- how the input is found: in the derived figure's own row, by its name, or by a pattern; one that names its document is
        -- compared with the figures of that document only
        case
            when inputs.kind <> 'figure' then 'not sought'
            when inputs.input_metric like '@, %' then 'own row'
            when inputs.input_metric like '%*%' and coalesce(inputs.input_document, '.') like '%*%' then 'pattern'
            when inputs.input_metric like '%*%' then 'pattern in a document'
            else 'name'
        end as sought_by,
        figures.dataset,
        figures.row_number,
        figures.source_file,
        figures.subject,
        figures.table_ref,
        figures.document_id,
        figures.layout,
        figures.row_label,
        figures.column_label
    from {{ ref('int_derived_figure') }} as figures
    inner join {{ ref('stg_derived_figure_inputs') }} as inputs
        on
            figures.declared_document = inputs.document
            and figures.declared_table_ref = inputs.table_ref
            and figures.declared_subject = inputs.subject
            and figures.declared_metric = inputs.metric
),

found as (
    {% for sought_by, condition in [
        ('name', 'operands.input_metric = inputs.metric'),
        ('pattern', matches_pattern('inputs.metric', 'operands.input_metric')),
        ('pattern in a document', 'operands.input_document = inputs.document_id'
            ~ " and " ~ matches_pattern('inputs.metric', 'operands.input_metric')),
        ('own row', "substr(operands.input_metric, 4) = inputs.column_label and operands.row_number = inputs.row_number"
            ~ " and operands.dataset = inputs.dataset and operands.source_file = inputs.source_file"),
    ] %}
        select
            operands.figure_id,
            operands.operand_number,
            inputs.figure_id as input_figure_id
        from operands
        inner join {{ ref('int_printed_figure') }} as inputs on {{ condition }}
        where
            operands.sought_by = '{{ sought_by }}'
            and operands.figure_id <> inputs.figure_id
            and {{ matches_pattern('inputs.document_id', 'operands.input_document') }}
            and {{ matches_pattern('inputs.table_ref', 'operands.input_table_ref') }}
            and {{ matches_pattern('inputs.subject', 'operands.input_subject') }}
        {% if not loop.last %} union all {% endif %}
    {% endfor %}
),

matched as (
    select
        operands.figure_id,
        operands.operand_number,
        operands.kind,
        operands.words,
        inputs.figure_id as input_figure_id,
        operands.input_metric as declared_metric,
        case
            when operands.kind = 'in words' then operands.words
            when operands.kind = 'number' then operands.words
            when operands.kind = 'market data' then measures.words
            else inputs.printed
        end as printed,
        -- what bars give is exact: it has one reading
        {% for column, measured in [
            ('low', 'low'), ('high', 'high'), ('all_digits_low', 'low'), ('all_digits_high', 'high'),
            ('unit', 'unit'), ('currency', 'currency'),
        ] %}
            case
                when operands.kind = 'figure' then inputs.{{ column }}
                when operands.kind = 'market data' then measures.{{ measured }}
                else operands.{{ column }}
            end as {{ column }},
        {% endfor %}
        {% for column in ['earliest_on', 'latest_on'] %}
            -- the days that bars are asked of are none of the derived figure
            case
                when operands.kind = 'figure' then inputs.{{ column }}
                when operands.kind <> 'market data' then operands.{{ column }}
            end as {{ column }},
        {% endfor %}
        inputs.subject as input_subject,
        -- where the figure stands is said only as far as it differs
        case
            when operands.kind = 'market data' and measures.low is null
                then operands.words || ' (no daily bars that reach it are landed)'
            when operands.kind <> 'figure' or inputs.figure_id is null then operands.words
            else
                case when inputs.subject <> operands.subject then inputs.subject || ' ' else '' end
                || case
                    when inputs.metric = inputs.row_label then inputs.row_label
                    when
                        inputs.row_label = operands.row_label
                        and inputs.layout = operands.layout
                        and inputs.subject = operands.subject
                        then inputs.column_label
                    when inputs.column_label = operands.column_label then inputs.row_label
                    else inputs.metric
                end
                || case
                    when inputs.document_id <> operands.document_id
                        then ' (' || inputs.document_id || ', ' || inputs.table_ref || ')'
                    when inputs.table_ref <> operands.table_ref then ' (' || inputs.table_ref || ')'
                    else ''
                end
        end as label,
        coalesce(
            case
                when operands.kind in ('in words', 'number') then false
                when operands.kind = 'not printed' then true
                when operands.kind = 'market data' then measures.low is null
                else not (inputs.is_number or inputs.is_date)
            end, true
        ) as is_missing,
        coalesce(inputs.known_on, measures.known_on) as known_on
    from operands
    left join found on operands.figure_id = found.figure_id and operands.operand_number = found.operand_number
    left join {{ ref('int_printed_figure') }} as inputs on found.input_figure_id = inputs.figure_id
    left join {{ ref('int_market_measure') }} as measures
        on operands.figure_id = measures.figure_id and operands.operand_number = measures.operand_number
)

select
    *,
    row_number() over (partition by figure_id order by operand_number, input_figure_id) as input_number
from matched
