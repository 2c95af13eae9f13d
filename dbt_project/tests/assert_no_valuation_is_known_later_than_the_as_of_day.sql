{{ config(meta={'dagster': {'ref': {'name': 'dim_release'}}}) }}
{% for mart in ['fct_arr', 'fct_funding_round', 'mart_priced_in_arr', 'mart_relative_valuation', 'mart_value_chain',
                'mart_price_target', 'fct_scarcity_premium', 'mart_scarcity_outlook', 'fct_capability_gap'] %}
    select '{{ mart }}' as mart, known_on, {{ as_of() }} as as_of
    from {{ ref(mart) }}
    where known_on > {{ as_of() }}
    {% if not loop.last %} union all {% endif %}
{% endfor %}
