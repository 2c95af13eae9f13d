{{ known('api_price_claims') }}
