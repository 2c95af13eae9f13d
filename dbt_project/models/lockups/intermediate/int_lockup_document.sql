-- Each document that states lock-ups of a ticker; the float follows the best-ranked one, of equals the newest.
with tabled as (
    select
        ticker,
        document_id,
        max(stated_on) as known_on
    from {{ ref('int_filing_lockup') }}
    where amends is null
    group by ticker, document_id
),

ranked as (
    select
        lots.ticker,
        lots.document_id,
        max(case when lots.share_class <> 'not stated' then 1 else 0 end) = 1 as tells_classes_apart,
        -- a table that is amended is as old as it was
        row_number() over (
            partition by lots.ticker
            order by documents.rank, coalesce(max(tabled.known_on), max(lots.known_on)) desc, lots.document_id
        ) as preference
    from {{ ref('int_own_lot') }} as lots
    inner join {{ ref('int_security') }} as securities on lots.ticker = securities.ticker
    inner join {{ ref('stg_documents') }} as documents on lots.document_id = documents.document_id
    left join tabled on lots.ticker = tabled.ticker and lots.document_id = tabled.document_id
    group by lots.ticker, lots.document_id, documents.rank
)

select
    ticker,
    document_id,
    tells_classes_apart,
    preference = 1 as is_preferred
from ranked
