"""Landing: source rows -> parsed -> contract -> checks against other datasets -> Parquet; rows that do not pass are quarantined.

A landing is idempotent: it replaces the dataset's landed and quarantined files, each by one rename.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

import polars as pl

from ingestion.columns.printed_cells import printed_cells
from ingestion.dataset import Dataset, Folders, Frames, Given, all_datasets
from ingestion.files.corrections import BadCorrections, Correction, read_corrections
from ingestion.files.csv import RefusedFile
from ingestion.files.replace import replace_file
from ingestion.landing.contract import Fault
from ingestion.landing.kept import (
    PRINTED_CELLS,
    Consulted,
    Landed,
    answer,
    digest_of_rows,
    inputs_of,
    quarantine_file,
    read_record,
    write_record,
    written_files,
)
from ingestion.landing.parse_rows import Documents, parse_dataset
from ingestion.landing.validate import Validated, validate

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


@dataclass
class Landing:
    """What became of a dataset: rows landed, rows quarantined with their faults, files refused.

    `kept_since` is the instant of the refresh that landed it, if nothing of what it is made from has changed since.
    """

    dataset: str
    rows: int
    faults: list[Fault] = field(default_factory=list)
    refused: list[RefusedFile] = field(default_factory=list)
    kept_since: str = ""

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


class LandingRun:
    """The state that the landings of one refresh share: its folders, its instant (UTC), and what is read only once.

    Corrections and documents are read once; each dataset is parsed and validated once, when it lands or when another reads
    it, whichever comes first; not at all if what it is made from is as it was when it landed, unless the run is `full`. A run
    sees the source files as they are then: land what changed later in a new run.
    """

    def __init__(self, folders: Folders, now: datetime, *, full: bool = False) -> None:
        self.folders = folders
        self.now = now
        self.full = full
        self._validated: dict[str, Validated] = {}
        self._kept: dict[str, Landed | None] = {}
        self._inputs: dict[str, str] = {}
        self._contents: dict[str, str] = {}
        self._consulted: dict[str, dict[str, str]] = {}

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
        """The rows of a dataset that may land, and what is wrong with the others: read now, if they were not yet.

        They are those that landed, if nothing of what they are made from has changed since.
        """
        if dataset.name not in self._validated:
            if self.kept(dataset):
                landed = pl.read_parquet(written_files(self.folders, dataset.name)["rows"])
                self._validated[dataset.name] = Validated(landed, [], [], {})
            else:
                self._validated[dataset.name] = self._parsed(dataset)
        return self._validated[dataset.name]

    def _parsed(self, dataset: Dataset) -> Validated:
        frames = {name: self.frame(name) for name in dataset.reads}
        documents = Consulted(self.documents if dataset.has_lineage else {})
        corrections, refused = self._corrections
        parsed = parse_dataset(dataset, Given(self.folders, self.now, frames), documents, corrections)
        parents = {name: self.validated(all_datasets()[name]) for name in dataset.stands_on}
        validated = validate(dataset, parsed, frames, parents)
        validated.refused.extend(refused)
        self._consulted[dataset.name] = documents.asked
        return validated

    def kept(self, dataset: Dataset) -> Landed | None:
        """The record of a landing that stands, since nothing of what it is made from has changed; None if it is made anew.

        Looked at once: what changes while a refresh runs is landed by the next one.
        """
        if dataset.name not in self._kept:
            self._kept[dataset.name] = None
            # what can't be told is landed anew; why is told there
            with suppress(OSError):
                self._inputs[dataset.name] = self._inputs_of(dataset)
                record = None if self.full else read_record(self.folders, dataset.name)
                if record and record.inputs == self._inputs[dataset.name]:
                    named = record.documents
                    if not named or named == {one: answer(self.documents, one) for one in named}:
                        self._kept[dataset.name] = record
        return self._kept[dataset.name]

    def _inputs_of(self, dataset: Dataset) -> str:
        return inputs_of(dataset, self.folders, self.now, {name: self._content(all_datasets()[name]) for name in dataset.reads})

    def _content(self, dataset: Dataset) -> str:
        if dataset.name not in self._contents:
            record = self.kept(dataset)
            self._contents[dataset.name] = record.content if record else _content_of(self.validated(dataset))
        return self._contents[dataset.name]

    def landed(self, dataset: Dataset, validated: Validated) -> None:
        """Records what has landed, so that the next refresh can keep it; not if it has a fault, or a file changed meanwhile."""
        with suppress(OSError):
            inputs = self._inputs.get(dataset.name)
            if not validated.faults and not validated.refused and inputs == self._inputs_of(dataset):
                consulted = self._consulted.get(dataset.name, {})
                write_record(self.folders, dataset.name, inputs, consulted, validated.frame.height, self.now)

    def forget(self, dataset: Dataset) -> None:
        """Frees the rows of a dataset that no other reads."""
        if dataset.name != "documents" and not any(dataset.name in other.reads for other in all_datasets().values()):
            self._validated.pop(dataset.name, None)


def land_dataset(dataset: Dataset, run: LandingRun) -> Landing:
    """Lands one dataset: what may land becomes its Parquet file and its printed cells, what may not its quarantine.

    Never raises for bad data: faults and refused files are in the result. Raises OSError if it can't write.
    """
    if record := run.kept(dataset):
        return Landing(dataset.name, record.rows, kept_since=record.since)
    validated = run.validated(dataset)
    write_parquet(validated.frame, run.folders.landed / dataset.name / f"{dataset.name}.parquet")
    if dataset.printed:
        cells = printed_cells(dataset.name, dataset.printed, dataset.columns, validated.frame)
        write_parquet(cells, run.folders.landed / PRINTED_CELLS / f"{dataset.name}.parquet")
    _write_quarantine(dataset.name, validated.faults, run)
    run.landed(dataset, validated)
    run.forget(dataset)
    return Landing(dataset.name, validated.frame.height, validated.faults, validated.refused)


def _content_of(validated: Validated) -> str:
    """The digest of what other datasets read of one: its rows, and whom those name that are rejected."""
    rejected = "".join(f" {ticker} {fault}" for ticker, fault in sorted(validated.rejected_tickers.items()))
    return digest_of_rows(validated.frame) + rejected


def landed_frames(dataset: Dataset, folders: Folders) -> Frames:
    """The landed rows of the datasets that `dataset` reads, for who lands rows long after those. Raises OSError."""
    return {name: pl.read_parquet(folders.landed / name / f"{name}.parquet") for name in dataset.reads}


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Writes Parquet: a reader sees the old file or the new one, whole. Raises OSError."""
    replace_file(path, lambda temporary: frame.write_parquet(temporary, compression="zstd"))


def _write_quarantine(dataset: str, faults: list[Fault], run: LandingRun) -> None:
    path = quarantine_file(run.folders, dataset)
    if not faults:
        path.unlink(missing_ok=True)
        return
    rows = [(dataset, fault.file, fault.row, fault.column, fault.value, fault.reason, run.now) for fault in faults]
    write_parquet(pl.DataFrame(rows, schema=QUARANTINE_SCHEMA, orient="row"), path)
