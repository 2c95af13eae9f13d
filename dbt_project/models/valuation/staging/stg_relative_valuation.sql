{{ known('relative_valuation') }}
