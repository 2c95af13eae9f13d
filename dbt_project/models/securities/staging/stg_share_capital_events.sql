{{ known('share_capital_events') }}
