"""Landing: source rows are parsed, held against their contract and other datasets, and end as Parquet or in quarantine.

Belongs here: how a file is found and read (`source_files.py`), how a row is parsed (`parse_rows.py`), what a fault is
(`contract.py`), which rows may land (`validate.py`), what lands (`land.py`), and what stays as it landed (`kept.py`). What a
dataset is stands in `ingestion/dataset.py`.
May import: `dataset`, `columns`, `files`; never a single dataset by name, a live source, Dagster or dbt.
"""
