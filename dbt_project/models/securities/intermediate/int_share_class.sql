-- Which classes of a security are listed, by the best-ranked document that says so.
with ranked as (
    select
        classes.*,
        row_number() over (
            partition by classes.ticker, classes.share_class
            order by documents.rank, classes.known_on desc, classes.document_id
        ) as preference
    from {{ ref('stg_share_classes') }} as classes
    inner join {{ ref('stg_documents') }} as documents on classes.document_id = documents.document_id
)

select
    ticker,
    share_class,
    is_listed,
    has_weighted_votes,
    reason,
    document_id,
    known_on
from ranked
where preference = 1
