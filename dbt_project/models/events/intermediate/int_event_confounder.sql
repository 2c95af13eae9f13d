-- What else moved, or may have moved, a ticker's price around an expiry: shares issued, dividends (returns are without them),
-- corporate events, stated catalysts that are placed within a month, and its other expiries. As sessions relative to the
-- expiry: a day that is not a session is moved to the next one. Reads int_catalyst_statement of catalysts: what is named of a
-- company and not by a document of its own.
with named as (
    select
        ticker,
        event as label,
        effective_on as earliest_on,
        effective_on as latest_on,
        known_on
    from {{ ref('int_share_capital') }}
    where not is_split and event_kind <> 'listing'

    union all

    select
        ticker,
        'dividend' as label,
        ex_on as earliest_on,
        ex_on as latest_on,
        known_on
    from {{ ref('int_corporate_action') }}
    where action = 'dividend'

    union all

    select
        ticker,
        replace(event, '_', ' ') || case status when 'past' then '' else ', ' || status end as label,
        event_earliest_on as earliest_on,
        event_latest_on as latest_on,
        known_on
    from {{ ref('int_corporate_event') }}
    where
        is_preferred
        and status not in ('withdrawn', 'did not happen')
        and event_earliest_on is not null
        and event_latest_on is not null

    union all

    select
        ticker,
        event || ', stated' as label,
        earliest_on,
        latest_on,
        known_on
    from {{ ref('int_catalyst_statement') }}
    where
        ticker is not null
        and catalyst_kind <> 'lock-up expiry'
        and overruled_by_catalyst_id is null
        and stated_status not in ('withdrawn', 'did not happen')
        and latest_on <= {{ add_months('earliest_on', 1) }}

    union all

    select
        ticker,
        'lock-up expiry' as label,
        first_tradable_on as earliest_on,
        first_tradable_on as latest_on,
        known_on
    from {{ ref('int_event_expiry') }}
),

placed as (
    select
        expiries.ticker,
        expiries.first_tradable_on,
        cast(first_days.session_number - expiries.session_number as integer) as first_session,
        -- the session before the one that follows the last day
        cast(greatest(following_days.session_number - 1, first_days.session_number) - expiries.session_number as integer)
            as last_session,
        named.label || ' (' || {{ span_in_words('named.earliest_on', 'named.latest_on') }} || ')' as confounder,
        named.earliest_on,
        named.known_on
    from {{ ref('int_event_expiry') }} as expiries
    inner join named
        on
            expiries.ticker = named.ticker
            and not (named.label = 'lock-up expiry' and named.earliest_on = expiries.first_tradable_on)
    inner join {{ ref('int_trading_day') }} as first_days
        on
            expiries.exchange_mic = first_days.exchange_mic
            and named.earliest_on > first_days.previous_trading_date
            and named.earliest_on <= first_days.trading_date
    inner join {{ ref('int_trading_day') }} as following_days
        on
            expiries.exchange_mic = following_days.exchange_mic
            and named.latest_on >= following_days.previous_trading_date
            and named.latest_on < following_days.trading_date
)

select
    ticker,
    first_tradable_on,
    first_session,
    last_session,
    confounder,
    min(earliest_on) as earliest_on,
    max(known_on) as known_on
from placed
where first_session <= 60 and last_session >= -60
group by ticker, first_tradable_on, first_session, last_session, confounder
