{{ known('southbound_rules') }}
