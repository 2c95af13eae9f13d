"""What Dagster sees: assets, checks, schedules, sensors and the refresh that runs them.

The order of work only. How a figure is parsed belongs in `ingestion`, what a metric is in `dbt_project`.
May import: the run, settings, `reading`, `releases` and ingestion; nothing but `cli.py` imports it.
"""
