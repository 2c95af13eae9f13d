"""Orchestration: the order of work (Dagster), publishing, reading a release, and the command line.

`run.py` is one refresh, handed to each of its steps; `defs/` holds the steps in the order of the data's path; `releases/`
publishes and keeps releases; `reading/` looks at one, `bi/` draws it in the tools that desks have; `read_filing.py` shows what
a filing says; `cli.py` is what users type. `settings.py` reads the environment once, `project_files.py` finds the project's own
files and the data folder, `shared_cache.py` keeps what data do not decide.
How a figure is parsed is ingestion's business, how a metric is computed is dbt's.
"""
