{{ config(meta={'dagster': {'ref': {'name': 'fct_float_daily'}}}) }}
with days as (
    select
        floats.ticker,
        floats.policy,
        floats.trading_date,
        floats.float_shares,
        lag(floats.float_shares) over (partition by floats.ticker, floats.policy order by floats.trading_date) as before_shares,
        lag(floats.trading_date) over (partition by floats.ticker, floats.policy order by floats.trading_date) as before_on
    from {{ ref('fct_float_daily') }} as floats
    -- what an exchange or an index counts also steps where its rules or the holders change
    where floats.policy in ('unlocked', 'unlocked_earliest')
),

causes as (
    select ticker, 'unlocked' as policy, first_tradable_latest_on as cause_on from {{ ref('fct_lockup_tranche') }}
    union
    select ticker, 'unlocked_earliest' as policy, first_tradable_earliest_on from {{ ref('fct_lockup_tranche') }}
    union
    select ticker, policies.policy, locked_from_on
    from {{ ref('fct_lockup_tranche') }}
    cross join (
        select 'unlocked' as policy
        union all
        select 'unlocked_earliest' as policy
    ) as policies
    union
    select ticker, 'unlocked' as policy, effective_on from {{ ref('fct_share_capital') }}
    union
    select ticker, 'unlocked_earliest' as policy, effective_on from {{ ref('fct_share_capital') }}
    union
    select ticker, 'unlocked' as policy, ex_on from {{ ref('int_split') }}
    union
    select ticker, 'unlocked_earliest' as policy, ex_on from {{ ref('int_split') }}
    union
    select ticker, policy, step_on from {{ ref('int_share_loan') }}
)

select days.ticker, days.policy, days.trading_date, days.before_shares, days.float_shares
from days
left join causes
    on
        days.ticker = causes.ticker
        and days.policy = causes.policy
        and causes.cause_on > days.before_on
        and causes.cause_on <= days.trading_date
where days.float_shares <> days.before_shares and causes.cause_on is null
