-- What other marts know exactly replaces a document's statement of the same event; both stay, one is preferred.
with matches as (
    select
        statements.catalyst_id,
        events.catalyst_id as event_catalyst_id,
        statements.channel,
        statements.expected_direction,
        statements.known_on,
        row_number() over (
            partition by statements.catalyst_id
            order by
                case
                    when statements.earliest_on <= events.latest_on and statements.latest_on >= events.earliest_on then 0 else 1
                end,
                events.earliest_on,
                events.catalyst_id
        ) as event_order,
        row_number() over (
            partition by events.catalyst_id order by documents.rank, statements.known_on desc, statements.catalyst_id
        ) as statement_order
    from {{ ref('int_catalyst_statement') }} as statements
    inner join {{ ref('stg_documents') }} as documents on statements.document_id = documents.document_id
    inner join {{ ref('stg_catalyst_kinds') }} as kinds on statements.catalyst_kind = kinds.catalyst_kind
    -- a lock-up expiry that came by an event is still the one that was expected for its backstop
    inner join {{ ref('int_catalyst_event') }} as events
        on
            statements.catalyst_kind = events.catalyst_kind
            and (
                (
                    statements.ticker = events.ticker
                    and (
                        kinds.happens_once
                        or (
                            statements.earliest_on <= greatest(events.latest_on, coalesce(events.backstop_on, events.latest_on))
                            and statements.latest_on >= events.earliest_on
                        )
                    )
                )
                -- a statement about the sector that names the company whose listing it is, such as `Kimi / StepFun listing`
                or (
                    statements.ticker is null
                    and events.catalyst_kind = 'listing'
                    and {{ names_word('statements.event', "split_part(events.subject, ' ', 1)") }}
                )
            )
    -- a statement that takes an event back stands beside what another document knows of it
    where statements.overruled_by_catalyst_id is null and statements.stated_status not in {{ taken_back() }}
),

events as (
    select
        events.catalyst_id,
        events.event,
        events.subject,
        events.ticker,
        events.catalyst_kind,
        events.timing_printed,
        events.earliest_on,
        events.latest_on,
        case
            when events.stated_status in ('withdrawn', 'did not happen') then events.stated_status
            when events.stated_status = 'past' or (events.comes_by_itself and events.latest_on <= {{ as_of() }}) then 'past'
            when events.latest_on < {{ as_of() }} then 'overdue'
            else events.stated_status
        end as status,
        matches.channel,
        matches.expected_direction,
        events.condition,
        events.supply_shares,
        events.supply_hkd,
        events.supply_hkd_basis,
        events.supply_hkd_document_id,
        events.supply_hkd_on,
        events.is_supply_hkd_stale,
        events.possible_supply_shares,
        events.net_proceeds_hkd,
        events.document_id,
        events.table_ref,
        greatest(events.known_on, coalesce(matches.known_on, events.known_on)) as known_on,
        coalesce(events.is_session_provisional, false) as is_session_provisional
    from {{ ref('int_catalyst_event') }} as events
    left join matches on events.catalyst_id = matches.event_catalyst_id and matches.statement_order = 1
),

-- what stands for a statement, and the status that follows from that
statements as (
    select
        statements.*,
        case
            when statements.stated_status in {{ settled() }} and statements.stated_status <> 'postponed'
                then statements.stated_status
            when statements.latest_on < {{ as_of() }} then 'overdue'
            else statements.stated_status
        end as own_status,
        matches.event_catalyst_id
    from {{ ref('int_catalyst_statement') }} as statements
    left join matches on statements.catalyst_id = matches.catalyst_id and matches.event_order = 1
),

replaced as (
    select
        statements.*,
        standing.own_status as standing_status,
        standing.known_on as standing_known_on,
        coalesce(statements.event_catalyst_id, standing.event_catalyst_id, standing.catalyst_id) as replaced_by_catalyst_id
    from statements
    left join statements as standing on statements.overruled_by_catalyst_id = standing.catalyst_id
),

catalysts as (
    select
        events.*,
        cast(null as string) as replaced_by_catalyst_id
    from events

    union all

    select
        statements.catalyst_id,
        statements.event,
        statements.subject,
        statements.ticker,
        statements.catalyst_kind,
        statements.timing_printed,
        statements.earliest_on,
        statements.latest_on,
        coalesce(events.status, statements.standing_status, statements.own_status) as status,
        statements.channel,
        statements.expected_direction,
        statements.condition,
        {{ no_supply() }},
        statements.document_id,
        statements.table_ref,
        greatest(
            statements.known_on,
            coalesce(events.known_on, statements.known_on),
            coalesce(statements.standing_known_on, statements.known_on)
        ) as known_on,
        false as is_session_provisional,
        statements.replaced_by_catalyst_id
    from replaced as statements
    left join events on statements.replaced_by_catalyst_id = events.catalyst_id
)

select
    catalysts.catalyst_id,
    catalysts.event,
    catalysts.subject,
    catalysts.ticker,
    catalysts.catalyst_kind,
    kinds.market_side,
    catalysts.timing_printed,
    catalysts.earliest_on,
    catalysts.latest_on,
    catalysts.status,
    coalesce(catalysts.channel, kinds.channel) as channel,
    coalesce(catalysts.expected_direction, kinds.expected_direction) as expected_direction,
    catalysts.condition,
    catalysts.supply_shares,
    catalysts.supply_hkd,
    catalysts.supply_hkd_basis,
    catalysts.supply_hkd_document_id,
    catalysts.replaced_by_catalyst_id is null as is_preferred,
    catalysts.replaced_by_catalyst_id,
    catalysts.document_id,
    catalysts.table_ref,
    catalysts.known_on,
    catalysts.supply_hkd_on,
    catalysts.is_supply_hkd_stale,
    catalysts.possible_supply_shares,
    catalysts.net_proceeds_hkd,
    catalysts.is_session_provisional
from catalysts
inner join {{ ref('stg_catalyst_kinds') }} as kinds on catalysts.catalyst_kind = kinds.catalyst_kind
