-- What documents say of the prices that customers really pay, beside what the list prices of the two models give.
with priced as (
    select
        effective.document_id as evidence_document_id,
        effective.seller,
        effective.model,
        effective.versus_model,
        comparisons.subject,
        comparisons.compared_with,
        {% for column in ['input', 'output', 'cache_read'] %}
            max(effective.{{ column }}_per_mtok / nullif(versus.{{ column }}_per_mtok, 0) - 1) as {{ column }}_change_ratio,
        {% endfor %}
        min(effective.change_ratio) as effective_change_low_ratio,
        max(effective.change_ratio) as effective_change_high_ratio,
        max(greatest(effective.known_on, versus.known_on)) as known_on
    from {{ ref('mart_effective_token_price') }} as effective
    inner join {{ ref('stg_model_comparisons') }} as comparisons
        on
            effective.seller = comparisons.seller
            and effective.model = comparisons.model
            and effective.versus_model = comparisons.versus_model
    inner join {{ ref('mart_effective_token_price') }} as versus
        on
            effective.document_id = versus.document_id
            and effective.seller = versus.seller
            and effective.versus_model = versus.model
            and effective.currency = versus.currency
            and effective.traffic_mix = versus.traffic_mix
            and versus.comparison_number = 1
    group by
        effective.document_id,
        effective.seller,
        effective.model,
        effective.versus_model,
        comparisons.subject,
        comparisons.compared_with
)

select
    claims.document_id,
    claims.table_ref,
    claims.mechanism,
    claims.subject,
    cast(
        row_number() over (
            partition by claims.document_id, claims.table_ref, claims.mechanism, claims.subject
            order by priced.seller, priced.model, priced.versus_model, priced.evidence_document_id
        ) as bigint
    ) as evidence_number,
    claims.compared_with,
    claims.printed as claim,
    cast(case when claims.unit = 'ratio' then claims.value end as double) as claimed_change_ratio,
    cast(case when claims.unit = 'ratio' then claims.low end as double) as claimed_change_low_ratio,
    cast(case when claims.unit = 'ratio' then claims.high end as double) as claimed_change_high_ratio,
    claims.printed_earliest_on as stated_earliest_on,
    claims.printed_latest_on as stated_latest_on,
    case when priced.seller is null then 'statement only' else 'list prices' end as evidence,
    priced.seller,
    priced.model,
    priced.versus_model,
    priced.input_change_ratio,
    priced.output_change_ratio,
    priced.cache_read_change_ratio,
    priced.effective_change_low_ratio,
    priced.effective_change_high_ratio,
    priced.evidence_document_id,
    greatest(claims.known_on, coalesce(priced.known_on, claims.known_on)) as known_on
from {{ ref('stg_api_price_claims') }} as claims
left join priced on claims.subject = priced.subject and claims.compared_with = priced.compared_with
