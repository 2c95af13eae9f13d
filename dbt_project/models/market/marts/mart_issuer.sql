-- One row an issuer whose float is known: what it is worth at its newest known price, on the shares of its newest session.
with newest as (
    select
        floats.*,
        row_number() over (partition by floats.ticker order by floats.trading_date desc) as days_back
    from {{ ref('mart_float_daily') }} as floats
    where floats.trading_date <= {{ as_of() }}
)

select
    newest.ticker,
    securities.issuer,
    securities.exchange_mic,
    securities.sector,
    securities.listing_on,
    newest.trading_date as float_on,
    newest.total_shares,
    newest.float_shares,
    newest.earliest_float_shares,
    newest.float_ratio,
    newest.total_basis,
    prices.price_hkd,
    prices.price_on,
    prices.price_basis,
    prices.price_age_days,
    coalesce(prices.is_price_stale, false) as is_price_stale,
    newest.total_shares * prices.price_hkd as market_cap_hkd,
    newest.float_shares * prices.price_hkd as float_market_cap_hkd,
    newest.document_id,
    prices.document_id as price_document_id,
    greatest(newest.known_on, coalesce(prices.known_on, newest.known_on)) as known_on
from newest
inner join {{ ref('dim_security') }} as securities on newest.ticker = securities.ticker
left join {{ ref('int_newest_price') }} as prices on newest.ticker = prices.ticker
-- left out: what goes on under another ticker, which is in its row
where newest.days_back = 1 and not coalesce(securities.successor is not null and securities.delisted_on <= {{ as_of() }}, false)
