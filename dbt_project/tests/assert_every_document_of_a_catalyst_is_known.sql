{{ config(meta={'dagster': {'ref': {'name': 'dim_document'}}}) }}
-- every figure's document can be reached: each of these columns is in dim_document
{% for mart, column in [
    ('fct_catalyst', 'document_id'),
    ('fct_catalyst', 'supply_hkd_document_id'),
    ('mart_supply_calendar', 'document_id'),
    ('mart_tripwire', 'document_id'),
    ('mart_tripwire', 'evidence_document_id'),
] %}
    select distinct '{{ mart }}' as mart, '{{ column }}' as column_name, facts.{{ column }} as named_document_id
    from {{ ref(mart) }} as facts
    left join {{ ref('dim_document') }} as documents on facts.{{ column }} = documents.document_id
    where facts.{{ column }} is not null and documents.document_id is null
    {% if not loop.last %} union all {% endif %}
{% endfor %}
