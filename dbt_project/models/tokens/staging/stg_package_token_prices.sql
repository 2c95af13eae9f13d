{{ known('package_token_prices') }}
