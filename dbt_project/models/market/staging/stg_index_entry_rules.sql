{{ known('index_entry_rules') }}
