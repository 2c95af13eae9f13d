{{ config(meta={'dagster': {'ref': {'name': 'fct_share_capital'}}}) }}
-- a document that states all classes of a day states the total of the day
with stated as (
    select
        ticker,
        as_of,
        document_id,
        sum(shares) as class_shares,
        count(*) as classes
    from {{ ref('stg_share_class_balances') }}
    group by ticker, as_of, document_id
),

capital as (
    select
        stated.ticker,
        stated.as_of,
        stated.document_id,
        stated.class_shares,
        stated.classes,
        max(events.effective_on) as effective_on
    from stated
    inner join {{ ref('fct_share_capital') }} as events
        on stated.ticker = events.ticker and stated.as_of >= events.effective_on
    group by stated.ticker, stated.as_of, stated.document_id, stated.class_shares, stated.classes
)

select distinct capital.*, events.total_shares
from capital
inner join {{ ref('fct_share_capital') }} as events
    on capital.ticker = events.ticker and capital.effective_on = events.effective_on
where capital.classes > 1 and capital.class_shares <> events.total_shares
