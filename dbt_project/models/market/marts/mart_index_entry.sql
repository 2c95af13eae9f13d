-- Whether a security can enter an index: each test with what it measures in the bars, floats and lists that are known by its day.
with tests as (
    select
        *,
        case index_family when 'Hang Seng' then 'hsi' when 'MSCI' then 'msci' when 'FTSE' then 'ftse' end as policy
    from {{ ref('int_index_entry') }}
),

-- the float that the index counts on the day of the test, or of a fast entry
floats as (
    select
        tests.ticker,
        tests.index_name,
        tests.entry,
        tests.review,
        tests.test,
        policies.factor_ratio,
        policies.most_factor_ratio,
        policies.factor_ratio * policies.denominator_shares as counted_shares,
        policies.known_on
    from tests
    inner join {{ ref('int_float_policy') }} as policies
        on
            tests.ticker = policies.ticker
            and tests.policy = policies.policy
            and case when tests.entry = 'review' then tests.measured_to_on else tests.closes_on end >= policies.step_on
            and case when tests.entry = 'review' then tests.measured_to_on else tests.closes_on end
            < coalesce(policies.next_step_on, {{ never() }})
),

-- the sessions of the 12 months to the data day, or since the listing; of a first day that day
bars as (
    select
        tests.ticker,
        tests.index_name,
        tests.entry,
        tests.review,
        tests.test,
        tests.threshold,
        tests.policy,
        turnovers.trading_date,
        turnovers.close * days.listed_shares as market_value_hkd,
        turnovers.volume_shares,
        turnovers.known_on
    from tests
    inner join {{ ref('int_tested_bar') }} as turnovers
        on
            tests.ticker = turnovers.ticker
            and turnovers.trading_date >= tests.listing_on
            and turnovers.trading_date <= tests.measured_to_on
            and turnovers.trading_date > {{ add_months('tests.measured_to_on', -12) }}
    inner join {{ ref('fct_float_daily') }} as days
        on turnovers.ticker = days.ticker and turnovers.trading_date = days.trading_date and days.policy = 'unlocked'
),

averages as (
    select
        ticker,
        index_name,
        entry,
        review,
        test,
        avg(market_value_hkd) as market_value_hkd,
        count(*) as measured_sessions,
        max(known_on) as known_on
    from bars
    group by ticker, index_name, entry, review, test
),

velocities as (
    select
        bars.ticker,
        bars.index_name,
        bars.entry,
        bars.review,
        bars.test,
        bars.threshold,
        percentile_cont(0.5) within group (
            order by bars.volume_shares / nullif(policies.factor_ratio * policies.denominator_shares, 0)
        ) as velocity_ratio
    from bars
    inner join {{ ref('int_float_policy') }} as policies
        on
            bars.ticker = policies.ticker
            and bars.policy = policies.policy
            and bars.trading_date >= policies.step_on
            and bars.trading_date < coalesce(policies.next_step_on, {{ never() }})
    where bars.test = 'turnover velocity'
    group by
        bars.ticker, bars.index_name, bars.entry, bars.review, bars.test, bars.threshold,
        {{ dbt.date_trunc('month', 'bars.trading_date') }}
),

missed as (
    select
        ticker,
        index_name,
        entry,
        review,
        test,
        min(velocity_ratio) as least_velocity_ratio,
        sum(case when velocity_ratio >= threshold then 0 else 1 end) as missed_months
    from velocities
    group by ticker, index_name, entry, review, test
),

-- a security once, of several documents by the newest
universes as (
    select
        *,
        row_number() over (
            partition by index_name, measured_on, ticker order by known_on desc, document_id
        ) as preference
    from {{ ref('stg_index_universe') }}
),

-- the newest list that a user has of what the index ranks, by the day of the test
lists as (
    select
        tests.ticker,
        tests.index_name,
        tests.entry,
        tests.review,
        tests.test,
        max(universes.measured_on) as measured_on
    from tests
    inner join universes
        on tests.index_name = universes.index_name and tests.measured_to_on >= universes.measured_on
    where tests.test in ('market value coverage', 'first-day rank', 'first-day rank ratio')
    group by tests.ticker, tests.index_name, tests.entry, tests.review, tests.test
),

-- every other security of the list, beside this one's own market value
ranks as (
    select
        lists.ticker,
        lists.index_name,
        lists.entry,
        lists.review,
        lists.test,
        averages.market_value_hkd,
        sum(cast(universes.market_value_hkd as double)) as others_hkd,
        sum(
            case
                when universes.market_value_hkd > averages.market_value_hkd then cast(universes.market_value_hkd as double)
                else 0
            end
        ) as larger_hkd,
        count(case when universes.market_value_hkd > averages.market_value_hkd then 1 end) as larger_securities,
        count(*) as others,
        max(universes.document_id) as document_id,
        max(universes.known_on) as known_on
    from lists
    inner join universes
        on
            lists.index_name = universes.index_name
            and lists.measured_on = universes.measured_on
            and universes.preference = 1
            and lists.ticker <> universes.ticker
    inner join averages
        on
            lists.ticker = averages.ticker
            and lists.index_name = averages.index_name
            and lists.entry = averages.entry
            and lists.review = averages.review
            and lists.test = averages.test
    group by lists.ticker, lists.index_name, lists.entry, lists.review, lists.test, averages.market_value_hkd
),

concentrated as (
    select
        ticker,
        max(known_on) as known_on
    from {{ ref('int_corporate_event') }}
    where event = 'high_shareholding_concentration' and status = 'past' and is_preferred
    group by ticker
),

measured as (
    select
        tests.*,
        case tests.test
            when 'listing history' then cast(tests.listed_months_at_change as double)
            when 'average market value' then averages.market_value_hkd
            when 'first-day market value' then averages.market_value_hkd
            when 'market value coverage'
                then (ranks.larger_hkd + ranks.market_value_hkd) / (ranks.others_hkd + ranks.market_value_hkd)
            when 'turnover velocity' then missed.least_velocity_ratio
            when 'minimum factor' then floats.factor_ratio
            when 'first-day rank' then ranks.larger_securities + 1
            when 'first-day rank ratio' then (ranks.larger_securities + 1) / cast(ranks.others + 1 as double)
        end as value,
        missed.missed_months,
        case
            when
                tests.test in ('average market value', 'turnover velocity', 'market value coverage')
                or tests.entry = 'fast entry'
                then coalesce(averages.measured_sessions, 0)
        end as measured_sessions,
        floats.factor_ratio,
        floats.most_factor_ratio,
        floats.counted_shares,
        concentrated.ticker is not null as is_concentrated,
        ranks.document_id as universe_document_id,
        greatest(tests.known_on, floats.known_on, averages.known_on, ranks.known_on, concentrated.known_on) as newest_known_on
    from tests
    {% for part in ['floats', 'averages', 'missed', 'ranks'] %}
        left join {{ part }}
            on
                tests.ticker = {{ part }}.ticker
                and tests.index_name = {{ part }}.index_name
                and tests.entry = {{ part }}.entry
                and tests.review = {{ part }}.review
                and tests.test = {{ part }}.test
    {% endfor %}
    left join concentrated on tests.ticker = concentrated.ticker
),

judged as (
    select
        *,
        case
            when test = 'listing history' and threshold is null
                then case
                    when takes_in = 'all changes' then 'passes'
                    when previous_reviewed_to_on is null then 'no data'
                    when listing_on > previous_reviewed_to_on then 'passes'
                    else 'fails'
                end
            when test = 'no concentrated holdings' then case when is_concentrated then 'fails' else 'no data' end
            when threshold is null or value is null then 'no data'
            when test <> 'listing history' and measured_to_on > {{ as_of() }} then 'not yet'
            when test in ('market value coverage', 'first-day rank', 'first-day rank ratio')
                then case when value <= threshold then 'passes' else 'fails' end
            when test = 'turnover velocity' then case when missed_months <= allowed_misses then 'passes' else 'fails' end
            when value >= threshold then 'passes'
            else 'fails'
        end as result
    from measured
)

select
    judged.ticker,
    judged.index_family,
    judged.index_name,
    judged.entry,
    judged.review,
    judged.test,
    judged.listing_on,
    judged.measured_to_on,
    judged.closes_on,
    judged.effective_on,
    judged.effective_on > {{ as_of() }} as is_future,
    judged.threshold,
    judged.value,
    cast(judged.missed_months as bigint) as missed_months,
    judged.allowed_misses,
    judged.measured_sessions,
    judged.result,
    case
        when members.effective_on = judged.effective_on then 'entered'
        when members.effective_on < judged.effective_on and coalesce(members.left_on > judged.effective_on, true)
            then 'is a member'
        when max(case when judged.result = 'fails' then 1 else 0 end) over entries = 1 then 'fails'
        when max(case when judged.result = 'no data' then 1 else 0 end) over entries = 1 then 'no data'
        when max(case when judged.result = 'not yet' then 1 else 0 end) over entries = 1 then 'not yet'
        else 'passes'
    end as entry_result,
    members.effective_on as member_on,
    judged.factor_ratio,
    judged.most_factor_ratio,
    cast(round(judged.counted_shares) as bigint) as counted_shares,
    judged.is_confirmed as is_rule_confirmed,
    judged.reason,
    judged.document_id,
    judged.universe_document_id,
    members.document_id as member_document_id,
    greatest(judged.newest_known_on, members.known_on) as known_on
from judged
left join {{ ref('int_index_member') }} as members
    on judged.ticker = members.ticker and judged.index_name = members.index_name and members.is_preferred
window entries as (partition by judged.ticker, judged.index_name, judged.entry, judged.review)
