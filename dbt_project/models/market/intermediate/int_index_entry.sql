-- Each test of each way into an index, for each security listed in Hong Kong, with its days: of a review those of the review, of
-- a fast entry the session after whose close it is made. Of rules that ask for the same, one with a threshold comes first, then
-- what a text confirms, then the best-ranked document, then the newest.
with reviews as (
    select
        *,
        lag(reviewed_to_on) over (partition by index_family order by effective_on) as previous_reviewed_to_on
    from {{ ref('stg_index_reviews') }}
),

securities as (
    select
        issuers.ticker,
        issuers.listing_on,
        issuers.known_on,
        days.session_number
    from {{ ref('int_issuer_kind') }} as issuers
    inner join {{ ref('int_trading_day') }} as days
        on issuers.exchange_mic = days.exchange_mic and issuers.listing_on = days.trading_date
),

-- the days on which each security can come in: a review's, or a fast entry's, counted in sessions from the listing
ways as (
    select
        securities.ticker,
        securities.listing_on,
        'review' as entry,
        reviews.index_family,
        cast(null as bigint) as session,
        reviews.review,
        coalesce(reviews.reviewed_to_on, reviews.closes_on) as measured_to_on,
        reviews.closes_on,
        reviews.effective_on,
        reviews.takes_in,
        reviews.previous_reviewed_to_on,
        greatest(securities.known_on, reviews.known_on) as known_on
    from securities
    inner join reviews on securities.listing_on <= coalesce(reviews.reviewed_to_on, reviews.closes_on)

    union all

    select
        securities.ticker,
        securities.listing_on,
        'fast entry' as entry,
        cast(null as string) as index_family,
        counted.session,
        'session ' || counted.session as review,
        securities.listing_on as measured_to_on,
        closing.trading_date as closes_on,
        effective.trading_date as effective_on,
        cast(null as string) as takes_in,
        cast(null as date) as previous_reviewed_to_on,
        securities.known_on
    from securities
    inner join (
        select distinct session
        from {{ ref('stg_index_entry_rules') }}
        where entry = 'fast entry'
    ) as counted on true
    inner join {{ ref('int_trading_day') }} as closing
        on closing.exchange_mic = 'XHKG' and securities.session_number + counted.session - 1 = closing.session_number
    inner join {{ ref('int_trading_day') }} as effective
        on effective.exchange_mic = 'XHKG' and closing.session_number + 1 = effective.session_number
),

entries as (
    select
        ways.ticker,
        ways.listing_on,
        ways.review,
        ways.measured_to_on,
        ways.closes_on,
        ways.effective_on,
        ways.takes_in,
        ways.previous_reviewed_to_on,
        rules.index_family,
        rules.index_name,
        rules.entry,
        rules.test,
        rules.threshold,
        rules.listed_from_months,
        rules.listed_below_months,
        rules.allowed_misses,
        rules.in_force_from_on,
        rules.is_confirmed,
        rules.reason,
        rules.document_id,
        greatest(ways.known_on, rules.known_on) as known_on
    from ways
    inner join {{ ref('stg_index_entry_rules') }} as rules
        on ways.entry = rules.entry and (ways.index_family = rules.index_family or ways.session = rules.session)
    -- a company that goes on under another ticker comes in under the one that it has on that day
    left join {{ ref('int_succession') }} as begun on ways.ticker = begun.successor and begun.is_direct
    left join {{ ref('int_succession') }} as gone on ways.ticker = gone.ticker and gone.is_direct
    where
        ways.effective_on >= coalesce(begun.began_on, ways.effective_on)
        and ways.effective_on < coalesce(gone.left_on, {{ never() }})
),

in_force as (
    select
        entries.*,
        {{ whole_months('entries.listing_on', 'entries.measured_to_on') }} as listed_months,
        {{ whole_months('entries.listing_on', 'entries.effective_on') }} as listed_months_at_change,
        documents.rank
    from entries
    inner join {{ ref('stg_documents') }} as documents on entries.document_id = documents.document_id
    where entries.in_force_from_on <= entries.measured_to_on
),

ranked as (
    select
        *,
        row_number() over (
            partition by ticker, index_name, entry, review, test
            order by
                case when threshold is null then 1 else 0 end,
                case when is_confirmed then 0 else 1 end,
                rank,
                in_force_from_on desc,
                document_id
        ) as preference
    from in_force
    where listed_months >= listed_from_months and listed_months < coalesce(listed_below_months, 1000000)
)

select
    ticker,
    index_family,
    index_name,
    entry,
    review,
    test,
    listing_on,
    listed_months,
    listed_months_at_change,
    takes_in,
    previous_reviewed_to_on,
    measured_to_on,
    closes_on,
    effective_on,
    cast(threshold as double) as threshold,
    allowed_misses,
    is_confirmed,
    reason,
    document_id,
    known_on
from ranked
where preference = 1
