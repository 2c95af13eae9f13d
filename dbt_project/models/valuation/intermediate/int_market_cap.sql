-- The market value of each listed company: of its newest daily bar, else as the best-ranked document prints it.
-- Reads two marts: a company's market value is the one that fct_turnover_daily publishes, on the shares of fct_float_daily.
-- Tables with a row for every bar and session are not kept a second time for it.
with bars as (
    select
        days.ticker,
        days.trading_date,
        days.currency,
        days.market_cap,
        days.total_shares,
        days.total_basis,
        days.document_id,
        days.known_on,
        row_number() over (partition by days.ticker order by days.trading_date desc) as bars_back
    from {{ ref('fct_turnover_daily') }} as days
    where days.market_cap is not null
),

printed as (
    select
        securities.ticker,
        {{ described_on('facts', 'documents') }} as market_cap_on,
        cast(facts.value as double) as market_cap,
        cast(facts.low as double) as market_cap_low,
        cast(facts.high as double) as market_cap_high,
        facts.currency,
        facts.document_id,
        facts.table_ref,
        facts.known_on,
        row_number() over (
            partition by securities.ticker order by documents.rank, facts.known_on desc, facts.document_id, facts.table_ref
        ) as preference
    from {{ ref('stg_priced_in') }} as facts
    inner join {{ ref('stg_documents') }} as documents on facts.document_id = documents.document_id
    left join {{ ref('stg_company_names') }} as names on facts.company = names.printed_name
    inner join {{ ref('int_security') }} as securities
        on
            {{ known_as('facts.company', 'names') }} = securities.issuer
            and securities.ticker is not null
    where facts.quantity = 'market cap' and facts.unit = 'money'
),

-- shares on the day for which a document prints the value
printed_shares as (
    select
        printed.ticker,
        floats.total_shares,
        floats.total_basis,
        row_number() over (partition by printed.ticker order by floats.trading_date desc) as days_back
    from printed
    inner join {{ ref('fct_float_daily') }} as floats
        on
            printed.ticker = floats.ticker
            and floats.policy = 'unlocked'
            and printed.market_cap_on >= floats.trading_date
    where printed.preference = 1
),

chosen as (
    select
        ticker,
        'daily bar x total shares' as market_cap_basis,
        trading_date as market_cap_on,
        currency,
        market_cap,
        market_cap as market_cap_low,
        market_cap as market_cap_high,
        total_shares,
        total_basis,
        document_id,
        cast(null as string) as table_ref,
        known_on
    from bars
    where bars_back = 1

    union all

    select
        printed.ticker,
        'printed market cap' as market_cap_basis,
        printed.market_cap_on,
        printed.currency,
        printed.market_cap,
        printed.market_cap_low,
        printed.market_cap_high,
        printed_shares.total_shares,
        printed_shares.total_basis,
        printed.document_id,
        printed.table_ref,
        printed.known_on
    from printed
    left join printed_shares on printed.ticker = printed_shares.ticker and printed_shares.days_back = 1
    left join bars on printed.ticker = bars.ticker and bars.bars_back = 1
    where printed.preference = 1 and bars.ticker is null
)

select
    chosen.ticker,
    securities.issuer as company,
    chosen.market_cap_basis,
    chosen.market_cap_on,
    {% for end in ['', '_low', '_high'] %}
        {{ in_usd('chosen.market_cap' ~ end, 'chosen.currency', 'rates') }} as market_cap{{ end }}_usd,
    {% endfor %}
    hong_kong_dollars.per_usd as hkd_per_usd,
    chosen.total_shares,
    chosen.total_basis,
    -- a printed market value stands on no shares
    case when chosen.market_cap_basis = 'daily bar x total shares' then chosen.total_basis end as market_cap_total_basis,
    chosen.document_id,
    chosen.table_ref,
    greatest(
        chosen.known_on, coalesce(rates.known_on, chosen.known_on), coalesce(hong_kong_dollars.known_on, chosen.known_on)
    ) as known_on
from chosen
inner join {{ ref('int_security') }} as securities on chosen.ticker = securities.ticker
left join {{ ref('int_fx_rate') }} as rates on {{ usd_rate_on('rates', 'chosen.currency', 'chosen.market_cap_on') }}
left join {{ ref('int_fx_rate') }} as hong_kong_dollars
    on {{ fx_on('hong_kong_dollars', "'HKD'", 'chosen.market_cap_on') }}
