{{ config(meta={'dagster': {'ref': {'name': 'fct_lockup_tranche'}}}) }}
-- A later document that speaks of one lot is no full table: as one it would free all that it leaves out, or be ignored beside
-- the full table. The row says what it does in `amends` of filing_lockups.
with locked as (
    select
        tranches.ticker,
        tranches.document_id,
        tranches.is_preferred,
        coalesce(tranches.tradable_shares, tranches.shares) as shares,
        coalesce(tranches.last_locked_latest_on, {{ never() }}) as last_locked_on,
        tranches.locked_from_on
    from {{ ref('fct_lockup_tranche') }} as tranches
    where tranches.date_basis <> 'at listing'
),

documents as (
    select
        lots.ticker,
        lots.document_id,
        documents.rank,
        min(lots.known_on) as known_on,
        max(case when lots.share_class <> 'not stated' then 1 else 0 end) as is_filing
    from {{ ref('int_lot') }} as lots
    inner join {{ ref('stg_documents') }} as documents on lots.document_id = documents.document_id
    group by lots.ticker, lots.document_id, documents.rank
),

pairs as (
    select
        counted.ticker,
        counted.document_id as counted_document_id,
        counted.known_on as counted_known_on,
        others.document_id,
        others.known_on,
        -- of two tables of one rank and day nothing but their names decides
        (others.rank >= counted.rank and others.known_on < counted.known_on)
        or (others.rank = counted.rank and others.known_on = counted.known_on) as is_overruled,
        others.rank > counted.rank and others.known_on > counted.known_on and others.is_filing = 1 as is_ignored
    from documents as counted
    inner join documents as others on counted.ticker = others.ticker and counted.document_id <> others.document_id
    where exists (
        select 1 from locked
        where locked.is_preferred and locked.ticker = counted.ticker and locked.document_id = counted.document_id
    )
),

-- the days at which a document's locked shares are compared: the newer one's day, or the end of each lock-up of the ignored one
days as (
    select pairs.*, pairs.counted_known_on as day
    from pairs
    where pairs.is_overruled
    union
    select pairs.*, locked.last_locked_on as day
    from pairs
    inner join locked on pairs.ticker = locked.ticker and pairs.document_id = locked.document_id
    where pairs.is_ignored
),

compared as (
    select
        days.ticker,
        days.counted_document_id,
        days.document_id,
        days.is_overruled,
        days.day,
        coalesce(sum(case when locked.document_id = days.counted_document_id then locked.shares end), 0) as counted_locked_shares,
        coalesce(sum(case when locked.document_id = days.document_id then locked.shares end), 0) as locked_shares
    from days
    left join locked
        on
            days.ticker = locked.ticker
            and days.document_id <> days.counted_document_id
            and locked.last_locked_on >= days.day
            and coalesce(locked.locked_from_on <= days.day, true)
    group by days.ticker, days.counted_document_id, days.document_id, days.is_overruled, days.day
)

select
    compared.*,
    case
        when compared.is_overruled
            then 'the table that counts locks far less than one that is older, or of one day with it, does'
        else 'a document that does not count, and is newer, locks more on that day'
    end || ': if it speaks of single lots, say so in amends of its rows in filing_lockups' as reason
from compared
where
    case
        -- what ended between two full tables, or was rounded, is no tenth of what is locked
        when compared.is_overruled then compared.counted_locked_shares < 0.9 * compared.locked_shares
        else compared.counted_locked_shares < compared.locked_shares
    end
