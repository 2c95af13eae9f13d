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

{# True if a kind of capital event is what a split of int_split does: its shares are in the factor. #}
{% macro is_kind_of_split(event_kind) -%}
{{ event_kind }} in ('bonus issue', 'share split', 'consolidation')
{%- endmacro %}
