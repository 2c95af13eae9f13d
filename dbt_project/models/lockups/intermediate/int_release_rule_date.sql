-- When a release rule ends for a security: within a clause the latest of its terms counts, of several clauses the earliest.
-- Worked out for both ends of the interval.
with clauses as (
    select
        ticker,
        release_rule,
        clause_number,
        max(last_locked_earliest_on) as last_locked_earliest_on,
        max(last_locked_latest_on) as last_locked_latest_on,
        -- a term without a date (beyond the calendar) leaves the whole rule without one, which the audit refuses
        max(case when last_locked_earliest_on is null or last_locked_latest_on is null then 1 else 0 end) as undated_terms,
        -- a rule is as sure as its least sure event
        max(
            case
                when is_unstated_waiver then null
                when event_status = 'unknown' then 4
                when event_status in ('expected', 'postponed') then 3
                when event_status = 'announced' then 2
                when event_status = 'past' then 1
                when event_status is not null then 0
            end
        ) as event_doubt,
        max(case when is_unstated_waiver then event end) as waivable_by,
        max(case when term_kind = 'at_listing' then 1 else 0 end) as is_at_listing,
        max(case when event is not null then {{ never() }} else last_locked_latest_on end) as backstop_on,
        max(known_on) as known_on
    from {{ ref('int_release_rule_term_date') }}
    group by ticker, release_rule, clause_number
),

rules as (
    select
        ticker,
        release_rule,
        min(last_locked_earliest_on) as last_locked_earliest_on,
        min(last_locked_latest_on) as last_locked_latest_on,
        max(undated_terms) as undated_terms,
        max(event_doubt) as event_doubt,
        max(waivable_by) as waivable_by,
        max(is_at_listing) as is_at_listing,
        min(backstop_on) as backstop_on,
        max(known_on) as known_on
    from clauses
    group by ticker, release_rule
)

select
    rules.ticker,
    rules.release_rule,
    case when rules.undated_terms = 0 then rules.last_locked_earliest_on end as last_locked_earliest_on,
    case when rules.undated_terms = 0 then rules.last_locked_latest_on end as last_locked_latest_on,
    case
        when rules.undated_terms = 1 then 'beyond the calendar'
        when rules.is_at_listing = 1 then 'at listing'
        when rules.event_doubt is null and rules.last_locked_latest_on = {{ never() }} then 'unknown event, no backstop'
        when rules.event_doubt is null then 'fixed date'
        when rules.event_doubt = 0 and rules.last_locked_latest_on = {{ never() }} then 'event taken back, no backstop'
        when rules.event_doubt = 0 and rules.last_locked_earliest_on = rules.last_locked_latest_on then 'event taken back'
        when rules.last_locked_earliest_on = rules.last_locked_latest_on and rules.event_doubt = 1 then 'past event'
        when rules.last_locked_earliest_on = rules.last_locked_latest_on and rules.event_doubt = 2 then 'announced event'
        when rules.last_locked_earliest_on = rules.last_locked_latest_on then 'fixed date'
        when rules.last_locked_latest_on = {{ never() }} and rules.event_doubt = 3 then 'expected event, no backstop'
        when rules.last_locked_latest_on = {{ never() }} then 'unknown event, no backstop'
        when rules.event_doubt = 4 then 'interval: unknown event to backstop'
        when rules.event_doubt = 3 then 'interval: expected event to backstop'
        else 'interval: announced event'
    end as date_basis,
    -- of the events that the days wait for; empty without one
    rules.known_on,
    -- the last locked day if the event had never come; empty without a backstop
    nullif(rules.backstop_on, {{ never() }}) as backstop_on,
    -- the waiver that could end the lock-up earlier, of which no document says anything; it moves no end
    rules.waivable_by
from rules
