select
    statements.ticker,
    statements.effective_on,
    statements.document_id,
    cast(statements.statement_number as bigint) as statement_number,
    statements.event,
    statements.event_kind,
    statements.share_class,
    statements.shares_issued_delta as issued_shares,
    statements.issue_price_hkd,
    statements.total_shares_after as total_shares,
    statements.is_counted,
    statements.overruled_by_document_id,
    statements.overruled_because,
    statements.table_ref,
    statements.known_on,
    events.is_total_stated
from {{ ref('int_share_capital_statement') }} as statements
inner join {{ ref('int_share_capital_event') }} as events
    on
        statements.ticker = events.ticker
        and statements.document_id = events.document_id
        and statements.source_file = events.source_file
        and statements.source_row = events.source_row
