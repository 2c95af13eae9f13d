-- Every restriction on every lot. A lot is the same shares of one holder, class and origin; where headings give different
-- numbers for them, the smaller number is part of the larger block, so the block is cut into slices. Two tranches of a note are
-- never the same shares.
with quantities as (
    select distinct ticker, document_id, holder, share_class, lot_origin, lot, shares
    from {{ ref('int_restriction') }}
    where is_of_a_filing
),

slices as (
    select
        *,
        shares - coalesce(
            lag(shares) over (partition by ticker, document_id, holder, share_class, lot_origin, lot order by shares), 0
        ) as slice_shares
    from quantities
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
inner join {{ ref('int_restriction') }} as restrictions
    on
        slices.ticker = restrictions.ticker
        and slices.document_id = restrictions.document_id
        and slices.holder = restrictions.holder
        and slices.share_class = restrictions.share_class
        and slices.lot_origin = restrictions.lot_origin
        and slices.lot = restrictions.lot
        and slices.shares <= restrictions.shares
        and restrictions.is_of_a_filing

union all

select
    ticker,
    document_id,
    holder,
    share_class,
    lot_origin,
    lot,
    holder_category,
    specificity,
    release_rule,
    restriction,
    shares as slice_up_to_shares,
    shares as slice_shares,
    known_on,
    stage
from {{ ref('int_restriction') }}
where not is_of_a_filing
