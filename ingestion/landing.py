"""Landing: source rows -> parsed -> contract -> Parquet, with every row that does not pass in quarantine.

A landing is idempotent: it replaces the dataset's landed and quarantined files, each by one rename.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandera.polars as pa
import polars as pl

from ingestion.columns import BadCell, Text, latest_today, parse_day
from ingestion.dataset import LINEAGE, Dataset, Folders, all_datasets, inbox_document_id, read_files
from ingestion.files.corrections import BadCorrections, Correction, StaleCorrection, apply_corrections, read_corrections
from ingestion.files.csv import RawRow, RefusedFile
from ingestion.files.replace import replace_file

QUARANTINE_SCHEMA = {
    "dataset": pl.String,
    "file": pl.String,
    "row": pl.Int64,
    "column": pl.String,
    "value": pl.String,
    "reason": pl.String,
    "quarantined_at": pl.Datetime("us", "UTC"),
}

#: How many rows of one fault a message names.
SHOWN_ROWS = 10
WHY_WHOLE = "a table with a hole would count its locked shares as free; correct that row and all of them land"
_PLACE = "place of the row"
_TABLE_REF = Text("table_ref", nullable=True)


@dataclass(frozen=True)
class Fault:
    """Why a row is in quarantine."""

    file: str
    row: int
    column: str | None
    value: str | None
    reason: str

    def __str__(self) -> str:
        place = f"{self.file} row {self.row}"
        if self.column:
            place += f", column {self.column}"
        return f"{place}: {self.value!r} {self.reason}" if self.value is not None else f"{place}: {self.reason}"


@dataclass
class Landing:
    """What became of a dataset: rows landed, rows quarantined with their faults, files refused."""

    dataset: str
    rows: int
    faults: list[Fault] = field(default_factory=list)
    refused: list[RefusedFile] = field(default_factory=list)

    @property
    def quarantined_rows(self) -> int:
        return len({(fault.file, fault.row) for fault in self.faults})

    @property
    def is_clean(self) -> bool:
        return not self.faults and not self.refused

    def messages(self) -> list[str]:
        """One line a fault or refused file, for people; rows of a file that fail for one reason in no column are one line."""
        lines = dict.fromkeys(str(error) for error in self.refused)
        rows: dict[tuple[str, str], list[int]] = {}
        for fault in self.faults:
            if fault.column or fault.value is not None:
                lines[str(fault)] = None
            else:
                rows.setdefault((fault.file, fault.reason), []).append(fault.row)
        for (file, reason), numbers in rows.items():
            shown = ", ".join(map(str, numbers[:SHOWN_ROWS]))
            more = f" and {len(numbers) - SHOWN_ROWS} more" if len(numbers) > SHOWN_ROWS else ""
            lines[f"{file} row{'s' * (len(numbers) > 1)} {shown}{more}: {reason}"] = None
        return list(lines)


@dataclass
class _Parsed:
    """The source rows of a dataset, those that could be parsed as a frame with their places, and what is wrong so far."""

    rows: list[RawRow]
    frame: pl.DataFrame
    places: list[tuple[str, int]]
    faults: list[Fault]
    refused: list[RefusedFile]


def land(dataset: Dataset, folders: Folders, documents: dict[str, date | None], corrections: list[Correction]) -> Landing:
    """Lands one dataset: reads, corrects, parses, validates, writes Parquet and quarantine.

    `documents` maps each known document to the day it was published (None for packages and feeds).
    Never raises for bad data: faults and refused files are in the result. Raises OSError if it can't write.
    """
    parsed = _parse(dataset, folders, documents, corrections)
    # a row that is none by itself is not compared with other datasets
    frame, faults = enforce(dataset.contract, parsed.frame.with_row_index(_PLACE), parsed.places)
    faults = parsed.faults + faults
    places = [parsed.places[place] for place in frame[_PLACE]]
    frame = frame.drop(_PLACE)
    if dataset.check and frame.height:
        wrong = dataset.check(folders, frame)
        faults += [Fault(*places[fault.index], fault.column, fault.value, fault.reason) for fault in wrong]
        frame = frame[sorted(set(range(frame.height)) - {fault.index for fault in wrong})]
    if dataset.whole_by and faults:
        frame, more = _whole_tables(dataset, frame, parsed.rows, faults)
        faults += more
    write_parquet(frame, folders.landed / dataset.name / f"{dataset.name}.parquet")
    _write_quarantine(dataset.name, faults, folders)
    return Landing(dataset.name, frame.height, faults, parsed.refused)


def _parse(dataset: Dataset, folders: Folders, documents: dict[str, date | None], corrections: list[Correction]) -> _Parsed:
    """Reads, corrects and parses the source rows of a dataset."""
    source = (dataset.read or read_files)(folders, dataset)
    refused = list(source.refused)
    rows = source.rows
    try:
        rows = apply_corrections(dataset.name, rows, corrections)
    except StaleCorrection as error:
        refused.append(RefusedFile("corrections.yml", str(error)))
    parsed: list[dict[str, Any]] = []
    places: list[tuple[str, int]] = []
    faults: list[Fault] = []
    for row in rows:
        if row.fault:
            faults.append(Fault(row.file, row.number, None, None, row.fault))
            continue
        for part in _reshaped(dataset, row, faults):
            values = _parse_row(dataset, part, documents, faults)
            if values is not None:
                parsed.append(values)
                places.append((row.file, row.number))
    frame = pl.DataFrame(parsed, schema=dataset.polars_schema, orient="row")
    return _Parsed(rows, frame, places, faults, refused)


def read_facts(name: str, folders: Folders) -> pl.DataFrame:
    """The rows of a dataset as they can be parsed now, landed or not, in its landed columns.

    A check reads other files so, and need not wait until they have landed: what is wrong in each is told at once. The
    documents must have landed.
    """
    dataset = all_datasets()[name]
    try:
        corrections = read_corrections(folders.committed / "corrections.yml")
    except BadCorrections:  # landing any dataset says what is wrong with them
        corrections = []
    return _parse(dataset, folders, _documents(dataset, folders), corrections).frame


def _whole_tables(
    dataset: Dataset, frame: pl.DataFrame, rows: list[RawRow], faults: list[Fault]
) -> tuple[pl.DataFrame, list[Fault]]:
    """The rows of tables of which every row is good, and a fault for each row of the others.

    A row that can't be told to be of one table (it is no row, or says so in a bad cell) may be of any in its file.
    """

    def table(row: RawRow) -> tuple[str, ...]:
        own = {"document_id": inbox_document_id(row.file)}
        return tuple(row.cells.get(name, "").strip() or own.get(name, "") for name in dataset.whole_by)

    found = {(row.file, row.number): row for row in rows}
    bad_columns: dict[tuple[str, int], set[str | None]] = {}
    for fault in faults:
        bad_columns.setdefault((fault.file, fault.row), set()).add(fault.column)
    torn: dict[tuple[str, ...], int] = {}
    for place, columns in bad_columns.items():
        row = found[place]
        is_told = not row.fault and not columns & set(dataset.whole_by)
        torn.setdefault((row.file, *table(row)) if is_told else (row.file,), row.number)
    kept, more = [], []
    for index, values in enumerate(frame.select("source_file", "source_row", *dataset.whole_by).iter_rows(named=True)):
        file, number = values["source_file"], values["source_row"]
        first = torn.get((file,)) or torn.get((file, *(values[name] for name in dataset.whole_by)))
        if first is None:
            kept.append(index)
        else:
            more.append(Fault(file, number, None, None, f"another row of this table is rejected (row {first}): {WHY_WHOLE}"))
    return frame[kept], more


def _reshaped(dataset: Dataset, row: RawRow, faults: list[Fault]) -> list[RawRow]:
    try:
        return list(dataset.reshape(row))
    except BadCell as error:
        faults.append(Fault(row.file, row.number, error.column, error.value, error.reason))
        return []


def _parse_row(dataset: Dataset, row: RawRow, documents: dict[str, date | None], faults: list[Fault]) -> dict[str, Any] | None:
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
            values |= _lineage(dataset, row, values, documents)
        except BadCell as error:
            bad.append(Fault(row.file, row.number, error.column, error.value, error.reason))
    faults += bad
    return None if bad else values


def _lineage(dataset: Dataset, row: RawRow, values: dict[str, Any], documents: dict[str, date | None]) -> dict[str, Any]:
    """Document, place and day known. An inbox file that names no document is its own; the day known is the row's own
    word, else the day its document was published, else the row's own date (`known_on_column`)."""
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
    if row.file.startswith("inbox/") and known_on > latest_today():
        whence = "" if stated else f" (the day on which {document_id} was published, or the file was last changed)"
        raise BadCell("known_on", stated or str(known_on), f"is in the future{whence}; write the day since when it is known")
    table_ref = _TABLE_REF.values(row.cells)["table_ref"] or f"row {row.number}"
    lineage = {"document_id": document_id, "table_ref": table_ref, "known_on": known_on}
    assert lineage.keys() == {column.name for column in LINEAGE}
    return lineage | {"source_file": row.file, "source_row": row.number}


def enforce(contract: pa.DataFrameSchema, frame: pl.DataFrame, places: list[tuple[str, int]]) -> tuple[pl.DataFrame, list[Fault]]:
    """The rows that meet the contract, and a fault for each failure of the others.

    Raises pandera's SchemaErrors only for what is no row's fault (a wrong column or type).
    """
    try:
        return contract.validate(frame, lazy=True), []
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        if cases["index"].null_count():
            raise
        faults = []
        for case in cases.sort("index", maintain_order=True).iter_rows(named=True):
            file, number = places[case["index"]]
            is_row_rule = case["schema_context"] == "DataFrameSchema"
            value = None if is_row_rule or case["failure_case"] is None else str(case["failure_case"])[:200]
            faults.append(Fault(file, number, None if is_row_rule else case["column"], value, _words(contract, case)))
        bad = set(cases["index"].to_list())
        kept = [index for index in range(frame.height) if index not in bad]
        # a rule over several rows can fail anew without the rows that went: enforce again what is left
        rest, more = enforce(contract, frame[kept], [places[index] for index in kept])
        return rest, faults + more


def _words(contract: pa.DataFrameSchema, case: dict[str, Any]) -> str:
    if case["check"] == "not_nullable":
        return "is empty; write a value"
    return case["check"]


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Writes Parquet: a reader sees the old file or the new one, whole."""
    replace_file(path, lambda temporary: frame.write_parquet(temporary, compression="zstd"))


def _write_quarantine(dataset: str, faults: list[Fault], folders: Folders) -> None:
    path = folders.quarantine / dataset / f"{dataset}.parquet"
    if not faults:
        path.unlink(missing_ok=True)
        return
    now = datetime.now(UTC)
    rows = [(dataset, fault.file, fault.row, fault.column, fault.value, fault.reason, now) for fault in faults]
    write_parquet(pl.DataFrame(rows, schema=QUARANTINE_SCHEMA, orient="row"), path)


def land_dataset(dataset: Dataset, folders: Folders) -> Landing:
    """Lands one dataset with the project's documents and corrections; see `land`."""
    try:
        corrections = read_corrections(folders.committed / "corrections.yml")
        unknown = sorted({c.dataset for c in corrections} - set(all_datasets()))
        if unknown:
            raise BadCorrections(f"corrections.yml: names a dataset that is not known: {', '.join(unknown)}")
    except BadCorrections as error:
        landing = land(dataset, folders, _documents(dataset, folders), [])
        landing.refused.append(RefusedFile("corrections.yml", str(error)))
        return landing
    return land(dataset, folders, _documents(dataset, folders), corrections)


def _documents(dataset: Dataset, folders: Folders) -> dict[str, date | None]:
    """Each landed document's publication date (None for packages and feeds)."""
    if not dataset.has_lineage:
        return {}
    landed = folders.landed / "documents" / "documents.parquet"
    return dict(pl.read_parquet(landed, columns=["document_id", "published_on"]).iter_rows())
