{# The landed tables of the release: the rows of each dataset that are known, in schema `landed` beside the marts. What
   securities there are follows from facts, so it is that of the facts that are known (`instruments`).
   The variable `landed` tells which of them have changed since the build database was built, and which of these are made anew
   (`anew`): to the others rows have only been added (`add`). Without it all are made. #}
{% macro landed_tables(release, instruments) -%}
    {%- if execute %}
    create schema if not exists landed;
    {% set changed = var('landed', none) %}
    {% for table in graph.sources.values() if table.source_name == 'landed' and (changed is none or table.name in changed) %}
    {% if table.name == 'instruments' %}
    {% set rows = 'select * from ' ~ instruments %}
    {% else %}
    {% set rows = all_rows(table.name) if table.meta.get('is_timeless') else known(table.name) %}
    {% endif %}
    {% if table.meta.get('is_append_only') %}
    {% if changed is not none and changed[table.name] == 'anew' %}
    drop table if exists landed.{{ table.name }};
    {% endif %}
    create table if not exists landed.{{ table.name }} as select * from ({{ rows }}) as landed_rows where false;
    insert into landed.{{ table.name }}
    select * from ({{ rows }}) as landed_rows
    where retrieved_at > (
        select coalesce(max(retrieved_at), cast('1900-01-01 00:00:00+00' as timestamp with time zone))
        from landed.{{ table.name }}
    );
    {% else %}
    create or replace table landed.{{ table.name }} as
    {{ rows }};
    {% endif %}
    {% endfor %}
    {%- endif %}
{%- endmacro %}

{# The same after a build on another engine: `dbt run-operation make_landed_tables` on the build database. #}
{% macro make_landed_tables() -%}
    {%- do run_query(landed_tables(ref('int_release'), ref('int_instrument'))) -%}
    {%- do adapter.commit() -%}
{%- endmacro %}
