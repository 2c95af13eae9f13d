{# The value of an expression in the row with the lowest `order_by` in which it is not null, as an aggregate. #}
{% macro first_not_null(expression, order_by) -%}
    {{ return(adapter.dispatch('first_not_null')(expression, order_by)) }}
{%- endmacro %}

{% macro default__first_not_null(expression, order_by) -%}
min_by({{ expression }}, case when ({{ expression }}) is not null then {{ order_by }} end)
{%- endmacro %}
