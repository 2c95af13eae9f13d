-- What int_price_bar says of a security's day, against its float; in its order, which is by day.
{{ config(materialized='incremental', incremental_strategy='from_first_change',
    unique_key=['ticker', 'trading_date']) }}

{% set changed = changed_bars(reads_float=true) %}

-- what a comparison table prints, for tickers whose lock-ups no document states
with printed as (
    select
        inputs.ticker,
        inputs.float_before_shares,
        inputs.float_before_shares + inputs.released_shares as float_after_shares,
        inputs.total_shares,
        inputs.expiry_on,
        {{ add_months('inputs.expiry_on', 6) }} as ends_on
    from {{ ref('int_comparable_input') }} as inputs
    left join (select distinct ticker from {{ ref('fct_float_daily') }}) as stated on inputs.ticker = stated.ticker
    where stated.ticker is null
),

with_float as (
    select
        bars.*,
        coalesce(
            floats.float_shares,
            case
                when bars.trading_date < printed.expiry_on then printed.float_before_shares
                else printed.float_after_shares
            end
        ) as float_shares,
        coalesce(floats.total_shares, printed.total_shares) as total_shares,
        case
            when floats.ticker is not null then floats.total_basis
            when printed.total_shares is not null then 'printed comparison table'
        end as total_basis,
        case
            when floats.float_shares is not null then 'unlocked'
            when bars.trading_date < printed.expiry_on then 'printed for the six-month expiry, before it'
            when printed.ticker is not null then 'printed for the six-month expiry, after it'
        end as float_basis
    from {{ of_changed(ref('int_price_bar'), changed) }} as bars
    left join {{ ref('fct_float_daily') }} as floats
        on
            bars.ticker = floats.ticker
            and bars.trading_date = floats.trading_date
            and floats.policy = 'unlocked'
    left join printed on bars.ticker = printed.ticker and bars.trading_date < printed.ends_on
    where bars.kind = 'security'
)

select
    ticker,
    trading_date,
    currency,
    close,
    previous_close,
    return_ratio,
    volume_shares,
    turnover,
    turnover_basis,
    turnover_20d,
    volume_20d_shares,
    float_shares,
    float_basis,
    total_shares,
    volume_shares / cast(nullif(float_shares, 0) as double) as volume_to_float_ratio,
    turnover / nullif(close * float_shares, 0) as turnover_to_float_cap_ratio,
    close * total_shares as market_cap,
    close * float_shares as float_market_cap,
    zero_volume_kind,
    disagreeing_sources,
    document_id,
    turnover_document_id,
    retrieved_at,
    known_on,
    total_basis,
    averages_from_on,
    counter_volume_shares,
    counter_turnover
from with_float
