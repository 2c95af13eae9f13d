{# Release rules: the last locked day that a term gives, while its event is known, expected or not. #}

{# The common table expressions that date the rows of `terms` (a relation of ticker, release_rule, clause_number, term_number and
   the columns of a term); the last one is `dated_terms`, whose days are intervals where an event is not known yet. An event that
   was taken back, or a waiver of which nothing is said, comes on no day. A condition that holds leaves the day to its clause.
   `closes_relation` is the one that dates the conditions on closes, none where no term waits for one. #}
{% macro dated_terms(terms, closes_relation=none) -%}
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
    {% if closes_relation %}
        union all

        select
            ticker,
            event,
            status,
            event_earliest_on,
            event_latest_on,
            event_earliest_on as stated_from_on,
            known_on
        from {{ closes_relation }}
    {% endif %}
),

-- what somebody must decide on is expected only if a document says so
waivers as (
    select distinct terms.event
    from {{ ref('stg_release_rule_terms') }} as terms
    inner join {{ ref('stg_waiver_words') }} as words on {{ names_word('terms.event', 'words.word') }}
    where terms.event not like 'closes(%'
),

event_terms as (
    select
        terms.ticker,
        terms.release_rule,
        terms.clause_number,
        terms.term_number,
        terms.term_kind,
        terms.fixed_on,
        terms.ordinal,
        -- the listing is a day like a fixed one
        nullif(terms.event, 'listing') as event,
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
            when terms.event = 'listing' then securities.listing_on
            else greatest(
                coalesce(events.stated_from_on, securities.listing_on),
                coalesce(bounds.rule_earliest_on, events.stated_from_on, securities.listing_on)
            )
        end as event_earliest_on,
        -- an expectation can slip: only an announced or a past event bounds the end
        case
            when events.status in ('announced', 'past') then events.event_latest_on
            when terms.event = 'listing' then securities.listing_on
        end as event_latest_on,
        coalesce(events.known_on, bounds.known_on) as known_on,
        -- 'from' counts the event's own day as the first, 'after' the next one
        case when terms.term_kind like '%_after' then 1 else 0 end as days_to_count_from,
        -- from the first day or session that counts to the n-th; the one before the event is the first of those before it
        case when terms.term_kind like '%_before' then -terms.ordinal else terms.ordinal - 1 end as steps
    from {{ terms }} as terms
    inner join {{ ref('int_security') }} as securities on terms.ticker = securities.ticker
    left join events on terms.ticker = events.ticker and terms.event = events.event
    left join waivers on terms.event = waivers.event
    left join {{ ref('int_event_bound') }} as bounds on terms.ticker = bounds.ticker and terms.event = bounds.event
),

counted as (
    select
        *,
        {{ add_days('event_earliest_on', 'days_to_count_from') }} as count_from_earliest_on,
        {{ add_days('event_latest_on', 'days_to_count_from') }} as count_from_latest_on
    from event_terms
),

-- the n-th session: the first that counts is the first session on or after the day to count from
with_sessions as (
    select
        counted.*,
        earliest_nth.trading_date as nth_session_earliest_on,
        latest_nth.trading_date as nth_session_latest_on
    from counted
    {% for end in ['earliest', 'latest'] %}
        left join {{ ref('int_trading_day') }} as {{ end }}_first
            on
                counted.exchange_mic = {{ end }}_first.exchange_mic
                and counted.count_from_{{ end }}_on > {{ end }}_first.previous_trading_date
                and counted.count_from_{{ end }}_on <= {{ end }}_first.trading_date
        left join {{ ref('int_trading_day') }} as {{ end }}_nth
            on
                {{ end }}_first.exchange_mic = {{ end }}_nth.exchange_mic
                and {{ end }}_first.session_number + counted.steps = {{ end }}_nth.session_number
    {% endfor %}
),

ends as (
    select
        *,
        {% for end in ['earliest', 'latest'] %}
            case
                when term_kind = 'fixed' then fixed_on
                -- at listing: locked to the day before it
                when term_kind = 'at_listing' then {{ add_days('listing_on', -1) }}
                when term_kind = 'months_from_listing' then {{ last_day_of_months('listing_on', 'ordinal') }}
                when term_kind = 'months_from' then {{ last_day_of_months('event_' ~ end ~ '_on', 'ordinal') }}
                when term_kind like 'trading_day%' then nth_session_{{ end }}_on
                else {{ add_days('count_from_' ~ end ~ '_on', 'steps') }}
            end as {{ end }}_on{{ ',' if not loop.last }}
        {% endfor %}
    from with_sessions
),

dated_terms as (
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
            -- nothing is free before the listing
            when term_kind like '%_before' then greatest(earliest_on, {{ add_days('listing_on', -1) }})
            else earliest_on
        end as last_locked_earliest_on,
        case
            when (term_kind = 'if_happened' and comes) or (term_kind = 'if_not_happened' and comes_never) then {{ always() }}
            when term_kind in ('if_happened', 'if_not_happened') or comes_never then {{ never() }}
            when event is not null and event_latest_on is null then {{ never() }}
            when term_kind like '%_before' then greatest(latest_on, {{ add_days('listing_on', -1) }})
            else latest_on
        end as last_locked_latest_on,
        known_on
    from ends
)
{%- endmacro %}
