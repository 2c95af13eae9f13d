{{ config(meta={'dagster': {'ref': {'name': 'dim_document'}}}) }}
-- every figure's documents can be reached
{% for mart, column in [
    ('fct_turnover_daily', 'document_id'),
    ('fct_turnover_daily', 'turnover_document_id'),
    ('fct_zero_volume_bar', 'document_id'),
    ('fct_price_disagreement', 'document_id'),
    ('fct_price_disagreement', 'other_document_id'),
    ('fct_fx_rate', 'document_id'),
    ('fct_a_share_unlock', 'document_id'),
] %}
    select distinct '{{ mart }}' as mart, facts.{{ column }} as missing_document_id
    from {{ ref(mart) }} as facts
    left join {{ ref('dim_document') }} as documents on facts.{{ column }} = documents.document_id
    where facts.{{ column }} is not null and documents.document_id is null
    {% if not loop.last %} union all {% endif %}
{% endfor %}
