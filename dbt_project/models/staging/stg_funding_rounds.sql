{{ known('funding_rounds') }}
