select
    securities.security_id,
    securities.ticker,
    securities.issuer,
    securities.exchange_mic,
    securities.currency,
    securities.sector,
    securities.listing_on,
    securities.listing_earliest_on,
    securities.listing_latest_on,
    securities.ipo_price,
    case when ends.ended_on <= {{ as_of() }} then 'withdrawn' else securities.listing_status end as listing_status,
    securities.document_id,
    securities.known_on,
    ends.ended_on as delisted_on,
    ends.event as delisted_by,
    ends.document_id as delisting_document_id,
    securities.counter_of,
    predecessors.ticker as predecessor,
    securities.began_on as succeeds_on,
    successors.successor,
    mergers.acquirer
from {{ ref('int_security') }} as securities
left join {{ ref('int_listing_end') }} as ends on securities.ticker = ends.ticker
left join {{ ref('int_security_successor') }} as successors on securities.ticker = successors.ticker and successors.is_preferred
left join {{ ref('int_security_successor') }} as predecessors
    on securities.ticker = predecessors.successor and predecessors.is_preferred
left join {{ ref('int_merger') }} as mergers on securities.ticker = mergers.ticker and mergers.is_direct
