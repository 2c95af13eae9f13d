select
    index_family,
    review,
    takes_in,
    reviewed_to_on,
    case when not is_announcement_confirmed or announced_on <= {{ as_of() }} then announced_on end as announced_on,
    is_announcement_confirmed and coalesce(announced_on <= {{ as_of() }}, false) as is_announcement_confirmed,
    closes_on,
    effective_on,
    is_effective_confirmed and coalesce(announced_on <= {{ as_of() }}, false) as is_effective_confirmed,
    effective_on > {{ as_of() }} as is_future,
    reason,
    document_id,
    table_ref,
    known_on
from {{ ref('stg_index_reviews') }}
