{{ config(meta={'dagster': {'ref': {'name': 'mart_supply_calendar'}}}) }}
-- the months of a ticker add up to the shares of its preferred supply events
select
    events.ticker,
    events.supply_shares,
    calendar.supply_shares as calendar_supply_shares
from (
    select
        ticker,
        coalesce(sum(supply_shares), 0) as supply_shares
    from {{ ref('fct_catalyst') }}
    where is_preferred and ticker is not null and market_side = 'supply' and earliest_on is not null
    group by ticker
) as events
left join (
    select
        ticker,
        sum(supply_shares) as supply_shares
    from {{ ref('mart_supply_calendar') }}
    group by ticker
) as calendar on events.ticker = calendar.ticker
where events.supply_shares <> coalesce(calendar.supply_shares, -1)
