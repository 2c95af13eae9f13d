{{ known('index_universe') }}
