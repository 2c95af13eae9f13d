{# Text: lists within a cell, words within a text, text compared with a pattern, and figures written out for readers. #}

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

{# A text as SQL writes it, apostrophes and all. #}
{% macro text_literal(text) -%} {{ dbt.string_literal(dbt.escape_single_quotes(text)) }} {%- endmacro %}

{# True if one of the words of a text begins with `word` (of several words, the text has them in this order). #}
{% macro names_word(text, word) -%}
(' ' || lower(replace({{ text }}, '_', ' ')) like '% ' || lower({{ word }}) || '%')
{%- endmacro %}

{# True if `text` matches `pattern`, in which `*` stands for any text and all else for itself. #}
{% macro matches_pattern(text, pattern) -%}
{{ text }} like replace(replace(replace(replace({{ pattern }}, '!', '!!'), '%', '!%'), '_', '!_'), '*', '%') escape '!'
{%- endmacro %}

{# A number with thousands separated, four decimals (two from a thousand on), no trailing zeros. #}
{% macro plain_number(number) -%}
    {{ return(adapter.dispatch('plain_number')(number)) }}
{%- endmacro %}

{% macro default__plain_number(number) -%}
format_number({{ number }}, '#,##0.####')
{%- endmacro %}

{% macro duckdb__plain_number(number) -%}
case
    when abs({{ number }}) >= 1000 then regexp_replace(format('{:,.2f}', {{ number }}), '\.?0+$', '')
    else regexp_replace(format('{:.4f}', {{ number }}), '\.?0+$', '')
end
{%- endmacro %}

{# A figure as a reader writes it: 4.25%, 42.5x, HKD 21.5bn, 17,350,800. #}
{% macro figure_in_words(number, unit, currency) -%}
case
    when {{ number }} is null then null
    when {{ unit }} = 'ratio' then {{ plain_number(number ~ ' * 100') }} || '%'
    when {{ unit }} = 'x' then {{ plain_number(number) }} || 'x'
    when {{ unit }} = 'months' then {{ plain_number(number) }} || ' months'
    else
        coalesce({{ currency }} || ' ', '')
        || case
            when coalesce({{ unit }}, '') = 'shares' then {{ plain_number('round(' ~ number ~ ')') }}
            when abs({{ number }}) >= 1e12 then {{ plain_number(number ~ ' / 1e12') }} || 'tn'
            when abs({{ number }}) >= 1e9 then {{ plain_number(number ~ ' / 1e9') }} || 'bn'
            when abs({{ number }}) >= 1e6 then {{ plain_number(number ~ ' / 1e6') }} || 'mn'
            else {{ plain_number(number) }}
        end
end
{%- endmacro %}

{# An interval in words: one figure where both ends are the same, `at least`, `at most` where one is open. #}
{% macro interval_in_words(low, high, unit, currency) -%}
case
    when {{ low }} is null and {{ high }} is null then null
    when {{ low }} is null then 'at most ' || {{ figure_in_words(high, unit, currency) }}
    when {{ high }} is null then 'at least ' || {{ figure_in_words(low, unit, currency) }}
    when {{ figure_in_words(low, unit, currency) }} = {{ figure_in_words(high, unit, currency) }}
        then {{ figure_in_words(low, unit, currency) }}
    else {{ figure_in_words(low, unit, currency) }} || ' to ' || {{ figure_in_words(high, unit, currency) }}
end
{%- endmacro %}

{# A span of days in words. #}
{% macro span_in_words(earliest, latest) -%}
case
    when {{ earliest }} is null then 'at the latest ' || cast({{ latest }} as string)
    when {{ earliest }} = {{ latest }} then cast({{ earliest }} as string)
    else cast({{ earliest }} as string) || ' to ' || cast({{ latest }} as string)
end
{%- endmacro %}

{# True if a regular expression is found in a text. #}
{% macro matches_regular_expression(text, expression) -%}
    {{ return(adapter.dispatch('matches_regular_expression')(text, expression)) }}
{%- endmacro %}

{% macro default__matches_regular_expression(text, expression) -%}
{{ text }} rlike '{{ expression }}'
{%- endmacro %}

{% macro duckdb__matches_regular_expression(text, expression) -%}
regexp_matches({{ text }}, '{{ expression }}')
{%- endmacro %}
