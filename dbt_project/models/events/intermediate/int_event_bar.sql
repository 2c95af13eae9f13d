-- The daily bars of securities that have a lock-up expiry, each with its session number, the benchmark's return over the same
-- days, money in HKD at the rate of the day, volume against the bars before, and volume restated to the shares before all splits.
with securities as (
    select ticker from {{ ref('int_lockup_tranche') }}
    union
    select ticker from {{ ref('int_comparable_input') }}
    union
    select ticker from {{ ref('int_a_share_unlock') }}
),

bars as (
    select
        bars.*,
        exchanges.benchmark,
        days.session_number,
        next_days.trading_date as next_session_on,
        lag(bars.trading_date) over (partition by bars.ticker order by bars.trading_date) as previous_bar_on,
        lead(bars.trading_date) over (partition by bars.ticker order by bars.trading_date) as next_bar_on
    from {{ ref('int_followed_price_bar') }} as bars
    inner join {{ ref('stg_exchanges') }} as exchanges on bars.exchange_mic = exchanges.exchange_mic
    inner join {{ ref('int_trading_day') }} as days
        on bars.exchange_mic = days.exchange_mic and bars.trading_date = days.trading_date
    left join {{ ref('int_trading_day') }} as next_days
        on bars.exchange_mic = next_days.exchange_mic and bars.trading_date = next_days.previous_trading_date
    where bars.ticker in (select ticker from securities)
),

-- the rates of each day: looked up once per day instead of once per bar
day_rates as (
    select
        days.currency,
        days.trading_date,
        case when days.currency = 'HKD' then 1 else 1 / nullif(rates.per_hkd, 0) end as hkd_per_unit,
        -- the inverse of what a dollar costs in HKD
        1 / nullif(hkd_rates.per_usd, 0) as usd_per_hkd
    from (select distinct currency, trading_date from bars) as days
    left join {{ ref('int_fx_rate') }} as rates
        on {{ fx_on('rates', 'days.currency', 'days.trading_date') }}
    left join {{ ref('int_fx_rate') }} as hkd_rates
        on {{ fx_on('hkd_rates', "'HKD'", 'days.trading_date') }}
),

-- where bars of the security are missing, its return spans the gap, and is compared with the benchmark's over the same gap
measured as (
    select
        bars.*,
        benchmark_bars.close / nullif(benchmark_before.close, 0) - 1 as benchmark_return_ratio,
        nullif(benchmark_bars.volume_shares, 0) as benchmark_volume_shares,
        bars.volume_shares = 0 as is_halted,
        count(case when coalesce(bars.volume_shares, 1) <> 0 then 1 end) over (
            partition by bars.ticker order by bars.trading_date
        ) as traded_sessions,
        -- a halt is no session, so it is in no average
        cast(nullif(bars.volume_shares, 0) as double) / bars.cumulative_share_factor as volume_before_splits,
        day_rates.hkd_per_unit,
        day_rates.usd_per_hkd,
        greatest(
            bars.known_on,
            coalesce(benchmark_bars.known_on, bars.known_on),
            coalesce(benchmark_before.known_on, bars.known_on)
        ) as newest_known_on
    from bars
    left join {{ ref('int_followed_price_bar') }} as benchmark_bars
        on bars.benchmark = benchmark_bars.ticker and bars.trading_date = benchmark_bars.trading_date
    left join {{ ref('int_followed_price_bar') }} as benchmark_before
        on bars.benchmark = benchmark_before.ticker and bars.previous_bar_on = benchmark_before.trading_date
    inner join day_rates on bars.currency = day_rates.currency and bars.trading_date = day_rates.trading_date
),

{% set bars_before -%} partition by ticker order by trading_date rows between 20 preceding and 1 preceding {%- endset %}
{% set last_bars -%} partition by ticker order by trading_date rows between 19 preceding and current row {%- endset %}

traded as (
    select
        ticker,
        traded_sessions,
        count(volume_before_splits) over ({{ bars_before }}) as volume_bars_before,
        avg(volume_before_splits) over ({{ bars_before }}) as volume_before,
        count(turnover * hkd_per_unit) over ({{ last_bars }}) as turnover_bars,
        avg(turnover * hkd_per_unit) over ({{ last_bars }}) as turnover_average_hkd,
        max(case when turnover_basis like 'estimated%' then 1 else 0 end) over ({{ last_bars }}) as is_some_turnover_estimated
    from measured
    where not coalesce(is_halted, false)
),

averaged as (
    select
        measured.*,
        traded.volume_bars_before,
        traded.volume_before,
        traded.turnover_bars,
        traded.turnover_average_hkd,
        traded.is_some_turnover_estimated
    from measured
    left join traded on measured.ticker = traded.ticker and measured.traded_sessions = traded.traded_sessions
)

select
    ticker,
    exchange_mic,
    trading_date,
    session_number,
    next_session_on,
    next_bar_on,
    cumulative_split_factor,
    cumulative_share_factor,
    currency,
    close,
    close * hkd_per_unit as close_hkd,
    usd_per_hkd,
    return_ratio,
    benchmark,
    benchmark_return_ratio,
    benchmark_volume_shares,
    return_ratio - benchmark_return_ratio as abnormal_return_ratio,
    volume_shares,
    volume_before_splits,
    case when volume_bars_before = 20 then volume_before_splits / nullif(volume_before, 0) end as volume_vs_prior_20d_x,
    turnover * hkd_per_unit as turnover_hkd,
    case when turnover_bars = 20 then turnover_average_hkd end as turnover_20d_hkd,
    case when turnover_bars = 20 then is_some_turnover_estimated = 1 end as is_turnover_20d_estimated,
    document_id,
    coalesce(turnover_document_id, document_id) as turnover_document_id,
    coalesce(is_halted, false) as is_halted,
    newest_known_on as known_on
from averaged
