{{ config(meta={'dagster': {'ref': {'name': 'dim_document'}}}) }}
-- every figure's document can be reached: document_id is in dim_document
{% for mart in ['dim_security', 'dim_trading_day', 'fct_corporate_event', 'fct_share_capital', 'fct_lockup_tranche',
                'fct_lockup_expiry', 'fct_float_daily', 'fct_lockup_source_difference', 'mart_lockup_comparables',
                'fct_corporate_action', 'fct_printed_figure', 'fct_reconciliation'] %}
    select distinct '{{ mart }}' as mart, facts.document_id
    from {{ ref(mart) }} as facts
    left join {{ ref('dim_document') }} as documents on facts.document_id = documents.document_id
    where facts.document_id is not null and documents.document_id is null
    {% if not loop.last %} union all {% endif %}
{% endfor %}
