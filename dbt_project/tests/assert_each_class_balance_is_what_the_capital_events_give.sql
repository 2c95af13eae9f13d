{{ config(meta={'dagster': {'ref': {'name': 'fct_share_capital'}}}) }}
-- a class's first statement opens its chain; each later one is that plus the events of the class since
with balances as (
    select
        ticker,
        share_class,
        as_of,
        shares,
        document_id,
        first_value(shares) over (partition by ticker, share_class order by as_of, document_id) as opening_shares,
        first_value(as_of) over (partition by ticker, share_class order by as_of, document_id) as opening_on
    from {{ ref('stg_share_class_balances') }}
)

select
    balances.ticker,
    balances.share_class,
    balances.as_of,
    balances.shares as stated_shares,
    balances.opening_shares + coalesce(sum(events.issued_shares), 0) as chain_shares,
    balances.document_id
from balances
left join {{ ref('fct_share_capital') }} as events
    on
        balances.ticker = events.ticker
        and balances.share_class = events.share_class
        and balances.opening_on < events.effective_on
        and balances.as_of >= events.effective_on
group by
    balances.ticker, balances.share_class, balances.as_of, balances.shares, balances.opening_shares, balances.document_id
having balances.shares <> balances.opening_shares + coalesce(sum(events.issued_shares), 0)
