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
    ticker,
    event,
    status,
    event_printed,
    event_earliest_on,
    event_latest_on,
    preference = 1 as is_preferred,
    status = 'expected' and event_latest_on < {{ as_of() }} as is_overdue,
    note,
    document_id,
    table_ref,
    known_on
from ranked
