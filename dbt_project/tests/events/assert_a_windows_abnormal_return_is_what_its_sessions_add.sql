{{ config(meta={'dagster': {'ref': {'name': 'fct_lockup_event_study'}}}) }}
-- the two marts agree: what a window cumulates is the difference between its ends in the session-by-session sums
with study as (
    select *
    from {{ ref('fct_lockup_event_study') }}
    where is_complete and first_session > -60 and cumulative_abnormal_return_ratio is not null
)

select
    study.ticker,
    study.first_tradable_on,
    study.event_window,
    study.model,
    study.cumulative_abnormal_return_ratio
from study
inner join {{ ref('fct_lockup_event_window') }} as last_sessions
    on
        study.ticker = last_sessions.ticker
        and study.first_tradable_on = last_sessions.first_tradable_on
        and study.last_session = last_sessions.relative_session
inner join {{ ref('fct_lockup_event_window') }} as sessions_before
    on
        study.ticker = sessions_before.ticker
        and study.first_tradable_on = sessions_before.first_tradable_on
        and study.first_session - 1 = sessions_before.relative_session
where
    abs(
        study.cumulative_abnormal_return_ratio
        - case study.model
            when 'market model'
                then
                    last_sessions.market_model_cumulative_abnormal_return_ratio
                    - coalesce(sessions_before.market_model_cumulative_abnormal_return_ratio, 0)
            else
                last_sessions.cumulative_abnormal_return_ratio
                - coalesce(sessions_before.cumulative_abnormal_return_ratio, 0)
        end
    ) > 1e-9
