{{ config(meta={'dagster': {'ref': {'name': 'fct_lockup_expiry'}}}) }}
-- every locked share of a document is released once: its expiries hold what its lots hold
with lots as (
    select ticker, document_id, sum(shares) as locked_shares
    from {{ ref('int_lot') }}
    where date_basis <> 'at listing' and last_locked_latest_on < {{ never() }}
    group by ticker, document_id
),

expiries as (
    select ticker, document_id, sum(released_shares + unlisted_shares) as released_shares
    from {{ ref('fct_lockup_expiry') }}
    group by ticker, document_id
)

select lots.ticker, lots.document_id, lots.locked_shares, expiries.released_shares
from lots
left join expiries on lots.ticker = expiries.ticker and lots.document_id = expiries.document_id
where coalesce(expiries.released_shares, 0) <> lots.locked_shares
