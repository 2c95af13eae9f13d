{# Event studies: the numbers that the method sets, and the critical value of a t statistic. #}

{# Sessions of trading that no estimation reads: the pop of the offer, and the 30 days in which its price may be stabilised. #}
{% macro sessions_after_listing_left_out() -%} 30 {%- endmacro %}

{# Clean sessions that the market model needs, and those without which a standard deviation says nothing. #}
{% macro clean_sessions_for_a_market_model() -%} 60 {%- endmacro %}
{% macro clean_sessions_for_a_deviation() -%} 20 {%- endmacro %}

{# Sessions before and after another expiry of the same ticker that are not clean. #}
{% macro sessions_around_another_expiry() -%} 5 {%- endmacro %}

{# Expiries below which nothing is claimed across them. #}
{% macro expiries_for_a_claim() -%} 5 {%- endmacro %}

{# Two-sided 5 % point of the t distribution: Abramowitz and Stegun (1964), Handbook of Mathematical Functions, 26.7.5, at the
   normal point 1.959964: off by less than 0.001 from 4 degrees of freedom on. #}
{% macro t_critical(degrees) -%}
(
    1.959964
    + 2.372271 / ({{ degrees }})
    + 2.822498 / power({{ degrees }}, 2)
    + 2.555850 / power({{ degrees }}, 3)
    + 1.589536 / power({{ degrees }}, 4)
)
{%- endmacro %}

{# The sum that compounding gives: the product of (1 + return) less one, of an expression for 1 + return, as an aggregate; empty
   if one of them is not above zero. #}
{% macro compounded(growth) -%}
case when min({{ growth }}) > 0 then exp(sum(ln(case when ({{ growth }}) > 0 then {{ growth }} end))) - 1 end
{%- endmacro %}

{# In a select list: what an event says of supply that brings none. #}
{% macro no_supply() -%}
cast(null as bigint) as supply_shares,
        cast(null as double) as supply_hkd,
        cast(null as string) as supply_hkd_basis,
        cast(null as string) as supply_hkd_document_id,
        cast(null as date) as supply_hkd_on,
        false as is_supply_hkd_stale,
        cast(null as bigint) as possible_supply_shares,
        cast(null as double) as net_proceeds_hkd
{%- endmacro %}
