{{ config(meta={'dagster': {'ref': {'name': 'fct_token_price'}}}) }}
-- on any day a price of one source is one price: a window ends before the next begins, and none begins after the as-of day
select
    windows.document_id,
    windows.seller,
    windows.model,
    windows.variant,
    windows.tier,
    windows.effective_from,
    windows.effective_to,
    following.effective_from as next_effective_from
from {{ ref('fct_token_price') }} as windows
left join {{ ref('fct_token_price') }} as following
    on
        windows.document_id = following.document_id
        and windows.seller = following.seller
        and windows.model = following.model
        and windows.variant = following.variant
        and windows.currency = following.currency
        and windows.tier = following.tier
        and windows.window_number + 1 = following.window_number
where
    windows.effective_from > {{ as_of() }}
    or windows.effective_to < windows.effective_from
    or (
        following.document_id is not null
        and coalesce(windows.effective_to, following.effective_from) >= coalesce(following.effective_from, windows.effective_to)
    )
