-- The first day on which the rules of the market let an event of an issuer happen: the n-th session after so many months of
-- listing, and not before the rule was in force. A rule is for a kind of issuer.
with weighted_voting_issuers as (
    select
        ticker,
        max(known_on) as known_on
    from {{ ref('int_share_class') }}
    where has_weighted_votes
    group by ticker
),

bound as (
    select
        issuers.ticker,
        rules.event,
        rules.exchange_mic,
        rules.trading_days_after,
        rules.in_force_from_on,
        {{ add_days(add_months('securities.listing_on', 'rules.months_from_listing'), 1) }} as count_from_on,
        rules.document_id as rule_document_id,
        greatest(rules.known_on, issuers.known_on) as known_on
    from {{ ref('stg_event_rules') }} as rules
    inner join {{ ref('int_security') }} as securities on rules.exchange_mic = securities.exchange_mic
    inner join weighted_voting_issuers as issuers on securities.ticker = issuers.ticker
    where rules.applies_to = 'weighted voting rights' and securities.listing_on is not null
)

select
    bound.ticker,
    bound.event,
    greatest(nth.trading_date, bound.in_force_from_on) as rule_earliest_on,
    bound.rule_document_id,
    bound.known_on
from bound
inner join {{ ref('int_trading_day') }} as counted_first
    on
        bound.exchange_mic = counted_first.exchange_mic
        and bound.count_from_on > counted_first.previous_trading_date
        and bound.count_from_on <= counted_first.trading_date
inner join {{ ref('int_trading_day') }} as nth
    on
        counted_first.exchange_mic = nth.exchange_mic
        and counted_first.session_number + bound.trading_days_after - 1 = nth.session_number
