select
    security_id,
    ticker,
    issuer,
    exchange_mic,
    currency,
    sector,
    listing_on,
    listing_earliest_on,
    listing_latest_on,
    ipo_price,
    listing_status,
    document_id,
    known_on
from {{ ref('int_security') }}
