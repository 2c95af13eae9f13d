{{ known('holder_kinds') }}
