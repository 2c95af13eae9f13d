-- The steps of the preferred document, a row a session: to the as-of day or the last expiry, whichever is later. As an exchange
-- or an index counts it, the float is another number on the same shares in issue.
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
            greatest(
                max(steps.step_on),
                {{ as_of() }},
                -- what goes on under another ticker has a float until then
                coalesce(max(case when securities.successor is not null then securities.delisted_on end), {{ as_of() }})
            ),
            {{ add_days('coalesce(securities.delisted_on, ' ~ never() ~ ')', -1) }}
        ) as ends_on
    from steps
    inner join {{ ref('dim_security') }} as securities on steps.ticker = securities.ticker
    group by steps.ticker, securities.exchange_mic, securities.delisted_on
),

unlocked as (
    select
        steps.ticker,
        steps.policy,
        days.trading_date,
        steps.float_shares,
        steps.total_shares,
        steps.listed_shares,
        steps.locked_shares,
        steps.document_id,
        steps.total_basis,
        steps.known_on,
        steps.lent_shares,
        days.is_provisional as is_session_provisional,
        steps.treasury_shares,
        steps.float_shares as most_float_shares
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
),

counted as (
    select * from unlocked
    union all
    select
        unlocked.ticker,
        policies.policy,
        unlocked.trading_date,
        policies.float_shares,
        unlocked.total_shares,
        unlocked.listed_shares,
        unlocked.locked_shares,
        unlocked.document_id,
        unlocked.total_basis,
        greatest(unlocked.known_on, policies.known_on) as known_on,
        unlocked.lent_shares,
        unlocked.is_session_provisional,
        unlocked.treasury_shares,
        policies.most_float_shares
    from unlocked
    inner join {{ ref('int_float_policy') }} as policies
        on
            unlocked.ticker = policies.ticker
            and unlocked.trading_date >= policies.step_on
            and unlocked.trading_date < coalesce(policies.next_step_on, {{ never() }})
    where unlocked.policy = 'unlocked'
)

select
    ticker,
    policy,
    trading_date,
    float_shares,
    total_shares,
    listed_shares,
    locked_shares,
    cast(float_shares as double) / nullif(total_shares, 0) as float_ratio,
    cast(float_shares as double) / nullif(listed_shares, 0) as float_of_listed_ratio,
    trading_date > {{ as_of() }} as is_projected,
    document_id,
    total_basis,
    known_on,
    lent_shares,
    is_session_provisional,
    treasury_shares,
    most_float_shares
from counted
