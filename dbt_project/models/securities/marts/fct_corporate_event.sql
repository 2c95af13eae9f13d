select
    ticker,
    event,
    status,
    event_printed,
    event_earliest_on,
    event_latest_on,
    is_preferred,
    is_overdue,
    note,
    document_id,
    table_ref,
    known_on,
    rule_earliest_on,
    under_rule,
    rule_document_id
from {{ ref('int_corporate_event') }}
