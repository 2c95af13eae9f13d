{# Words in a cell: a list that a cell holds, and a word that a text names. #}

{# In a select list: one row for each part of a text, as its separator divides it. #}
{% macro each_part(text, separator) -%}
    {{ return(adapter.dispatch('each_part')(text, separator)) }}
{%- endmacro %}

{% macro default__each_part(text, separator) -%}
explode(split({{ text }}, '{{ separator }}'))
{%- endmacro %}

{% macro duckdb__each_part(text, separator) -%}
unnest(string_split({{ text }}, '{{ separator }}'))
{%- endmacro %}

{# True if one of the words of a text begins with `word` (of several words, the text has them in this order). #}
{% macro names_word(text, word) -%}
(' ' || lower(replace({{ text }}, '_', ' ')) like '% ' || lower({{ word }}) || '%')
{%- endmacro %}
