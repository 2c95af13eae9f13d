{{ known('filing_lockups') }}
