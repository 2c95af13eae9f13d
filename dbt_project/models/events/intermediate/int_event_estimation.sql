-- What is normal before an expiry's event window, over the clean sessions of -180 to -61 (`is_estimation` of int_event_return).
-- Market model: return = alpha + beta * benchmark return, by ordinary least squares, from 60 clean sessions on; with fewer it is
-- empty and the reason says so (MacKinlay 1997, Event Studies in Economics and Finance, Journal of Economic Literature 35(1)).
-- Market-adjusted (alpha 0, beta 1) estimates nothing but the deviation of a session, from 20 clean sessions on.
-- Rounded beyond any meaning, so that the order in which rows are added up leaves no trace between one build and the next.
with fits as (
    select
        ticker,
        first_tradable_on,
        count(case when is_estimation then 1 end) as estimation_returns,
        min(case when is_estimation then trading_date end) as estimation_first_on,
        max(case when is_estimation then trading_date end) as estimation_last_on,
        -- a benchmark that never moved tells nothing about beta
        case
            when var_samp(case when is_estimation then benchmark_return_ratio end) > 0
                then round(regr_slope(case when is_estimation then return_ratio end, benchmark_return_ratio), 12)
        end as slope,
        round(avg(case when is_estimation then return_ratio end), 15) as mean_return_ratio,
        round(avg(case when is_estimation then benchmark_return_ratio end), 15) as benchmark_mean_ratio,
        round(
            var_pop(case when is_estimation then benchmark_return_ratio end) * count(case when is_estimation then 1 end), 15
        ) as benchmark_squares,
        round(stddev_samp(case when is_estimation then abnormal_return_ratio end), 12) as deviation_ratio,
        round(avg(case when is_estimation then volume_before_splits end), 6) as average_volume_before_splits,
        max(known_on) as known_on
    from {{ ref('int_event_return') }}
    where relative_session <= -61
    group by ticker, first_tradable_on
),

enough as (
    select
        fits.*,
        case when fits.estimation_returns >= {{ clean_sessions_for_a_market_model() }} then fits.slope end as beta,
        case
            when fits.estimation_returns >= {{ clean_sessions_for_a_market_model() }}
                then round(fits.mean_return_ratio - fits.slope * fits.benchmark_mean_ratio, 12)
        end as alpha_ratio
    from fits
),

residuals as (
    select
        enough.ticker,
        enough.first_tradable_on,
        sum(power(returns.return_ratio - enough.alpha_ratio - enough.beta * returns.benchmark_return_ratio, 2)) as squared
    from enough
    inner join {{ ref('int_event_return') }} as returns
        on enough.ticker = returns.ticker and enough.first_tradable_on = returns.first_tradable_on
    where returns.is_estimation and enough.beta is not null
    group by enough.ticker, enough.first_tradable_on
)

select
    expiries.ticker,
    expiries.first_tradable_on,
    coalesce(enough.estimation_returns, 0) as estimation_returns,
    enough.estimation_first_on,
    enough.estimation_last_on,
    enough.alpha_ratio,
    enough.beta,
    case
        when enough.estimation_returns >= {{ clean_sessions_for_a_deviation() }} then enough.deviation_ratio
    end as market_adjusted_sigma_ratio,
    -- two of the degrees of freedom went into alpha and beta
    round(sqrt(residuals.squared / (enough.estimation_returns - 2)), 12) as market_model_sigma_ratio,
    enough.benchmark_mean_ratio,
    enough.benchmark_squares,
    case
        when enough.estimation_returns >= {{ clean_sessions_for_a_deviation() }} then enough.average_volume_before_splits
    end as average_volume_before_splits,
    case
        when enough.beta is not null then null
        when coalesce(enough.estimation_returns, 0) < {{ clean_sessions_for_a_market_model() }}
            then
                cast(coalesce(enough.estimation_returns, 0) as {{ dbt.type_string() }})
                || ' clean sessions before the event window, {{ clean_sessions_for_a_market_model() }} are needed'
        else 'the benchmark did not move over the estimation window'
    end as market_model_missing_reason,
    case
        when enough.estimation_returns >= {{ clean_sessions_for_a_deviation() }} then null
        else
            cast(coalesce(enough.estimation_returns, 0) as {{ dbt.type_string() }})
            || ' clean sessions before the event window, {{ clean_sessions_for_a_deviation() }} are needed for a deviation'
    end as deviation_missing_reason,
    enough.known_on
from {{ ref('int_event_expiry') }} as expiries
left join enough on expiries.ticker = enough.ticker and expiries.first_tradable_on = enough.first_tradable_on
left join residuals on expiries.ticker = residuals.ticker and expiries.first_tradable_on = residuals.first_tradable_on
