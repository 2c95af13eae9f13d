-- Every statement about an event; what happened ranks before what is announced, that before what is expected.
with ranked as (
    select
        events.*,
        row_number() over (
            partition by events.ticker, events.event
            order by
                case events.status when 'past' then 1 when 'announced' then 2 else 3 end,
                events.known_on desc,
                documents.rank,
                events.document_id,
                events.event_latest_on desc
        ) as preference
    from {{ ref('stg_corporate_events') }} as events
    inner join {{ ref('stg_documents') }} as documents on events.document_id = documents.document_id
)

select
    ranked.ticker,
    ranked.event,
    ranked.status,
    ranked.event_printed,
    ranked.event_earliest_on,
    ranked.event_latest_on,
    ranked.preference = 1 as is_preferred,
    ranked.status = 'expected' and ranked.event_latest_on < {{ as_of() }} as is_overdue,
    ranked.note,
    ranked.document_id,
    ranked.table_ref,
    greatest(ranked.known_on, coalesce(bounds.known_on, ranked.known_on)) as known_on,
    bounds.rule_earliest_on,
    case
        when bounds.rule_earliest_on is null then null
        when ranked.event_latest_on < bounds.rule_earliest_on then 'impossible'
        when ranked.event_earliest_on < bounds.rule_earliest_on then 'possible in part'
        else 'possible'
    end as under_rule,
    bounds.rule_document_id
from ranked
left join {{ ref('int_event_bound') }} as bounds on ranked.ticker = bounds.ticker and ranked.event = bounds.event
