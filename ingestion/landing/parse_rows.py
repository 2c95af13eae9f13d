"""From the source rows of a dataset to a frame of its landed columns, with a fault for each row that can't be parsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from ingestion.columns import BadCell, Text, latest_day, parse_day
from ingestion.dataset import LINEAGE, Dataset, Given
from ingestion.files.corrections import Correction, StaleCorrection, apply_corrections
from ingestion.files.csv import RawRow, RefusedFile
from ingestion.landing.contract import Fault
from ingestion.landing.source_files import inbox_document_id, read_files

#: Each known document's day of publication; None for packages and live sources, which have none.
Documents = Mapping[str, date | None]

_TABLE_REF = Text("table_ref", nullable=True)


@dataclass
class Parsed:
    """The source rows of a dataset, those that could be parsed as a frame with their places, and what is wrong so far."""

    rows: list[RawRow]
    frame: pl.DataFrame
    places: list[tuple[str, int]]
    faults: list[Fault]
    refused: list[RefusedFile]


def parse_dataset(dataset: Dataset, given: Given, documents: Documents, corrections: list[Correction]) -> Parsed:
    """Reads, corrects and parses the source rows of a dataset. Raises nothing for bad data: it is in the result."""
    source = (dataset.read or read_files)(given, dataset)
    refused = list(source.refused)
    rows = source.rows
    try:
        rows = apply_corrections(dataset.name, rows, corrections)
    except StaleCorrection as error:
        refused.append(RefusedFile("corrections.yml", str(error)))
    return parse_rows(dataset, rows, documents, latest_day(given.now), refused)


def parse_rows(
    dataset: Dataset, rows: list[RawRow], documents: Documents, today: date, refused: list[RefusedFile] | None = None
) -> Parsed:
    """Parses source rows of a dataset that were read already; `today` is the last day on which they can be known."""
    parsed: list[dict[str, Any]] = []
    places: list[tuple[str, int]] = []
    faults: list[Fault] = []
    for row in rows:
        if row.fault:
            faults.append(Fault(row.file, row.number, row.fault_column, row.fault_value, row.fault))
            continue
        for part in _reshaped(dataset, row, faults):
            values = _parse_row(dataset, part, documents, today, faults)
            if values is not None:
                parsed.append(values)
                places.append((row.file, row.number))
    frame = pl.DataFrame(parsed, schema=dataset.polars_schema, orient="row")
    return Parsed(rows, frame, places, faults, refused or [])


def _reshaped(dataset: Dataset, row: RawRow, faults: list[Fault]) -> list[RawRow]:
    try:
        return list(dataset.reshape(row))
    except BadCell as error:
        faults.append(Fault(row.file, row.number, error.column, error.value, error.reason))
        return []


def _parse_row(dataset: Dataset, row: RawRow, documents: Documents, today: date, faults: list[Fault]) -> dict[str, Any] | None:
    """The landed values of a row, or None with a fault for each bad cell."""
    values: dict[str, Any] = {}
    bad: list[Fault] = []
    for column in dataset.columns:
        try:
            values |= column.values(row.cells)
        except BadCell as error:
            bad.append(Fault(row.file, row.number, error.column, error.value, error.reason))
    if dataset.has_lineage:
        try:
            values |= _lineage(dataset, row, values, documents, today)
        except BadCell as error:
            bad.append(Fault(row.file, row.number, error.column, error.value, error.reason))
    faults += bad
    return None if bad else values


def _lineage(dataset: Dataset, row: RawRow, values: dict[str, Any], documents: Documents, today: date) -> dict[str, Any]:
    """Document, place and day known. An inbox file that names no document is its own; the day known is the row's own
    word, else the day its document was published, else the row's own date (`known_on_column`). Raises BadCell."""
    own_document_id = inbox_document_id(row.file)
    document_id = row.cells.get("document_id", "").strip() or own_document_id
    if document_id not in documents:
        words = "is not a known document; describe it in inbox/documents/<document_id>.yml, or leave the cell empty"
        raise BadCell("document_id", document_id[:60], words)
    published_on = documents[document_id]
    stated = row.cells.get("known_on", "").strip()
    if stated:
        known_on = parse_day("known_on", stated)
        if published_on and known_on < published_on and document_id != own_document_id:
            raise BadCell("known_on", stated, f"is before {document_id} was published ({published_on})")
    elif document_id == own_document_id and values.get(dataset.known_on_column):
        known_on = min(values[dataset.known_on_column], published_on or date.max)
    elif published_on:
        known_on = published_on
    elif values.get(dataset.known_on_column):
        known_on = values[dataset.known_on_column]
    else:
        raise BadCell("known_on", "", f"is empty and {document_id} has no publication date; write YYYY-MM-DD")
    if row.file.startswith("inbox/") and known_on > today:
        whence = "" if stated else f" (the day on which {document_id} was published, or the file was last changed)"
        raise BadCell("known_on", stated or str(known_on), f"is in the future{whence}; write the day since when it is known")
    table_ref = _TABLE_REF.values(row.cells)["table_ref"] or f"row {row.number}"
    lineage = {"document_id": document_id, "table_ref": table_ref, "known_on": known_on}
    assert lineage.keys() == {column.name for column in LINEAGE}
    return lineage | {"source_file": row.file, "source_row": row.number}
