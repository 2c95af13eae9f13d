{{ config(meta={'dagster': {'ref': {'name': 'dim_document'}}}) }}
-- every figure's document can be reached: each of these columns is in dim_document
{% for mart, column in [
    ('fct_arr', 'document_id'),
    ('fct_funding_round', 'document_id'),
    ('fct_funding_round', 'arr_document_id'),
    ('mart_priced_in_arr', 'document_id'),
    ('mart_priced_in_arr', 'benchmark_document_id'),
    ('mart_priced_in_arr', 'arr_document_id'),
    ('mart_priced_in_arr', 'stated_document_id'),
    ('mart_priced_in_arr', 'ramp_document_id'),
    ('mart_relative_valuation', 'document_id'),
    ('mart_relative_valuation', 'china_document_id'),
    ('mart_value_chain', 'document_id'),
    ('mart_value_chain', 'newest_market_cap_document_id'),
    ('mart_price_target', 'document_id'),
    ('mart_price_target', 'fx_document_id'),
    ('mart_price_target', 'years_document_id'),
    ('fct_scarcity_premium', 'document_id'),
    ('fct_scarcity_premium', 'price_document_id'),
    ('mart_scarcity_outlook', 'document_id'),
    ('mart_scarcity_outlook', 'market_cap_document_id'),
    ('mart_scarcity_outlook', 'scenario_document_id'),
    ('fct_capability_gap', 'document_id'),
] %}
    select distinct '{{ mart }}' as mart, '{{ column }}' as column_name, facts.{{ column }} as named_document_id
    from {{ ref(mart) }} as facts
    left join {{ ref('dim_document') }} as documents on facts.{{ column }} = documents.document_id
    where facts.{{ column }} is not null and documents.document_id is null
    {% if not loop.last %} union all {% endif %}
{% endfor %}
