{{ known('priced_in') }}
