-- Every printed cell of every document, words included, so that a table can be drawn again as it stands.
with cells as (
    {% for cell in printed_cells() %}
        {{ printed_cell_rows(*cell) }}
        {% if not loop.last %} union all {% endif %}
    {% endfor %}
),

-- two cells of the same name (a user's, say) are told apart by their number
numbered as (
    select
        *,
        row_number() over (
            partition by document_id, table_ref, subject, metric
            order by dataset, row_number, column_number, printed, source_file
        ) as same_name_number
    from cells
)

select
    document_id || ' | ' || table_ref || ' | ' || subject || ' | ' || metric
    || case when same_name_number > 1 then ' (' || same_name_number || ')' else '' end as figure_id,
    dataset,
    layout,
    document_id,
    table_ref,
    subject,
    metric || case when same_name_number > 1 then ' (' || same_name_number || ')' else '' end as metric,
    row_label,
    column_label,
    row_number,
    column_number,
    printed,
    printed_kind,
    value,
    low,
    high,
    unit,
    currency,
    bound,
    coalesce(is_approximate, false) as is_approximate,
    earliest_on,
    latest_on,
    low is not null or high is not null as is_number,
    earliest_on is not null as is_date,
    source_file,
    source_row,
    known_on
from numbered
