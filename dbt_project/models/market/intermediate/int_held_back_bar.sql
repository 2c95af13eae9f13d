-- Bars that do not count, each with the first reason that holds: a user distrusts their source for the day; other sources agree
-- against them; they are another source's times the factor of a split that their own feed lists; or they are hundreds of times,
-- or hundredths of, what their own feed said before. A bar of a document of a better rank than the feeds (40 and more) counts
-- whatever they say, unless it is distrusted by name. Each judgement looks at the day and at days before it, never after it.
{{ config(materialized='incremental', incremental_strategy='from_first_change',
    unique_key=['ticker', 'trading_date', 'document_id']) }}

{% set changed = changed_bars() %}
{% set judged = judged_bars(changed) %}

with distrusted as (
    select
        bars.ticker,
        bars.trading_date,
        bars.document_id,
        bars.is_judged,
        min(statements.reason) as reason,
        greatest(bars.known_on, min(statements.known_on)) as known_on
    from {{ judged }} as bars
    inner join {{ ref('stg_distrusted_bars') }} as statements
        on
            bars.document_id = statements.source_document_id
            and statements.ticker in (bars.ticker, 'all')
            and bars.trading_date between statements.first_on and coalesce(statements.last_on, {{ never() }})
    group by bars.ticker, bars.trading_date, bars.document_id, bars.known_on, bars.is_judged
),

-- the days and tickers of which something can be told at all: all else is not looked at again
apart_days as (
    select
        bars.ticker,
        bars.trading_date
    from {{ judged }} as bars
    where bars.is_judged
    group by bars.ticker, bars.trading_date
    having count(*) > 1 and cast(max(bars.close) as double) > 1.05 * cast(min(bars.close) as double)
),

wide_tickers as (
    select distinct ticker
    from {{ ref('int_bar_series') }}
    where highest_close > 50 * lowest_close
),

candidates as (
    select
        bars.ticker,
        bars.kind,
        bars.trading_date,
        bars.document_id,
        bars.source_rank,
        cast(bars.close as double) as close,
        bars.volume_shares,
        bars.known_on,
        coalesce(zero_volume_bars.zero_volume_kind, 'halt') = 'halt' as is_real,
        bars.is_judged
    from {{ judged }} as bars
    left join apart_days on bars.ticker = apart_days.ticker and bars.trading_date = apart_days.trading_date
    left join wide_tickers on bars.ticker = wide_tickers.ticker
    left join {{ ref('int_zero_volume_bar') }} as zero_volume_bars
        on
            bars.ticker = zero_volume_bars.ticker
            and bars.trading_date = zero_volume_bars.trading_date
            and bars.document_id = zero_volume_bars.document_id
    where apart_days.ticker is not null or wide_tickers.ticker is not null
),

-- a bar of a security without volume repeats the close before, so it tells nothing of the day
voting as (
    select candidates.*
    from candidates
    left join distrusted
        on
            candidates.ticker = distrusted.ticker
            and candidates.trading_date = distrusted.trading_date
            and candidates.document_id = distrusted.document_id
    where
        candidates.is_real
        and candidates.close > 0
        and (candidates.kind <> 'security' or coalesce(candidates.volume_shares, 1) > 0)
        and distrusted.ticker is null
),

-- sources differ by less than 5 % where they tell of one close
agreements as (
    select
        bars.ticker,
        bars.trading_date,
        bars.document_id,
        bars.source_rank,
        sum(case when abs(others.close - bars.close) <= 0.05 * least(others.close, bars.close) then 1 else 0 end)
            as agreeing_sources,
        greatest(bars.known_on, max(others.known_on)) as known_on
    from (
        select
            ticker,
            trading_date
        from voting
        where is_judged
        group by ticker, trading_date
        having count(*) > 1 and max(close) > 1.05 * min(close)
    ) as wide_days
    inner join voting as bars on wide_days.ticker = bars.ticker and wide_days.trading_date = bars.trading_date
    inner join voting as others
        on
            bars.ticker = others.ticker
            and bars.trading_date = others.trading_date
            and bars.document_id <> others.document_id
    group by bars.ticker, bars.trading_date, bars.document_id, bars.source_rank, bars.known_on
),

outvoted as (
    select
        ticker,
        trading_date,
        document_id,
        known_on
    from (
        select
            agreements.*,
            max(agreements.agreeing_sources) over (partition by agreements.ticker, agreements.trading_date)
                as most_agreeing_sources
        from agreements
    ) as judged
    where agreeing_sources = 0 and most_agreeing_sources > 0 and source_rank >= 40
),

-- what a feed lists as a split, it takes out of the prices before: as they are landed, they are multiplied by it again
listed_splits as (
    select
        ticker,
        document_id,
        ex_on,
        cast(new_shares as double) / nullif(cast(old_shares as double), 0) as factor,
        known_on
    from {{ ref('stg_corporate_actions') }}
    where action = 'split'
),

not_split as (
    select
        bars.ticker,
        bars.trading_date,
        bars.document_id,
        max(splits.ex_on) as ex_on,
        max(greatest(bars.known_on, others.known_on, splits.known_on)) as known_on
    from agreements
    inner join voting as bars
        on
            agreements.ticker = bars.ticker
            and agreements.trading_date = bars.trading_date
            and agreements.document_id = bars.document_id
    inner join listed_splits as splits
        on bars.ticker = splits.ticker and bars.document_id = splits.document_id and bars.trading_date < splits.ex_on
    inner join voting as others
        on
            bars.ticker = others.ticker
            and bars.trading_date = others.trading_date
            and bars.document_id <> others.document_id
    where
        agreements.agreeing_sources = 0
        and bars.source_rank >= 40
        and abs(splits.factor - 1) > 0.05
        and (
            abs(bars.close - splits.factor * others.close) <= 0.02 * bars.close
            or abs(splits.factor * bars.close - others.close) <= 0.02 * others.close
        )
    group by bars.ticker, bars.trading_date, bars.document_id
),

-- no share moves a hundredfold in a session: that is 79 to 126 times, a thousandfold 794 to 1,259 times, and their inverses
wide_series as (
    select
        ticker,
        document_id
    from voting
    where source_rank >= 40
    group by ticker, document_id
    having max(close) > 50 * min(close)
),

series as (
    select
        voting.*,
        coalesce(adjustments.cumulative_numerator / adjustments.cumulative_denominator, 1) as split_factor
    from voting
    inner join wide_series on voting.ticker = wide_series.ticker and voting.document_id = wide_series.document_id
    left join {{ ref('int_price_adjustment') }} as adjustments
        on {{ splits_until('adjustments', 'voting.ticker', 'voting.trading_date') }}
),

changes as (
    select
        *,
        ln(close / lag(close) over (partition by ticker, document_id order by trading_date)) / ln(10) as tenfolds,
        -- across a split nothing tells which side of it is wrong
        lag(split_factor) over (partition by ticker, document_id order by trading_date) = split_factor as is_without_split
    from series
),

leaps as (
    select
        *,
        case
            when is_without_split and abs(tenfolds) >= 1.9 and abs(tenfolds - round(tenfolds)) <= 0.1
                then cast(round(tenfolds) as integer)
            else 0
        end as leap
    from changes
),

levels as (
    select
        *,
        sum(leap) over (partition by ticker, document_id order by trading_date) as level,
        sum(case when leap <> 0 then 1 else 0 end) over (partition by ticker, document_id order by trading_date) as run_number
    from leaps
),

runs as (
    select
        *,
        row_number() over (partition by ticker, document_id, run_number order by trading_date) as run_bar,
        count(*) over (partition by ticker, document_id, run_number) as run_bars
    from levels
),

-- a level that lasts for more than 20 bars is what prices are now: each bar beside the last such run before its own
based as (
    select
        *,
        max(case when run_number = 0 or run_bars > 20 then run_number end) over (
            partition by ticker, document_id order by run_number range between unbounded preceding and 1 preceding
        ) as base_run_number
    from runs
),

-- where another source has that close too, the bars before were wrong
off_scale as (
    select
        leapt.ticker,
        leapt.trading_date,
        leapt.document_id,
        leapt.known_on,
        leapt.tenfolds
    from (
        select
            based.ticker,
            based.trading_date,
            based.document_id,
            based.close,
            based.known_on,
            based.is_judged,
            based.level - bases.level as tenfolds
        from based
        inner join runs as bases
            on
                based.ticker = bases.ticker
                and based.document_id = bases.document_id
                and based.base_run_number = bases.run_number
                and bases.run_bar = 1
        where based.run_bar <= 20 and based.level <> bases.level
    ) as leapt
    inner join voting as others on leapt.ticker = others.ticker and leapt.trading_date = others.trading_date
    where leapt.is_judged
    group by leapt.ticker, leapt.trading_date, leapt.document_id, leapt.known_on, leapt.tenfolds
    -- itself included
    having sum(case when abs(others.close - leapt.close) <= 0.05 * least(others.close, leapt.close) then 1 else 0 end) = 1
),

reasons as (
    select
        ticker,
        trading_date,
        document_id,
        1 as preference,
        'a user distrusts the source for the day: ' || reason as reason,
        known_on
    from distrusted
    where is_judged
    union all
    select
        ticker,
        trading_date,
        document_id,
        2 as preference,
        'other sources agree on another close' as reason,
        known_on
    from outvoted
    union all
    select
        ticker,
        trading_date,
        document_id,
        3 as preference,
        {{ text_literal("another source's close, times the factor of the split that this source lists on ") }}
        || cast(ex_on as string) as reason,
        known_on
    from not_split
    union all
    select
        ticker,
        trading_date,
        document_id,
        4 as preference,
        case when tenfolds < 0 then '1/' else '' end
        || cast(cast(round(power(10, abs(tenfolds))) as bigint) as string)
        || case when tenfolds < 0 then ' of' else ' times' end || ' what its bars before it say' as reason,
        known_on
    from off_scale
)

select
    ticker,
    trading_date,
    document_id,
    reason,
    known_on
from (
    select
        reasons.*,
        row_number() over (
            partition by reasons.ticker, reasons.trading_date, reasons.document_id order by reasons.preference
        ) as reason_order
    from reasons
) as ordered
where reason_order = 1
