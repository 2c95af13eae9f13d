{{ config(meta={'dagster': {'ref': {'name': 'fct_share_capital'}}}) }}
-- a document that states all classes at the close of a day states the total of the day, in the shares of the day; a class and its
-- treasury shares, as a next-day disclosure return has them, are one class
with stated as (
    select
        balances.ticker,
        balances.as_of,
        balances.document_id,
        sum(balances.shares) as class_shares,
        sum(case when classes.is_treasury then 0 else 1 end) as classes
    from {{ ref('int_share_class_balance') }} as balances
    left join {{ ref('int_share_class') }} as classes
        on balances.ticker = classes.ticker and balances.share_class = classes.share_class
    group by balances.ticker, balances.as_of, balances.document_id
    having min(case when balances.is_at_close then 1 else 0 end) = 1
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
),

totals as (
    select distinct
        capital.*,
        {{ whole_shares(after_splits(before_splits('events.closing_shares', 'stated_splits'), 'splits')) }} as total_shares
    from capital
    inner join {{ ref('fct_share_capital') }} as events
        on capital.ticker = events.ticker and capital.effective_on = events.effective_on
    left join {{ ref('int_split') }} as stated_splits
        on {{ splits_until('stated_splits', 'capital.ticker', 'capital.effective_on') }}
    left join {{ ref('int_split') }} as splits
        on {{ splits_until('splits', 'capital.ticker', 'capital.as_of') }}
)

select * from totals
where classes > 1 and class_shares <> total_shares
