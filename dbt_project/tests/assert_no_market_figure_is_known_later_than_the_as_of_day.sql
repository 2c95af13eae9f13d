{{ config(meta={'dagster': {'ref': {'name': 'dim_release'}}}) }}
{% for mart in ['fct_turnover_daily', 'fct_zero_volume_bar', 'fct_price_disagreement', 'fct_fx_rate', 'fct_a_share_unlock'] %}
    select '{{ mart }}' as mart, known_on, {{ as_of() }} as as_of
    from {{ ref(mart) }}
    where known_on > {{ as_of() }}
    {% if not loop.last %} union all {% endif %}
{% endfor %}
