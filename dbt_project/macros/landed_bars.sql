{# The landed bars, and which landed files are read: a build on top opens those alone in which something new can be. #}

{# Every version of every source's daily bar that is known, as traded on the day: with `since` those of the files in which some
   can have been retrieved after it. #}
{% macro landed_bars(since=none) -%}
{%- for dataset in ['yahoo_prices', 'eastmoney_prices', 'tencent_prices', 'prices'] %}
    select
        ticker,
        trading_date,
        currency,
        open,
        high,
        low,
        close,
        price_precision,
        volume_shares,
        volume_precision_shares,
        turnover,
        turnover_precision,
        document_id,
        table_ref,
        known_on,
        retrieved_at
    from ({{ known(dataset, files_since(dataset, since) if since else none) }}) as {{ dataset }}
    {% if not loop.last %} union all {% endif %}
{%- endfor %}
{%- endmacro %}

{# The landed files of a dataset in which rows can be that were retrieved after `since`, as a table expression. A live source's
   files are named by the day or month (UTC) in which all of their rows were retrieved (ingestion/live/landed_files.py): to open
   those of a long history takes longer than to read what is new. Files with other names are read. #}
{% macro files_since(dataset, since) -%}
    {%- set files -%}
select string_agg('''landed/{{ dataset }}/' || name || '''', ', ' order by name)
from (
    select
        parse_filename(file) as name,
        regexp_extract(parse_filename(file), '^[0-9]{4}-[0-9]{2}(-[0-9]{2})?') as retrieved_in
    from glob('landed/{{ dataset }}/*.parquet')
) as landed_files
where
    retrieved_in = ''
    or retrieved_in >= left(strftime({{ since }} at time zone 'UTC', '%Y-%m-%d'), length(retrieved_in))
    {%- endset -%}
read_parquet([{{ value_of(files) }}])
{%- endmacro %}

{# The newest retrieval of the rows of a relation, as a literal; none where there is none. `before`: statements to run first. #}
{% macro newest_retrieval(relation, before='') -%}
    {#- the space keeps it text: dbt would make a time without its zone of it -#}
    {%- set newest = value_of(before ~ "select cast(max(retrieved_at) as string) || ' ' from " ~ relation) -%}
    {%- do return("cast('" ~ newest.strip() ~ "' as timestamp with time zone)" if newest else none) -%}
{%- endmacro %}
