{{ known('filing_figures') }}
