{{ known('value_chain') }}
