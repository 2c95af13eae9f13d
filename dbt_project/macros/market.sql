{# Daily bars, corporate actions and rates: the newest version of a row, exchange rates. #}

{# Of the rows, the newest version of each `key`: a source that restates a row gives a further one. #}
{% macro newest_version(rows, key) -%}
select *
from (
    select
        versions.*,
        row_number() over (partition by {{ key | join(', ') }} order by known_on desc, retrieved_at desc) as version_order
    from ({{ rows }}) as versions
) as ordered_versions
where version_order = 1
{%- endmacro %}

{# The same without the rows that their source no longer lists: the newest version says so. As of an earlier day they count. #}
{% macro newest_listed_version(rows, key) -%}
{{ newest_version(rows, key) }}
and not_listed_since is null
{%- endmacro %}

{# The join condition by which `rates` (int_fx_rate or fct_fx_rate) gives the rate of a day: the last one fixed until then. #}
{% macro fx_on(rates, currency, day) -%}
{{ rates }}.currency = {{ currency }}
and {{ rates }}.rate_on <= {{ day }}
and coalesce({{ rates }}.next_rate_on, {{ never() }}) > {{ day }}
{%- endmacro %}

{# The product of an expression over the rows so far, as a window function. #}
{% macro running_product(expression, partition_by, order_by) -%}
    {{ return(adapter.dispatch('running_product')(expression, partition_by, order_by)) }}
{%- endmacro %}

{% macro default__running_product(expression, partition_by, order_by) -%}
exp(sum(ln({{ expression }})) over (partition by {{ partition_by }} order by {{ order_by }}))
{%- endmacro %}

{% macro duckdb__running_product(expression, partition_by, order_by) -%}
product({{ expression }}) over (partition by {{ partition_by }} order by {{ order_by }})
{%- endmacro %}

{# True if two figures differ by more than rounding explains: by more than half of each one's last digit. #}
{% macro differs(left, right, left_precision, right_precision) -%}
(2 * abs({{ left }} - {{ right }}) > {{ left_precision }} + {{ right_precision }})
{%- endmacro %}

{# True if turnover divided by volume can lie between the low and the high, given the last digit of each. #}
{% macro is_average_price_within(turnover, turnover_precision, volume, volume_precision, low, high, price_precision) -%}
    {%- set half = 'cast(0.5 as double)' -%}
(
    {{ turnover }} - {{ half }} * {{ turnover_precision }}
    <= ({{ high }} + {{ half }} * {{ price_precision }}) * ({{ volume }} + {{ half }} * {{ volume_precision }})
    and {{ turnover }} + {{ half }} * {{ turnover_precision }}
    >= ({{ low }} - {{ half }} * {{ price_precision }}) * ({{ volume }} - {{ half }} * {{ volume_precision }})
)
{%- endmacro %}

{# What a test of southbound trading measures of the bars of its window, as an aggregate; its rows have `market_cap`, `turnover`
   and `listed_market_cap`. `is_month_end` is true of the bars that a month is told by. #}
{% macro southbound_value(test, is_month_end) -%}
case {{ test }}
            when 'average market value' then avg(market_cap)
            when 'total turnover' then cast(sum(cast(turnover as decimal(24, 2))) as double)
            when 'average month-end market value' then avg(case when {{ is_month_end }} then listed_market_cap end)
        end
{%- endmacro %}
