-- The chain of issued capital: of several documents on one day the best-ranked one counts.
with ranked as (
    select
        events.*,
        rank() over (
            partition by events.ticker, events.effective_on
            order by documents.rank, events.document_id
        ) as preference
    from {{ ref('stg_share_capital_events') }} as events
    inner join {{ ref('stg_documents') }} as documents on events.document_id = documents.document_id
),

days as (
    select
        ticker,
        effective_on,
        max(total_shares_after) as total_shares,
        cast(sum(shares_issued_delta) as bigint) as issued_shares
    from ranked
    where preference = 1
    group by ticker, effective_on
),

chained as (
    select
        *,
        lag(total_shares) over (partition by ticker order by effective_on) as total_shares_before
    from days
)

select
    ranked.ticker,
    ranked.effective_on,
    ranked.event,
    coalesce(ranked.share_class, 'not stated') as share_class,
    ranked.shares_issued_delta as issued_shares,
    cast(ranked.issue_price_hkd_value as double) as issue_price_hkd,
    chained.total_shares_before,
    ranked.total_shares_after as total_shares,
    -- the first event of the chain states its opening
    chained.total_shares - coalesce(chained.total_shares_before + chained.issued_shares, chained.total_shares)
        as unexplained_shares,
    ranked.note,
    ranked.document_id,
    ranked.table_ref,
    ranked.known_on
from ranked
inner join chained on ranked.ticker = chained.ticker and ranked.effective_on = chained.effective_on
where ranked.preference = 1
