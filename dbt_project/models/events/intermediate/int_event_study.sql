-- What an expiry did over the usual windows of sessions, by both models of what is normal. `market-adjusted` (alpha 0, beta
-- 1) is the main result: it estimates nothing, so that the pop after an offer can't become what is expected.
-- CAR is the sum of the W abnormal returns; BHAR compounds: product of (1 + R) less product of (1 + what the model expects).
-- Variance of a CAR: market-adjusted s^2 * W; market model s^2 * (W + x' (X'X)^-1 x) with x = sum over the window of (1, Rm)
-- and X the estimation window's, that is s^2 * (W + W^2 / D + (sum of Rm - W * mean of Rm)^2 / sum of (Rm - mean of Rm)^2).
-- The error of alpha and beta is shared by all sessions, so daily variances may not be added up. Sources: Campbell, Lo and
-- MacKinlay (1997), The Econometrics of Financial Markets, 4.4 (V = I s^2 + X* (X'X)^-1 X*' s^2); MacKinlay (1997), Event
-- Studies in Economics and Finance, Journal of Economic Literature 35(1); buy-and-hold: Barber and Lyon (1997), Detecting
-- Long-Run Abnormal Stock Returns, Journal of Financial Economics 43(3).
with windows as (
    {% for name, first_session, last_session in [
        ('[-1,+1]', -1, 1),
        ('[0,0]', 0, 0),
        ('[0,+1]', 0, 1),
        ('[-5,+5]', -5, 5),
        ('[-10,+10]', -10, 10),
        ('[-20,+20]', -20, 20),
        ('[-60,-1]', -60, -1),
        ('[-42,-1]', -42, -1),
        ('[0,+20]', 0, 20),
        ('[0,+60]', 0, 60),
        ('pre-positioning', 'null', -1),
    ] %}
        select
            '{{ name }}' as event_window,
            cast({{ first_session }} as integer) as first_session,
            {{ last_session }} as last_session
        {% if not loop.last %} union all {% endif %}
    {% endfor %}
),

expiry_windows as (
    select
        expiries.*,
        windows.event_window,
        coalesce(windows.first_session, expiries.two_months_before_session) as first_session,
        windows.last_session
    from {{ ref('int_event_expiry') }} as expiries
    cross join windows
),

abnormal_returns as (
    {% for model, abnormal_return in [
        ('market-adjusted', 'abnormal_return_ratio'), ('market model', 'market_model_abnormal_return_ratio')
    ] %}
        select
            ticker,
            first_tradable_on,
            relative_session,
            trading_date,
            '{{ model }}' as model,
            return_ratio,
            benchmark_return_ratio,
            abnormal_return_ratio is not null as is_measured,
            {{ abnormal_return }} as abnormal_return_ratio,
            volume_before_splits,
            is_halted,
            document_id,
            known_on
        from {{ ref('int_event_abnormal_return') }}
        where relative_session between -60 and 60
        {% if not loop.last %} union all {% endif %}
    {% endfor %}
),

-- rounded beyond any meaning, so that the order in which rows are added up leaves no trace
sums as (
    select
        windows.ticker,
        windows.first_tradable_on,
        windows.event_window,
        returns.model,
        windows.first_session,
        windows.last_session,
        min(returns.trading_date) as window_first_on,
        max(returns.trading_date) as window_last_on,
        round(sum(returns.abnormal_return_ratio), 12) as cumulative_abnormal_return_ratio,
        round(
            {{ compounded('case when returns.abnormal_return_ratio is not null then 1 + returns.return_ratio end') }}
            - ({{ compounded('1 + returns.return_ratio - returns.abnormal_return_ratio') }}),
            12
        ) as buy_and_hold_abnormal_return_ratio,
        round(sum(case when returns.is_measured then returns.benchmark_return_ratio end), 12) as benchmark_returns_sum,
        count(case when returns.is_measured then 1 end) as sessions,
        -- the returns reach from the first session to the last; one over a gap covers the sessions that it spans
        min(case when returns.is_measured then 1 else 0 end) = 1
        and min(returns.relative_session) = windows.first_session
        and max(returns.relative_session) = windows.last_session
        and count(*) - count(case when returns.is_halted then 1 end) = windows.last_session - windows.first_session + 1
            as is_complete,
        cast(
            windows.last_session - windows.first_session + 1 - count(*) + count(case when returns.is_halted then 1 end) as bigint
        ) as sessions_without_trades,
        round({{ compounded('1 + returns.return_ratio') }}, 12) as price_change_ratio,
        round(avg(returns.volume_before_splits), 6) as average_volume_before_splits,
        {{ first_not_null('returns.document_id', '-returns.relative_session') }} as document_id,
        max(returns.known_on) as known_on
    from expiry_windows as windows
    inner join abnormal_returns as returns
        on
            windows.ticker = returns.ticker
            and windows.first_tradable_on = returns.first_tradable_on
            and windows.first_session <= returns.relative_session
            and windows.last_session >= returns.relative_session
    group by
        windows.ticker, windows.first_tradable_on, windows.event_window, returns.model, windows.first_session,
        windows.last_session
    -- a window without a return that can be set against the benchmark's has nothing to say
    having count(case when returns.is_measured then 1 end) > 0
),

confounders as (
    select
        windows.ticker,
        windows.first_tradable_on,
        windows.event_window,
        {{ dbt.listagg('named.confounder', "'; '", 'order by named.earliest_on, named.confounder') }} as confounders,
        count(*) as confounders_named,
        max(named.known_on) as known_on
    from expiry_windows as windows
    inner join {{ ref('int_event_confounder') }} as named
        on
            windows.ticker = named.ticker
            and windows.first_tradable_on = named.first_tradable_on
            and windows.first_session <= named.last_session
            and windows.last_session >= named.first_session
    group by windows.ticker, windows.first_tradable_on, windows.event_window
),

with_sigma as (
    select
        sums.*,
        expiries.months_from_listing,
        expiries.holder_kind,
        expiries.holder_kinds,
        expiries.released_shares,
        expiries.float_before_shares,
        expiries.is_date_certain,
        expiries.basis as expiry_basis,
        expiries.total_basis,
        expiries.document_id as expiry_document_id,
        cast(expiries.released_shares as double) / nullif(expiries.float_before_shares, 0) as released_of_float_x,
        run_ups.run_up_ratio,
        confounders.confounders,
        coalesce(confounders.confounders_named, 0) as confounders_named,
        estimations.estimation_returns,
        estimations.estimation_first_on,
        estimations.estimation_last_on,
        estimations.average_volume_before_splits as estimation_volume_before_splits,
        case sums.model when 'market model' then estimations.alpha_ratio end as alpha_ratio,
        case sums.model when 'market model' then estimations.beta end as beta,
        case sums.model
            when 'market model' then estimations.market_model_sigma_ratio
            else estimations.market_adjusted_sigma_ratio
        end as sigma_ratio,
        case sums.model
            when 'market model'
                then
                    sums.sessions
                    + power(sums.sessions, 2) / nullif(estimations.estimation_returns, 0)
                    + power(sums.benchmark_returns_sum - sums.sessions * estimations.benchmark_mean_ratio, 2)
                    / nullif(estimations.benchmark_squares, 0)
            else sums.sessions
        end as variance_factor,
        case sums.model
            when 'market model' then estimations.market_model_missing_reason
            else estimations.deviation_missing_reason
        end as missing_reason,
        greatest(
            sums.known_on,
            expiries.known_on,
            coalesce(estimations.known_on, sums.known_on),
            coalesce(confounders.known_on, sums.known_on)
        ) as newest_known_on
    from sums
    inner join {{ ref('int_event_expiry') }} as expiries
        on sums.ticker = expiries.ticker and sums.first_tradable_on = expiries.first_tradable_on
    left join {{ ref('int_event_estimation') }} as estimations
        on sums.ticker = estimations.ticker and sums.first_tradable_on = estimations.first_tradable_on
    left join {{ ref('int_event_run_up') }} as run_ups
        on sums.ticker = run_ups.ticker and sums.first_tradable_on = run_ups.first_tradable_on
    left join confounders
        on
            sums.ticker = confounders.ticker
            and sums.first_tradable_on = confounders.first_tradable_on
            and sums.event_window = confounders.event_window
)

select
    ticker,
    first_tradable_on,
    event_window,
    model,
    model = 'market-adjusted' as is_main_result,
    first_session,
    last_session,
    window_first_on,
    window_last_on,
    is_complete,
    sessions,
    cumulative_abnormal_return_ratio,
    buy_and_hold_abnormal_return_ratio,
    sigma_ratio * sqrt(variance_factor) as standard_error_ratio,
    cumulative_abnormal_return_ratio / nullif(sigma_ratio * sqrt(variance_factor), 0) as t_statistic,
    missing_reason,
    price_change_ratio,
    average_volume_before_splits,
    average_volume_before_splits / nullif(estimation_volume_before_splits, 0) as volume_vs_estimation_x,
    estimation_returns,
    estimation_first_on,
    estimation_last_on,
    alpha_ratio,
    beta,
    sigma_ratio,
    months_from_listing,
    released_shares,
    float_before_shares,
    released_of_float_x,
    case
        when released_of_float_x is null then 'not stated'
        when released_of_float_x < 0.25 then 'below a quarter of the float'
        when released_of_float_x <= 1 then 'a quarter of the float to all of it'
        else 'more than the float'
    end as release_size,
    run_up_ratio,
    case
        when run_up_ratio is null then 'too few sessions'
        when run_up_ratio < 0 then 'behind the benchmark'
        when run_up_ratio <= 0.5 then 'up to 50 % ahead of the benchmark'
        else 'more than 50 % ahead of the benchmark'
    end as run_up,
    holder_kind,
    holder_kinds,
    confounders,
    confounders_named,
    is_date_certain,
    expiry_basis,
    document_id,
    expiry_document_id,
    newest_known_on as known_on,
    total_basis,
    sessions_without_trades
from with_sigma
