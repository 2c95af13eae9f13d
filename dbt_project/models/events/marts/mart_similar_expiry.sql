-- The five expiries before each one that are most like it, with what they did. Three differences count alike: of the release in
-- floats (the absolute difference of logarithms, so that twice as much and half as much are as far), of the run-up, and 1 for
-- another kind of holder. What is not known of one of them counts 1, as much as another kind. Expiries with a measured outcome
-- come before those without one, of which each is compared with the last hundred before it: every one with every other would be
-- the square of a market's expiries.
with expiries as (
    select
        expiries.ticker,
        expiries.first_tradable_on,
        expiries.is_date_certain,
        expiries.holder_kind,
        expiries.released_shares,
        -- a float that a calendar's rounded ratio gives can be below zero: no size then
        case
            when expiries.float_before_shares > 0 and expiries.released_shares > 0
                then cast(expiries.released_shares as double) / expiries.float_before_shares
        end as released_of_float_x,
        run_ups.run_up_ratio,
        expiries.document_id,
        greatest(expiries.known_on, run_ups.known_on) as known_on
    from {{ ref('int_event_expiry') }} as expiries
    left join {{ ref('int_event_run_up') }} as run_ups
        on expiries.ticker = run_ups.ticker and expiries.first_tradable_on = run_ups.first_tradable_on
),

-- what an expiry did against the benchmark, of complete windows only
outcomes as (
    select
        ticker,
        first_tradable_on,
        max(case when event_window = '[-42,-1]' then cumulative_abnormal_return_ratio end) as before_abnormal_return_ratio,
        max(case when event_window = '[-1,+1]' then cumulative_abnormal_return_ratio end) as around_abnormal_return_ratio,
        max(case when event_window = '[0,+20]' then cumulative_abnormal_return_ratio end) as after_abnormal_return_ratio,
        max(case when event_window = '[0,+20]' then volume_vs_estimation_x end) as after_volume_x,
        max(known_on) as known_on
    from {{ ref('int_event_study') }}
    where is_main_result and is_complete and event_window in ('[-42,-1]', '[-1,+1]', '[0,+20]')
    group by ticker, first_tradable_on
),

candidates as (
    select
        expiries.*,
        outcomes.before_abnormal_return_ratio,
        outcomes.around_abnormal_return_ratio,
        outcomes.after_abnormal_return_ratio,
        outcomes.after_volume_x,
        outcomes.known_on as outcome_known_on,
        expiries.is_date_certain and expiries.first_tradable_on <= {{ as_of() }} as is_candidate,
        coalesce(outcomes.around_abnormal_return_ratio, outcomes.after_abnormal_return_ratio) is not null as is_measured
    from expiries
    left join outcomes
        on expiries.ticker = outcomes.ticker and expiries.first_tradable_on = outcomes.first_tradable_on
),

-- the candidates without an outcome up to each day, the day itself among them
numbered as (
    select
        *,
        sum(case when is_candidate and not is_measured then 1 else 0 end)
            over (order by first_tradable_on range between unbounded preceding and current row) as unmeasured_to_day,
        sum(case when is_candidate and not is_measured then 1 else 0 end)
            over (partition by first_tradable_on) as unmeasured_on_day
    from candidates
),

pairs as (
    select
        targets.ticker,
        targets.first_tradable_on,
        others.ticker as similar_ticker,
        others.first_tradable_on as similar_first_tradable_on
    from numbered as targets
    inner join numbered as others on targets.first_tradable_on > others.first_tradable_on
    where others.is_candidate and others.is_measured
    union all
    select
        targets.ticker,
        targets.first_tradable_on,
        others.ticker as similar_ticker,
        others.first_tradable_on as similar_first_tradable_on
    from numbered as targets
    inner join numbered as others
        on
            targets.first_tradable_on > others.first_tradable_on
            and targets.unmeasured_to_day - targets.unmeasured_on_day - 100 < others.unmeasured_to_day
    where others.is_candidate and not others.is_measured
),

compared as (
    select
        targets.ticker,
        targets.first_tradable_on,
        targets.released_of_float_x,
        targets.run_up_ratio,
        targets.holder_kind,
        others.ticker as similar_ticker,
        others.first_tradable_on as similar_first_tradable_on,
        others.released_of_float_x as similar_released_of_float_x,
        others.run_up_ratio as similar_run_up_ratio,
        others.holder_kind as similar_holder_kind,
        coalesce(
            abs(ln(targets.released_of_float_x) - ln(others.released_of_float_x)), 1
        ) as size_difference_x,
        coalesce(abs(targets.run_up_ratio - others.run_up_ratio), 1) as run_up_difference_x,
        case when targets.holder_kind = others.holder_kind and targets.holder_kind <> 'not stated' then 0 else 1 end
            as holder_difference_x,
        targets.released_of_float_x is not null and others.released_of_float_x is not null as is_size_known,
        targets.run_up_ratio is not null and others.run_up_ratio is not null as is_run_up_known,
        targets.holder_kind <> 'not stated' and others.holder_kind <> 'not stated' as is_holder_known,
        others.before_abnormal_return_ratio,
        others.around_abnormal_return_ratio,
        others.after_abnormal_return_ratio,
        others.after_volume_x,
        targets.document_id,
        others.document_id as similar_document_id,
        greatest(targets.known_on, others.known_on, others.outcome_known_on) as known_on
    from pairs
    inner join candidates as targets
        on pairs.ticker = targets.ticker and pairs.first_tradable_on = targets.first_tradable_on
    inner join candidates as others
        on pairs.similar_ticker = others.ticker and pairs.similar_first_tradable_on = others.first_tradable_on
),

ranked as (
    select
        *,
        size_difference_x + run_up_difference_x + holder_difference_x as difference_x,
        row_number() over (
            partition by ticker, first_tradable_on
            order by
                case
                    when coalesce(around_abnormal_return_ratio, after_abnormal_return_ratio) is null then 1
                    else 0
                end,
                round(size_difference_x + run_up_difference_x + holder_difference_x, 9),
                similar_first_tradable_on desc,
                similar_ticker
        ) as similar_number
    from compared
)

select
    ticker,
    first_tradable_on,
    first_tradable_on > {{ as_of() }} as is_future,
    cast(similar_number as bigint) as similar_number,
    similar_ticker,
    similar_first_tradable_on,
    difference_x,
    released_of_float_x,
    similar_released_of_float_x,
    run_up_ratio,
    similar_run_up_ratio,
    holder_kind,
    similar_holder_kind,
    coalesce(
        nullif(
            concat_ws(
                '; ',
                case when is_size_known then 'release size' end,
                case when is_run_up_known then 'run-up' end,
                case when is_holder_known then 'holder kind' end
            ),
            ''
        ),
        'nothing'
    ) as compared_by,
    before_abnormal_return_ratio,
    around_abnormal_return_ratio,
    after_abnormal_return_ratio,
    after_volume_x,
    case
        when coalesce(around_abnormal_return_ratio, after_abnormal_return_ratio) is null
            then 'no data: no bars of the security and its benchmark over a whole window'
    end as outcome_missing_reason,
    document_id,
    similar_document_id,
    known_on
from ranked
where similar_number <= 5
