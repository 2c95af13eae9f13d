select
    ticker,
    ex_on,
    action,
    split_new,
    split_old,
    split_factor_x,
    dividend_per_share,
    currency,
    document_id,
    table_ref,
    retrieved_at,
    known_on
from {{ ref('int_corporate_action') }}
