-- Across expiries: is the mean abnormal return of a group more than chance? Each is in its group once a window and model, if
-- the window is complete and its day certain. SCAR = CAR / its standard error, N of them:
-- BMP = mean(SCAR) * sqrt(N) / sd(SCAR), a t with N - 1 degrees of freedom: Boehmer, Musumeci and Poulsen (1991), Event-Study
-- Methodology under Conditions of Event-Induced Variance, Journal of Financial Economics 30(2).
-- KP = BMP * sqrt((1 - r) / (1 + (N - 1) * r)), r the mean correlation over all pairs, 0 for a pair whose windows share no
-- day: Kolari and Pynnonen (2010), Review of Financial Studies 23(11).
-- Rank: sum over the window of sqrt(N_t) * mean of U_t, over sqrt(W) * S, with S^2 the mean over all sessions of N_t * (mean
-- of U_t)^2, a standard normal: Corrado (1989), Journal of Financial Economics 23(2); weights for series of unequal length:
-- Corrado and Zivney (1992), The Specification and Power of the Sign Test in Event Study Hypothesis Tests Using Daily Stock
-- Returns, Journal of Financial and Quantitative Analysis 27(3).
with studied as (
    select *
    from {{ ref('int_event_study') }}
    where is_complete and is_date_certain and cumulative_abnormal_return_ratio is not null
),

members as (
    {% for group_kind, group_name in [
        ('all', "'all'"),
        ('release size', 'release_size'),
        ('run-up', 'run_up'),
        ('holder kind', 'holder_kind'),
        ('months from listing', "coalesce(cast(months_from_listing as " ~ dbt.type_string() ~ "), 'not known')"),
        ('confounders', "case when confounders_named = 0 then 'none named' else 'some named' end"),
    ] %}
        select
            '{{ group_kind }}' as group_kind,
            {{ group_name }} as group_name,
            studied.*
        from studied
        {% if not loop.last %} union all {% endif %}
    {% endfor %}
),

{% set group -%} group_kind, group_name, event_window, model {%- endset %}

-- sums are rounded beyond any meaning, so that the order in which rows are added up leaves no trace, and divided only then: the
-- mean of two figures of twelve decimals lies between two such
sums as (
    select
        group_kind,
        group_name,
        event_window,
        model,
        count(*) as expiries,
        count(distinct ticker) as tickers,
        count(t_statistic) as tested_expiries,
        round(sum(cumulative_abnormal_return_ratio), 12) / count(*) as mean_cumulative_abnormal_return_ratio,
        round(sum(buy_and_hold_abnormal_return_ratio), 12) / count(buy_and_hold_abnormal_return_ratio)
            as mean_buy_and_hold_abnormal_return_ratio,
        count(case when cumulative_abnormal_return_ratio < 0 then 1 end) / cast(count(*) as double) as negative_ratio,
        round(sum(t_statistic), 12) / nullif(count(t_statistic), 0) as mean_t_statistic,
        round(stddev_samp(t_statistic), 12) as t_statistic_deviation,
        max(known_on) as known_on
    from members
    group by {{ group }}
),

pairs as (
    select
        firsts.group_kind,
        firsts.group_name,
        firsts.event_window,
        firsts.model,
        count(*) as overlapping_pairs,
        round(sum(correlations.correlation), 12) as correlations_sum
    from members as firsts
    inner join members as seconds
        on
            firsts.group_kind = seconds.group_kind
            and firsts.group_name = seconds.group_name
            and firsts.event_window = seconds.event_window
            and firsts.model = seconds.model
            and firsts.window_first_on <= seconds.window_last_on
            and firsts.window_last_on >= seconds.window_first_on
    inner join {{ ref('int_event_correlation') }} as correlations
        on
            firsts.model = correlations.model
            and firsts.ticker = correlations.ticker
            and firsts.first_tradable_on = correlations.first_tradable_on
            and seconds.ticker = correlations.other_ticker
            and seconds.first_tradable_on = correlations.other_first_tradable_on
    where firsts.t_statistic is not null and seconds.t_statistic is not null
    group by firsts.group_kind, firsts.group_name, firsts.event_window, firsts.model
),

ranked_sessions as (
    select
        members.group_kind,
        members.group_name,
        members.event_window,
        members.model,
        ranks.relative_session,
        ranks.is_window,
        count(*) as ranked_expiries,
        round(sum(ranks.rank_deviation), 12) / count(*) as mean_deviation
    from members
    inner join {{ ref('int_event_rank') }} as ranks
        on
            members.ticker = ranks.ticker
            and members.first_tradable_on = ranks.first_tradable_on
            and members.event_window = ranks.event_window
            and members.model = ranks.model
    group by
        members.group_kind, members.group_name, members.event_window, members.model, ranks.relative_session, ranks.is_window
),

ranks as (
    select
        group_kind,
        group_name,
        event_window,
        model,
        round(
            sum(case when is_window then sqrt(ranked_expiries) * mean_deviation end)
            / nullif(
                sqrt(count(case when is_window then 1 end)) * sqrt(avg(ranked_expiries * power(mean_deviation, 2))), 0
            ),
            9
        ) as rank_statistic
    from ranked_sessions
    group by {{ group }}
),

tested as (
    select
        sums.*,
        coalesce(pairs.overlapping_pairs, 0) as overlapping_pairs,
        coalesce(pairs.correlations_sum, 0) / (sums.tested_expiries * (sums.tested_expiries - 1) / cast(2 as double))
            as mean_correlation,
        round(sums.mean_t_statistic * sqrt(sums.tested_expiries) / nullif(sums.t_statistic_deviation, 0), 9) as bmp_t_statistic,
        round({{ t_critical('sums.tested_expiries - 1') }}, 6) as critical_t,
        ranks.rank_statistic
    from sums
    left join pairs
        on
            sums.group_kind = pairs.group_kind
            and sums.group_name = pairs.group_name
            and sums.event_window = pairs.event_window
            and sums.model = pairs.model
    left join ranks
        on
            sums.group_kind = ranks.group_kind
            and sums.group_name = ranks.group_name
            and sums.event_window = ranks.event_window
            and sums.model = ranks.model
    where sums.tested_expiries >= {{ expiries_for_a_claim() }}
),

corrected as (
    select
        *,
        round(
            bmp_t_statistic
            * case
                when 1 + (tested_expiries - 1) * mean_correlation > 0 and mean_correlation <= 1
                    then sqrt((1 - mean_correlation) / (1 + (tested_expiries - 1) * mean_correlation))
            end,
            9
        ) as kp_t_statistic
    from tested
)

select
    sums.group_kind,
    sums.group_name,
    sums.event_window,
    sums.model,
    sums.model = 'market-adjusted' as is_main_result,
    sums.expiries,
    sums.tickers,
    sums.tested_expiries,
    sums.mean_cumulative_abnormal_return_ratio,
    sums.mean_buy_and_hold_abnormal_return_ratio,
    sums.negative_ratio,
    corrected.bmp_t_statistic,
    corrected.overlapping_pairs,
    corrected.mean_correlation,
    corrected.kp_t_statistic,
    corrected.rank_statistic,
    corrected.critical_t,
    case
        when corrected.tested_expiries is null
            then 'nothing claimed: fewer than {{ expiries_for_a_claim() }} expiries with a standard error'
        when corrected.kp_t_statistic is null or corrected.rank_statistic is null then 'nothing claimed: a test has no value'
        when abs(corrected.kp_t_statistic) > corrected.critical_t and abs(corrected.rank_statistic) > 1.959964
            then
                case
                    when corrected.kp_t_statistic * corrected.rank_statistic < 0 then 'the tests disagree'
                    when corrected.kp_t_statistic < 0 then 'below zero at 5 %'
                    else 'above zero at 5 %'
                end
        when abs(corrected.kp_t_statistic) > corrected.critical_t or abs(corrected.rank_statistic) > 1.959964
            then 'the tests disagree'
        else 'not different from zero at 5 %'
    end as finding,
    sums.known_on
from sums
left join corrected
    on
        sums.group_kind = corrected.group_kind
        and sums.group_name = corrected.group_name
        and sums.event_window = corrected.event_window
        and sums.model = corrected.model
