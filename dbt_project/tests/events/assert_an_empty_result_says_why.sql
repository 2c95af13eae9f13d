{{ config(meta={'dagster': {'ref': {'name': 'fct_lockup_event_study'}}}) }}
-- a row has sessions, and where a return or its standard error is empty, the reason; the main result never lacks its return
select
    ticker,
    first_tradable_on,
    event_window,
    model,
    sessions,
    cumulative_abnormal_return_ratio,
    standard_error_ratio,
    missing_reason
from {{ ref('fct_lockup_event_study') }}
where
    sessions = 0
    or (cumulative_abnormal_return_ratio is null or standard_error_ratio is null) <> (missing_reason is not null)
    or (is_main_result and cumulative_abnormal_return_ratio is null)
