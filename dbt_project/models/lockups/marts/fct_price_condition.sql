select
    ticker,
    event as condition,
    status,
    event_earliest_on as met_earliest_on,
    event_latest_on as met_latest_on,
    case when status = 'past' then event_latest_on end as met_on,
    comparison,
    level_price,
    price_currency,
    offer_price,
    needed_closes,
    sessions,
    most_closes,
    missing_bars,
    first_session_on,
    by_on,
    known_on
from {{ ref('int_price_condition') }}
