-- What the amendments of a lot have left of an amendment's own shares is `counted_shares`, in the shares of `counted_on`.
select
    ticker,
    stated_in_document_id as document_id,
    document_id as amended_document_id,
    amends,
    stated_holder as holder,
    holder_category,
    share_class,
    stated_lot as lot,
    coalesce(stage, '') as stage,
    case when holder <> stated_holder then holder else '' end as transferred_to,
    stated_shares as shares,
    shares as counted_shares,
    release_rule,
    restriction,
    table_ref,
    stated_on,
    known_on,
    counted_on
from {{ ref('int_filing_lockup') }}
where amends is not null
