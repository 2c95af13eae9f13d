-- Abnormal returns session by session around each expiry: against the benchmark, and against the market model.
with returns as (
    select
        bars.*,
        expiries.is_date_certain,
        expiries.basis as expiry_basis,
        expiries.document_id as expiry_document_id,
        bars.return_ratio - (estimations.alpha_ratio + estimations.beta * bars.benchmark_return_ratio)
            as market_model_abnormal_return_ratio,
        greatest(bars.known_on, expiries.known_on) as newest_known_on
    from {{ ref('int_event_return') }} as bars
    inner join {{ ref('int_event_expiry') }} as expiries
        on bars.ticker = expiries.ticker and bars.first_tradable_on = expiries.first_tradable_on
    left join {{ ref('int_event_estimation') }} as estimations
        on bars.ticker = estimations.ticker and bars.first_tradable_on = estimations.first_tradable_on
    where bars.relative_session between -60 and 60
)

{% set so_far -%} over (
        partition by ticker, first_tradable_on order by relative_session rows between unbounded preceding and current row
    ) {%- endset %}

select
    ticker,
    first_tradable_on,
    relative_session,
    trading_date,
    is_date_certain,
    expiry_basis,
    currency,
    close,
    return_ratio,
    benchmark,
    benchmark_return_ratio,
    abnormal_return_ratio,
    sum(abnormal_return_ratio) {{ so_far }} as cumulative_abnormal_return_ratio,
    count(abnormal_return_ratio) {{ so_far }} as cumulated_returns,
    market_model_abnormal_return_ratio,
    sum(market_model_abnormal_return_ratio) {{ so_far }} as market_model_cumulative_abnormal_return_ratio,
    volume_shares,
    volume_vs_prior_20d_x,
    document_id,
    expiry_document_id,
    newest_known_on as known_on
from returns
