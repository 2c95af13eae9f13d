-- Every restriction on every lot. A lot is the same shares of one holder, class and origin; where headings give different
-- numbers for them, the smaller number is part of the larger block, so the block is cut into slices.
with restrictions as (
    select
        lockups.ticker,
        lockups.document_id,
        lockups.holder,
        lockups.share_class,
        lockups.lot_origin,
        lockups.lot,
        coalesce(categories.holder_category, lockups.holder_category) as holder_category,
        coalesce(categories.specificity, 9) as specificity,
        lockups.release_rule,
        lockups.restriction,
        lockups.shares,
        lockups.known_on,
        lockups.stage
    from {{ ref('int_filing_lockup') }} as lockups
    left join {{ ref('stg_holder_categories') }} as categories
        on lockups.holder_category = categories.printed_category
    -- a lot that was given away as a whole, or replaced, is gone
    where lockups.shares > 0
),

quantities as (
    select distinct ticker, document_id, holder, share_class, lot_origin, lot, shares from restrictions
),

slices as (
    select
        *,
        shares - coalesce(
            lag(shares) over (partition by ticker, document_id, holder, share_class, lot_origin, lot order by shares), 0
        ) as slice_shares
    from quantities
),

noted as (
    -- a note's tranche is one lot with one restriction
    select
        lockups.ticker,
        lockups.document_id,
        coalesce(lockups.holders, lockups.holder_category) as holder,
        'not stated' as share_class,
        coalesce(categories.lot_origin, 'pre-IPO') as lot_origin,
        lockups.holder_category || ' ' || lockups.release_rule as lot,
        coalesce(categories.holder_category, lockups.holder_category) as holder_category,
        coalesce(categories.specificity, 9) as specificity,
        lockups.release_rule,
        lockups.release_rule_kind as restriction,
        lockups.shares as slice_up_to_shares,
        lockups.shares as slice_shares,
        lockups.known_on,
        cast(null as varchar) as stage
    from {{ ref('stg_lockups') }} as lockups
    left join {{ ref('stg_holder_categories') }} as categories
        on lockups.holder_category = categories.printed_category
)

select
    restrictions.ticker,
    restrictions.document_id,
    restrictions.holder,
    restrictions.share_class,
    restrictions.lot_origin,
    restrictions.lot,
    restrictions.holder_category,
    restrictions.specificity,
    restrictions.release_rule,
    restrictions.restriction,
    slices.shares as slice_up_to_shares,
    slices.slice_shares,
    restrictions.known_on,
    restrictions.stage
from slices
inner join restrictions
    on
        slices.ticker = restrictions.ticker
        and slices.document_id = restrictions.document_id
        and slices.holder = restrictions.holder
        and slices.share_class = restrictions.share_class
        and slices.lot_origin = restrictions.lot_origin
        and slices.lot = restrictions.lot
        and slices.shares <= restrictions.shares

union all

select * from noted
