-- Every statement about an event. What is taken back doesn't count, nor what took it back once a newer statement stands. Of the
-- rest, what happened ranks before what is announced, that before what took an event back and that before what is expected.
with statements as (
    select
        events.*,
        events.event_latest_on as latest_on,
        documents.rank
    from {{ ref('stg_corporate_events') }} as events
    inner join {{ ref('stg_documents') }} as documents on events.document_id = documents.document_id
),

takings as (
    select * from statements
    where status in {{ taken_back() }}
),

overruled as (
    select
        statements.ticker,
        statements.event,
        statements.status,
        statements.event_printed,
        statements.document_id
    from statements
    inner join takings on statements.ticker = takings.ticker and statements.event = takings.event
    where statements.status not in {{ taken_back() }} and {{ takes_back('takings', 'statements') }}

    union

    select
        takings.ticker,
        takings.event,
        takings.status,
        takings.event_printed,
        takings.document_id
    from takings
    inner join statements on takings.ticker = statements.ticker and takings.event = statements.event
    where {{ restores('statements', 'takings') }}
),

ranked as (
    select
        statements.*,
        overruled.ticker is not null as is_overruled,
        row_number() over (
            partition by statements.ticker, statements.event
            order by
                case when overruled.ticker is null then 0 else 1 end,
                case
                    when statements.status = 'past' then 1
                    when statements.status = 'announced' then 2
                    when statements.status in {{ taken_back() }} then 3
                    else 4
                end,
                -- what takes an event back is no expectation: a better rank decides, and within it the newest
                case when statements.status in {{ taken_back() }} then statements.rank else 0 end,
                statements.known_on desc,
                statements.rank,
                statements.document_id,
                statements.event_latest_on desc
        ) as preference
    from statements
    left join overruled
        on
            statements.ticker = overruled.ticker
            and statements.event = overruled.event
            and statements.status = overruled.status
            and coalesce(statements.event_printed, '') = coalesce(overruled.event_printed, '')
            and statements.document_id = overruled.document_id
)

select
    ranked.ticker,
    ranked.event,
    ranked.status,
    coalesce(ranked.event_printed, 'not stated') as event_printed,
    ranked.event_earliest_on,
    ranked.event_latest_on,
    ranked.preference = 1 as is_preferred,
    ranked.status in ('expected', 'postponed') and coalesce(ranked.event_latest_on < {{ as_of() }}, false) as is_overdue,
    ranked.note,
    ranked.document_id,
    ranked.table_ref,
    greatest(ranked.known_on, coalesce(bounds.known_on, ranked.known_on)) as known_on,
    bounds.rule_earliest_on,
    case
        when bounds.rule_earliest_on is null or ranked.event_earliest_on is null then null
        when ranked.event_latest_on < bounds.rule_earliest_on then 'impossible'
        when ranked.event_earliest_on < bounds.rule_earliest_on then 'possible in part'
        else 'possible'
    end as under_rule,
    bounds.rule_document_id,
    case when ranked.preference > 1 then preferred.document_id end as overruled_by_document_id,
    case
        when ranked.preference = 1 then null
        when ranked.is_overruled and ranked.status not in {{ taken_back() }} then 'taken back'
        when ranked.status in {{ taken_back() }} and preferred.known_on <= ranked.known_on then 'a document of a better rank'
        when preferred.known_on > ranked.known_on then 'a newer statement'
        else 'what happened or is announced comes first'
    end as overruled_because
from ranked
inner join ranked as preferred
    on ranked.ticker = preferred.ticker and ranked.event = preferred.event and preferred.preference = 1
left join {{ ref('int_event_bound') }} as bounds on ranked.ticker = bounds.ticker and ranked.event = bounds.event
