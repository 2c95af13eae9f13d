"""One module per dataset, named like it: its grain, columns (the contract), key, what it reads, and its printed cells.

Belongs here: all that is true of one dataset; what several share is in modules that begin with `_`. A module added here is
landed, checked and shown by Dagster without another registration; a model of it needs a dbt source and a staging model.
Does not belong here: how any dataset lands. May import: `dataset.py`, `columns/`, `printed_cells.py`, `printed_text/`, `files/`,
`source_files.py`, and the parsers in `sources/` of formats that a file and a live source share.
"""
