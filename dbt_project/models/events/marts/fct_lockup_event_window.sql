-- Abnormal returns session by session around each expiry: against the benchmark (the main result), and against the market model
-- where it has enough clean sessions.
with returns as (
    select
        bars.*,
        expiries.is_date_certain,
        expiries.basis as expiry_basis,
        expiries.document_id as expiry_document_id,
        estimations.market_model_missing_reason,
        greatest(bars.known_on, expiries.known_on) as newest_known_on
    from {{ ref('int_event_abnormal_return') }} as bars
    inner join {{ ref('int_event_expiry') }} as expiries
        on bars.ticker = expiries.ticker and bars.first_tradable_on = expiries.first_tradable_on
    left join {{ ref('int_event_estimation') }} as estimations
        on bars.ticker = estimations.ticker and bars.first_tradable_on = estimations.first_tradable_on
    where bars.relative_session between -60 and 60
),

{% set so_far -%} over (
        partition by ticker, first_tradable_on order by relative_session rows between unbounded preceding and current row
    ) {%- endset %}
{% set expiry, session = 'ticker, first_tradable_on', 'relative_session' %}

cumulated as (
    select
        *,
        sum(abnormal_return_ratio) {{ so_far }} as cumulative_abnormal_return_ratio,
        count(abnormal_return_ratio) {{ so_far }} as cumulated_returns,
        sum(market_model_abnormal_return_ratio) {{ so_far }} as market_model_cumulative_abnormal_return_ratio,
        {{ running_product('case when abnormal_return_ratio is not null then 1 + return_ratio else 1 end', expiry, session) }}
            as growth,
        {{
            running_product(
                'case when abnormal_return_ratio is not null then 1 + benchmark_return_ratio else 1 end', expiry, session
            )
        }} as benchmark_growth
    from returns
)

select
    ticker,
    first_tradable_on,
    relative_session,
    trading_session_number,
    trading_date,
    is_date_certain,
    expiry_basis,
    currency,
    close,
    return_ratio,
    benchmark,
    benchmark_return_ratio,
    abnormal_return_ratio,
    cumulative_abnormal_return_ratio,
    case when cumulated_returns > 0 then growth - benchmark_growth end as buy_and_hold_abnormal_return_ratio,
    cumulated_returns,
    market_model_abnormal_return_ratio,
    market_model_cumulative_abnormal_return_ratio,
    market_model_missing_reason,
    volume_shares,
    volume_vs_prior_20d_x,
    document_id,
    expiry_document_id,
    newest_known_on as known_on,
    is_halted,
    -- as many sessions of the window so far have traded as there were
    relative_session + 61 - count(*) {{ so_far }} + count(case when is_halted then 1 end) {{ so_far }} as sessions_without_trades
from cumulated
