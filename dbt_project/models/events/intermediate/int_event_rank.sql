-- Ranks of an expiry's abnormal returns, for a test that needs no normal distribution: of the T abnormal returns of its clean
-- estimation sessions and of one window, K is each one's rank (of equal ones the middle), and U = K / (T + 1) - 1/2. Only
-- complete windows of expiries whose day is certain and whose estimation is long enough. Source: Corrado (1989), A
-- Nonparametric Test for Abnormal Security-Price Performance in Event Studies, Journal of Financial Economics 23(2).
with studied as (
    select
        ticker,
        first_tradable_on,
        event_window,
        model,
        first_session,
        last_session
    from {{ ref('int_event_study') }}
    where is_complete and is_date_certain and t_statistic is not null
),

sessions as (
    select
        studied.ticker,
        studied.first_tradable_on,
        studied.event_window,
        studied.model,
        returns.relative_session,
        not returns.is_estimation as is_window,
        case studied.model
            when 'market model' then returns.market_model_abnormal_return_ratio
            else returns.abnormal_return_ratio
        end as abnormal_return_ratio
    from studied
    inner join {{ ref('int_event_abnormal_return') }} as returns
        on
            studied.ticker = returns.ticker
            and studied.first_tradable_on = returns.first_tradable_on
            and (
                returns.is_estimation
                or (studied.first_session <= returns.relative_session and studied.last_session >= returns.relative_session)
            )
),

{% set series -%} partition by ticker, first_tradable_on, event_window, model {%- endset %}

ranked as (
    select
        *,
        rank() over ({{ series }} order by abnormal_return_ratio)
        + (count(*) over ({{ series }}, abnormal_return_ratio) - 1) / cast(2 as double) as middle_rank,
        count(*) over ({{ series }}) as ranked_returns
    from sessions
    where abnormal_return_ratio is not null
)

select
    ticker,
    first_tradable_on,
    event_window,
    model,
    relative_session,
    is_window,
    round(middle_rank / (ranked_returns + 1) - cast(0.5 as double), 12) as rank_deviation
from ranked
