-- The day from which a ticker is no longer listed: its listing is withdrawn, goes on under another code or on another market, or
-- its shares become those of another company.
with stated as (
    select
        ticker,
        event,
        event_latest_on as ended_on,
        document_id,
        known_on
    from {{ ref('int_corporate_event') }}
    where
        event in ('listing_withdrawn', 'listing_transferred', 'stock_code_changed')
        and is_preferred
        and status in ('past', 'announced')
        and event_earliest_on = event_latest_on

    union all

    select
        ticker,
        case kind
            when 'code change' then 'stock_code_changed'
            when 'transfer of market' then 'listing_transferred'
            else 'shares_exchanged'
        end as event,
        effective_on as ended_on,
        document_id,
        known_on
    from {{ ref('int_security_successor') }}
    where is_preferred

    union all

    select
        ticker,
        'shares_exchanged' as event,
        effective_on as ended_on,
        document_id,
        known_on
    from {{ ref('int_merger') }}
    where is_direct
),

ends as (
    select
        *,
        row_number() over (partition by ticker order by ended_on, known_on, event) as end_order
    from stated
)

select
    ticker,
    event,
    ended_on,
    document_id,
    known_on
from ends
where end_order = 1
