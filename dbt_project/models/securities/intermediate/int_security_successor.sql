-- What each document says that a ticker goes on as. Of several statements about one ticker the best-ranked document's newest
-- counts; if that one says that it does not come, none does.
with ranked as (
    select
        successors.*,
        row_number() over (
            partition by successors.ticker
            order by documents.rank, successors.known_on desc, successors.document_id, successors.effective_on desc
        ) as preference
    from {{ ref('stg_security_successors') }} as successors
    inner join {{ ref('stg_documents') }} as documents on successors.document_id = documents.document_id
)

select
    ranked.ticker,
    ranked.successor,
    ranked.kind,
    ranked.effective_on,
    coalesce(ranked.new_shares, 1) as new_shares,
    coalesce(ranked.old_shares, 1) as old_shares,
    ranked.status,
    ranked.issuer,
    ranked.note,
    ranked.preference = 1 and ranked.status <> 'withdrawn' as is_preferred,
    case when ranked.preference > 1 then preferred.document_id end as overruled_by_document_id,
    ranked.document_id,
    ranked.table_ref,
    ranked.known_on
from ranked
inner join ranked as preferred on ranked.ticker = preferred.ticker and preferred.preference = 1
