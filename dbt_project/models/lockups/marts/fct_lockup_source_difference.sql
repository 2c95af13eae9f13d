-- What the document that the float follows says against each other document, per kind of holder and first tradable day, both in
-- the shares of that day: a split may lie between the days of two documents.
with tranches as (
    select
        ticker,
        document_id,
        is_preferred,
        holder_category,
        first_tradable_on,
        cast(sum(tradable_shares) as bigint) as shares,
        max(known_on) as known_on
    from {{ ref('fct_lockup_tranche') }}
    where date_basis <> 'at listing' and first_tradable_on is not null
    group by ticker, document_id, is_preferred, holder_category, first_tradable_on
),

pairs as (
    select distinct
        preferred.ticker,
        preferred.document_id as preferred_document_id,
        others.document_id
    from tranches as preferred
    inner join tranches as others on preferred.ticker = others.ticker
    where preferred.is_preferred and not others.is_preferred
),

sides as (
    select
        pairs.ticker,
        pairs.document_id,
        pairs.preferred_document_id,
        tranches.holder_category,
        tranches.first_tradable_on,
        case when tranches.is_preferred then tranches.shares else 0 end as preferred_shares,
        case when tranches.is_preferred then cast(0 as bigint) else tranches.shares end as stated_shares,
        tranches.known_on
    from pairs
    inner join tranches
        on
            pairs.ticker = tranches.ticker
            and (pairs.document_id = tranches.document_id or pairs.preferred_document_id = tranches.document_id)
)

select
    ticker,
    document_id,
    preferred_document_id,
    holder_category,
    first_tradable_on,
    cast(sum(stated_shares) as bigint) as stated_shares,
    cast(sum(preferred_shares) as bigint) as preferred_shares,
    cast(sum(stated_shares) - sum(preferred_shares) as bigint) as difference_shares,
    max(known_on) as known_on
from sides
group by ticker, document_id, preferred_document_id, holder_category, first_tradable_on
