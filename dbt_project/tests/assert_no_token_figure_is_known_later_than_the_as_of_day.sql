{{ config(meta={'dagster': {'ref': {'name': 'dim_release'}}}) }}
{% for mart in [
    'fct_token_price', 'fct_token_consumption', 'mart_effective_token_price', 'mart_token_repricing', 'mart_token_to_arr',
] %}
    select '{{ mart }}' as mart, known_on, {{ as_of() }} as as_of
    from {{ ref(mart) }}
    where known_on > {{ as_of() }}
    {% if not loop.last %} union all {% endif %}
{% endfor %}
