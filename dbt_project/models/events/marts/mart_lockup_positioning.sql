-- The research note's claim of 20 April 2026, expiry by expiry: positioning begins about two months (42 sessions) ahead, and
-- liquidity softens the fall. All against the benchmark, market-adjusted: what the benchmark did too is no sign of an expiry.
-- Positioning is held if the security fell behind the benchmark over [-42,-1] (buy-and-hold) and its volume over the 42
-- sessions before rose more than the benchmark's. Liquidity is held if volume over [0,+20] rose more than the benchmark's
-- against [-42,-1], and the abnormal return a session was not lower than over [-42,-1], or not below zero.
with volumes as (
    select
        ticker,
        first_tradable_on,
        {% for name, first_session, last_session in [('base', -84, -43), ('before', -42, -1), ('after', 0, 20)] %}
            {% set sessions -%} relative_session between {{ first_session }} and {{ last_session }} {%- endset %}
            round(avg(case when {{ sessions }} then volume_before_splits end), 6) as volume_{{ name }},
            round(avg(case when {{ sessions }} then benchmark_volume_shares end), 6) as benchmark_volume_{{ name }},
            count(case when {{ sessions }} and benchmark_volume_shares is not null then volume_before_splits end)
                as volume_sessions_{{ name }},
        {% endfor %}
        max(known_on) as known_on
    from {{ ref('int_event_return') }}
    where relative_session between -84 and 20
    group by ticker, first_tradable_on
),

returns as (
    select
        ticker,
        first_tradable_on,
        {% for name, event_window in [('before', '[-42,-1]'), ('after', '[0,+20]')] %}
            {% for column in [
                'cumulative_abnormal_return_ratio', 'buy_and_hold_abnormal_return_ratio', 't_statistic', 'sessions', 'confounders'
            ] %}
                max(case when event_window = '{{ event_window }}' and is_complete then {{ column }} end)
                    as {{ column }}_{{ name }},
            {% endfor %}
        {% endfor %}
        max(known_on) as known_on
    from {{ ref('int_event_study') }}
    where is_main_result and event_window in ('[-42,-1]', '[0,+20]')
    group by ticker, first_tradable_on
),

compared as (
    select
        expiries.ticker,
        expiries.first_tradable_on,
        expiries.months_from_listing,
        expiries.holder_kind,
        expiries.is_date_certain,
        returns.cumulative_abnormal_return_ratio_before as before_abnormal_return_ratio,
        returns.buy_and_hold_abnormal_return_ratio_before as before_buy_and_hold_ratio,
        returns.t_statistic_before as before_t_statistic,
        returns.confounders_before as before_confounders,
        returns.cumulative_abnormal_return_ratio_after as after_abnormal_return_ratio,
        returns.buy_and_hold_abnormal_return_ratio_after as after_buy_and_hold_ratio,
        returns.t_statistic_after as after_t_statistic,
        returns.confounders_after as after_confounders,
        returns.cumulative_abnormal_return_ratio_before / nullif(returns.sessions_before, 0) as before_return_a_session_ratio,
        returns.cumulative_abnormal_return_ratio_after / nullif(returns.sessions_after, 0) as after_return_a_session_ratio,
        -- nine sessions in ten have both volumes
        case
            when volumes.volume_sessions_base >= 38 and volumes.volume_sessions_before >= 38
                then volumes.volume_before / nullif(volumes.volume_base, 0)
        end as before_volume_x,
        case
            when volumes.volume_sessions_base >= 38 and volumes.volume_sessions_before >= 38
                then volumes.benchmark_volume_before / nullif(volumes.benchmark_volume_base, 0)
        end as before_benchmark_volume_x,
        case
            when volumes.volume_sessions_before >= 38 and volumes.volume_sessions_after >= 19
                then volumes.volume_after / nullif(volumes.volume_before, 0)
        end as after_volume_x,
        case
            when volumes.volume_sessions_before >= 38 and volumes.volume_sessions_after >= 19
                then volumes.benchmark_volume_after / nullif(volumes.benchmark_volume_before, 0)
        end as after_benchmark_volume_x,
        expiries.document_id as expiry_document_id,
        greatest(expiries.known_on, volumes.known_on, coalesce(returns.known_on, expiries.known_on)) as known_on
    from {{ ref('int_event_expiry') }} as expiries
    inner join volumes on expiries.ticker = volumes.ticker and expiries.first_tradable_on = volumes.first_tradable_on
    left join returns on expiries.ticker = returns.ticker and expiries.first_tradable_on = returns.first_tradable_on
)

select
    ticker,
    first_tradable_on,
    months_from_listing,
    holder_kind,
    is_date_certain,
    case
        when before_buy_and_hold_ratio is null or before_volume_x is null or before_benchmark_volume_x is null then 'no data'
        when before_buy_and_hold_ratio < 0 and before_volume_x > before_benchmark_volume_x then 'held'
        else 'not held'
    end as positioning_verdict,
    case
        when
            before_return_a_session_ratio is null
            or after_return_a_session_ratio is null
            or after_volume_x is null
            or after_benchmark_volume_x is null
            then 'no data'
        when
            after_volume_x > after_benchmark_volume_x
            and after_return_a_session_ratio >= least(before_return_a_session_ratio, 0)
            then 'held'
        else 'not held'
    end as liquidity_verdict,
    before_abnormal_return_ratio,
    before_buy_and_hold_ratio,
    before_t_statistic,
    before_volume_x,
    before_benchmark_volume_x,
    before_confounders,
    after_abnormal_return_ratio,
    after_buy_and_hold_ratio,
    after_t_statistic,
    after_volume_x,
    after_benchmark_volume_x,
    after_confounders,
    before_return_a_session_ratio,
    after_return_a_session_ratio,
    expiry_document_id,
    known_on
from compared
