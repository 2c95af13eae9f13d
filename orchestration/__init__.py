"""Orchestration: the order of work (Dagster), publishing, and the command line.

`landing_assets.py`, `dbt_assets.py`, `release_asset.py` are the assets in the order of the data's path and
`definitions.py` only assembles them; `releases.py` publishes; `cli.py` is what users type. How a figure is parsed is
ingestion's business, how a metric is computed is dbt's.
"""
