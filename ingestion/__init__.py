"""Ingestion: from what a document or feed says to validated Parquet.

One module a dataset under `datasets/` (its columns are its contract); what all of them share stands beside:
`printed.py`, `printed_dates.py`, `release_rules.py` parse text, `columns.py` says what a column may hold,
`csv_files.py` reads files strictly, `landing.py` lands a dataset. Nothing here knows Dagster, dbt or DuckDB.
"""
