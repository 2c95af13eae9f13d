select
    index_family,
    index_name,
    ticker,
    segment,
    effective_on,
    left_on,
    effective_on <= {{ as_of() }} and coalesce(left_on, {{ never() }}) > {{ as_of() }} as is_member,
    is_confirmed,
    reason,
    is_preferred,
    document_id,
    table_ref,
    known_on
from {{ ref('int_index_member') }}
