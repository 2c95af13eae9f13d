-- The list prices of every source, alike: as printed in documents, as the package dates them, and as OpenRouter changed them.
{% set price_columns = [
    'is_dynamic', 'input_per_mtok', 'output_per_mtok', 'cache_read_per_mtok', 'cache_write_per_mtok', 'request_usd',
    'min_prompt_tokens', 'utc_start', 'utc_end', 'utc_days', 'not_listed_since',
] %}
with openrouter_days as (
    select
        *,
        row_number() over (
            partition by document_id, model_id, override_number, known_on order by retrieved_at desc
        ) as version_order
    from {{ ref('stg_openrouter_price_versions') }}
),

openrouter_steps as (
    select
        *,
        {% for column in price_columns %}
            lag({{ column }}) over one_price as previous_{{ column }},
        {% endfor %}
        row_number() over one_price as day_number
    from openrouter_days
    where version_order = 1
    window one_price as (partition by document_id, model_id, override_number order by known_on)
),

-- a new version that restates something other than the price is no new price
openrouter_changes as (
    select
        *,
        lead(known_on) over (partition by document_id, model_id, override_number order by known_on) as next_known_on
    from openrouter_steps
    where
        day_number = 1
        {% for column in price_columns %}
            or {{ column }} is distinct from previous_{{ column }}
        {% endfor %}
),

prices as (
    select
        document_id,
        provider as seller,
        model,
        cast(null as string) as model_slug,
        'standard' as variant,
        input_per_mtok_currency as currency,
        min_input_tokens,
        cast(null as string) as utc_start,
        cast(null as string) as utc_end,
        cast(null as string) as utc_days,
        cast(0 as bigint) as override_number,
        false as is_alias,
        false as is_dynamic,
        {% for column in ['input', 'output', 'cache_read'] %}
            cast({{ column }}_per_mtok_value as double) as {{ column }}_per_mtok,
            cast({{ column }}_per_mtok_low as double) as {{ column }}_low_per_mtok,
            cast({{ column }}_per_mtok_high as double) as {{ column }}_high_per_mtok,
        {% endfor %}
        cast(null as double) as cache_write_per_mtok,
        cast(null as double) as price_per_request,
        cast(null as date) as effective_from,
        cast(null as date) as effective_to,
        cast(null as string) as note,
        table_ref,
        known_on
    from {{ ref('stg_api_prices') }}

    union all

    select
        document_id,
        seller,
        model,
        cast(null as string) as model_slug,
        variant,
        currency,
        min_input_tokens,
        utc_start,
        utc_end,
        cast(null as string) as utc_days,
        cast(0 as bigint) as override_number,
        model like '~%' as is_alias,
        false as is_dynamic,
        {% for column in ['input', 'output', 'cache_read'] %}
            cast({{ column }}_per_mtok as double) as {{ column }}_per_mtok,
            cast({{ column }}_per_mtok as double) as {{ column }}_low_per_mtok,
            cast({{ column }}_per_mtok as double) as {{ column }}_high_per_mtok,
        {% endfor %}
        cast(cache_write_per_mtok as double) as cache_write_per_mtok,
        cast(price_per_request as double) as price_per_request,
        effective_from,
        effective_to,
        note,
        table_ref,
        known_on
    from {{ ref('stg_package_token_prices') }}

    union all

    select
        document_id,
        'openrouter' as seller,
        split_part(model_id, ':', 1) as model,
        canonical_slug as model_slug,
        variant,
        'USD' as currency,
        coalesce(min_prompt_tokens, 0) as min_input_tokens,
        utc_start,
        utc_end,
        utc_days,
        override_number,
        is_alias,
        is_dynamic,
        {% for column in ['input', 'output', 'cache_read'] %}
            cast({{ column }}_per_mtok as double) as {{ column }}_per_mtok,
            cast({{ column }}_per_mtok as double) as {{ column }}_low_per_mtok,
            cast({{ column }}_per_mtok as double) as {{ column }}_high_per_mtok,
        {% endfor %}
        cast(cache_write_per_mtok as double) as cache_write_per_mtok,
        cast(request_usd as double) as price_per_request,
        case when day_number > 1 then known_on end as effective_from,
        {{ add_days('next_known_on', -1) }} as effective_to,
        cast(null as string) as note,
        table_ref,
        known_on
    from openrouter_changes
    -- the price before ends on the day before the model left the list
    where not_listed_since is null
),

with_tiers as (
    select
        *,
        case
            when min_input_tokens = 0 and utc_start is null and utc_days is null then 'base'
            else trim(
                case when min_input_tokens > 0 then 'above ' || cast(min_input_tokens as string) || ' input tokens ' else '' end
                || coalesce('UTC ' || utc_start || ' to ' || utc_end || ' ', '')
                || coalesce('on ' || utc_days, '')
            )
        end as tier
    from prices
),

-- where two prices hold under the same condition, the later one counts
ranked as (
    select
        *,
        row_number() over (
            partition by document_id, seller, model, variant, currency, tier, effective_from order by override_number desc
        ) as preference
    from with_tiers
)

select *
from ranked
where preference = 1
