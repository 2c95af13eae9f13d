select
    ticker,
    ex_on,
    action,
    split_new,
    split_old,
    split_factor_x,
    is_share_split,
    share_basis,
    dividend_per_share,
    currency,
    document_id,
    table_ref,
    retrieved_at,
    share_known_on as known_on
from {{ ref('int_corporate_action') }}
