-- How far a security ran ahead of its benchmark before the event window of an expiry (sessions -180 to -61), bought and held,
-- also of an expiry to come. Empty if there are too few bars. Rounded beyond any meaning, so that the order of rows leaves no
-- trace.
select
    ticker,
    first_tradable_on,
    count(abnormal_return_ratio) as run_up_sessions,
    case
        when count(abnormal_return_ratio) >= {{ clean_sessions_for_a_deviation() }}
            then
                round(
                    {{ compounded('case when abnormal_return_ratio is not null then 1 + return_ratio end') }}
                    - ({{ compounded('case when abnormal_return_ratio is not null then 1 + benchmark_return_ratio end') }}),
                    12
                )
    end as run_up_ratio,
    max(known_on) as known_on
from {{ ref('int_event_return') }}
where relative_session <= -61
group by ticker, first_tradable_on
