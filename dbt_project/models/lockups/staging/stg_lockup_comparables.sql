{{ known('lockup_comparables') }}
