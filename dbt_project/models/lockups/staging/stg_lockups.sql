-- A ticker that goes on as another has the same lock-ups under both: reads an intermediate model for the tickers.
{{ known_of_each_ticker('lockups') }}
