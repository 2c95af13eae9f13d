-- The price of a token on average (macro effective_price) is a line in the cached share c: uncached - discount * c, with o the
-- output share, uncached = fee of a request over its tokens + o * output + (1 - o) * input and
-- discount = (1 - o) * (input - cache read).
with tiers as (
    select
        prices.*,
        mixes.traffic_mix,
        cast(mixes.cached_input_share as double) as cached_input_share,
        cast(mixes.output_share as double) as output_share,
        {{ request_fee_per_mtok('prices.price_per_request', 'mixes.input_tokens_per_request',
            'cast(mixes.output_share as double)') }} as request_fee_per_mtok,
        mixes.document_id as traffic_mix_document_id,
        mixes.known_on as traffic_mix_known_on,
        row_number() over (
            partition by prices.document_id, prices.seller, prices.model, prices.currency, mixes.traffic_mix
            order by prices.min_input_tokens desc
        ) as tier_order
    from {{ ref('fct_token_price') }} as prices
    inner join {{ ref('stg_traffic_mixes') }} as mixes
        on prices.min_input_tokens < mixes.input_tokens_per_request
    where
        prices.variant = 'standard'
        and prices.is_current
        and not prices.is_alias
        and prices.utc_start is null
        and prices.utc_days is null
        and prices.input_per_mtok is not null
        and prices.output_per_mtok is not null
),

effective as (
    select
        *,
        request_fee_per_mtok + output_share * output_per_mtok + (1 - output_share) * input_per_mtok as uncached_per_mtok,
        (1 - output_share) * (input_per_mtok - cache_read_per_mtok) as cache_discount_per_mtok,
        {{ effective_price('input_per_mtok', 'output_per_mtok', 'cache_read_per_mtok',
            'cached_input_share', 'output_share', 'request_fee_per_mtok') }} as effective_price_per_mtok,
        -- where no price of cached input is stated, it costs nothing at least and as much as other input at most
        {{ effective_price('input_low_per_mtok', 'output_low_per_mtok', 'coalesce(cache_read_low_per_mtok, 0)',
            'cached_input_share', 'output_share', 'request_fee_per_mtok') }} as effective_price_low_per_mtok,
        {{ effective_price('input_high_per_mtok', 'output_high_per_mtok',
            'coalesce(cache_read_high_per_mtok, input_high_per_mtok)',
            'cached_input_share', 'output_share', 'request_fee_per_mtok') }} as effective_price_high_per_mtok
    from tiers
    where tier_order = 1
),

claims as (
    select
        claims.subject,
        claims.compared_with,
        cast(claims.value as double) as claimed_change_ratio,
        cast(claims.low as double) as claimed_change_low_ratio,
        cast(claims.high as double) as claimed_change_high_ratio,
        claims.document_id,
        claims.table_ref,
        claims.known_on,
        row_number() over (
            partition by claims.subject, claims.compared_with
            order by documents.rank, claims.known_on desc, claims.document_id, claims.table_ref, claims.mechanism
        ) as preference
    from {{ ref('stg_api_price_claims') }} as claims
    inner join {{ ref('stg_documents') }} as documents on claims.document_id = documents.document_id
    where claims.unit = 'ratio' and claims.value is not null
),

compared as (
    select
        effective.*,
        row_number() over (
            partition by effective.document_id, effective.seller, effective.model, effective.currency, effective.traffic_mix
            order by comparisons.compared_with, comparisons.versus_model, comparisons.subject
        ) as comparison_number,
        comparisons.versus_model,
        versus.uncached_per_mtok as versus_uncached_per_mtok,
        versus.cache_discount_per_mtok as versus_cache_discount_per_mtok,
        versus.effective_price_per_mtok as versus_effective_price_per_mtok,
        versus.effective_price_low_per_mtok as versus_effective_price_low_per_mtok,
        versus.effective_price_high_per_mtok as versus_effective_price_high_per_mtok,
        versus.known_on as versus_known_on,
        claims.claimed_change_ratio,
        claims.claimed_change_low_ratio,
        claims.claimed_change_high_ratio,
        claims.document_id as claim_document_id,
        claims.table_ref as claim_table_ref,
        claims.known_on as claim_known_on
    from effective
    left join {{ ref('stg_model_comparisons') }} as comparisons
        on effective.seller = comparisons.seller and effective.model = comparisons.model
    left join effective as versus
        on
            effective.document_id = versus.document_id
            and effective.seller = versus.seller
            and comparisons.versus_model = versus.model
            and effective.currency = versus.currency
            and effective.traffic_mix = versus.traffic_mix
    left join claims
        on
            comparisons.subject = claims.subject
            and comparisons.compared_with = claims.compared_with
            and claims.preference = 1
),

changes as (
    select
        *,
        effective_price_per_mtok / nullif(versus_effective_price_per_mtok, 0) - 1 as change_ratio,
        effective_price_low_per_mtok / nullif(versus_effective_price_high_per_mtok, 0) - 1 as change_low_ratio,
        effective_price_high_per_mtok / nullif(versus_effective_price_low_per_mtok, 0) - 1 as change_high_ratio,
        -- uncached - discount * c = (1 + claim) * (versus uncached - versus discount * c), solved for c
        (uncached_per_mtok - (1 + claimed_change_ratio) * versus_uncached_per_mtok)
        / nullif(cache_discount_per_mtok - (1 + claimed_change_ratio) * versus_cache_discount_per_mtok, 0)
            as cached_share_of_claim
    from compared
)

select
    document_id,
    seller,
    model,
    currency,
    traffic_mix,
    cast(comparison_number as bigint) as comparison_number,
    family,
    company,
    region,
    is_own_seller,
    tier,
    cached_input_share,
    output_share,
    traffic_mix_document_id,
    input_per_mtok,
    output_per_mtok,
    cache_read_per_mtok,
    effective_price_per_mtok,
    effective_price_low_per_mtok,
    effective_price_high_per_mtok,
    versus_model,
    versus_effective_price_per_mtok,
    change_ratio,
    change_low_ratio,
    change_high_ratio,
    claimed_change_ratio,
    claimed_change_low_ratio,
    claimed_change_high_ratio,
    case when cached_share_of_claim between 0 and 1 then cached_share_of_claim end as claim_cached_input_share,
    case
        when claimed_change_ratio is null or change_ratio is null then null
        when
            change_ratio >= coalesce(claimed_change_low_ratio, change_ratio)
            and change_ratio <= coalesce(claimed_change_high_ratio, change_ratio)
            then 'holds'
        else 'does not hold'
    end as claim_verdict,
    claim_document_id,
    claim_table_ref,
    table_ref,
    greatest(
        known_on,
        coalesce(traffic_mix_known_on, known_on),
        coalesce(versus_known_on, known_on),
        coalesce(claim_known_on, known_on)
    ) as known_on,
    price_per_request,
    request_fee_per_mtok,
    cache_write_per_mtok,
    -- how much of the input is written to the cache is not part of a mix
    case when cache_write_per_mtok <> input_per_mtok then 'the price of writing to the cache' end as effective_price_leaves_out
from changes
