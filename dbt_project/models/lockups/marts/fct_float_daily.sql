-- The steps of the preferred document, a row a session: to the as-of day or the last expiry, whichever is later.
with steps as (
    select * from {{ ref('int_float_step') }}
    where is_preferred
),

spans as (
    select
        steps.ticker,
        securities.exchange_mic,
        min(steps.step_on) as starts_on,
        -- what is no longer listed has no float
        least(
            greatest(max(steps.step_on), {{ as_of() }}),
            {{ add_days('coalesce(securities.delisted_on, ' ~ never() ~ ')', -1) }}
        ) as ends_on
    from steps
    inner join {{ ref('dim_security') }} as securities on steps.ticker = securities.ticker
    group by steps.ticker, securities.exchange_mic, securities.delisted_on
)

select
    steps.ticker,
    steps.policy,
    days.trading_date,
    steps.float_shares,
    steps.total_shares,
    steps.listed_shares,
    steps.locked_shares,
    cast(steps.float_shares as double) / nullif(steps.total_shares, 0) as float_ratio,
    cast(steps.float_shares as double) / nullif(steps.listed_shares, 0) as float_of_listed_ratio,
    days.trading_date > {{ as_of() }} as is_projected,
    steps.document_id,
    steps.total_basis,
    steps.known_on,
    steps.lent_shares,
    days.is_provisional as is_session_provisional,
    steps.treasury_shares
from spans
inner join {{ ref('dim_trading_day') }} as days
    on
        spans.exchange_mic = days.exchange_mic
        and spans.starts_on <= days.trading_date
        and spans.ends_on >= days.trading_date
inner join steps
    on
        spans.ticker = steps.ticker
        and days.trading_date >= steps.step_on
        and days.trading_date < coalesce(steps.next_step_on, {{ never() }})
