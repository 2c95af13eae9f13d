"""One module a dataset, named like it: its columns (the contract), its grain and key, and how its source is shaped.

A module added here is landed, checked and shown by Dagster without another registration; it needs a dbt source and a
staging model of the same name.
"""
