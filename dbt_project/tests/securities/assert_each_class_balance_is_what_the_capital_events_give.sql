{{ config(meta={'dagster': {'ref': {'name': 'fct_share_capital'}}}) }}
-- a class's first statement opens its chain; each later one is that plus the events of the class since, in the shares of its day
with balances as (
    select
        balances.ticker,
        balances.share_class,
        balances.as_of,
        balances.shares,
        balances.document_id,
        {{ before_splits('balances.shares', 'splits') }} as shares_before_splits,
        coalesce(splits.cumulative_numerator, 1) as cumulative_numerator,
        coalesce(splits.cumulative_denominator, 1) as cumulative_denominator
    from {{ ref('stg_share_class_balances') }} as balances
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'balances.ticker', 'balances.as_of') }}
),

opened as (
    select
        *,
        first_value(shares_before_splits) over (partition by ticker, share_class order by as_of, document_id) as opening_shares,
        first_value(as_of) over (partition by ticker, share_class order by as_of, document_id) as opening_on
    from balances
),

events as (
    select
        events.ticker,
        events.share_class,
        events.effective_on,
        {{ before_splits('events.issued_shares', 'splits') }} as issued_shares
    from {{ ref('fct_share_capital') }} as events
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'events.ticker', 'events.effective_on') }}
    where not events.is_split
),

chained as (
    select
        opened.ticker,
        opened.share_class,
        opened.as_of,
        opened.document_id,
        opened.shares as stated_shares,
        opened.cumulative_numerator,
        opened.cumulative_denominator,
        opened.opening_shares + coalesce(sum(events.issued_shares), 0) as shares
    from opened
    left join events
        on
            opened.ticker = events.ticker
            and opened.share_class = events.share_class
            and opened.opening_on < events.effective_on
            and opened.as_of >= events.effective_on
    group by
        opened.ticker, opened.share_class, opened.as_of, opened.document_id, opened.shares, opened.opening_shares,
        opened.cumulative_numerator, opened.cumulative_denominator
),

counted as (
    select
        chained.*,
        {{ whole_shares(after_splits('chained.shares', 'chained')) }} as chain_shares
    from chained
)

select ticker, share_class, as_of, stated_shares, chain_shares, document_id
from counted
where stated_shares <> chain_shares
