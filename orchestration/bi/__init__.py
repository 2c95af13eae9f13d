"""Dashboards of a release in the BI tools that desks have: what is drawn is data, what a column means comes from its mart.

Each tool is a folder. A dashboard picks rows and columns of marts and names their plain sums, largest and smallest values;
whatever else is a figure is computed in a mart. May import: `orchestration.releases`, `orchestration.project_files`. Never
Dagster, dbt or the rules of ingestion.
"""
