{{ config(materialized='incremental', incremental_strategy='from_first_change',
    unique_key=['ticker', 'trading_date', 'document_id']) }}

{% set changed = changed_bars() %}

with zero_volume_bars as (
    select
        bars.ticker,
        bars.exchange_mic,
        bars.trading_date,
        bars.document_id,
        bars.known_on,
        days.previous_trading_date,
        days.is_half_day
    from {{ of_changed(ref('int_bar_candidate'), changed) }} as bars
    inner join {{ ref('int_trading_day') }} as days
        on bars.exchange_mic = days.exchange_mic and bars.trading_date = days.trading_date
    where
        bars.volume_shares = 0
        and bars.kind = 'security'
),

-- the days that tell a halt from an outage: the day itself and the session before
looked_at as (
    select distinct
        document_id,
        exchange_mic,
        trading_date,
        trading_date as looked_at_on
    from zero_volume_bars

    union all

    select distinct
        document_id,
        exchange_mic,
        trading_date,
        previous_trading_date as looked_at_on
    from zero_volume_bars
),

-- the securities that the source follows around the day: those with a bar on it or on the session before
followed as (
    select
        looked_at.document_id,
        looked_at.exchange_mic,
        looked_at.trading_date,
        bars.ticker,
        max(case when bars.trading_date = looked_at.trading_date and bars.volume_shares <> 0 then 1 else 0 end) as has_volume,
        max(bars.retrieved_at) as retrieved_at
    from looked_at
    inner join {{ ref('int_bar_candidate') }} as bars
        on
            looked_at.document_id = bars.document_id
            and looked_at.exchange_mic = bars.exchange_mic
            and looked_at.looked_at_on = bars.trading_date
            and bars.kind = 'security'
    group by looked_at.document_id, looked_at.exchange_mic, looked_at.trading_date, bars.ticker
),

sources as (
    select
        document_id,
        exchange_mic,
        trading_date,
        count(*) as source_securities,
        count(*) - sum(has_volume) as source_securities_without_volume,
        max(retrieved_at) as retrieved_at
    from followed
    group by document_id, exchange_mic, trading_date
),

traded_elsewhere as (
    select distinct
        zero_volume_bars.ticker,
        zero_volume_bars.trading_date
    from zero_volume_bars
    inner join {{ ref('int_bar_candidate') }} as bars
        on zero_volume_bars.ticker = bars.ticker and zero_volume_bars.trading_date = bars.trading_date
    where bars.volume_shares > 0
)

select
    zero_volume_bars.ticker,
    zero_volume_bars.exchange_mic,
    zero_volume_bars.trading_date,
    zero_volume_bars.document_id,
    case
        when zero_volume_bars.is_half_day then 'half-day'
        when traded_elsewhere.ticker is not null then 'outage'
        when
            sources.source_securities >= 2
            and 2 * sources.source_securities_without_volume > sources.source_securities
            then 'outage'
        else 'halt'
    end as zero_volume_kind,
    sources.source_securities,
    cast(sources.source_securities_without_volume as bigint) as source_securities_without_volume,
    traded_elsewhere.ticker is not null as is_traded_elsewhere,
    sources.retrieved_at,
    zero_volume_bars.known_on
from zero_volume_bars
inner join sources
    on
        zero_volume_bars.document_id = sources.document_id
        and zero_volume_bars.exchange_mic = sources.exchange_mic
        and zero_volume_bars.trading_date = sources.trading_date
left join traded_elsewhere
    on zero_volume_bars.ticker = traded_elsewhere.ticker and zero_volume_bars.trading_date = traded_elsewhere.trading_date
