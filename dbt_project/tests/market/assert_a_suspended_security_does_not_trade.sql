{{ config(meta={'dagster': {'ref': {'name': 'fct_turnover_daily'}}}) }}
-- a suspension without its resumption would keep shares locked that trade
select
    bars.ticker,
    halts.suspended_on,
    halts.resumed_on,
    min(bars.trading_date) as traded_on,
    'trades while it is suspended: add trading_resumed to corporate_events, or correct the day of trading_suspended' as reason
from {{ ref('int_trading_halt') }} as halts
inner join {{ ref('fct_turnover_daily') }} as bars
    on
        halts.ticker = bars.ticker
        -- a suspension can begin during a session
        and halts.suspended_on < bars.trading_date
        and bars.trading_date < coalesce(halts.resumed_on, {{ never() }})
where bars.volume_shares > 0
group by bars.ticker, halts.suspended_on, halts.resumed_on
