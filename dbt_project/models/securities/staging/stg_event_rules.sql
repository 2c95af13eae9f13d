{{ known('event_rules') }}
