{% set fee = request_fee_per_mtok(
    'prices.price_per_request', 'mixes.input_tokens_per_request', 'cast(mixes.output_share as double)'
) %}
-- A family's tokens of a day at list price, times 365, beside the annual recurring revenue that its company states.
with family_usage as (
    select
        usage.document_id,
        usage.usage_on,
        usage.model_permaslug,
        usage.model,
        usage.variant,
        cast(usage.tokens as double) as tokens,
        usage.known_on,
        families.family,
        families.company
    from {{ ref('stg_openrouter_token_usage') }} as usage
    inner join {{ ref('int_model_family') }} as families
        on families.seller = 'openrouter' and usage.model = families.model
    where not usage.is_other
),

-- by the dated name where the price list has it, else by the name without the date; the longest prompts' tier that fits
candidates as (
    select
        family_usage.document_id,
        family_usage.usage_on,
        family_usage.model_permaslug,
        mixes.traffic_mix,
        {{ effective_price('prices.input_per_mtok', 'prices.output_per_mtok', 'prices.cache_read_per_mtok',
            'cast(mixes.cached_input_share as double)', 'cast(mixes.output_share as double)', fee) }} as price_per_mtok,
        {{ effective_price('prices.input_low_per_mtok', 'prices.output_low_per_mtok',
            'coalesce(prices.cache_read_low_per_mtok, 0)',
            'cast(mixes.cached_input_share as double)', 'cast(mixes.output_share as double)', fee) }} as price_low_per_mtok,
        {{ effective_price('prices.input_high_per_mtok', 'prices.output_high_per_mtok',
            'coalesce(prices.cache_read_high_per_mtok, prices.input_high_per_mtok)',
            'cast(mixes.cached_input_share as double)', 'cast(mixes.output_share as double)', fee) }} as price_high_per_mtok,
        prices.effective_from is not null or prices.known_on <= family_usage.usage_on as is_known_to_hold,
        prices.known_on,
        row_number() over (
            partition by family_usage.document_id, family_usage.usage_on, family_usage.model_permaslug, mixes.traffic_mix
            order by
                case when prices.model_slug is not null then 1 else 2 end,
                prices.min_input_tokens desc,
                prices.document_id,
                prices.model
        ) as preference
    from family_usage
    inner join {{ ref('fct_token_price') }} as prices
        on
            prices.seller = 'openrouter'
            and family_usage.variant = prices.variant
            and (
                family_usage.model = prices.model_slug
                or (prices.model_slug is null and prices.model = regexp_replace(family_usage.model, '-[0-9]{8}$', ''))
            )
            and coalesce(prices.effective_from, family_usage.usage_on) <= family_usage.usage_on
            and coalesce(prices.effective_to, family_usage.usage_on) >= family_usage.usage_on
    inner join {{ ref('stg_traffic_mixes') }} as mixes
        on prices.min_input_tokens < mixes.input_tokens_per_request
    where
        not prices.is_alias
        and not prices.is_dynamic
        and prices.utc_start is null
        and prices.utc_days is null
),

valued as (
    select
        family_usage.document_id,
        family_usage.family,
        max(family_usage.company) as company,
        family_usage.usage_on,
        mixes.traffic_mix,
        max(mixes.document_id) as traffic_mix_document_id,
        sum(family_usage.tokens) as tokens_per_day,
        sum(case when candidates.preference is not null then family_usage.tokens else 0 end) as priced_tokens,
        sum(case when candidates.is_known_to_hold then family_usage.tokens else 0 end) as dated_tokens,
        -- a sum with a part that is not known is not known
        case
            when count(candidates.preference) = count(candidates.price_per_mtok)
                then sum(family_usage.tokens * candidates.price_per_mtok) / 1e6
        end as value_per_day,
        sum(family_usage.tokens * candidates.price_low_per_mtok) / 1e6 as value_low_per_day,
        sum(family_usage.tokens * candidates.price_high_per_mtok) / 1e6 as value_high_per_day,
        max(greatest(
            family_usage.known_on,
            coalesce(candidates.known_on, family_usage.known_on),
            coalesce(mixes.known_on, family_usage.known_on)
        )) as known_on
    from family_usage
    cross join {{ ref('stg_traffic_mixes') }} as mixes
    left join candidates
        on
            family_usage.document_id = candidates.document_id
            and family_usage.usage_on = candidates.usage_on
            and family_usage.model_permaslug = candidates.model_permaslug
            and mixes.traffic_mix = candidates.traffic_mix
            and candidates.preference = 1
    group by family_usage.document_id, family_usage.family, family_usage.usage_on, mixes.traffic_mix
),

-- the newest statement that describes the day or one before it
with_arr as (
    select
        valued.*,
        365 * value_per_day as annual_list_value_usd,
        365 * value_low_per_day as annual_list_value_low_usd,
        365 * value_high_per_day as annual_list_value_high_usd,
        arr.as_of as arr_as_of_on,
        arr.arr_usd,
        arr.arr_low_usd,
        arr.arr_high_usd,
        arr.basis as arr_basis,
        arr.document_id as arr_document_id,
        arr.table_ref as arr_table_ref,
        arr.known_on as arr_known_on,
        row_number() over (
            partition by valued.document_id, valued.family, valued.usage_on, valued.traffic_mix
            order by arr.as_of desc nulls last, arr.statement_id
        ) as arr_order
    from valued
    left join {{ ref('fct_arr') }} as arr
        on
            valued.company = arr.company
            and valued.usage_on >= arr.as_of
            and arr.is_preferred
            and not arr.is_forecast
)

select
    document_id,
    family,
    company,
    usage_on,
    traffic_mix,
    traffic_mix_document_id,
    'OpenRouter rankings' as usage_source,
    tokens_per_day,
    priced_tokens / nullif(tokens_per_day, 0) as priced_of_usage_ratio,
    dated_tokens / nullif(tokens_per_day, 0) as dated_of_usage_ratio,
    annual_list_value_usd,
    annual_list_value_low_usd,
    annual_list_value_high_usd,
    arr_as_of_on,
    arr_usd,
    arr_low_usd,
    arr_high_usd,
    arr_basis,
    annual_list_value_usd / nullif(arr_usd, 0) as list_value_of_arr_ratio,
    annual_list_value_low_usd / nullif(arr_high_usd, 0) as list_value_of_arr_low_ratio,
    annual_list_value_high_usd / nullif(arr_low_usd, 0) as list_value_of_arr_high_ratio,
    arr_document_id,
    arr_table_ref,
    greatest(known_on, coalesce(arr_known_on, known_on)) as known_on
from with_arr
where arr_order = 1
