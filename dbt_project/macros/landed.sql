{# The landed tables of the release: the rows of each dataset that are known, in schema `landed` beside the marts. What
   securities there are follows from facts, so it is that of the facts that are known (`instruments`).
   The variable `landed` tells which of them have changed since the build database was built, and which of these are made anew
   (`anew`): to the others rows have only been added (`add`). Without it all are made. #}
{% macro landed_tables(release, instruments) -%}
    {%- if execute %}
    create schema if not exists landed;
    {% set changed = var('landed', none) %}
    {% for table in graph.sources.values() if table.source_name == 'landed' and (changed is none or table.name in changed) %}
    {% set is_added_to = table.meta.get('is_append_only') and (changed is none or changed[table.name] == 'add') %}
    {% set since = newest_landed(table.name) if is_added_to else none %}
    {% set files = files_since(table.name, since) if since else none %}
    {% if table.name == 'instruments' %}
    {% set rows = 'select * from ' ~ instruments %}
    {% else %}
    {% set rows = all_rows(table.name, files) if table.meta.get('is_timeless') else known(table.name, files) %}
    {% endif %}
    {% if since %}
    insert into landed.{{ table.name }}
    select * from ({{ rows }}) as landed_rows
    where retrieved_at > {{ since }};
    {% else %}
    create or replace table landed.{{ table.name }} as
    {{ rows }};
    {% endif %}
    {% endfor %}
    {%- endif %}
{%- endmacro %}

{# The newest retrieval of a landed table of the release, as a literal; none where there is no such table, or no row in it. #}
{% macro newest_landed(table) -%}
    {%- set tables = "select count(*) from duckdb_tables() where schema_name = 'landed' and table_name = '" ~ table ~ "'" -%}
    {%- do return(newest_retrieval('landed.' ~ table) if value_of(tables) > 0 else none) -%}
{%- endmacro %}

{# The same after a build on another engine: `dbt run-operation make_landed_tables` on the build database. #}
{% macro make_landed_tables() -%}
    {%- do run_query(landed_tables(ref('int_release'), ref('int_instrument'))) -%}
    {%- do adapter.commit() -%}
    {%- do adapter.execute('checkpoint ' ~ target.database) -%}
{%- endmacro %}
