"""Ingestion: from what a document or live source says to validated Parquet and printed cells.

Belongs here: one module per dataset (`datasets/`), what a column may hold (`columns/`), what a printed text means
(`printed_text/`), reading files safely (`files/`), asking live sources (`live/`, `sources/`), and the way of a dataset from its
source to `landed/`: `dataset.py` declares it, `source_files.py` finds its files, `parse_rows.py` parses them, `contract.py`
tells which rows meet the contract, `landing.py` lands them, `printed_cells.py` draws their cells, `glossary.py` describes them.
Does not belong here: the order of landings, a metric, where a release goes. May import: nothing outside this folder.
"""
