-- By which route a security listed in Hong Kong becomes eligible for southbound trading, and the first day on which its rules let
-- it: an A+H issuer after stabilisation, an issuer with weighted voting rights when it has been listed long enough, any other
-- with the change of the Hang Seng Composite Index by the first review whose data reach to its listing.
with routed as (
    select
        *,
        case
            when issuer_kind = 'A+H' then 'A+H'
            when has_weighted_votes then 'weighted voting rights'
            else 'index member'
        end as route
    from {{ ref('int_issuer_kind') }}
    where listing_on is not null
),

-- southbound trading needs a session in Hong Kong and on the mainland
southbound_days as (
    select hong_kong.trading_date
    from {{ ref('int_trading_day') }} as hong_kong
    inner join {{ ref('int_trading_day') }} as mainland on hong_kong.trading_date = mainland.trading_date
    where hong_kong.exchange_mic = 'XHKG' and mainland.exchange_mic = 'XSHG'
),

reviews as (
    select
        *,
        -- the rule gives the day before a text confirms it
        is_effective_confirmed and coalesce(announced_on <= {{ as_of() }}, false) as is_confirmed
    from {{ ref('stg_index_reviews') }}
    where index_family = 'Hang Seng' and reviewed_to_on is not null
),

first_reviews as (
    select
        routed.ticker,
        reviews.review,
        reviews.reviewed_to_on,
        reviews.effective_on,
        reviews.is_confirmed,
        reviews.known_on,
        row_number() over (partition by routed.ticker order by reviews.reviewed_to_on) as review_order
    from routed
    inner join reviews on routed.listing_on <= reviews.reviewed_to_on
    where routed.route = 'index member'
),

-- stabilisation ends with the over-allotment option, on the 30th day after the last day for applications, so before the 30th day
-- after the listing
started as (
    select
        routed.ticker,
        routed.route,
        routed.listing_on,
        case routed.route
            when 'A+H' then {{ add_days("coalesce(loans.last_exercise_on, " ~ add_days('routed.listing_on', 29) ~ ")", 1) }}
            when 'weighted voting rights' then bounds.rule_earliest_on
            else first_reviews.effective_on
        end as not_before_on,
        case routed.route
            when 'A+H' then loans.last_exercise_on is not null
            when 'weighted voting rights' then bounds.rule_earliest_on is not null
            else coalesce(first_reviews.is_confirmed, false)
        end as is_confirmed,
        case
            when routed.route = 'A+H' and loans.last_exercise_on is not null then 'the stated last day of stabilisation'
            when routed.route = 'A+H'
                then 'no document states the last day of stabilisation: the latest that it can be, 29 days after the listing'
            when routed.route = 'weighted voting rights' then 'listed for six months and 20 sessions'
            when first_reviews.review is null then 'no review is landed whose data reach to the listing'
            when first_reviews.is_confirmed then 'review with ' || first_reviews.review
            else 'review with ' || first_reviews.review || ', its day by the rule'
        end as basis,
        first_reviews.reviewed_to_on,
        greatest(routed.known_on, loans.known_on, bounds.known_on, first_reviews.known_on) as known_on
    from routed
    left join {{ ref('int_over_allocation') }} as loans on routed.ticker = loans.ticker and routed.route = 'A+H'
    left join {{ ref('int_event_bound') }} as bounds
        on
            routed.ticker = bounds.ticker
            and bounds.event = 'stock_connect_eligibility'
            and routed.route = 'weighted voting rights'
    left join first_reviews on routed.ticker = first_reviews.ticker and first_reviews.review_order = 1
)

select
    started.ticker,
    started.route,
    started.listing_on,
    min(southbound_days.trading_date) as first_possible_on,
    started.is_confirmed,
    started.basis,
    started.reviewed_to_on,
    started.known_on
from started
left join southbound_days on started.not_before_on <= southbound_days.trading_date
group by
    started.ticker,
    started.route,
    started.listing_on,
    started.is_confirmed,
    started.basis,
    started.reviewed_to_on,
    started.known_on
