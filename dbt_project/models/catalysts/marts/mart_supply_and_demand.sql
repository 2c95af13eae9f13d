-- The supply of each month beside the demand whose days follow from rules. What is partly offset is a number where the assets
-- that follow the indexes are stated, else there is no data.
with supplies as (
    select
        ticker,
        month_on,
        released_shares,
        financing_shares,
        supply_shares,
        conversion_shares,
        known_on
    from {{ ref('mart_supply_calendar') }}
),

southbound as (
    select
        ticker,
        cast({{ dbt.date_trunc('month', 'coalesce(eligible_on, first_possible_on)') }} as date) as month_on,
        min(coalesce(eligible_on, first_possible_on)) as southbound_on,
        min(case when eligible_on is not null then 'eligible' else 'first possible day' end) as southbound_basis,
        max(known_on) as known_on
    from {{ ref('mart_southbound_eligibility') }}
    where coalesce(eligible_on, first_possible_on) is not null
    group by ticker, cast({{ dbt.date_trunc('month', 'coalesce(eligible_on, first_possible_on)') }} as date)
),

changes as (
    select
        ticker,
        cast({{ dbt.date_trunc('month', 'closes_on') }} as date) as month_on,
        {% for policy in ['hsi', 'msci', 'ftse'] %}
            sum(case when policy = '{{ policy }}' then difference_shares end) as {{ policy }}_difference_shares,
        {% endfor %}
        sum(difference_shares * tracked_ratio) as passive_shares_bought,
        sum(case when tracked_ratio is null then 1 else 0 end) as families_without_assets,
        max(known_on) as known_on
    from {{ ref('int_index_change') }}
    where difference_shares <> 0
    group by ticker, cast({{ dbt.date_trunc('month', 'closes_on') }} as date)
),

months as (
    select ticker, month_on from supplies
    union
    select ticker, month_on from southbound
    union
    select ticker, month_on from changes
)

select
    months.ticker,
    months.month_on,
    coalesce(supplies.released_shares, 0) as released_shares,
    coalesce(supplies.financing_shares, 0) as financing_shares,
    coalesce(supplies.supply_shares, 0) as supply_shares,
    coalesce(supplies.conversion_shares, 0) as conversion_shares,
    southbound.southbound_on,
    southbound.southbound_basis,
    cast(changes.hsi_difference_shares as bigint) as hsi_difference_shares,
    cast(changes.msci_difference_shares as bigint) as msci_difference_shares,
    cast(changes.ftse_difference_shares as bigint) as ftse_difference_shares,
    changes.passive_shares_bought,
    changes.passive_shares_bought / nullif(supplies.supply_shares, 0) as offset_ratio,
    case
        when coalesce(supplies.supply_shares, 0) = 0 then 'no supply'
        when changes.ticker is null then 'no review changes a factor'
        when changes.passive_shares_bought is null then 'no data: state index_assets'
        when changes.families_without_assets > 0 then 'indexes without stated assets left out'
        else 'all indexes'
    end as offset_basis,
    greatest(supplies.known_on, southbound.known_on, changes.known_on) as known_on
from months
left join supplies on months.ticker = supplies.ticker and months.month_on = supplies.month_on
left join southbound on months.ticker = southbound.ticker and months.month_on = southbound.month_on
left join changes on months.ticker = changes.ticker and months.month_on = changes.month_on
