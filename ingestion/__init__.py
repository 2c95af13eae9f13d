"""Ingestion: from what a document or live source says to validated Parquet and printed cells.

Belongs here: one module per dataset (`datasets/`), what a column may hold (`columns/`), what a printed text means
(`printed_text/`), reading files safely (`files/`), reading filings (`filings/`), asking live sources (`live/`, `sources/`), and
the way of a dataset from its source to `landed/` (`landing/`). `dataset.py` declares what a dataset is, `glossary.py` describes
its columns.
Does not belong here: the order of landings, a metric, where a release goes. May import: nothing outside this folder.
"""
