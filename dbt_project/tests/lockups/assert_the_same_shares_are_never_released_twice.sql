{{ config(meta={'dagster': {'ref': {'name': 'int_own_lot'}}}) }}
-- a holder's lots of one class hold no more than the largest number that any heading of the filing gives for it
with stated as (
    select ticker, document_id, holder, share_class, sum(shares) as stated_shares
    from (
        select ticker, document_id, holder, share_class, lot_origin, lot, max(shares) as shares
        from {{ ref('int_restriction') }}
        where is_of_a_filing
        group by ticker, document_id, holder, share_class, lot_origin, lot
    ) as blocks
    group by ticker, document_id, holder, share_class
),

lots as (
    select ticker, document_id, holder, share_class, sum(shares) as lot_shares
    from {{ ref('int_own_lot') }}
    where share_class <> 'not stated'
    group by ticker, document_id, holder, share_class
)

select stated.*, lots.lot_shares
from stated
left join lots
    on
        stated.ticker = lots.ticker
        and stated.document_id = lots.document_id
        and stated.holder = lots.holder
        and stated.share_class = lots.share_class
where coalesce(lots.lot_shares, 0) <> stated.stated_shares
