{{ known('lockups') }}
