{{ known('index_members') }}
