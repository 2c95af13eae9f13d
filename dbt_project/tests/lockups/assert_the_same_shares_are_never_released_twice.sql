{{ config(meta={'dagster': {'ref': {'name': 'int_lot'}}}) }}
-- a holder's lots of one class hold no more than the largest number that any heading of the filing gives for it
with stated as (
    select ticker, document_id, holder, share_class, sum(shares) as stated_shares
    from (
        select
            lockups.ticker,
            lockups.document_id,
            lockups.holder,
            lockups.share_class,
            lots.lot_origin,
            lockups.lot,
            max(lockups.shares) as shares
        from {{ ref('stg_filing_lockups') }} as lockups
        left join {{ ref('stg_holder_categories') }} as lots on lockups.holder_category = lots.printed_category
        group by lockups.ticker, lockups.document_id, lockups.holder, lockups.share_class, lots.lot_origin, lockups.lot
    ) as blocks
    group by ticker, document_id, holder, share_class
),

lots as (
    select ticker, document_id, holder, share_class, sum(shares) as lot_shares
    from {{ ref('int_lot') }}
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
