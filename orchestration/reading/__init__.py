"""Everything that looks at a release: queries, status, the report, the site, the calendar, the dictionary.

Reads what is published and writes only files that a user asked for. May import `orchestration.releases`; never Dagster, dbt
or the rules of ingestion.
"""
