-- The tests of a security's route to southbound trading as they stand on each session, each over the days before it: of an
-- average of month-ends over the months that are over.
with rules as (
    select
        *,
        lead(in_force_from_on) over (partition by route, test order by in_force_from_on) as in_force_to_on
    from {{ ref('stg_southbound_rules') }}
),

cases as (
    select
        routes.ticker,
        days.trading_date,
        routes.route,
        rules.test,
        routes.listing_on,
        routes.first_possible_on,
        cast(rules.threshold_hkd as double) as threshold_hkd,
        rules.window_days,
        rules.document_id,
        greatest(routes.known_on, rules.known_on) as known_on
    from {{ ref('int_southbound_route') }} as routes
    inner join {{ ref('int_trading_day') }} as days
        on
            days.exchange_mic = 'XHKG'
            and routes.listing_on <= days.trading_date
            and days.trading_date <= {{ as_of() }}
    inner join rules
        on
            routes.route = rules.route
            and days.trading_date >= rules.in_force_from_on
            and days.trading_date < coalesce(rules.in_force_to_on, {{ never() }})
),

bars as (
    select
        cases.ticker,
        cases.trading_date,
        cases.test,
        turnovers.turnover,
        turnovers.market_cap,
        turnovers.known_on,
        {{ dbt.date_trunc('month', 'turnovers.trading_date') }} < {{ dbt.date_trunc('month', 'cases.trading_date') }}
        and row_number() over (
            partition by
                cases.ticker, cases.trading_date, cases.test,
                {{ dbt.date_trunc('month', 'turnovers.trading_date') }}
            order by turnovers.trading_date desc
        ) = 1 as is_month_end,
        turnovers.close * floats.listed_shares as listed_market_cap
    from cases
    inner join {{ ref('int_tested_bar') }} as turnovers
        on
            cases.ticker = turnovers.ticker
            and cases.listing_on <= turnovers.trading_date
            and cases.trading_date > turnovers.trading_date
            and turnovers.trading_date >= {{ add_days('cases.trading_date', '-cases.window_days') }}
    left join {{ ref('fct_float_daily') }} as floats
        on turnovers.ticker = floats.ticker and turnovers.trading_date = floats.trading_date and floats.policy = 'unlocked'
),

measured as (
    select
        ticker,
        trading_date,
        test,
        {{ southbound_value('test', 'is_month_end') }} as value_hkd,
        count(*) as measured_sessions,
        max(known_on) as known_on
    from bars
    group by ticker, trading_date, test
),

outcomes as (
    select
        ticker,
        event_earliest_on as eligible_on,
        known_on
    from {{ ref('int_corporate_event') }}
    where event = 'stock_connect_eligibility' and is_preferred and status = 'past'
),

members as (
    select
        ticker,
        effective_on,
        left_on,
        known_on
    from {{ ref('int_index_member') }}
    where index_name = 'Hang Seng Composite' and is_preferred
)

select
    cases.ticker,
    cases.trading_date,
    cases.route,
    cases.test,
    cases.first_possible_on,
    cases.threshold_hkd,
    measured.value_hkd,
    measured.value_hkd - cases.threshold_hkd as margin_hkd,
    coalesce(measured.measured_sessions, 0) as measured_sessions,
    case
        when cases.test in ('listed long enough', 'stabilisation is over', 'reviewed since the listing')
            then case
                when cases.first_possible_on is null then 'no data'
                when cases.first_possible_on <= cases.trading_date then 'passes'
                else 'not yet'
            end
        when cases.test = 'member of the index'
            then case
                when members.effective_on is null then 'no data'
                when members.left_on <= cases.trading_date then 'fails'
                when members.effective_on <= cases.trading_date then 'passes'
                else 'not yet'
            end
        when cases.threshold_hkd is null or measured.value_hkd is null then 'no data'
        when measured.value_hkd >= cases.threshold_hkd then 'passes'
        else 'fails'
    end as result,
    outcomes.eligible_on,
    coalesce(outcomes.eligible_on <= cases.trading_date, false) as is_eligible,
    cases.document_id,
    greatest(cases.known_on, measured.known_on, outcomes.known_on, members.known_on) as known_on
from cases
left join measured
    on cases.ticker = measured.ticker and cases.trading_date = measured.trading_date and cases.test = measured.test
left join outcomes on cases.ticker = outcomes.ticker
left join members on cases.ticker = members.ticker and cases.test = 'member of the index'
