-- The chain of issued capital, event by event: each statement that counts (int_share_capital_statement), chained to the total
-- before it by the totals that the documents print. Within a day the totals give the order: an event begins where another ends.
-- Where nothing ends at the total from which an event begins, shares are unexplained, and the event is named.
{{ recursive() }} counted as (
    select
        *,
        cast(
            sum(moved_shares) over (
                partition by ticker, effective_on, document_order, total_shares_after, running_number
            ) as bigint
        ) as step_shares,
        -- rows of one document with the total of the day beside each are one step
        min(statement_number) over (
            partition by ticker, effective_on, document_order, total_shares_after, running_number
        ) as step_number
    from {{ ref('int_share_capital_statement') }}
    where is_counted
),

steps as (
    select
        ticker,
        effective_on,
        step_number,
        step_shares,
        total_shares_after - step_shares as step_before,
        total_shares_after as step_after,
        running_number = 0 as is_of_the_day
    from counted
    where statement_number = step_number
),

-- of the totals of a day, those at which more steps begin, or more end
nodes as (
    select
        ticker,
        effective_on,
        total_shares,
        sum(departures) as departures,
        sum(arrivals) as arrivals
    from (
        select ticker, effective_on, step_before as total_shares, 1 as departures, 0 as arrivals from steps
        where step_shares <> 0
        union all
        select ticker, effective_on, step_after as total_shares, 0 as departures, 1 as arrivals from steps
        where step_shares <> 0
    ) as ends
    group by ticker, effective_on, total_shares
),

ends as (
    select
        ticker,
        effective_on,
        sum(greatest(departures - arrivals, 0)) as beginnings,
        max(case when arrivals > departures then total_shares end) as last_total
    from nodes
    group by ticker, effective_on
),

-- the total at the end of a day stands without the day before, unless the day's steps lead back to where they began. Events of
-- which a document prints only the total of the day can have come between those of others: the sum of the day then proves them
closings as (
    select
        steps.ticker,
        steps.effective_on,
        max(case when steps.is_of_the_day then 1 else 0 end) = 1 and max(coalesce(ends.beginnings, 0)) > 1 as is_proved_by_sum,
        case
            when max(coalesce(ends.beginnings, 0)) > 1 and max(case when steps.is_of_the_day then 1 else 0 end) = 1
                then max(case when steps.is_of_the_day then steps.step_after end)
            when max(abs(steps.step_shares)) = 0 then max(steps.step_after)
            else max(ends.last_total)
        end as closing_shares,
        sum(steps.step_shares) as day_shares
    from steps
    left join ends on steps.ticker = ends.ticker and steps.effective_on = ends.effective_on
    group by steps.ticker, steps.effective_on
),

days as (
    select
        closings.*,
        lag(closings.effective_on) over (partition by closings.ticker order by closings.effective_on) as day_before,
        -- of several days that lead back to where they began, the day before the first
        max(case when closings.closing_shares is not null then closings.effective_on end) over (
            partition by closings.ticker order by closings.effective_on
            rows between unbounded preceding and 1 preceding
        ) as stated_before_on
    from closings
),

-- an issuer disregards fractions of shares that a consolidation leaves: less than one of each class, as the stated total shows
consolidations as (
    select
        counted.ticker,
        counted.effective_on,
        max(counted.total_shares_after) as total_shares,
        greatest(count(distinct classes.share_class), 1) as most_disregarded_shares
    from counted
    left join {{ ref('int_share_class') }} as classes on counted.ticker = classes.ticker
    where counted.is_split
    group by counted.ticker, counted.effective_on
),

restated as (
    select
        days.ticker,
        days.effective_on,
        earlier.closing_shares,
        round({{ after_splits(before_splits('earlier.closing_shares', 'earlier_splits'), 'splits') }}, 4) as opening_shares,
        case when splits.ex_on > days.stated_before_on then splits.known_on end as split_known_on
    from days
    left join closings as earlier on days.ticker = earlier.ticker and days.stated_before_on = earlier.effective_on
    left join {{ ref('int_split') }} as earlier_splits
        on {{ splits_until('earlier_splits', 'days.ticker', 'days.stated_before_on') }}
    left join {{ ref('int_split') }} as splits
        on {{ splits_until('splits', 'days.ticker', 'days.effective_on') }}
),

openings as (
    select
        restated.ticker,
        restated.effective_on,
        case
            when
                restated.opening_shares < restated.closing_shares
                and consolidations.total_shares <= restated.opening_shares
                and consolidations.total_shares > restated.opening_shares - consolidations.most_disregarded_shares
                then consolidations.total_shares
            else {{ whole_shares('restated.opening_shares') }}
        end as opening_shares,
        restated.split_known_on
    from restated
    left join consolidations
        on restated.ticker = consolidations.ticker and restated.effective_on = consolidations.effective_on
),

-- each total that is reached, the opening first, and each from which a step begins: the first of one meets the first of the other
reached as (
    select
        ticker,
        effective_on,
        step_number,
        total_shares,
        row_number() over (partition by ticker, effective_on, total_shares order by step_number) as visit
    from (
        select ticker, effective_on, 0 as step_number, opening_shares as total_shares from openings
        where opening_shares is not null
        union all
        select ticker, effective_on, step_number, step_after from steps
        where step_shares <> 0
    ) as ends
),

begun as (
    select
        ticker,
        effective_on,
        step_number,
        step_before,
        row_number() over (partition by ticker, effective_on, step_before order by step_number) as visit
    from steps
    where step_shares <> 0
),

met as (
    select
        begun.ticker,
        begun.effective_on,
        begun.step_number,
        begun.step_before,
        reached.step_number as follows_step
    from begun
    left join reached
        on
            begun.ticker = reached.ticker
            and begun.effective_on = reached.effective_on
            and begun.step_before = reached.total_shares
            and begun.visit = reached.visit
),

-- a step that begins where none ends follows, by the size of the totals, one that leads nowhere; where there is no opening, the
-- first opens the chain
loose_beginnings as (
    select
        met.ticker,
        met.effective_on,
        met.step_number,
        met.step_before,
        row_number() over (partition by met.ticker, met.effective_on order by met.step_before, met.step_number)
        - case when openings.opening_shares is null then 1 else 0 end as loose_number
    from met
    inner join openings on met.ticker = openings.ticker and met.effective_on = openings.effective_on
    where met.follows_step is null
),

loose_ends as (
    select
        reached.ticker,
        reached.effective_on,
        reached.step_number,
        reached.total_shares,
        row_number() over (
            partition by reached.ticker, reached.effective_on
            order by case when reached.step_number = 0 then 0 else 1 end, reached.total_shares, reached.step_number
        ) as loose_number
    from reached
    left join met
        on
            reached.ticker = met.ticker
            and reached.effective_on = met.effective_on
            and reached.step_number = met.follows_step
    where met.follows_step is null
),

followed as (
    select
        met.ticker,
        met.effective_on,
        met.step_number,
        coalesce(met.follows_step, loose_ends.step_number) as follows_step,
        case
            when met.follows_step is not null then met.step_before
            else loose_ends.total_shares
        end as total_shares_before
    from met
    left join loose_beginnings
        on
            met.ticker = loose_beginnings.ticker
            and met.effective_on = loose_beginnings.effective_on
            and met.step_number = loose_beginnings.step_number
    left join loose_ends
        on
            loose_beginnings.ticker = loose_ends.ticker
            and loose_beginnings.effective_on = loose_ends.effective_on
            and loose_beginnings.loose_number = loose_ends.loose_number
),

-- the steps one after another, from the opening on
{% set first %}
    select
        followed.ticker,
        followed.effective_on,
        followed.step_number,
        1 as place
    from followed
    where followed.follows_step is null or followed.follows_step = 0
{% endset %}
{% set further %}
    select
        followed.ticker,
        followed.effective_on,
        followed.step_number,
        walk.place + 1 as place
    from walk
    inner join followed
        on
            walk.ticker = followed.ticker
            and walk.effective_on = followed.effective_on
            and walk.step_number = followed.follows_step
{% endset %}
{{ recursive_rows('walk', first, further) }},

-- every total that the opening, or a step that begins where none ends, leads to: steps in a circle elsewhere hang in the air
{% set first %}
    select ticker, effective_on, opening_shares as total_shares from openings
    where opening_shares is not null
    union
    select ticker, effective_on, step_before from loose_beginnings
{% endset %}
{% set further %}
    select
        steps.ticker,
        steps.effective_on,
        steps.step_after
    from attained
    inner join steps
        on
            attained.ticker = steps.ticker
            and attained.effective_on = steps.effective_on
            and attained.total_shares = steps.step_before
            and steps.step_shares <> 0
{% endset %}
{{ recursive_rows('attained', first, further, is_distinct=true) }},

chained as (
    select
        steps.ticker,
        steps.effective_on,
        steps.step_number,
        walk.place,
        openings.opening_shares,
        openings.split_known_on,
        coalesce(closings.closing_shares, openings.opening_shares, steps.step_after) as closing_shares,
        case
            when openings.opening_shares is null and followed.total_shares_before is null then null
            when closings.is_proved_by_sum and steps.is_of_the_day
                then cast(openings.opening_shares + closings.day_shares - steps.step_shares as bigint)
            when closings.is_proved_by_sum then steps.step_before
            -- a step that changes nothing stands at a total of the day
            when steps.step_shares = 0 and attained.total_shares is not null then steps.step_after
            when steps.step_shares = 0 or attained_before.total_shares is null then openings.opening_shares
            else followed.total_shares_before
        end as total_shares_before,
        steps.step_shares,
        steps.step_after
    from steps
    inner join openings on steps.ticker = openings.ticker and steps.effective_on = openings.effective_on
    inner join closings on steps.ticker = closings.ticker and steps.effective_on = closings.effective_on
    left join attained
        on
            steps.ticker = attained.ticker
            and steps.effective_on = attained.effective_on
            and steps.step_after = attained.total_shares
    left join attained as attained_before
        on
            steps.ticker = attained_before.ticker
            and steps.effective_on = attained_before.effective_on
            and steps.step_before = attained_before.total_shares
    left join followed
        on
            steps.ticker = followed.ticker
            and steps.effective_on = followed.effective_on
            and steps.step_number = followed.step_number
    left join walk
        on steps.ticker = walk.ticker and steps.effective_on = walk.effective_on and steps.step_number = walk.step_number
)

select
    counted.ticker,
    counted.effective_on,
    counted.event,
    counted.share_class,
    counted.shares_issued_delta as issued_shares,
    counted.issue_price_hkd,
    chained.total_shares_before,
    counted.total_shares_after as total_shares,
    -- the first event of the chain has nothing before it: its stated total is where the chain begins
    coalesce(counted.total_shares_after - chained.total_shares_before - chained.step_shares, 0) as unexplained_shares,
    counted.is_split,
    counted.event_kind = 'over-allotment' as is_over_allotment,
    counted.note,
    counted.document_id,
    counted.table_ref,
    greatest(counted.known_on, chained.split_known_on) as known_on,
    counted.event_kind,
    cast(
        row_number() over (
            partition by counted.ticker, counted.effective_on
            order by coalesce(chained.place, 0), counted.document_order, counted.source_file, counted.source_row
        ) as integer
    ) as event_number,
    chained.closing_shares,
    counted.source_file,
    counted.source_row
from counted
inner join chained
    on
        counted.ticker = chained.ticker
        and counted.effective_on = chained.effective_on
        and counted.step_number = chained.step_number
