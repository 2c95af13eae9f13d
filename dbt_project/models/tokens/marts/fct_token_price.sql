with windows as (
    select
        *,
        {% for column in ['input', 'output', 'cache_read'] %}
            lag({{ column }}_per_mtok) over one_price as previous_{{ column }}_per_mtok,
        {% endfor %}
        row_number() over one_price as window_number
    from {{ ref('int_token_price') }}
    window one_price as (
        partition by document_id, seller, model, variant, currency, tier
        order by effective_from nulls first
    )
)

select
    windows.document_id,
    windows.seller,
    windows.model,
    windows.variant,
    windows.currency,
    windows.tier,
    cast(windows.window_number as bigint) as window_number,
    families.family,
    families.company,
    families.region,
    coalesce(families.is_own_seller, false) as is_own_seller,
    windows.model_slug,
    windows.min_input_tokens,
    windows.utc_start,
    windows.utc_end,
    windows.utc_days,
    windows.is_alias,
    windows.is_dynamic,
    {% for column in ['input', 'output', 'cache_read'] %}
        windows.{{ column }}_per_mtok,
        windows.{{ column }}_low_per_mtok,
        windows.{{ column }}_high_per_mtok,
    {% endfor %}
    windows.cache_write_per_mtok,
    windows.effective_from,
    windows.effective_to,
    windows.effective_to is null as is_current,
    {% for column in ['input', 'output', 'cache_read'] %}
        windows.{{ column }}_per_mtok / nullif(windows.previous_{{ column }}_per_mtok, 0) - 1 as {{ column }}_change_ratio,
    {% endfor %}
    windows.note,
    windows.table_ref,
    windows.known_on,
    windows.price_per_request
from windows
left join {{ ref('int_model_family') }} as families
    on windows.seller = families.seller and windows.model = families.model
