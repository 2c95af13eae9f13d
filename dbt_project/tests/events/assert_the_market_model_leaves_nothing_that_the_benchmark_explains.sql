{{ config(meta={'dagster': {'ref': {'name': 'int_event_estimation'}}}) }}
-- least squares: over the estimation window the residuals sum to nothing, and to nothing when weighted by the benchmark
with residuals as (
    select
        returns.ticker,
        returns.first_tradable_on,
        returns.benchmark_return_ratio,
        returns.return_ratio - estimations.alpha_ratio - estimations.beta * returns.benchmark_return_ratio as residual
    from {{ ref('int_event_estimation') }} as estimations
    inner join {{ ref('int_event_return') }} as returns
        on
            estimations.ticker = returns.ticker
            and estimations.first_tradable_on = returns.first_tradable_on
    where returns.is_estimation and estimations.beta is not null
)

select
    ticker,
    first_tradable_on,
    sum(residual) as summed,
    sum(residual * benchmark_return_ratio) as weighted
from residuals
group by ticker, first_tradable_on
having abs(sum(residual)) > 1e-9 or abs(sum(residual * benchmark_return_ratio)) > 1e-9
