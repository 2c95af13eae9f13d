-- The suspensions of trading that documents state, each to the session on which trading resumes. Two statements of one
-- suspension are one: what has one resumption, or none yet, began on the earliest day that is stated.
with stated as (
    select
        ticker,
        event,
        event_latest_on as event_on,
        known_on
    from {{ ref('int_corporate_event') }}
    -- a span of days tells no session; each suspension counts, not only the newest, but for one that was taken back
    where
        event in ('trading_suspended', 'trading_resumed')
        and status in ('past', 'announced')
        and event_earliest_on = event_latest_on
        and coalesce(overruled_because, '') <> 'taken back'
),

paired as (
    select
        suspended.ticker,
        suspended.event_on as suspended_on,
        min(resumed.event_on) as resumed_on,
        max(suspended.known_on) as known_on
    from stated as suspended
    left join stated as resumed
        on
            suspended.ticker = resumed.ticker
            and resumed.event = 'trading_resumed'
            and suspended.event_on <= resumed.event_on
    where suspended.event = 'trading_suspended'
    group by suspended.ticker, suspended.event_on
),

halts as (
    select
        paired.ticker,
        min(paired.suspended_on) as suspended_on,
        paired.resumed_on,
        greatest(max(paired.known_on), coalesce(min(resumed.known_on), max(paired.known_on))) as known_on
    from paired
    left join stated as resumed
        on paired.ticker = resumed.ticker and resumed.event = 'trading_resumed' and paired.resumed_on = resumed.event_on
    group by paired.ticker, paired.resumed_on
)

select
    halts.ticker,
    halts.suspended_on,
    -- a day that is no session is moved to the next one
    coalesce(days.trading_date, halts.resumed_on) as resumed_on,
    -- while no resumption is known, not before the session after the as-of day
    coalesce(days.trading_date, halts.resumed_on, next_days.trading_date) as resumed_earliest_on,
    halts.known_on
from halts
inner join {{ ref('int_security') }} as securities on halts.ticker = securities.ticker
left join {{ ref('int_trading_day') }} as days
    on
        securities.exchange_mic = days.exchange_mic
        and halts.resumed_on > days.previous_trading_date
        and halts.resumed_on <= days.trading_date
left join {{ ref('int_trading_day') }} as next_days
    on
        securities.exchange_mic = next_days.exchange_mic
        and greatest(halts.suspended_on, {{ as_of() }}) >= next_days.previous_trading_date
        and greatest(halts.suspended_on, {{ as_of() }}) < next_days.trading_date
