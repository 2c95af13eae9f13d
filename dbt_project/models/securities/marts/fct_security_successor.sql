-- The count of shares is that of one old share; `unlisted_days` are those between the two, on which nothing trades.
select
    successors.ticker,
    successors.successor,
    successors.document_id,
    successors.status,
    successors.kind,
    successors.effective_on,
    successors.new_shares,
    successors.old_shares,
    cast(successors.new_shares as double) / successors.old_shares as exchange_ratio_x,
    successors.issuer,
    successors.note,
    successors.is_preferred,
    successors.overruled_by_document_id,
    ends.ended_on,
    {{ dbt.datediff('ends.ended_on', 'effective_on', 'day') }}
        as unlisted_days,
    successors.table_ref,
    greatest(successors.known_on, coalesce(ends.known_on, successors.known_on)) as known_on
from {{ ref('int_security_successor') }} as successors
left join {{ ref('int_listing_end') }} as ends on successors.ticker = ends.ticker and successors.is_preferred
