-- Every known version of OpenRouter's list prices: a feed states no day from which a price holds, only that it has changed.
{{ known('openrouter_prices') }}
