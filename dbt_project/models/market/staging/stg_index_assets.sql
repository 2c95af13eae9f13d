{{ known('index_assets') }}
