{{ config(meta={'dagster': {'ref': {'name': 'dim_release'}}}) }}
{% for mart in ['dim_security', 'fct_corporate_event', 'fct_share_capital', 'fct_lockup_tranche', 'fct_lockup_expiry',
                'fct_lockup_source_difference', 'mart_lockup_comparables', 'fct_corporate_action', 'fct_printed_figure',
                'fct_reconciliation', 'fct_reconciliation_input'] %}
    select '{{ mart }}' as mart, known_on, {{ as_of() }} as as_of
    from {{ ref(mart) }}
    where known_on > {{ as_of() }}
    {% if not loop.last %} union all {% endif %}
{% endfor %}
