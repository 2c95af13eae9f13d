-- Every printed cell of every document, words included, so that a table can be drawn again as it stands.
with named as (
    select
        *,
        document_id || ' | ' || table_ref || ' | ' || subject || ' | ' || metric as name
    from {{ ref('stg_printed_cells') }}
),

-- a further cell of the same name (a user's, say) is told apart by its place
numbered as (
    select
        *,
        row_number() over (
            partition by name
            order by dataset, source_file, source_row, column_number, printed
        ) as same_name_number
    from named
)

select
    name
    || case
        when same_name_number > 1
            then ' | ' || source_file || ' row ' || source_row || ', ' || column_label || ' ' || same_name_number
        else ''
    end as figure_id,
    dataset,
    layout,
    document_id,
    table_ref,
    subject,
    metric,
    row_label,
    column_label,
    row_number,
    column_number,
    printed,
    printed_kind,
    cast(value as double) as value,
    cast(low as double) as low,
    cast(high as double) as high,
    unit,
    currency,
    bound,
    coalesce(is_approximate, false) as is_approximate,
    cast(all_digits_low as double) as all_digits_low,
    cast(all_digits_high as double) as all_digits_high,
    earliest_on,
    latest_on,
    low is not null or high is not null as is_number,
    latest_on is not null as is_date,
    source_file,
    source_row,
    known_on
from numbered
