{{ known('price_targets') }}
