{# What tokens cost. #}

{# The price of a token on average, from the list prices of input, output and cached input: with o the share of output and c
   the cached share of the input, o * output + (1 - o) * (c * cache read + (1 - c) * input). Null where the price of cached input
   is, unless it makes no difference: nothing is cached, or input is free. `fee` is what request_fee_per_mtok gives. #}
{% macro effective_price(input, output, cache_read, cached_input_share, output_share, fee) -%}
(
    {{ fee }} +
    {{ output_share }} * {{ output }}
    + (1 - {{ output_share }}) * (
        {{ cached_input_share }}
        * coalesce({{ cache_read }}, case when {{ cached_input_share }} = 0 or {{ input }} = 0 then 0 end)
        + (1 - {{ cached_input_share }}) * {{ input }}
    )
)
{%- endmacro %}

{# What the fee of a request comes to over its tokens, per million of them: `input_tokens` of input, which are the share
   1 - o of all. Nothing where no fee is stated. #}
{% macro request_fee_per_mtok(price_per_request, input_tokens, output_share) -%}
(coalesce({{ price_per_request }}, 0) * 1e6 * (1 - {{ output_share }}) / {{ input_tokens }})
{%- endmacro %}
