{{ config(meta={'dagster': {'ref': {'name': 'dim_release'}}}) }}
{% for mart in ['fct_catalyst', 'mart_supply_calendar', 'mart_tripwire'] %}
    select '{{ mart }}' as mart, known_on, {{ as_of() }} as as_of
    from {{ ref(mart) }}
    where known_on > {{ as_of() }}
    {% if not loop.last %} union all {% endif %}
{% endfor %}
