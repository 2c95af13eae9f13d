{{ config(meta={'dagster': {'ref': {'name': 'dim_document'}}}) }}
-- every figure's document can be reached: each of these columns is in dim_document
{% for mart, column in [
    ('fct_token_price', 'document_id'),
    ('fct_token_consumption', 'document_id'),
    ('mart_effective_token_price', 'document_id'),
    ('mart_effective_token_price', 'traffic_mix_document_id'),
    ('mart_effective_token_price', 'claim_document_id'),
    ('mart_token_repricing', 'document_id'),
    ('mart_token_repricing', 'evidence_document_id'),
    ('mart_token_to_arr', 'document_id'),
    ('mart_token_to_arr', 'traffic_mix_document_id'),
    ('mart_token_to_arr', 'arr_document_id'),
] %}
    select distinct '{{ mart }}' as mart, '{{ column }}' as column_name, facts.{{ column }} as named_document_id
    from {{ ref(mart) }} as facts
    left join {{ ref('dim_document') }} as documents on facts.{{ column }} = documents.document_id
    where facts.{{ column }} is not null and documents.document_id is null
    {% if not loop.last %} union all {% endif %}
{% endfor %}
