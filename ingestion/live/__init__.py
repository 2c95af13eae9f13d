"""Asking the live sources: the HTTP client, which days are missing, what a source was asked, landing what is new.

What one source is, is asked and answers does not belong here but in its module in `ingestion/sources/`; no name of one is here.
May import `ingestion.files` and the dataset contract (`dataset`, `columns`, `landing`), no dataset.
"""
