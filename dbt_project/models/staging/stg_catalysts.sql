{{ known('catalysts') }}
