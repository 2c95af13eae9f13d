-- The tests of a security's route, each with what it measures up to the day before the first possible one (or the data day of its
-- review), as far as bars are known.
with rules as (
    select
        *,
        lead(in_force_from_on) over (partition by route, test order by in_force_from_on) as in_force_to_on
    from {{ ref('stg_southbound_rules') }}
),

tests as (
    select
        routes.ticker,
        routes.route,
        routes.listing_on,
        routes.first_possible_on,
        routes.is_confirmed,
        routes.basis,
        rules.test,
        cast(rules.threshold_hkd as double) as threshold_hkd,
        rules.window_days,
        case
            when rules.window_days is null then null
            when routes.route = 'index member' then routes.reviewed_to_on
            else {{ add_days('routes.first_possible_on', -1) }}
        end as measured_to_on,
        rules.document_id,
        greatest(routes.known_on, rules.known_on) as known_on
    from {{ ref('int_southbound_route') }} as routes
    inner join rules
        on
            routes.route = rules.route
            and coalesce(routes.first_possible_on, {{ as_of() }}) >= rules.in_force_from_on
            and coalesce(routes.first_possible_on, {{ as_of() }}) < coalesce(rules.in_force_to_on, {{ never() }})
),

bars as (
    select
        tests.ticker,
        tests.test,
        turnovers.trading_date,
        turnovers.turnover,
        turnovers.market_cap,
        turnovers.close * floats.listed_shares as listed_market_cap,
        turnovers.known_on,
        row_number() over (
            partition by tests.ticker, tests.test, {{ dbt.date_trunc('month', 'turnovers.trading_date') }}
            order by turnovers.trading_date desc
        ) as month_end_order
    from tests
    inner join {{ ref('int_tested_bar') }} as turnovers
        on
            tests.ticker = turnovers.ticker
            and turnovers.trading_date >= tests.listing_on
            and turnovers.trading_date <= tests.measured_to_on
            and turnovers.trading_date > {{ add_days('tests.measured_to_on', '-tests.window_days') }}
    left join {{ ref('fct_float_daily') }} as floats
        on turnovers.ticker = floats.ticker and turnovers.trading_date = floats.trading_date and floats.policy = 'unlocked'
),

measured as (
    select
        ticker,
        test,
        {{ southbound_value('test', 'month_end_order = 1') }} as value_hkd,
        count(*) as measured_sessions,
        max(trading_date) as newest_bar_on,
        max(known_on) as known_on
    from bars
    group by ticker, test
),

outcomes as (
    select
        ticker,
        event_earliest_on as eligible_on,
        document_id as eligible_document_id,
        known_on
    from {{ ref('int_corporate_event') }}
    where event = 'stock_connect_eligibility' and is_preferred and status = 'past'
),

-- which members there are is known of single securities only, so that another is not told to be none
members as (
    select
        ticker,
        effective_on,
        left_on,
        document_id,
        known_on
    from {{ ref('int_index_member') }}
    where index_name = 'Hang Seng Composite' and is_preferred
)

select
    tests.ticker,
    tests.route,
    tests.test,
    tests.listing_on,
    tests.first_possible_on,
    tests.is_confirmed as is_first_possible_confirmed,
    tests.basis as first_possible_basis,
    tests.threshold_hkd,
    measured.value_hkd,
    measured.value_hkd - tests.threshold_hkd as margin_hkd,
    tests.measured_to_on,
    measured.newest_bar_on,
    coalesce(measured.measured_sessions, 0) as measured_sessions,
    case
        when tests.test in ('listed long enough', 'stabilisation is over', 'reviewed since the listing')
            then case
                when tests.first_possible_on is null then 'no data'
                when tests.first_possible_on <= {{ as_of() }} then 'passes'
                else 'not yet'
            end
        when tests.test = 'member of the index'
            then case
                when members.effective_on is null then 'no data'
                when members.left_on <= {{ as_of() }} then 'fails'
                when members.effective_on <= {{ as_of() }} then 'passes'
                else 'not yet'
            end
        when tests.threshold_hkd is null or measured.value_hkd is null then 'no data'
        when tests.measured_to_on > {{ as_of() }} then 'not yet'
        when measured.value_hkd >= tests.threshold_hkd then 'passes'
        else 'fails'
    end as result,
    outcomes.eligible_on,
    case
        when outcomes.eligible_on is null then null
        when outcomes.eligible_on = tests.first_possible_on then 'on the first possible day'
        when outcomes.eligible_on > tests.first_possible_on then 'later'
        when tests.route = 'A+H' and not tests.is_confirmed then 'by the latest first day'
        else 'before it'
    end as outcome,
    tests.document_id,
    outcomes.eligible_document_id,
    greatest(tests.known_on, measured.known_on, outcomes.known_on, members.known_on) as known_on,
    members.effective_on as member_on,
    members.document_id as member_document_id
from tests
left join measured on tests.ticker = measured.ticker and tests.test = measured.test
left join outcomes on tests.ticker = outcomes.ticker
left join members on tests.ticker = members.ticker and tests.test = 'member of the index'
