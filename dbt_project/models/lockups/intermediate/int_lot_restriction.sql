-- Every restriction on every lot. A lot is the same shares of one holder, class and origin; where headings give different
-- numbers for them, the smaller number is part of the larger block, and where a rule frees them in parts, each part is one of the
-- block: so it is cut into slices. Two tranches of a note are never the same shares.
with restrictions as (
    select
        *,
        coalesce(above_shares, 0) as from_shares
    from {{ ref('int_restriction') }}
),

quantities as (
    select ticker, document_id, holder, share_class, lot_origin, lot, shares
    from restrictions
    where is_of_a_filing
    union
    select ticker, document_id, holder, share_class, lot_origin, lot, from_shares as shares
    from restrictions
    where is_of_a_filing and from_shares > 0
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
    coalesce(slices.slice_shares, restrictions.shares - restrictions.from_shares) as slice_shares,
    restrictions.known_on,
    restrictions.stage,
    restrictions.locked_from_on,
    restrictions.counted_on
from restrictions
left join slices
    on
        restrictions.ticker = slices.ticker
        and restrictions.document_id = slices.document_id
        and restrictions.holder = slices.holder
        and restrictions.share_class = slices.share_class
        and restrictions.lot_origin = slices.lot_origin
        and restrictions.lot = slices.lot
        and restrictions.shares >= slices.shares
        and restrictions.from_shares < slices.shares
        and restrictions.is_of_a_filing
