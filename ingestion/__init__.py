"""Ingestion: from what a document or feed says to validated Parquet.

One module a dataset under `datasets/` (its columns are its contract); what all of them share stands beside:
`printed.py`, `printed_dates.py`, `release_rules.py` parse text, `columns.py` says what a column may hold, `cell_text.py` what no
text may, `csv_files.py` reads files strictly, `landing.py` lands a dataset, `securities.py` checks facts against the securities
that they name, `files.py` replaces files so that a crash leaves them whole. Nothing here knows Dagster, dbt or DuckDB.
"""
