-- The windows over which a scarcity case states prices and forecasts, and the change of price in each: as the document has
-- it, and from daily bars where they reach from one end to the other.
with facts as (
    select
        facts.*,
        {{ described_on('facts', 'documents') }} as document_on
    from {{ ref('stg_scarcity_case') }} as facts
    inner join {{ ref('stg_documents') }} as documents on facts.document_id = documents.document_id
),

-- "year to date": since the last day of the year before; the index's change is the same statement of another ticker
year_to_date as (
    select
        document_id,
        as_of_latest_on,
        max(as_of_printed) as as_of_printed,
        ticker,
        {% for name, quantity in [
            ('price', 'share price change'),
            ('benchmark', 'index change'),
            ('revenue', 'change of 12-month forward revenue'),
            ('earnings', 'change of 12-month forward earnings'),
        ] %}
            {% for end in ['value', 'low', 'high'] %}
                cast(max(case when quantity = '{{ quantity }}' then {{ end }} end) as double) as {{ name }}_{{ end }},
            {% endfor %}
        {% endfor %}
        max(table_ref) as table_ref,
        max(known_on) as known_on
    from facts
    where lower(as_of_printed) like 'year to date%' and as_of_latest_on is not null
    group by document_id, as_of_latest_on, ticker
),

stated as (
    select
        focal.document_id,
        focal.as_of_printed,
        focal.ticker,
        cast(cast(extract(year from focal.as_of_latest_on) - 1 as string) || '-12-31' as date) as window_start_earliest_on,
        cast(cast(extract(year from focal.as_of_latest_on) - 1 as string) || '-12-31' as date) as window_start_on,
        focal.as_of_latest_on as window_end_on,
        focal.price_value,
        focal.price_low,
        focal.price_high,
        market.benchmark_value,
        market.benchmark_low,
        market.benchmark_high,
        focal.revenue_value,
        focal.revenue_low,
        focal.revenue_high,
        focal.earnings_value,
        focal.earnings_low,
        focal.earnings_high,
        focal.table_ref,
        greatest(focal.known_on, coalesce(market.known_on, focal.known_on)) as known_on
    from year_to_date as focal
    left join year_to_date as market
        on
            focal.document_id = market.document_id
            and focal.as_of_latest_on = market.as_of_latest_on
            and market.benchmark_low is not null
    where focal.price_low is not null
),

-- from an earlier market value that the case states to the one that the document's value chain prints, both for one number
-- of shares
since_market_value as (
    select
        facts.document_id,
        facts.as_of_printed,
        facts.ticker,
        facts.as_of_earliest_on as window_start_earliest_on,
        facts.as_of_latest_on as window_start_on,
        facts.document_on as window_end_on,
        cast(chain.value as double) * rates.per_usd / cast(facts.value as double) - 1 as price_value,
        cast(chain.low as double) * rates.per_usd / cast(facts.high as double) - 1 as price_low,
        cast(chain.high as double) * rates.per_usd / cast(facts.low as double) - 1 as price_high,
        facts.table_ref,
        greatest(facts.known_on, chain.known_on, coalesce(rates.known_on, facts.known_on)) as known_on
    from facts
    inner join {{ ref('stg_value_chain') }} as chain
        on
            facts.document_id = chain.document_id
            and facts.company = chain.company
            and chain.currency = 'USD'
            and chain.statement_number = 1
    left join {{ ref('int_fx_rate') }} as rates on {{ fx_on('rates', 'facts.currency', 'facts.document_on') }}
    where facts.quantity = 'market cap' and facts.ticker is not null and facts.as_of_latest_on < facts.document_on
),

windows as (
    select * from stated

    union all

    select
        document_id,
        as_of_printed,
        ticker,
        window_start_earliest_on,
        window_start_on,
        window_end_on,
        price_value,
        price_low,
        price_high,
        {% for name in ['benchmark', 'revenue', 'earnings'] %}
            {% for end in ['value', 'low', 'high'] %}
                cast(null as double) as {{ name }}_{{ end }},
            {% endfor %}
        {% endfor %}
        table_ref,
        known_on
    from since_market_value
),

-- the instruments of a window: the focal security and its exchange's benchmark
instruments as (
    select
        windows.*,
        exchanges.benchmark,
        {{ add_days('windows.window_start_earliest_on', -15) }} as oldest_start_on,
        {{ add_days('windows.window_end_on', -15) }} as oldest_end_on
    from windows
    inner join {{ ref('stg_exchanges') }} as exchanges on windows.ticker like '%' || exchanges.ticker_suffix
),

bars as (
    select
        instruments.document_id,
        instruments.as_of_printed,
        instruments.ticker,
        prices.ticker = instruments.ticker as is_focal,
        instruments.window_start_earliest_on,
        instruments.window_start_on,
        prices.trading_date,
        prices.close * prices.cumulative_split_factor as close,
        prices.document_id as price_document_id,
        prices.known_on,
        row_number() over (
            partition by instruments.document_id, instruments.as_of_printed, instruments.ticker, prices.ticker
            order by prices.trading_date desc
        ) as bars_back,
        max(case when prices.trading_date <= instruments.window_start_earliest_on then prices.trading_date end) over (
            partition by instruments.document_id, instruments.as_of_printed, instruments.ticker, prices.ticker
        ) as first_start_on,
        max(prices.trading_date) over (
            partition by instruments.document_id, instruments.as_of_printed, instruments.ticker, prices.ticker
        ) >= instruments.oldest_end_on as reaches_end
    from instruments
    inner join {{ ref('int_followed_price_bar') }} as prices
        on
            prices.ticker in (instruments.ticker, instruments.benchmark)
            and instruments.oldest_start_on <= prices.trading_date
            and instruments.window_end_on >= prices.trading_date
),

-- a start that is a span of days gives a lowest and a highest price to start from, and no single one
ends as (
    select
        document_id,
        as_of_printed,
        ticker,
        is_focal,
        min(case when trading_date between first_start_on and window_start_on then close end) as start_low,
        max(case when trading_date between first_start_on and window_start_on then close end) as start_high,
        max(case when bars_back = 1 then close end) as end_close,
        max(case when bars_back = 1 then price_document_id end) as price_document_id,
        max(known_on) as known_on
    from bars
    where first_start_on is not null and reaches_end
    group by document_id, as_of_printed, ticker, is_focal
),

changes as (
    select
        document_id,
        as_of_printed,
        ticker,
        is_focal,
        case when start_low = start_high then end_close / start_low - 1 end as change_value,
        end_close / start_high - 1 as change_low,
        end_close / start_low - 1 as change_high,
        price_document_id,
        known_on
    from ends
)

select
    'document' as basis,
    windows.*,
    windows.document_id as price_document_id
from windows

union all

select
    'market data' as basis,
    windows.document_id,
    windows.as_of_printed,
    windows.ticker,
    windows.window_start_earliest_on,
    windows.window_start_on,
    windows.window_end_on,
    focal.change_value as price_value,
    focal.change_low as price_low,
    focal.change_high as price_high,
    market.change_value as benchmark_value,
    market.change_low as benchmark_low,
    market.change_high as benchmark_high,
    windows.revenue_value,
    windows.revenue_low,
    windows.revenue_high,
    windows.earnings_value,
    windows.earnings_low,
    windows.earnings_high,
    windows.table_ref,
    greatest(windows.known_on, focal.known_on, coalesce(market.known_on, focal.known_on)) as known_on,
    focal.price_document_id
from windows
inner join changes as focal
    on
        windows.document_id = focal.document_id
        and windows.as_of_printed = focal.as_of_printed
        and windows.ticker = focal.ticker
        and focal.is_focal
left join changes as market
    on
        windows.document_id = market.document_id
        and windows.as_of_printed = market.as_of_printed
        and windows.ticker = market.ticker
        and not market.is_focal
