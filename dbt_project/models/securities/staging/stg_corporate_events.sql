-- What a ticker waits for goes on with it, and its suspensions; that it goes on, or is withdrawn, is of that ticker only. Reads
-- an intermediate model for the tickers.
{{ known_of_each_ticker(
    'corporate_events', "stated.event not in ('listing_withdrawn', 'listing_transferred', 'stock_code_changed')"
) }}
