select
    ticker,
    effective_on,
    event,
    share_class,
    issued_shares,
    issue_price_hkd,
    total_shares_before,
    total_shares,
    unexplained_shares,
    is_split,
    note,
    document_id,
    table_ref,
    known_on,
    event_kind
from {{ ref('int_share_capital') }}
