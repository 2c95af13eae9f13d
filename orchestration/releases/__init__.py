"""Releases: publishing a build database, which release is current, and the releases kept.

Knows DuckDB and files. Never Dagster, dbt or what a table means. May import: `ingestion.files`.
"""
