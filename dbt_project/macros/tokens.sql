{# What tokens cost. #}

{# The price of a token on average, from the list prices of input, output and cached input: with o the share of output and c
   the cached share of the input, o * output + (1 - o) * (c * cache read + (1 - c) * input). Null where the price of cached input
   is, unless it makes no difference: nothing is cached, or input is free. #}
{% macro effective_price(input, output, cache_read, cached_input_share, output_share) -%}
(
    {{ output_share }} * {{ output }}
    + (1 - {{ output_share }}) * (
        {{ cached_input_share }} * coalesce({{ cache_read }}, case when {{ cached_input_share }} = 0 or {{ input }} = 0 then 0 end)
        + (1 - {{ cached_input_share }}) * {{ input }}
    )
)
{%- endmacro %}
