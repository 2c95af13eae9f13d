-- Who is a member of which index. Of documents that state one membership, the best-ranked one counts, of one rank the newest.
select
    members.index_family,
    members.index_name,
    members.ticker,
    members.segment,
    members.effective_on,
    members.left_on,
    members.is_confirmed,
    members.reason,
    members.document_id,
    members.table_ref,
    members.known_on,
    row_number() over (
        partition by members.index_name, members.ticker
        order by documents.rank, members.known_on desc, members.effective_on desc, members.document_id
    ) = 1 as is_preferred
from {{ ref('stg_index_members') }} as members
inner join {{ ref('stg_documents') }} as documents on members.document_id = documents.document_id
