"""Daily bars of the user's own files: our shape, or a vendor's export (`_bar_exports.py`); the header tells them apart."""

from __future__ import annotations

import csv
import io
import itertools
from pathlib import Path

from ingestion.dataset import Dataset
from ingestion.datasets._bar_exports import PRICES, from_export, with_precisions
from ingestion.datasets._bars import BAR_COLUMNS, BAR_RULES, BAR_WORDS, check_bars
from ingestion.files.csv import RawRow, read_csv
from ingestion.files.workbook import WORKBOOK, read_workbook

OWN = ("ticker", "trading_date", "currency", *PRICES, "volume_shares")
OWN_OPTIONAL = ("turnover", "document_id", "table_ref", "known_on")

_BEGINNING = 10_000  # characters in which the first three lines of an export stand


def read_file(dataset: Dataset, path: Path, label: str) -> list[RawRow]:
    """The bars of one file in our shape; a workbook has ours. Raises RefusedFile if it has none of the known shapes."""
    if path.suffix.lower() == WORKBOOK:
        return [with_precisions(row) for row in read_workbook(path, label, dataset.name, OWN, OWN_OPTIONAL)]
    rows = from_export(path, label, _first_lines(path))
    return [with_precisions(row) for row in read_csv(path, label, OWN, OWN_OPTIONAL)] if rows is None else rows


def _first_lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        beginning = io.StringIO(file.read(_BEGINNING), newline="")  # a file can be one endless line
    try:
        return [[cell.strip() for cell in line] for line in itertools.islice(csv.reader(beginning), 3)]
    except csv.Error:
        return []  # reading the file says what is wrong with it


DATASET = Dataset(
    name="prices",
    grain="one daily bar of one security, as a user's file states it",
    group="market",
    header=OWN,
    columns=BAR_COLUMNS,
    key=("document_id", "ticker", "trading_date"),
    rules=BAR_RULES,
    committed=False,
    known_on_column="trading_date",
    reads=("instruments", "trading_days"),
    check=check_bars,
    words=BAR_WORDS,
    read_file=read_file,
    has_retrieved_at=True,
)
