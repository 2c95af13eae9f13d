select
    ticker,
    effective_on,
    document_id,
    statement_number,
    event,
    event_kind,
    share_class,
    shares_issued_delta as issued_shares,
    issue_price_hkd,
    total_shares_after as total_shares,
    is_counted,
    overruled_by_document_id,
    overruled_because,
    table_ref,
    known_on
from {{ ref('int_share_capital_statement') }}
