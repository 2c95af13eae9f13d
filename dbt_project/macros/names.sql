{# Names of what dbt builds: a schema is used as it is written, but on a Spark server, which holds others' too. #}

{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ 'freefloat_' if target.type == 'spark' }}{{ custom_schema_name or target.schema }}
{%- endmacro %}

{# Whose figure a headline is, in a select list: the columns that it has, by name, and nothing in the others. #}
{% macro headline_keys(keys) -%}
    {% for column, kind in [
        ('ticker', dbt.type_string()),
        ('window_start_on', 'date'),
        ('window_end_on', 'date'),
        ('measure', dbt.type_string()),
        ('basis', dbt.type_string()),
        ('scenario', dbt.type_string()),
        ('table_ref', dbt.type_string()),
        ('value_on', 'date'),
    ] %}
        {{ keys.get(column, 'cast(null as ' ~ kind ~ ')') }} as {{ column }}{{ ',' if not loop.last }}
    {% endfor %}
{%- endmacro %}
