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
    coalesce(slices.shares, restrictions.shares) as slice_up_to_shares,
    coalesce(slices.slice_shares, restrictions.shares) as slice_shares,
    restrictions.known_on,
    restrictions.stage
from {{ ref('int_restriction') }} as restrictions
left join slices
    on
        restrictions.ticker = slices.ticker
        and restrictions.document_id = slices.document_id
        and restrictions.holder = slices.holder
        and restrictions.share_class = slices.share_class
        and restrictions.lot_origin = slices.lot_origin
        and restrictions.lot = slices.lot
        and restrictions.shares >= slices.shares
        and restrictions.is_of_a_filing
