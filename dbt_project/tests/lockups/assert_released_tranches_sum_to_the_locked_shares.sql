{{ config(meta={'dagster': {'ref': {'name': 'fct_lockup_expiry'}}}) }}
-- every locked share of a document is released once: its tranches hold what its lots hold, in the shares of the document, and
-- each expiry holds what its tranches are on that day. After a split each tranche may be rounded by itself.
with lots as (
    select ticker, document_id, sum(shares) as locked_shares
    from {{ ref('int_lot') }}
    where date_basis <> 'at listing' and last_locked_latest_on < {{ never() }}
    group by ticker, document_id
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
    select ticker, document_id, sum(shares) as stated_shares
    from {{ ref('fct_lockup_tranche') }}
    where
        (
            date_basis <> 'at listing'
            or release_rule not like '%at_listing%'
            and ticker in (select successions.successor from {{ ref('int_succession') }} as successions)
        )
        and (first_tradable_on is not null or last_locked_latest_on is not null)
    group by ticker, document_id
)

select
    lots.ticker,
    lots.document_id,
    cast(null as date) as first_tradable_on,
    lots.locked_shares,
    tranche_totals.stated_shares as released_shares
from lots
left join tranche_totals on lots.ticker = tranche_totals.ticker and lots.document_id = tranche_totals.document_id
where coalesce(tranche_totals.stated_shares, 0) <> lots.locked_shares

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
