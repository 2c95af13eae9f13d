-- The figures that a reader looks at first, one a row: what `freefloat releases diff` compares from release to release.
with float_days as (
    select
        ticker,
        float_ratio,
        document_id,
        total_basis,
        row_number() over (partition by ticker order by trading_date desc) as newest_first
    from {{ ref('fct_float_daily') }}
    where policy = 'unlocked' and not is_projected
),

next_expiries as (
    select
        ticker,
        float_expansion_x,
        release_value_hkd,
        price_on,
        document_id,
        total_basis,
        row_number() over (partition by ticker order by first_tradable_on) as soonest_first
    from {{ ref('fct_lockup_expiry') }}
    where is_preferred and first_tradable_on > {{ as_of() }}
),

-- the newest round of all is the benchmark of the day
priced_in as (
    select
        ticker,
        market_cap_usd,
        market_cap_on,
        implied_arr_usd,
        required_growth_x,
        document_id,
        total_basis,
        row_number() over (partition by ticker order by benchmark_closed_on desc, benchmark) as newest_first
    from {{ ref('mart_priced_in_arr') }}
)

select
    'free float' as headline,
    ticker as subject,
    float_ratio as value,
    'fraction of all shares' as unit,
    'fct_float_daily' as mart,
    document_id,
    total_basis,
    {{ headline_keys({'ticker': 'ticker'}) }}
from float_days
where newest_first = 1

union all

select
    'float expansion at the next lock-up expiry' as headline,
    ticker as subject,
    float_expansion_x as value,
    'times the float before' as unit,
    'fct_lockup_expiry' as mart,
    document_id,
    total_basis,
    {{ headline_keys({'ticker': 'ticker'}) }}
from next_expiries
where soonest_first = 1

union all

select
    'value released at the next lock-up expiry' as headline,
    ticker as subject,
    release_value_hkd as value,
    'HKD' as unit,
    'fct_lockup_expiry' as mart,
    document_id,
    cast(null as string) as total_basis,
    {{ headline_keys({'ticker': 'ticker', 'value_on': 'price_on'}) }}
from next_expiries
where soonest_first = 1

union all

select
    'market value' as headline,
    ticker as subject,
    market_cap_usd as value,
    'USD' as unit,
    'mart_priced_in_arr' as mart,
    document_id,
    total_basis,
    {{ headline_keys({'ticker': 'ticker', 'value_on': 'market_cap_on'}) }}
from priced_in
where newest_first = 1

union all

select
    'ARR priced in at the newest benchmark' as headline,
    ticker as subject,
    implied_arr_usd as value,
    'USD' as unit,
    'mart_priced_in_arr' as mart,
    document_id,
    total_basis,
    {{ headline_keys({'ticker': 'ticker', 'value_on': 'market_cap_on'}) }}
from priced_in
where newest_first = 1

union all

select
    'growth of ARR priced in at the newest benchmark' as headline,
    ticker as subject,
    required_growth_x as value,
    'times the latest ARR' as unit,
    'mart_priced_in_arr' as mart,
    document_id,
    total_basis,
    {{ headline_keys({'ticker': 'ticker', 'value_on': 'market_cap_on'}) }}
from priced_in
where newest_first = 1

union all

select
    'scarcity premium' as headline,
    concat_ws(
        ', ',
        ticker,
        cast(window_start_on as {{ dbt.type_string() }}),
        cast(window_end_on as {{ dbt.type_string() }}),
        measure,
        basis,
        document_id
    ) as subject,
    premium_ratio as value,
    'fraction' as unit,
    'fct_scarcity_premium' as mart,
    document_id,
    cast(null as string) as total_basis,
    {{ headline_keys({
        'ticker': 'ticker',
        'window_start_on': 'window_start_on',
        'window_end_on': 'window_end_on',
        'measure': 'measure',
        'basis': 'basis',
    }) }}
from {{ ref('fct_scarcity_premium') }}
where premium_ratio is not null

union all

select
    {{ text_literal("value of China's AI companies") }} as headline,
    concat_ws(', ', scenario, basis, document_id, table_ref) as subject,
    china_of_us_ratio as value,
    {{ text_literal("fraction of the US peers'") }} as unit,
    'mart_relative_valuation' as mart,
    document_id,
    cast(null as string) as total_basis,
    {{ headline_keys({'basis': 'basis', 'scenario': 'scenario', 'table_ref': 'table_ref'}) }}
from {{ ref('mart_relative_valuation') }}

union all

select
    concat('printed figures: ', verdict) as headline,
    document_id as subject,
    cast(count(*) as double) as value,
    'figures' as unit,
    'fct_reconciliation' as mart,
    document_id,
    cast(null as string) as total_basis,
    {{ headline_keys({}) }}
from {{ ref('fct_reconciliation') }}
where basis = 'document'
group by verdict, document_id

union all

select
    concat('signals: ', state) as headline,
    document_id as subject,
    cast(count(*) as double) as value,
    'signals' as unit,
    'mart_tripwire' as mart,
    document_id,
    cast(null as string) as total_basis,
    {{ headline_keys({}) }}
from {{ ref('mart_tripwire') }}
group by state, document_id
