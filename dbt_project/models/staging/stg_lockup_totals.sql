{{ known('lockup_totals') }}
