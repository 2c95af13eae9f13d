-- What the change of multiple of a scarcity case would take from the listed securities of another sector as peers list there.
with cases as (
    select
        premiums.*,
        -- the listings of the case: in its own window, that over which its multiple changed
        premiums.listed_peers_after - premiums.listed_peers_before as case_peers
    from {{ ref('fct_scarcity_premium') }} as premiums
),

-- the companies of a scenario that have not listed yet
scenarios as (
    select
        scenarios.scenario,
        peers.sector,
        count(*) as further_peers,
        min(peers.listing_earliest_on) as listings_earliest_on,
        max(peers.listing_latest_on) as listings_latest_on,
        min(scenarios.document_id) as scenario_document_id,
        max(peers.known_on) as known_on
    from {{ ref('stg_scarcity_scenarios') }} as scenarios
    left join {{ ref('stg_company_names') }} as names on scenarios.company = names.printed_name
    inner join (
        select
            securities.*,
            {{ known_as('securities.issuer', 'issuer_names') }} as company
        from {{ ref('dim_security') }} as securities
        left join {{ ref('stg_company_names') }} as issuer_names on securities.issuer = issuer_names.printed_name
    ) as peers on {{ known_as('scenarios.company', 'names') }} = peers.company
    where peers.listing_status in ('expected', 'postponed')
    group by scenarios.scenario, peers.sector
),

scalings as (
    select 'whole fraction' as scaling

    union all

    select 'fraction a peer' as scaling
),

applied as (
    select
        caps.ticker,
        caps.company,
        scenarios.scenario,
        scenarios.further_peers,
        scenarios.scenario_document_id,
        scenarios.listings_earliest_on,
        scenarios.listings_latest_on,
        scalings.scaling,
        cases.ticker as case_ticker,
        cases.window_start_on,
        cases.window_end_on,
        cases.measure,
        cases.basis,
        cases.case_peers,
        {% for end in ['', '_low', '_high'] %}
            power(
                1 + cases.multiple_change{{ end }}_ratio,
                case
                    when scalings.scaling = 'whole fraction' then 1e0
                    else scenarios.further_peers / cast(nullif(cases.case_peers, 0) as double)
                end
            ) as kept{{ end }},
            caps.market_cap{{ end }}_usd,
        {% endfor %}
        caps.market_cap_basis,
        caps.market_cap_on,
        caps.hkd_per_usd,
        caps.total_shares,
        caps.total_basis,
        cases.document_id,
        caps.document_id as market_cap_document_id,
        cases.table_ref,
        greatest(cases.known_on, scenarios.known_on, caps.known_on) as known_on
    from cases
    inner join {{ ref('dim_security') }} as focal on cases.ticker = focal.ticker
    inner join scenarios on focal.sector <> scenarios.sector
    inner join {{ ref('dim_security') }} as securities
        on scenarios.sector = securities.sector and securities.listing_status = 'listed' and securities.counter_of is null
    inner join {{ ref('int_market_cap') }} as caps on securities.ticker = caps.ticker
    cross join scalings
    where
        (cases.multiple_change_low_ratio is not null or cases.multiple_change_ratio is not null)
        and (scalings.scaling = 'whole fraction' or cases.case_peers > 0)
)

select
    ticker,
    company,
    scenario,
    further_peers,
    listings_earliest_on,
    listings_latest_on,
    scaling,
    case_ticker,
    window_start_on as case_window_start_on,
    window_end_on as case_window_end_on,
    measure,
    basis,
    case_peers,
    kept - 1 as applied_change_ratio,
    kept_low - 1 as applied_change_low_ratio,
    kept_high - 1 as applied_change_high_ratio,
    market_cap_basis,
    market_cap_on,
    {% for currency, rate in [('usd', ''), ('hkd', ' * hkd_per_usd')] %}
        {% for end in ['', '_low', '_high'] %}
            market_cap{{ end }}_usd{{ rate }} as market_cap{{ end }}_{{ currency }},
        {% endfor %}
        {% for end in ['', '_low', '_high'] %}
            market_cap{{ end }}_usd{{ rate }} * kept{{ end }} as market_cap_after{{ end }}_{{ currency }},
        {% endfor %}
        market_cap_usd{{ rate }} * (kept - 1) as market_cap_change_{{ currency }},
    {% endfor %}
    total_shares,
    market_cap_usd * hkd_per_usd / nullif(total_shares, 0) as price_hkd,
    market_cap_usd * hkd_per_usd * kept / nullif(total_shares, 0) as price_after_hkd,
    document_id,
    market_cap_document_id,
    scenario_document_id,
    table_ref,
    known_on,
    total_basis
from applied
