-- What is normal before an expiry's event window: over the sessions -180 to -61 that have a return (the first bar of a listing
-- has none), at least 30 of them. Market model: return = alpha + beta * benchmark return, by ordinary least squares.
-- Rounded to more digits than mean anything, so that results don't depend on the order in which rows are added up.
with returns as (
    select *
    from {{ ref('int_event_return') }}
    where relative_session between -180 and -61 and abnormal_return_ratio is not null
),

fits as (
    select
        ticker,
        first_tradable_on,
        count(*) as estimation_returns,
        -- a benchmark that never moved tells nothing about beta
        case when var_samp(benchmark_return_ratio) > 0 then round(regr_slope(return_ratio, benchmark_return_ratio), 12) end
            as beta,
        case when var_samp(benchmark_return_ratio) > 0 then round(regr_intercept(return_ratio, benchmark_return_ratio), 12) end
            as alpha_ratio,
        round(stddev_samp(abnormal_return_ratio), 12) as market_adjusted_sigma_ratio,
        round(avg(volume_before_splits), 6) as average_volume_before_splits,
        max(known_on) as known_on
    from returns
    group by ticker, first_tradable_on
    having count(*) >= 30
),

residuals as (
    select
        fits.ticker,
        fits.first_tradable_on,
        sum(power(returns.return_ratio - fits.alpha_ratio - fits.beta * returns.benchmark_return_ratio, 2)) as squared
    from fits
    inner join returns on fits.ticker = returns.ticker and fits.first_tradable_on = returns.first_tradable_on
    group by fits.ticker, fits.first_tradable_on
)

select
    fits.ticker,
    fits.first_tradable_on,
    fits.estimation_returns,
    fits.alpha_ratio,
    fits.beta,
    fits.market_adjusted_sigma_ratio,
    -- n - 2 degrees of freedom, since alpha and beta are estimated
    round(sqrt(residuals.squared / (fits.estimation_returns - 2)), 12) as market_model_sigma_ratio,
    fits.average_volume_before_splits,
    fits.known_on
from fits
inner join residuals on fits.ticker = residuals.ticker and fits.first_tradable_on = residuals.first_tradable_on
