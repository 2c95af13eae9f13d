{{ known('text_claims') }}
