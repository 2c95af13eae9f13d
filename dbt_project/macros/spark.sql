{# What Spark says in other words than the rest: dbt's own of these macros refuse days that are null, go by way of instants, or
   drop the order of a list. #}

{% macro spark__dateadd(datepart, interval, from_date_or_timestamp) -%}
    {%- if datepart == 'day' -%} date_add({{ from_date_or_timestamp }}, cast({{ interval }} as int))
    {%- elif datepart == 'month' -%} add_months({{ from_date_or_timestamp }}, cast({{ interval }} as int))
    {%- else -%} {{ exceptions.raise_compiler_error('dateadd: days and months only, not ' ~ datepart) }}
    {%- endif -%}
{%- endmacro %}

{# Counts of days are bigint, as DuckDB's are; Apache Spark's own are int. #}
{% macro spark__datediff(first_date, second_date, datepart) -%}
    {%- if datepart == 'day' -%} cast(datediff({{ second_date }}, {{ first_date }}) as bigint)
    {%- elif datepart == 'month' -%}
cast(12 * (year({{ second_date }}) - year({{ first_date }})) + month({{ second_date }}) - month({{ first_date }}) as bigint)
    {%- else -%} {{ exceptions.raise_compiler_error('datediff: days and months only, not ' ~ datepart) }}
    {%- endif -%}
{%- endmacro %}

{% macro spark__last_day(date, datepart) -%}
    {%- if datepart == 'month' -%} last_day({{ date }})
    {%- else -%} {{ exceptions.raise_compiler_error('last_day: of months only, not of a ' ~ datepart) }}
    {%- endif -%}
{%- endmacro %}

{# Null, not an empty text, where there is nothing to list. #}
{% macro spark__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
nullif(listagg({{ measure }}, {{ delimiter_text }}) within group ({{ order_by_clause or 'order by ' ~ measure }}), '')
{%- endmacro %}
