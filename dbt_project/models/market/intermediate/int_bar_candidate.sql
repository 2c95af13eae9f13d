-- The newest version of each source's bar of each day, exactly as landed. int_price_bar chooses among them.
{{ config(materialized='incremental', incremental_strategy='newest_version',
    unique_key=['ticker', 'trading_date', 'document_id']) }}

{% set since = last_retrieval() %}

-- depends_on: {{ ref('int_release') }}
with bars as (
    {% if since %}
        select * from ({{ landed_bars(since) }}) as landed_since
        where retrieved_at > {{ since }}
    {% else %}
        select * from {{ ref('stg_bars') }}
    {% endif %}
),

-- few bars were ever restated, and only these are sorted by version
restated as (
    select
        document_id,
        ticker,
        trading_date
    from bars
    group by document_id, ticker, trading_date
    having count(*) > 1
),

versions as (
    select
        bars.*,
        cast(1 as bigint) as version_order
    from bars
    left join restated
        on
            bars.document_id = restated.document_id
            and bars.ticker = restated.ticker
            and bars.trading_date = restated.trading_date
    where restated.ticker is null

    union all

    {{ newest_version(
        'select bars.* from bars inner join restated on bars.document_id = restated.document_id'
        ~ ' and bars.ticker = restated.ticker and bars.trading_date = restated.trading_date',
        ['document_id', 'ticker', 'trading_date']) }}
)

select
    versions.ticker,
    instruments.exchange_mic,
    instruments.kind,
    instruments.counter_of,
    versions.trading_date,
    versions.currency,
    versions.open,
    versions.high,
    versions.low,
    versions.close,
    versions.price_precision,
    versions.volume_shares,
    versions.volume_precision_shares,
    versions.turnover,
    versions.turnover_precision,
    versions.document_id,
    documents.rank as source_rank,
    versions.retrieved_at,
    versions.known_on
from versions
inner join {{ ref('stg_documents') }} as documents on versions.document_id = documents.document_id
inner join {{ ref('int_instrument') }} as instruments
    on
        versions.ticker = instruments.ticker
        -- bars from before the listing day belong to another company that had the ticker
        and (instruments.listing_earliest_on is null or versions.trading_date >= instruments.listing_earliest_on)
order by versions.trading_date
