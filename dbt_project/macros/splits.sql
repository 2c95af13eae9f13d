{# Shares across splits, bonus issues and consolidations: what a document states on its day, in the shares of another day. #}

{# The join condition by which `splits` (of int_split) gives what has been split up to a day; no row: nothing. #}
{% macro splits_until(splits, ticker, day) -%}
{{ splits }}.ticker = {{ ticker }}
and {{ splits }}.ex_on <= {{ day }}
and coalesce({{ splits }}.next_ex_on, {{ never() }}) > {{ day }}
{%- endmacro %}

{# Shares of a day, in those from before all splits; `splits` is the row of int_split that `splits_until` gives for the day. #}
{% macro before_splits(shares, splits) -%}
cast({{ shares }} as double)
* coalesce({{ splits }}.cumulative_denominator, 1)
/ coalesce({{ splits }}.cumulative_numerator, 1)
{%- endmacro %}

{# The way back: shares from before all splits, in those of a day. #}
{% macro after_splits(shares, splits) -%}
({{ shares }})
* coalesce({{ splits }}.cumulative_numerator, 1)
/ coalesce({{ splits }}.cumulative_denominator, 1)
{%- endmacro %}

{# Rounded to the share, a half up; four decimals first, so that the last bit of a double doesn't decide what is a half. #}
{% macro whole_shares(shares) -%} cast(round(round({{ shares }}, 4)) as bigint) {%- endmacro %}

{# True if the words of a capital event say that shares are issued under an over-allotment option. #}
{% macro reads_as_an_over_allotment(event) -%}
(lower({{ event }}) like '%over-allot%' or lower({{ event }}) like '%overallot%' or lower({{ event }}) like '%over allot%')
{%- endmacro %}

{# True if the words of a capital event say that it is a split, a bonus issue or a consolidation. #}
{% macro reads_as_a_split(event) -%}
(
    {% for word in ['split', 'bonus', 'capitalisation', 'capitalization', 'subdivision', 'sub-division', 'consolidation'] -%}
        {{ 'or ' if not loop.first }}lower({{ event }}) like '%{{ word }}%'
    {% endfor -%}
)
{%- endmacro %}

{# True if the words of a capital event say that new shares were sold at a price of the day. An offer price, an exercise price and
   the price of a rights issue are none. #}
{% macro reads_as_a_placing(event) -%}
(lower({{ event }}) like '%placing%' or lower({{ event }}) like '%placement%')
{%- endmacro %}
