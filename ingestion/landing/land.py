"""Landing: source rows -> parsed -> contract -> checks against other datasets -> Parquet; rows that do not pass are quarantined.

A landing is idempotent: it replaces the dataset's landed and quarantined files, each by one rename.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

import polars as pl

from ingestion.columns.printed_cells import printed_cells
from ingestion.dataset import Dataset, Folders, Frames, Given, all_datasets
from ingestion.files.corrections import BadCorrections, Correction, read_corrections
from ingestion.files.csv import RawRow, RefusedFile
from ingestion.files.replace import replace_file
from ingestion.landing.contract import Fault, enforce
from ingestion.landing.parse_rows import Documents, Parsed, parse_dataset
from ingestion.landing.source_files import inbox_document_id

QUARANTINE_SCHEMA = {
    "dataset": pl.String,
    "file": pl.String,
    "row": pl.Int64,
    "column": pl.String,
    "value": pl.String,
    "reason": pl.String,
    "quarantined_at": pl.Datetime("us", "UTC"),
}

#: The folder of the printed cells, one file per dataset that has any.
PRINTED_CELLS = "printed_cells"
#: How many rows of one fault a message names.
SHOWN_ROWS = 10
_PLACE = "place of the row"


@dataclass
class Landing:
    """What became of a dataset: rows landed, rows quarantined with their faults, files refused."""

    dataset: str
    rows: int
    faults: list[Fault] = field(default_factory=list)
    refused: list[RefusedFile] = field(default_factory=list)

    @property
    def quarantined_rows(self) -> int:
        """How many source rows have a fault; one can have several."""
        return len({(fault.file, fault.row) for fault in self.faults})

    @property
    def is_clean(self) -> bool:
        """True if no row is quarantined and no file refused."""
        return not self.faults and not self.refused

    def messages(self) -> list[str]:
        """One line per fault or refused file, for people; rows of a file that fail for one reason in no column are one line."""
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


@dataclass(frozen=True)
class Validated:
    """The rows of a dataset that may land, in its landed columns, and why the others may not."""

    frame: pl.DataFrame
    faults: list[Fault]
    refused: list[RefusedFile]
    rejected_tickers: dict[str, Fault]  # the tickers that rejected rows name, with a fault of each


class LandingRun:
    """The state that the landings of one refresh share: its folders, its instant (UTC), and what is read only once.

    Corrections and documents are read once; each dataset is parsed and validated once, when it lands or when another reads
    it, whichever comes first. A run sees the source files as they are then: land what changed later in a new run.
    """

    def __init__(self, folders: Folders, now: datetime) -> None:
        self.folders = folders
        self.now = now
        self._validated: dict[str, Validated] = {}

    @cached_property
    def _corrections(self) -> tuple[list[Correction], list[RefusedFile]]:
        """The project's corrections; none, and the reason, if they can't be read."""
        try:
            corrections = read_corrections(self.folders.committed / "corrections.yml")
            unknown = sorted({c.dataset for c in corrections} - set(all_datasets()))
            if unknown:
                raise BadCorrections(f"corrections.yml: names a dataset that is not known: {', '.join(unknown)}")
        except BadCorrections as error:
            return [], [RefusedFile("corrections.yml", str(error))]
        return corrections, []

    @cached_property
    def documents(self) -> Documents:
        """The documents that have passed their contract."""
        return dict(self.frame("documents").select("document_id", "published_on").iter_rows())

    def frame(self, name: str) -> pl.DataFrame:
        """The rows of a dataset that have passed its contract and checks, landed or not, in its landed columns."""
        return self.validated(all_datasets()[name]).frame

    def validated(self, dataset: Dataset) -> Validated:
        """The rows of a dataset that may land, and what is wrong with the others: parsed now, if they were not yet."""
        if dataset.name not in self._validated:
            frames = {name: self.frame(name) for name in dataset.reads}
            documents = self.documents if dataset.has_lineage else {}
            corrections, refused = self._corrections
            parsed = parse_dataset(dataset, Given(self.folders, self.now, frames), documents, corrections)
            parents = {name: self.validated(all_datasets()[name]) for name in dataset.stands_on}
            validated = _validate(dataset, parsed, frames, parents)
            validated.refused.extend(refused)
            self._validated[dataset.name] = validated
        return self._validated[dataset.name]

    def forget(self, dataset: Dataset) -> None:
        """Frees the rows of a dataset that no other reads."""
        if dataset.name != "documents" and not any(dataset.name in other.reads for other in all_datasets().values()):
            self._validated.pop(dataset.name, None)


def land_dataset(dataset: Dataset, run: LandingRun) -> Landing:
    """Lands one dataset: what may land becomes its Parquet file and its printed cells, what may not its quarantine.

    Never raises for bad data: faults and refused files are in the result. Raises OSError if it can't write.
    """
    validated = run.validated(dataset)
    write_parquet(validated.frame, run.folders.landed / dataset.name / f"{dataset.name}.parquet")
    if dataset.printed:
        cells = printed_cells(dataset.name, dataset.printed, dataset.columns, validated.frame)
        write_parquet(cells, run.folders.landed / PRINTED_CELLS / f"{dataset.name}.parquet")
    _write_quarantine(dataset.name, validated.faults, run)
    run.forget(dataset)
    return Landing(dataset.name, validated.frame.height, validated.faults, validated.refused)


def landed_frames(dataset: Dataset, folders: Folders) -> Frames:
    """The landed rows of the datasets that `dataset` reads, for who lands rows long after those. Raises OSError."""
    return {name: pl.read_parquet(folders.landed / name / f"{name}.parquet") for name in dataset.reads}


def _validate(dataset: Dataset, parsed: Parsed, frames: Frames, parents: dict[str, Validated]) -> Validated:
    """What of the parsed rows meets the contract, stands on nothing rejected, and passes the dataset's check."""
    # a row that failed its own contract is not compared with other datasets
    frame, faults = enforce(dataset, parsed.frame.with_row_index(_PLACE), parsed.places)
    faults = parsed.faults + faults
    places = [parsed.places[place] for place in frame[_PLACE]]
    frame = frame.drop(_PLACE)
    without_ground = dict(_without_ground(frame, parents))
    faults += [Fault(*places[index], None, None, words) for index, words in without_ground.items()]
    kept = [index for index in range(frame.height) if index not in without_ground]
    frame, places = frame[kept], [places[index] for index in kept]
    if dataset.check and frame.height:
        wrong = dataset.check(frames, frame)
        faults += [Fault(*places[fault.index], fault.column, fault.value, fault.reason) for fault in wrong]
        frame = frame[sorted(set(range(frame.height)) - {fault.index for fault in wrong})]
    if dataset.reject_together_by and faults:
        frame, more = _whole_tables(dataset, frame, parsed.rows, faults)
        faults += more
    return Validated(frame, faults, parsed.refused, _rejected_tickers(parsed.rows, faults))


def _without_ground(frame: pl.DataFrame, parents: dict[str, Validated]) -> Iterator[tuple[int, str]]:
    """The rows whose ticker has lost all that it had in a dataset on which they stand: their index, and why."""
    for name, parent in parents.items():
        kept = set(parent.frame["ticker"])
        lost = {ticker: fault for ticker, fault in parent.rejected_tickers.items() if ticker not in kept}
        for index, ticker in enumerate(frame["ticker"]) if lost else ():
            if ticker in lost:
                place = f"{lost[ticker].file} row {lost[ticker].row}"
                yield index, f"needs the {name} of {ticker}, which are rejected ({place}); correct those and this row lands too"


def _rejected_tickers(rows: list[RawRow], faults: list[Fault]) -> dict[str, Fault]:
    """The tickers that the rejected source rows name, each with the first fault of its first row."""
    if not faults:
        return {}
    found = {(row.file, row.number): row.cells.get("ticker", "").strip() for row in rows}
    tickers: dict[str, Fault] = {}
    for fault in faults:
        tickers.setdefault(found[fault.file, fault.row], fault)
    tickers.pop("", None)
    return tickers


def _whole_tables(
    dataset: Dataset, frame: pl.DataFrame, rows: list[RawRow], faults: list[Fault]
) -> tuple[pl.DataFrame, list[Fault]]:
    """The rows of tables of which every row is good, and a fault for each row of the others.

    A row that can't be told to be of one table (it can't be read as a row, or the cells that tell are bad) may be of any
    table in its file.
    """

    def table(row: RawRow) -> tuple[str, ...]:
        own = {"document_id": inbox_document_id(row.file)}
        return tuple(row.cells.get(name, "").strip() or own.get(name, "") for name in dataset.reject_together_by)

    found = {(row.file, row.number): row for row in rows}
    bad_columns: dict[tuple[str, int], set[str | None]] = {}
    for fault in faults:
        bad_columns.setdefault((fault.file, fault.row), set()).add(fault.column)
    torn: dict[tuple[str, ...], int] = {}
    for place, columns in bad_columns.items():
        row = found[place]
        is_told = not row.fault and not columns & set(dataset.reject_together_by)
        torn.setdefault((row.file, *table(row)) if is_told else (row.file,), row.number)
    kept, more = [], []
    for index, values in enumerate(frame.select("source_file", "source_row", *dataset.reject_together_by).iter_rows(named=True)):
        file, number = values["source_file"], values["source_row"]
        first = torn.get((file,)) or torn.get((file, *(values[name] for name in dataset.reject_together_by)))
        if first is None:
            kept.append(index)
        else:
            why = f"{dataset.reject_together_because}; correct that row and all of them land"
            more.append(Fault(file, number, None, None, f"another row of this table is rejected (row {first}): {why}"))
    return frame[kept], more


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Writes Parquet: a reader sees the old file or the new one, whole. Raises OSError."""
    replace_file(path, lambda temporary: frame.write_parquet(temporary, compression="zstd"))


def _write_quarantine(dataset: str, faults: list[Fault], run: LandingRun) -> None:
    path = run.folders.quarantine / dataset / f"{dataset}.parquet"
    if not faults:
        path.unlink(missing_ok=True)
        return
    rows = [(dataset, fault.file, fault.row, fault.column, fault.value, fault.reason, run.now) for fault in faults]
    write_parquet(pl.DataFrame(rows, schema=QUARANTINE_SCHEMA, orient="row"), path)
