{{ config(materialized='incremental', incremental_strategy='from_first_change', unique_key=['ticker', 'trading_date']) }}

with changed as ( -- in a full build, every ticker from its first bar on
    {{ changed_bars() }}
),

starts as (
    select
        bars.ticker,
        changed.first_changed_on,
        min(bars.bar_number) as first_bar_number
    from {{ ref('int_price_bar') }} as bars
    inner join changed on bars.ticker = changed.ticker and bars.trading_date >= changed.first_changed_on
    where bars.kind = 'security' and {{ is_not_before_first_change('bars.trading_date') }}
    group by bars.ticker, changed.first_changed_on
),

-- the 20 sessions that traded before the changed bars, however long ago a ticker with gaps or halts had those
traded_before as (
    select
        ticker,
        min(bar_number) as first_bar_number
    from (
        select
            bars.ticker,
            bars.bar_number,
            row_number() over (partition by bars.ticker order by bars.bar_number desc) as sessions_back
        from {{ ref('int_price_bar') }} as bars
        inner join starts on bars.ticker = starts.ticker and bars.bar_number < starts.first_bar_number
        where coalesce(bars.volume_shares, 1) <> 0
    ) as earlier_bars
    where sessions_back <= 20
    group by ticker
),

bars as (
    select
        bars.*,
        starts.first_changed_on,
        -- a halt is no session
        coalesce(bars.volume_shares, 1) <> 0 as has_traded,
        count(case when coalesce(bars.volume_shares, 1) <> 0 then 1 end) over (
            partition by bars.ticker order by bars.trading_date
        ) as traded_sessions
    from {{ ref('int_price_bar') }} as bars
    inner join starts on bars.ticker = starts.ticker
    left join traded_before on bars.ticker = traded_before.ticker
    where bars.bar_number >= coalesce(traded_before.first_bar_number, starts.first_bar_number)
),

traded as (
    select
        ticker,
        traded_sessions,
        min(trading_date) over last_20 as averages_from_on,
        -- sums of decimals, which don't depend on the order of the rows; earlier volume in the shares of the first bar
        case
            when count(turnover) over last_20 = 20
                then cast(sum(cast(turnover as decimal(24, 2))) over last_20 as double) / 20
        end as turnover_20d,
        case
            when count(volume_shares) over last_20 = 20
                then cast(sum(cast(volume_shares / cumulative_share_factor as decimal(24, 6))) over last_20 as double) / 20
        end as volume_before_splits_20d
    from bars
    where has_traded
    window last_20 as (partition by ticker order by trading_date rows between 19 preceding and current row)
),

averaged as (
    select
        bars.*,
        traded.turnover_20d,
        cast(round(traded.volume_before_splits_20d * bars.cumulative_share_factor) as bigint) as volume_20d_shares,
        case
            when traded.turnover_20d is not null or traded.volume_before_splits_20d is not null then traded.averages_from_on
        end as averages_from_on
    from bars
    left join traded on bars.ticker = traded.ticker and bars.traded_sessions = traded.traded_sessions
),

-- what a comparison table prints, for tickers whose lock-ups no document states
printed as (
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
        averaged.*,
        coalesce(
            floats.float_shares,
            case
                when averaged.trading_date < printed.expiry_on then printed.float_before_shares
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
            when averaged.trading_date < printed.expiry_on then 'printed for the six-month expiry, before it'
            when printed.ticker is not null then 'printed for the six-month expiry, after it'
        end as float_basis
    from averaged
    left join {{ ref('fct_float_daily') }} as floats
        on
            averaged.ticker = floats.ticker
            and averaged.trading_date = floats.trading_date
            and floats.policy = 'unlocked'
    left join printed on averaged.ticker = printed.ticker and averaged.trading_date < printed.ends_on
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
where trading_date >= first_changed_on
order by trading_date, ticker
