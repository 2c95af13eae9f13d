-- Over-allocated shares that a holder lends: what is lent at the listing, and what goes back to him and when. They are delivered
-- and traded from the first day; the option's shares that are issued go back to the lender, and so does what is bought in the
-- market. Where no document says how the shares are delivered, only the earliest float has them from the first day.
-- In shares from before all splits.
with events as (
    select
        events.ticker,
        events.effective_on,
        events.is_over_allotment,
        events.known_on,
        {{ before_splits('events.issued_shares', 'splits') }} as issued_before_splits,
        min(events.effective_on) over (partition by events.ticker) as opening_on
    from {{ ref('int_share_capital') }} as events
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'events.ticker', 'events.effective_on') }}
),

policies as (
    select 'unlocked' as policy
    union all
    select 'unlocked_earliest' as policy
),

loans as (
    select
        loans.ticker,
        policies.policy,
        openings.opening_on,
        {{ before_splits('loans.over_allocated_shares', 'splits') }} as lent_before_splits,
        -- an option ends on the 30th day after the last day for applications, which is before the listing
        coalesce(loans.last_exercise_on, {{ add_days('openings.opening_on', 30) }}) as option_ends_on,
        loans.settled_on,
        loans.known_on
    from {{ ref('int_over_allocation') }} as loans
    inner join (select distinct ticker, opening_on from events) as openings on loans.ticker = openings.ticker
    inner join policies
        on
            loans.settlement = 'borrowed'
            or (loans.settlement = 'not stated' and policies.policy = 'unlocked_earliest')
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'loans.ticker', 'openings.opening_on') }}
),

repaid as (
    select
        loans.ticker,
        loans.policy,
        events.effective_on,
        sum(events.issued_before_splits) as repaid_before_splits,
        max(events.known_on) as known_on
    from loans
    inner join events on loans.ticker = events.ticker
    where events.is_over_allotment
    group by loans.ticker, loans.policy, events.effective_on
),

-- what the option's shares don't repay is bought in the market; while no document tells the day, it is surely back when the
-- time of the option is over
returned as (
    select
        loans.ticker,
        loans.policy,
        coalesce(
            loans.settled_on, case when loans.policy = 'unlocked' then {{ add_days('loans.option_ends_on', 1) }} end
        ) as step_on,
        loans.lent_before_splits - coalesce(sum(repaid.repaid_before_splits), 0) as returned_before_splits,
        loans.known_on
    from loans
    left join repaid on loans.ticker = repaid.ticker and loans.policy = repaid.policy
    group by
        loans.ticker, loans.policy, loans.lent_before_splits, loans.settled_on, loans.option_ends_on, loans.known_on
)

select ticker, policy, opening_on as step_on, lent_before_splits, known_on from loans
union all
select ticker, policy, effective_on as step_on, -repaid_before_splits as lent_before_splits, known_on from repaid
union all
select ticker, policy, step_on, -returned_before_splits as lent_before_splits, known_on from returned
where step_on is not null and returned_before_splits <> 0
