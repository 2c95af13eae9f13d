-- The supply of all issuers of an exchange, by month: months in which nothing comes have no row.
with supplies as (
    select
        calendar.*,
        securities.exchange_mic,
        -- the float before at the price at which the supply counts, so that issuers of any price add up
        calendar.float_before_shares * calendar.supply_hkd / nullif(calendar.supply_shares, 0) as float_before_hkd,
        row_number() over (
            partition by securities.exchange_mic, calendar.month_on
            order by calendar.supply_hkd desc, calendar.supply_shares desc, calendar.ticker
        ) as size_order
    from {{ ref('mart_supply_calendar') }} as calendar
    inner join {{ ref('dim_security') }} as securities on calendar.ticker = securities.ticker
    where calendar.supply_shares > 0 or calendar.possible_earlier_shares > 0
)

select
    exchange_mic,
    month_on,
    count(case when supply_shares > 0 then 1 end) as issuers,
    count(*) as issuers_with_possible_supply,
    cast(sum(released_shares) as bigint) as released_shares,
    cast(sum(financing_shares) as bigint) as financing_shares,
    cast(sum(supply_shares) as bigint) as supply_shares,
    cast(sum(possible_earlier_shares) as bigint) as possible_earlier_shares,
    sum(released_hkd) as released_hkd,
    sum(financing_hkd) as financing_hkd,
    sum(supply_hkd) as supply_hkd,
    sum(float_before_hkd) as float_before_hkd,
    sum(case when float_before_hkd > 0 then supply_hkd end) / nullif(sum(float_before_hkd), 0) as supply_of_float_ratio,
    cast(sum(unvalued_supply_events) as bigint) as unvalued_supply_events,
    cast(sum(stale_price_events) as bigint) as stale_price_events,
    min(oldest_price_on) as oldest_price_on,
    max(case when size_order = 1 then ticker end) as largest_ticker,
    max(case when size_order = 1 then supply_hkd end) as largest_supply_hkd,
    max(known_on) as known_on,
    cast(sum(provisional_supply_events) as bigint) as provisional_supply_events,
    sum(possible_earlier_hkd) as possible_earlier_hkd
from supplies
group by exchange_mic, month_on
