"""Asking the live sources: the client, what is missing, what a source has been asked, landing what is new.

Nothing here names a source: each is a module in `ingestion/sources/`. May import `ingestion.files` and the
dataset contract (`dataset`, `columns`, `landing`), never `ingestion.sources`.
"""
