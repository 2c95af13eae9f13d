-- The last locked day that each term of a rule gives for a security; an interval where its event is not known yet. An event that
-- was taken back, or a waiver of which nothing is said, comes on no day. A condition that holds leaves the day to its clause.
with rules as (
    select ticker, release_rule from {{ ref('stg_lockups') }}
    union
    select ticker, release_rule from {{ ref('stg_filing_lockups') }}
),

events as (
    select
        ticker,
        event,
        status,
        event_earliest_on,
        event_latest_on,
        -- what was postponed to no day that is told can't happen before that was known
        coalesce(event_earliest_on, case when status = 'postponed' then known_on end) as stated_from_on,
        known_on
    from {{ ref('int_corporate_event') }}
    where is_preferred
),

-- what somebody must decide on is expected only if a document says so
waivers as (
    select distinct terms.event
    from {{ ref('stg_release_rule_terms') }} as terms
    inner join {{ ref('stg_waiver_words') }} as words on {{ names_word('terms.event', 'words.word') }}
),

terms as (
    select
        rules.ticker,
        rules.release_rule,
        terms.clause_number,
        terms.term_number,
        terms.term_kind,
        terms.fixed_on,
        terms.ordinal,
        terms.event,
        securities.exchange_mic,
        securities.listing_on,
        coalesce(events.status, 'unknown') as event_status,
        events.status is null and waivers.event is not null as is_unstated_waiver,
        coalesce(events.status in ('withdrawn', 'did not happen') or (events.status is null and waivers.event is not null), false)
            as comes_never,
        coalesce(events.status in ('announced', 'past'), false) as comes,
        -- before anything is said of an event, it can happen on any day from listing; what is only expected can't happen before
        -- a rule of the market lets it
        case
            when events.status in ('announced', 'past') then events.event_earliest_on
            else greatest(
                coalesce(events.stated_from_on, securities.listing_on),
                coalesce(bounds.rule_earliest_on, events.stated_from_on, securities.listing_on)
            )
        end as event_earliest_on,
        -- an expectation can slip: only an announced or a past event bounds the end
        case when events.status in ('announced', 'past') then events.event_latest_on end as event_latest_on,
        coalesce(events.known_on, bounds.known_on) as known_on,
        -- 'from' counts the event's own day as the first, 'after' the next one
        case when terms.term_kind like '%_after' then 1 else 0 end as days_to_count_from
    from rules
    inner join {{ ref('stg_release_rule_terms') }} as terms on rules.release_rule = terms.release_rule
    inner join {{ ref('int_security') }} as securities on rules.ticker = securities.ticker
    left join events on rules.ticker = events.ticker and terms.event = events.event
    left join waivers on terms.event = waivers.event
    left join {{ ref('int_event_bound') }} as bounds on rules.ticker = bounds.ticker and terms.event = bounds.event
),

counted as (
    select
        *,
        {{ add_days('event_earliest_on', 'days_to_count_from') }} as count_from_earliest_on,
        {{ add_days('event_latest_on', 'days_to_count_from') }} as count_from_latest_on
    from terms
),

-- the n-th session: the first that counts is the first session on or after the day to count from
with_sessions as (
    select
        counted.*,
        earliest_nth.trading_date as nth_session_earliest_on,
        latest_nth.trading_date as nth_session_latest_on
    from counted
    left join {{ ref('int_trading_day') }} as earliest_first
        on
            counted.exchange_mic = earliest_first.exchange_mic
            and counted.count_from_earliest_on > earliest_first.previous_trading_date
            and counted.count_from_earliest_on <= earliest_first.trading_date
    left join {{ ref('int_trading_day') }} as earliest_nth
        on
            earliest_first.exchange_mic = earliest_nth.exchange_mic
            and earliest_first.session_number + counted.ordinal - 1 = earliest_nth.session_number
    left join {{ ref('int_trading_day') }} as latest_first
        on
            counted.exchange_mic = latest_first.exchange_mic
            and counted.count_from_latest_on > latest_first.previous_trading_date
            and counted.count_from_latest_on <= latest_first.trading_date
    left join {{ ref('int_trading_day') }} as latest_nth
        on
            latest_first.exchange_mic = latest_nth.exchange_mic
            and latest_first.session_number + counted.ordinal - 1 = latest_nth.session_number
)

select
    ticker,
    release_rule,
    clause_number,
    term_number,
    term_kind,
    event,
    case when event is not null then event_status end as event_status,
    is_unstated_waiver,
    case
        when (term_kind = 'if_happened' and comes_never) or (term_kind = 'if_not_happened' and comes) then {{ never() }}
        when term_kind in ('if_happened', 'if_not_happened') then {{ always() }}
        when comes_never then {{ never() }}
        when term_kind = 'fixed' then fixed_on
        -- at listing: locked to the day before it
        when term_kind = 'at_listing' then {{ add_days('listing_on', -1) }}
        -- the day before the same day of a later month (HKEX counts 6 months from 8 January to 7 July)
        when term_kind = 'months_from_listing' then {{ add_days(add_months('listing_on', 'ordinal'), -1) }}
        when term_kind like 'trading_day%' then nth_session_earliest_on
        else {{ add_days('count_from_earliest_on', 'ordinal - 1') }}
    end as last_locked_earliest_on,
    case
        when (term_kind = 'if_happened' and comes) or (term_kind = 'if_not_happened' and comes_never) then {{ always() }}
        when term_kind in ('if_happened', 'if_not_happened') or comes_never then {{ never() }}
        when term_kind = 'fixed' then fixed_on
        when term_kind = 'at_listing' then {{ add_days('listing_on', -1) }}
        when term_kind = 'months_from_listing' then {{ add_days(add_months('listing_on', 'ordinal'), -1) }}
        when event_latest_on is null then {{ never() }}
        when term_kind like 'trading_day%' then nth_session_latest_on
        else {{ add_days('count_from_latest_on', 'ordinal - 1') }}
    end as last_locked_latest_on,
    known_on
from with_sessions
