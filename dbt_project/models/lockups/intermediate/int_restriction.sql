-- Every restriction of a holder's shares as a filing or a note states it, with the kind of lot that it binds. A heading of own
-- words binds the lot that the holder's other headings in the document bind, else shares held before the offer.
with stated as (
    select
        lockups.ticker,
        lockups.document_id,
        lockups.holder,
        lockups.share_class,
        coalesce(lockups.lot_origin, categories.lot_origin) as lot_origin,
        coalesce(lockups.lot, '') as lot,
        coalesce(categories.holder_category, lockups.holder_category) as holder_category,
        coalesce(categories.specificity, 9) as specificity,
        lockups.release_rule,
        lockups.restriction,
        lockups.shares,
        lockups.known_on,
        lockups.stage
    from {{ ref('stg_filing_lockups') }} as lockups
    left join {{ ref('stg_holder_categories') }} as categories
        on lockups.holder_category = categories.printed_category
),

noted as (
    -- a note's tranche is one lot with one restriction
    select
        lockups.ticker,
        lockups.document_id,
        coalesce(lockups.holders, lockups.holder_category) as holder,
        'not stated' as share_class,
        categories.lot_origin,
        lockups.holder_category || ' ' || lockups.release_rule as lot,
        coalesce(categories.holder_category, lockups.holder_category) as holder_category,
        coalesce(categories.specificity, 9) as specificity,
        lockups.release_rule,
        lockups.release_rule_kind as restriction,
        lockups.shares,
        lockups.known_on,
        cast(null as varchar) as stage
    from {{ ref('stg_lockups') }} as lockups
    left join {{ ref('stg_holder_categories') }} as categories
        on lockups.holder_category = categories.printed_category
)

select
    ticker,
    document_id,
    holder,
    share_class,
    -- landing refuses a heading of own words where the others bind both kinds of lots
    coalesce(
        lot_origin, max(lot_origin) over (partition by ticker, document_id, holder, share_class), 'pre-IPO'
    ) as lot_origin,
    lot,
    holder_category,
    specificity,
    release_rule,
    restriction,
    shares,
    known_on,
    stage,
    true as is_of_a_filing
from stated

union all

select
    ticker,
    document_id,
    holder,
    share_class,
    coalesce(lot_origin, 'pre-IPO') as lot_origin,
    lot,
    holder_category,
    specificity,
    release_rule,
    restriction,
    shares,
    known_on,
    stage,
    false as is_of_a_filing
from noted
