-- Every change of issued capital that a document states, and whether it counts: of several statements of one event one does.
-- Two documents of one day can state two events, one event twice, or one of them the sum of what the other states event by event.
-- The totals that they print tell: a statement is a step from the total before it to the total after it.
{{ recursive() }} ranked as (
    select
        events.*,
        coalesce(events.share_class, 'not stated') as class_name,
        documents.rank as document_rank,
        dense_rank() over (
            partition by events.ticker, events.effective_on
            order by documents.rank, events.document_step, events.document_id
        ) as document_order,
        -- new shares are often entered some days after the ex date of the split that brings them
        coalesce(
            events.effective_on <= {{ add_days('splits.ex_on', 10) }} and {{ is_kind_of_split('events.event_kind') }}, false
        ) as is_split
    from {{ ref('int_share_capital_event') }} as events
    inner join {{ ref('stg_documents') }} as documents on events.document_id = documents.document_id
    left join {{ ref('int_split') }} as splits
        on {{ splits_until('splits', 'events.ticker', 'events.effective_on') }}
),

stated as (
    select
        *,
        -- the shares that a split brings are in its factor, and not issued a second time
        case when is_split then cast(0 as bigint) else shares_issued_delta end as moved_shares,
        row_number() over (
            partition by ticker, effective_on order by document_order, source_file, source_row
        ) as statement_number
    from ranked
),

-- a document prints the total after each event, or the total of the day beside each: it is the first if its rows follow one
-- another, with one that begins the chain
nodes as (
    select
        ticker,
        effective_on,
        document_order,
        total_shares_after - moved_shares as total_shares,
        1 as departures,
        0 as arrivals
    from stated
    union all
    select ticker, effective_on, document_order, total_shares_after as total_shares, 0 as departures, 1 as arrivals from stated
),

surplus as (
    select ticker, effective_on, document_order, total_shares, greatest(sum(departures) - sum(arrivals), 0) as beginnings
    from nodes
    group by ticker, effective_on, document_order, total_shares
),

documents as (
    select ticker, effective_on, document_order, sum(beginnings) <= 1 as prints_running_totals
    from surplus
    group by ticker, effective_on, document_order
),

stepped as (
    select
        stated.*,
        case when documents.prints_running_totals then stated.statement_number else 0 end as running_number
    from stated
    inner join documents
        on
            stated.ticker = documents.ticker
            and stated.effective_on = documents.effective_on
            and stated.document_order = documents.document_order
),

summed as (
    select
        *,
        sum(moved_shares) over (
            partition by ticker, effective_on, document_order, total_shares_after, running_number
        ) as step_shares,
        sum(greatest(moved_shares, 0)) over (
            partition by ticker, effective_on, document_order, total_shares_after, running_number
        ) as step_issued,
        count(*) over (
            partition by ticker, effective_on, document_order, total_shares_after, running_number
        ) as step_rows
    from stepped
),

steps as (
    select
        *,
        total_shares_after - step_shares as step_before,
        -- between these lies every total on the way, in whichever order the events of the step came
        total_shares_after - step_issued as step_low,
        total_shares_after - step_shares + step_issued as step_high,
        row_number() over (
            partition by ticker, effective_on, document_order, moved_shares, event_kind order by statement_number
        ) as same_number
    from summed
),

-- a statement beside one of a better document: the same step, or, where one of them prints only the total of the day, within it
pairs as (
    select
        own.ticker,
        own.effective_on,
        own.statement_number,
        own.same_number,
        other.document_order,
        other.document_id,
        other.step_before,
        other.total_shares_after,
        other.same_number as other_same_number,
        own.step_rows = 1 and other.step_rows = 1 as is_one_step
    from steps as own
    inner join steps as other
        on
            own.ticker = other.ticker
            and own.effective_on = other.effective_on
            and own.document_order > other.document_order
            and own.shares_issued_delta = other.shares_issued_delta
            and (own.class_name = other.class_name or 'not stated' in (own.class_name, other.class_name))
            -- of shares that go into treasury no total tells whether they are the same: their class does
            and not {{ goes_on_from_one_another('own', 'other') }}
    where
        (
            own.step_before = other.step_before
            and own.total_shares_after = other.total_shares_after
            and own.step_rows = other.step_rows
        )
        or (
            (own.step_rows > 1 or other.step_rows > 1)
            and (own.event_kind = other.event_kind or 'other' in (own.event_kind, other.event_kind))
            and (
                (own.step_low >= other.step_low and own.step_high <= other.step_high)
                or (own.step_low <= other.step_low and own.step_high >= other.step_high)
            )
        )
),

-- as many of a document's like events are restated as better documents state
restated as (
    select ticker, effective_on, statement_number, {{ first_not_null('document_id', 'document_order') }} as by_document_id
    from pairs
    group by ticker, effective_on, statement_number
    having
        max(case when is_one_step then 1 else 0 end) = 1
        or min(same_number) <= count(
            distinct cast(step_before as string) || '-' || cast(total_shares_after as string) || '-'
            || cast(other_same_number as string)
        )
),

-- a step that others break up, into steps that lead from the total before it to the total after it: steps of better documents,
-- and, where it is a single line, of any of its rank, since they say more. To a document of a worse rank it yields where it is
-- a line of no kind, which tells nothing but a sum, or where that states parts of its kind
edges as (
    select
        whole.ticker,
        whole.effective_on,
        whole.statement_number,
        part.statement_number as part_number,
        part.step_before,
        part.total_shares_after
    from steps as whole
    inner join steps as part
        on
            whole.ticker = part.ticker
            and whole.effective_on = part.effective_on
            and (
                whole.document_order > part.document_order
                or (
                    whole.document_order < part.document_order
                    and whole.step_rows = 1
                    and whole.step_low <= least(part.step_before, part.total_shares_after)
                    and whole.step_high >= greatest(part.step_before, part.total_shares_after)
                    and whole.step_shares * part.step_shares > 0
                    and (
                        whole.document_rank = part.document_rank
                        or whole.event_kind in (part.event_kind, 'other')
                    )
                )
            )
    where
        part.step_rows > 1
        or whole.step_before <> part.step_before
        or whole.total_shares_after <> part.total_shares_after
),

{% set first %}
    select ticker, effective_on, statement_number, step_before as total_shares
    from steps
    where step_shares <> 0
{% endset %}
{% set further %}
    select edges.ticker, edges.effective_on, edges.statement_number, edges.total_shares_after
    from led_to
    inner join edges
        on
            led_to.ticker = edges.ticker
            and led_to.effective_on = edges.effective_on
            and led_to.statement_number = edges.statement_number
            and led_to.total_shares = edges.step_before
{% endset %}
{{ recursive_rows('led_to', first, further, is_distinct=true) }},

broken_up as (
    select
        own.ticker,
        own.effective_on,
        own.statement_number,
        {{ first_not_null('part.document_id', 'part.document_order') }} as by_document_id
    from steps as own
    inner join led_to
        on
            own.ticker = led_to.ticker
            and own.effective_on = led_to.effective_on
            and own.statement_number = led_to.statement_number
            and own.total_shares_after = led_to.total_shares
    inner join edges
        on
            own.ticker = edges.ticker
            and own.effective_on = edges.effective_on
            and own.statement_number = edges.statement_number
            and own.step_before = edges.step_before
    inner join steps as part
        on
            edges.ticker = part.ticker
            and edges.effective_on = part.effective_on
            and edges.part_number = part.statement_number
    where own.step_shares <> 0
    group by own.ticker, own.effective_on, own.statement_number
),

-- what goes on from another document's total, or leads to one, is an event of its own
joined as (
    select distinct own.ticker, own.effective_on, own.statement_number
    from steps as own
    inner join steps as other
        on
            own.ticker = other.ticker
            and own.effective_on = other.effective_on
            and own.document_order <> other.document_order
            and (own.step_before = other.total_shares_after or own.total_shares_after = other.step_before)
    where own.step_shares <> 0 and other.step_shares <> 0
),

-- other numbers for an event of the same kind and class, from the same total or to it: the document of the better rank decides,
-- never one of the same rank. A step between two other totals is another event
renumbered as (
    select
        own.ticker,
        own.effective_on,
        own.statement_number,
        {{ first_not_null('other.document_id', 'other.document_order') }} as by_document_id
    from steps as own
    inner join steps as other
        on
            own.ticker = other.ticker
            and own.effective_on = other.effective_on
            and own.document_rank > other.document_rank
            and own.event_kind = other.event_kind
            and (own.step_before = other.step_before or own.total_shares_after = other.total_shares_after)
            and (own.class_name = other.class_name or 'not stated' in (own.class_name, other.class_name))
    left join joined
        on
            own.ticker = joined.ticker
            and own.effective_on = joined.effective_on
            and own.statement_number = joined.statement_number
    -- what yields to its parts overrules none of them
    left join broken_up
        on
            other.ticker = broken_up.ticker
            and other.effective_on = broken_up.effective_on
            and other.statement_number = broken_up.statement_number
    where joined.ticker is null and broken_up.ticker is null
    group by own.ticker, own.effective_on, own.statement_number
),

-- what a class moved by in a month, of which a monthly return does not prove the days, where others state as much day by day
dated_elsewhere as (
    select
        own.ticker,
        own.effective_on,
        own.statement_number,
        {{ first_not_null('other.document_id', 'other.document_order') }} as by_document_id
    from steps as own
    inner join steps as other
        on
            own.ticker = other.ticker
            and own.class_name = other.class_name
            and own.effective_on > other.effective_on
            and extract(year from own.effective_on) = extract(year from other.effective_on)
            and extract(month from own.effective_on) = extract(month from other.effective_on)
    left join restated
        on
            other.ticker = restated.ticker
            and other.effective_on = restated.effective_on
            and other.statement_number = restated.statement_number
    left join broken_up
        on
            other.ticker = broken_up.ticker
            and other.effective_on = broken_up.effective_on
            and other.statement_number = broken_up.statement_number
    left join renumbered
        on
            other.ticker = renumbered.ticker
            and other.effective_on = renumbered.effective_on
            and other.statement_number = renumbered.statement_number
    where
        own.event_kind = 'other'
        and own.event like 'movement of the month to %'
        and restated.ticker is null
        and broken_up.ticker is null
        and renumbered.ticker is null
    group by own.ticker, own.effective_on, own.statement_number, own.shares_issued_delta
    having sum(other.shares_issued_delta) = own.shares_issued_delta
)

select
    steps.ticker,
    steps.effective_on,
    steps.statement_number,
    steps.event,
    steps.event_kind,
    steps.class_name as share_class,
    steps.shares_issued_delta,
    steps.moved_shares,
    cast(steps.issue_price_hkd_value as double) as issue_price_hkd,
    steps.total_shares_after,
    steps.running_number,
    steps.is_split,
    steps.document_order,
    coalesce(
        restated.by_document_id, broken_up.by_document_id, renumbered.by_document_id, dated_elsewhere.by_document_id
    ) is null as is_counted,
    coalesce(restated.by_document_id, broken_up.by_document_id, renumbered.by_document_id, dated_elsewhere.by_document_id)
        as overruled_by_document_id,
    case
        when restated.ticker is not null then 'states an event that the other document states'
        when broken_up.ticker is not null then 'adds up events that other documents state one by one'
        when renumbered.ticker is not null then 'gives other numbers for an event of a document of a better rank'
        when dated_elsewhere.ticker is not null then 'adds up events that other documents state one by one'
    end as overruled_because,
    steps.note,
    steps.document_id,
    steps.table_ref,
    steps.source_file,
    steps.source_row,
    steps.known_on
from steps
left join restated
    on
        steps.ticker = restated.ticker
        and steps.effective_on = restated.effective_on
        and steps.statement_number = restated.statement_number
left join broken_up
    on
        steps.ticker = broken_up.ticker
        and steps.effective_on = broken_up.effective_on
        and steps.statement_number = broken_up.statement_number
left join renumbered
    on
        steps.ticker = renumbered.ticker
        and steps.effective_on = renumbered.effective_on
        and steps.statement_number = renumbered.statement_number
left join dated_elsewhere
    on
        steps.ticker = dated_elsewhere.ticker
        and steps.effective_on = dated_elsewhere.effective_on
        and steps.statement_number = dated_elsewhere.statement_number
