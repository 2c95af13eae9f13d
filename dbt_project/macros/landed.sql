{# The landed tables of the release: the rows of each dataset that are known, in schema `landed` beside the marts. #}
{% macro landed_tables(release) -%}
    {%- if execute %}
    create schema if not exists landed;
    {% for table in graph.sources.values() if table.source_name == 'landed' %}
    create or replace table landed.{{ table.name }} as
    {{ all_rows(table.name) if table.meta.get('is_timeless') else known(table.name) }};
    {% endfor %}
    {%- endif %}
{%- endmacro %}
