with events as (
    select
        catalysts.*,
        -- convertible bonds bring no shares yet
        case when catalysts.market_side = 'supply' and catalysts.possible_supply_shares is null then 1 else 0 end as is_supply,
        case when catalysts.market_side = 'demand' then 1 else 0 end as is_demand
    from {{ ref('fct_catalyst') }} as catalysts
    where
        catalysts.is_preferred
        and catalysts.ticker is not null
        and catalysts.earliest_on is not null
        and catalysts.market_side <> 'neither'
        and catalysts.status not in ('withdrawn', 'did not happen')
),

months as (
    select cast({{ dbt.date_trunc('month', 'trading_date') }} as date) as month_on
    from {{ ref('dim_trading_day') }}
    union
    -- beyond the last session that is known
    select cast({{ dbt.date_trunc('month', 'latest_on') }} as date) as month_on
    from events
    where latest_on < {{ never() }}
),

-- an event with a span of days is in each month that it can fall into, and counts as surely come in the last one
placed as (
    select
        months.month_on,
        events.*,
        events.latest_on < {{ add_months('months.month_on', 1) }} as is_due
    from events
    inner join months
        on
            events.earliest_on < {{ add_months('months.month_on', 1) }}
            and events.latest_on >= months.month_on
),

counted as (
    select
        ticker,
        max(subject) as issuer,
        month_on,
        cast(coalesce(sum(case when is_due and catalyst_kind = 'lock-up expiry' then supply_shares end), 0) as bigint)
            as released_shares,
        cast(coalesce(sum(case when is_due and catalyst_kind <> 'lock-up expiry' then supply_shares end), 0) as bigint)
            as financing_shares,
        cast(coalesce(sum(case when is_due then supply_shares end), 0) as bigint) as supply_shares,
        cast(coalesce(sum(case when not is_due then supply_shares end), 0) as bigint) as possible_earlier_shares,
        coalesce(sum(case when is_due and catalyst_kind = 'lock-up expiry' then supply_hkd end), 0) as released_hkd,
        coalesce(sum(case when is_due and catalyst_kind <> 'lock-up expiry' then supply_hkd end), 0) as financing_hkd,
        coalesce(sum(case when is_due then supply_hkd end), 0) as supply_hkd,
        coalesce(sum(case when not is_due then supply_hkd end), 0) as possible_earlier_hkd,
        sum(case when is_due then is_supply else 0 end) as supply_events,
        sum(case when is_due then 0 else is_supply end) as possible_supply_events,
        sum(case when is_due and supply_hkd is null then is_supply else 0 end) as unvalued_supply_events,
        sum(is_demand) as demand_events,
        sum(case when status = 'overdue' then is_demand else 0 end) as overdue_demand_events,
        cast(coalesce(sum(case when is_due then possible_supply_shares end), 0) as bigint) as conversion_shares,
        sum(case when is_due and possible_supply_shares is null then net_proceeds_hkd end) as financing_net_proceeds_hkd,
        sum(case when is_due and possible_supply_shares is not null then net_proceeds_hkd end) as convertible_net_proceeds_hkd,
        min(case when is_due then supply_hkd_on end) as oldest_price_on,
        max(case when is_due then supply_hkd_on end) as newest_price_on,
        sum(case when is_due and is_supply_hkd_stale then is_supply else 0 end) as stale_price_events,
        sum(case when is_due and is_session_provisional then is_supply else 0 end) as provisional_supply_events,
        {{ first_not_null('document_id', 'row_number_by_size') }} as document_id,
        max(known_on) as known_on
    from (
        select
            placed.*,
            row_number() over (
                partition by placed.ticker, placed.month_on
                order by
                    case when placed.is_due then 0 else 1 end,
                    coalesce(placed.supply_shares, 0) desc,
                    placed.is_demand desc,
                    placed.catalyst_id
            ) as row_number_by_size
        from placed
    ) as ordered
    group by ticker, month_on
),

named as (
    select
        ticker,
        month_on,
        {{ dbt.listagg("event || ' (' || status || ')'", "'; '", 'order by earliest_on, catalyst_id') }} as demand
    from placed
    where market_side = 'demand'
    group by ticker, month_on
),

priced as (
    select
        ticker,
        month_on,
        {{ dbt.listagg('supply_hkd_basis', "'; '", 'order by supply_hkd_basis') }} as price_bases
    from (
        select distinct
            ticker,
            month_on,
            supply_hkd_basis
        from placed
        where is_due and supply_hkd_basis is not null
    ) as bases
    group by ticker, month_on
)

select
    counted.ticker,
    counted.issuer,
    counted.month_on,
    counted.released_shares,
    counted.financing_shares,
    counted.supply_shares,
    counted.possible_earlier_shares,
    steps.float_shares as float_before_shares,
    cast(counted.supply_shares as double) / nullif(steps.float_shares, 0) as supply_of_float_ratio,
    counted.released_hkd,
    counted.financing_hkd,
    counted.supply_hkd,
    cast(counted.supply_events as bigint) as supply_events,
    cast(counted.possible_supply_events as bigint) as possible_supply_events,
    cast(counted.unvalued_supply_events as bigint) as unvalued_supply_events,
    cast(counted.demand_events as bigint) as demand_events,
    cast(counted.overdue_demand_events as bigint) as overdue_demand_events,
    named.demand,
    counted.document_id,
    counted.known_on,
    steps.total_basis,
    counted.conversion_shares,
    counted.financing_net_proceeds_hkd,
    counted.convertible_net_proceeds_hkd,
    counted.oldest_price_on,
    counted.newest_price_on,
    cast(counted.stale_price_events as bigint) as stale_price_events,
    prices.price_bases,
    cast(counted.provisional_supply_events as bigint) as provisional_supply_events,
    counted.possible_earlier_hkd
from counted
left join named on counted.ticker = named.ticker and counted.month_on = named.month_on
left join priced as prices on counted.ticker = prices.ticker and counted.month_on = prices.month_on
-- the float on the eve of the month
left join {{ ref('int_float_step') }} as steps
    on
        counted.ticker = steps.ticker
        and steps.is_preferred
        and steps.policy = 'unlocked'
        and steps.step_on < counted.month_on
        and coalesce(steps.next_step_on, {{ never() }}) >= counted.month_on
