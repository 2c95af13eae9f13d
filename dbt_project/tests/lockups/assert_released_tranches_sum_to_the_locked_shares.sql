{{ config(meta={'dagster': {'ref': {'name': 'fct_lockup_expiry'}}}) }}
-- every locked share of a document is released once: its tranches hold what its lots hold, in the shares of the document, and
-- each expiry holds what its tranches are on that day. After a split each tranche may be rounded by itself: also where lots of it
-- are counted in the shares of several days.
with lots as (
    select
        lots.ticker,
        lots.document_id,
        count(distinct lots.counted_on) as counted_days,
        sum({{ before_splits('lots.shares', 'splits') }}) as locked_shares
    from {{ ref('int_lot') }} as lots
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'lots.ticker', 'lots.counted_on') }}
    where lots.date_basis <> 'at listing' and lots.last_locked_latest_on < {{ never() }}
    group by lots.ticker, lots.document_id
),

tranches as (
    select
        ticker,
        document_id,
        first_tradable_on,
        sum(shares) as stated_shares,
        sum(tradable_shares) as tradable_shares,
        sum(case when tradable_shares <> shares then 1 else 0 end) as split_tranches
    from {{ ref('fct_lockup_tranche') }}
    where date_basis <> 'at listing' and first_tradable_on is not null
    group by ticker, document_id, first_tradable_on
),

-- those that nothing releases while trading is suspended, or any more, are counted too; and those that were free before a ticker
-- as which another goes on began
tranche_totals as (
    select
        tranches.ticker,
        tranches.document_id,
        sum({{ before_splits('tranches.shares', 'splits') }}) as stated_shares,
        -- a share of each tranche
        sum({{ before_splits('1', 'splits') }}) as rounded_shares
    from {{ ref('fct_lockup_tranche') }} as tranches
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'tranches.ticker', 'tranches.stated_on') }}
    where
        (
            tranches.date_basis <> 'at listing'
            or tranches.release_rule not like '%at_listing%'
            and tranches.ticker in (select successions.successor from {{ ref('int_succession') }} as successions)
        )
        and (tranches.first_tradable_on is not null or tranches.last_locked_latest_on is not null)
    group by tranches.ticker, tranches.document_id
)

select
    lots.ticker,
    lots.document_id,
    cast(null as date) as first_tradable_on,
    lots.locked_shares,
    tranche_totals.stated_shares as released_shares
from lots
left join tranche_totals on lots.ticker = tranche_totals.ticker and lots.document_id = tranche_totals.document_id
where
    abs(coalesce(tranche_totals.stated_shares, 0) - lots.locked_shares)
    >= case when lots.counted_days > 1 then coalesce(tranche_totals.rounded_shares, 0.5) else 0.5 end

union all

select
    tranches.ticker,
    tranches.document_id,
    tranches.first_tradable_on,
    tranches.tradable_shares as locked_shares,
    expiries.released_shares + expiries.unlisted_shares as released_shares
from tranches
left join {{ ref('fct_lockup_expiry') }} as expiries
    on
        tranches.ticker = expiries.ticker
        and tranches.document_id = expiries.document_id
        and tranches.first_tradable_on = expiries.first_tradable_on
where
    abs(coalesce(expiries.released_shares + expiries.unlisted_shares, 0) - tranches.tradable_shares) > tranches.split_tranches
