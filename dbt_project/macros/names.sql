{# Names of what dbt builds: a schema is used as it is written, and a staging model is named like its landed dataset. #}

{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}

{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {%- if custom_alias_name -%} {{ custom_alias_name }}
    {%- elif node.name.startswith('stg_') -%} {{ node.name[4:] }}
    {%- else -%} {{ node.name }}
    {%- endif -%}
{%- endmacro %}
