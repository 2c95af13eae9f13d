-- What each document says of a security. Column by column, the best-ranked document that says anything decides. An offer that
-- comes long after a listing that another document states is of another class, listed elsewhere: no listing of the ticker.
with stated as (
    select
        ticker,
        issuer,
        cast(null as string) as sector,
        effective_on as listing_earliest_on,
        effective_on as listing_latest_on,
        cast(issue_price_hkd_value as double) as ipo_price,
        'listed' as stated_status,
        true as is_offer,
        document_id,
        known_on
    from {{ ref('stg_share_capital_events') }}
    where event_kind = 'listing'

    union all

    select
        ticker,
        max(issuer) as issuer,
        cast(null as string) as sector,
        max(case when metric = 'Listing Date' then printed_earliest_on end) as listing_earliest_on,
        max(case when metric = 'Listing Date' then printed_latest_on end) as listing_latest_on,
        max(case when metric = 'IPO Price (HKD)' then cast(value as double) end) as ipo_price,
        'listed' as stated_status,
        false as is_offer,
        document_id,
        max(known_on) as known_on
    from {{ ref('stg_lockup_comparables') }}
    group by ticker, document_id

    union all

    select
        ticker,
        company as issuer,
        sector,
        listing_earliest_on,
        listing_latest_on,
        cast(null as double) as ipo_price,
        status as stated_status,
        false as is_offer,
        document_id,
        known_on
    from {{ ref('stg_listing_events') }}

    union all

    select distinct
        ticker,
        issuer,
        cast(null as string) as sector,
        cast(null as date) as listing_earliest_on,
        cast(null as date) as listing_latest_on,
        cast(null as double) as ipo_price,
        cast(null as string) as stated_status,
        false as is_offer,
        document_id,
        known_on
    from {{ ref('stg_lockups') }}

    union all

    select distinct
        ticker,
        issuer,
        cast(null as string) as sector,
        cast(null as date) as listing_earliest_on,
        cast(null as date) as listing_latest_on,
        cast(null as double) as ipo_price,
        cast(null as string) as stated_status,
        false as is_offer,
        document_id,
        known_on
    from {{ ref('stg_filing_lockups') }}

    union all

    -- its listing is that of the ticker from which it goes on: see below
    select
        successor as ticker,
        issuer,
        cast(null as string) as sector,
        cast(null as date) as listing_earliest_on,
        cast(null as date) as listing_latest_on,
        cast(null as double) as ipo_price,
        cast(null as string) as stated_status,
        false as is_offer,
        document_id,
        known_on
    from {{ ref('int_security_successor') }}
    where is_preferred
),

-- a document from before the listing names the company, and a later one its ticker: both speak of one security
named as (
    select
        stated.issuer,
        max(stated.ticker) as ticker
    from stated
    left join {{ ref('int_succession') }} as successions on stated.ticker = successions.successor and successions.is_direct
    where stated.ticker is not null and successions.ticker is null
    group by stated.issuer
    having count(distinct stated.ticker) = 1
),

statements as (
    select
        coalesce(stated.ticker, named.ticker) as ticker,
        stated.issuer,
        stated.sector,
        stated.listing_earliest_on,
        stated.listing_latest_on,
        stated.ipo_price,
        stated.stated_status,
        stated.is_offer,
        stated.document_id,
        stated.known_on
    from stated
    left join named on stated.ticker is null and stated.issuer = named.issuer
),

documented as (
    select
        statements.*,
        coalesce(statements.ticker, lower(replace(statements.issuer, ' ', '_'))) as security_id,
        statements.stated_status as status,
        statements.listing_latest_on as latest_on,
        documents.rank
    from statements
    inner join {{ ref('stg_documents') }} as documents on statements.document_id = documents.document_id
),

takings as (
    select * from documented
    where status in {{ taken_back() }}
),

-- an expected listing that is taken back, and what took it back where it is expected anew or has come
overruled as (
    select
        documented.security_id,
        documented.document_id,
        documented.status
    from documented
    inner join takings on documented.security_id = takings.security_id
    where documented.status = 'expected' and {{ takes_back('takings', 'documented') }}

    union

    select
        takings.security_id,
        takings.document_id,
        takings.status
    from takings
    inner join documented on takings.security_id = documented.security_id
    where documented.status = 'listed' or {{ restores('documented', 'takings') }}
),

later_offers as (
    select distinct documented.security_id, documented.document_id
    from documented
    inner join documented as earlier
        on documented.security_id = earlier.security_id and documented.document_id <> earlier.document_id
    where
        documented.is_offer
        and earlier.status = 'listed'
        and {{ is_long_after('documented.listing_earliest_on', 'earlier.listing_latest_on') }}
),

-- what does not count says nothing of the listing, but still names the company
counting as (
    select
        documented.security_id,
        documented.ticker,
        documented.issuer,
        documented.sector,
        documented.document_id,
        documented.known_on,
        documented.rank,
        coalesce(overruled.security_id, later_offers.security_id) is null as counts,
        case when later_offers.security_id is null then documented.ipo_price end as ipo_price,
        documented.listing_earliest_on as stated_earliest_on,
        documented.listing_latest_on as stated_latest_on,
        documented.stated_status as status
    from documented
    left join overruled
        on
            documented.security_id = overruled.security_id
            and documented.document_id = overruled.document_id
            and documented.status = overruled.status
    left join later_offers
        on
            documented.security_id = later_offers.security_id
            and documented.document_id = later_offers.document_id
            and documented.is_offer
),

told as (
    select
        *,
        case when counts then stated_earliest_on end as listing_earliest_on,
        case when counts then stated_latest_on end as listing_latest_on,
        case when counts then status end as stated_status
    from counting
),

ranked as (
    select
        told.*,
        -- an exact listing day is preferred to a span of days, whichever document gives it
        row_number() over (
            partition by told.security_id
            order by
                case when told.listing_earliest_on = told.listing_latest_on then 0 else 1 end,
                told.rank,
                told.known_on desc,
                told.document_id
        ) as preference
    from told
),

decided as (
    select
        security_id,
        max(ticker) as ticker,
        {% for column in ['issuer', 'sector', 'listing_earliest_on', 'listing_latest_on', 'ipo_price', 'stated_status'] %}
            {{ first_not_null(column, 'preference') }} as {{ column }},
        {% endfor %}
        {{ first_not_null(
            'case when listing_earliest_on is not null or stated_status in ' ~ taken_back() ~ ' then document_id end',
            'preference'
        ) }} as listing_document_id,
        min(known_on) as known_on
    from ranked
    group by security_id
),

-- the first ticker under which a company was listed: rules that count from the listing count from that one
origins as (
    select
        successions.successor as ticker,
        successions.began_on,
        successions.known_on as succession_known_on,
        decided.issuer,
        decided.sector,
        decided.listing_earliest_on,
        decided.listing_latest_on,
        decided.ipo_price,
        decided.listing_document_id
    from {{ ref('int_succession') }} as successions
    inner join decided on successions.ticker = decided.ticker
    left join {{ ref('int_succession') }} as earlier on successions.ticker = earlier.successor
    where earlier.ticker is null
),

-- a company can take a new name with its new ticker, and keep it
names as (
    select successor as ticker, issuer, effective_on
    from {{ ref('int_security_successor') }}
    where is_preferred and issuer is not null
    union all
    select successions.successor as ticker, links.issuer, links.effective_on
    from {{ ref('int_security_successor') }} as links
    inner join {{ ref('int_succession') }} as successions on links.successor = successions.ticker
    where links.is_preferred and links.issuer is not null
),

newest_names as (
    select
        ticker,
        issuer,
        row_number() over (partition by ticker order by effective_on desc) as names_back
    from names
),

lines as (
    select
        decided.security_id,
        decided.ticker,
        coalesce(newest_names.issuer, decided.issuer, origins.issuer) as issuer,
        coalesce(decided.sector, origins.sector) as sector,
        case when origins.ticker is null then decided.listing_earliest_on else origins.listing_earliest_on end
            as listing_earliest_on,
        case when origins.ticker is null then decided.listing_latest_on else origins.listing_latest_on end as listing_latest_on,
        case when origins.ticker is null then decided.ipo_price else origins.ipo_price end as ipo_price,
        case
            when origins.ticker is null then decided.stated_status
            when origins.began_on > {{ as_of() }} then 'expected'
            else 'listed'
        end as stated_status,
        case when origins.ticker is null then decided.listing_document_id else origins.listing_document_id end
            as listing_document_id,
        greatest(decided.known_on, coalesce(origins.succession_known_on, decided.known_on)) as known_on,
        origins.began_on
    from decided
    left join origins on decided.ticker = origins.ticker
    left join newest_names on decided.ticker = newest_names.ticker and newest_names.names_back = 1
)

select
    decided.security_id,
    decided.ticker,
    decided.issuer,
    exchanges.exchange_mic,
    case when mains.ticker is not null then exchanges.other_counter_currency else exchanges.currency end as currency,
    decided.sector,
    case when decided.listing_earliest_on = decided.listing_latest_on then decided.listing_earliest_on end as listing_on,
    decided.listing_earliest_on,
    decided.listing_latest_on,
    decided.ipo_price,
    case
        when decided.stated_status in {{ taken_back() }} then decided.stated_status
        when decided.listing_earliest_on = decided.listing_latest_on and decided.listing_earliest_on > {{ as_of() }}
            then 'expected'
        else coalesce(decided.stated_status, 'not stated')
    end as listing_status,
    decided.listing_document_id as document_id,
    decided.known_on,
    mains.ticker as counter_of,
    -- the first day of a ticker as which another goes on; empty for the first of a company
    decided.began_on
from lines as decided
left join {{ ref('stg_exchanges') }} as exchanges
    on decided.ticker like '%' || exchanges.ticker_suffix
-- a share's second counter, in another currency, has a code that is made of the first one's
left join lines as mains on decided.ticker = exchanges.other_counter_prefix || mains.ticker
