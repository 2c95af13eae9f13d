{{ known('api_prices') }}
