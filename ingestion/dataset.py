"""What a dataset is: its source rows, its columns, and the contract that its landed rows meet."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from ingestion.columns import DOCUMENT_ID, PATTERN_WORDS, Column, Day, Landed, Text, landed_columns
from ingestion.columns.printed_cells import PrintedTable
from ingestion.files.csv import RawRow, RefusedFile

if TYPE_CHECKING:
    # it brings pandas, and takes longer to import than all that stays of a refresh takes: only what lands anew needs it
    import pandera.polars as pa

#: Nothing is asked for, and no calendar kept, before this day: the first of January of the first year in which a security of the
#: facts, or one that it is compared with, has a session.
HISTORY_STARTS_ON = date(2020, 1, 1)

#: Every exchange has sessions, announced or not, to the end of the year that is so many years after the refresh: room for the
#: longest usual lock-ups, of 36 months, and for what is announced now to end then. A choice of the project.
YEARS_AHEAD = 5


@dataclass(frozen=True)
class Folders:
    """Where facts are found and landed data goes. `committed` is the project's own `data/`, `data` the user's."""

    committed: Path
    data: Path

    @property
    def landed(self) -> Path:
        """One folder per dataset with its validated rows, and the printed cells."""
        return self.data / "landed"

    @property
    def quarantine(self) -> Path:
        """One folder per dataset with its rejected rows, each with the reason."""
        return self.data / "quarantine"

    @property
    def inbox(self) -> Path:
        """The user's own files, in one folder per dataset."""
        return self.data / "inbox"

    @property
    def filings(self) -> Path:
        """What was read of the filings in the inbox, a file each: whoever removes it has them read again."""
        return self.data / "build" / "filings"


@dataclass(frozen=True)
class Source:
    """What was read for a dataset: its rows, and the files that were refused."""

    rows: list[RawRow]
    refused: list[RefusedFile]


#: A check over the landed columns that one row must meet: (what it says, expression that is true or null for a good row).
RowRule = tuple[str, pl.Expr]


@dataclass(frozen=True)
class Promise:
    """What every landed row of a dataset keeps: `holds` is true or null for a good row, `words` say what is wrong with another.

    `column` is the one whose cell is to blame, None if it is the row.
    """

    column: str | None
    words: str
    holds: pl.Expr


@dataclass(frozen=True)
class RowFault:
    """Why the row at `index` of a frame can't be."""

    index: int
    column: str
    value: str
    reason: str


#: The rows of other datasets that have passed their own contracts, by dataset: exactly those that a dataset `reads`.
Frames = Mapping[str, pl.DataFrame]

#: Finds the rows of a dataset (second) that can't be beside those of the datasets that it reads (first).
FrameCheck = Callable[[Frames, pl.DataFrame], list[RowFault]]


@dataclass(frozen=True)
class Given:
    """What the reader of a dataset is given: the folders, the instant of the refresh (UTC), and the datasets that it reads."""

    folders: Folders
    now: datetime
    frames: Frames


#: Where a fact stands and since when it is known; every fact has these. All three may be left out in the inbox.
LINEAGE: tuple[Column, ...] = (
    Text("document_id", pattern=DOCUMENT_ID),
    Text("table_ref"),
    Day("known_on"),
)
ORIGIN: dict[str, Landed] = {"source_file": Landed(pl.String, False), "source_row": Landed(pl.Int64, False)}
INSTANT = pl.Datetime("us", "UTC")


@dataclass(frozen=True)
class Dataset:
    """One dataset, from its source to `landed/<name>/<name>.parquet`.

    `reshape` turns one source row into landed-shaped source rows (a table printed wide becomes long, alternatives in one
    cell become rows); `read` replaces reading `<folder>/<name>.csv` and the inbox, `read_file` only how one of these files
    is read; `known_on_column` names the date that stands in for `known_on` where neither the row nor its document says
    when it was known.

    `reads` names the datasets that this one is built from or checked against: its `read` and its `check` get their rows
    that have passed their own contracts, and no others. `check` finds the faults that only those can tell. Rows of a file
    that are equal in the columns `reject_together_by` are one table, which lands whole or not at all, for the reason
    `reject_together_because`. A row whose ticker has lost all its rows of a dataset in `stands_on` (each one of `reads`),
    because they were rejected, is rejected with them: nothing is built from what is left.

    `printed` says which cells of the source are printed figures, dates and words of a document, and by which subject, row
    and heading each is found: they land in `landed/printed_cells/<name>.parquet` beside the rows, become
    `fct_printed_figure`, and `figure_id` is made of document, place, subject and metric. For example

        printed=PrintedTable(
            subject="ticker",                             # whom a row is about: a landed column
            row=("event", "effective_on"),                # the row's label: landed columns, with commas between them
            cells=(
                Cell("effective_date", "effective date"), # a column by its header in the source, and its heading
                Cell("shares_issued_delta", "shares issued"),
            ),
        )

    gives `<document> | <place> | 9999.HK | placing, 2026-10-12, shares issued`. What follows from other figures also gets a
    row in `data/reference/derived_figures.csv`; `tests/orchestration/test_reconciliation.py` fails until each figure has
    its row or is listed there as stated. What a heading is part of stays as it is: `figure_id` is public.

    A dataset with a `feed` comes from that live source: its rows are only ever added, one file per day of retrieval, in
    `landed/<name>/`, and a row that the source restates is a further version of its `key`. A change of nothing but the
    `unversioned` columns restates nothing. Without a `known_on_column` a row is known from the day of its retrieval.
    """

    name: str
    grain: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rules: tuple[RowRule, ...] = ()
    folder: str = "transcribed"
    group: str = "facts"
    has_lineage: bool = True
    inbox: bool = True
    open_ended: bool = False
    reshape: Callable[[RawRow], Iterable[RawRow]] = lambda row: (row,)
    header: tuple[str, ...] = ()  # the source's header, where it differs from `columns` because of `reshape`
    read: Callable[[Given, Dataset], Source] | None = None
    read_file: Callable[[Dataset, Path, str], list[RawRow]] | None = None
    known_on_column: str = ""
    reads: tuple[str, ...] = ()
    reads_whole_inbox: bool = False  # beside its own files: all of the inbox, and the committed documents
    committed: bool = True  # there is a file of the project's own; else only the user's
    check: FrameCheck | None = None
    stands_on: tuple[str, ...] = ()
    reject_together_by: tuple[str, ...] = ()
    reject_together_because: str = ""
    printed: PrintedTable | None = None
    feed: str = ""
    unversioned: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)  # what a column is, where it is not what the glossary says
    has_retrieved_at: bool = False  # also in the user's files of what a feed gives, where it is empty

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that a file of this dataset must have."""
        return self.header or tuple(c.name for c in self.columns if not c.optional)

    @property
    def optional(self) -> tuple[str, ...]:
        """The columns that a file of this dataset may have."""
        optional = tuple(c.name for c in self.columns if c.optional)
        return (*optional, "document_id", "table_ref", "known_on") if self.has_lineage else optional

    @cached_property
    def landed(self) -> dict[str, Landed]:
        """Every landed column with its type, in order."""
        columns = dict(landed_columns(self.columns))
        if self.has_lineage:
            columns |= dict(landed_columns(LINEAGE)) | ORIGIN
        if self.has_retrieved_at:
            columns["retrieved_at"] = Landed(INSTANT, nullable=not self.feed)
        return columns

    @property
    def is_append_only(self) -> bool:
        """True if all that a landing changes is rows that are added, so that the models need only add theirs: a live source's
        datasets, but for those (splits, lock-ups) of which a new row changes the whole history of a security."""
        return bool(self.feed) and ("ticker" not in self.key or "trading_date" in self.key)

    @property
    def landed_key(self) -> tuple[str, ...]:
        """What no two landed rows share; of a feed, each version of a row has its own instant."""
        return (*self.key, "retrieved_at") if self.feed else self.key

    @cached_property
    def polars_schema(self) -> dict[str, Any]:
        """The polars type of each landed column, in order."""
        return {name: column.dtype for name, column in self.landed.items()}

    @cached_property
    def promises(self) -> tuple[Promise, ...]:
        """What every landed row keeps: each column's promises in order, then those of the row, then the key."""
        promises = []
        for name, column in self.landed.items():
            cell = pl.col(name)
            if not column.nullable:
                promises.append(Promise(name, "is empty; write a value", cell.is_not_null()))
            if column.minimum is not None:
                promises.append(Promise(name, f"must be {column.minimum} or more", cell >= column.minimum))
            if column.isin:
                promises.append(Promise(name, f"must be one of: {', '.join(column.isin)}", cell.is_in(list(column.isin))))
            if column.pattern:
                words = PATTERN_WORDS.get(column.pattern, column.pattern)
                promises.append(Promise(name, f"must look like {words}", cell.str.contains(f"^(?:{column.pattern})")))
        promises += [Promise(None, words, holds) for words, holds in self.rules]
        unique = pl.struct(list(self.landed_key)).is_first_distinct()
        promises.append(Promise(None, f"repeats the key ({', '.join(self.key)}) of an earlier row; keep one of them", unique))
        return tuple(promises)

    @cached_property
    def contract(self) -> pa.DataFrameSchema:
        """The pandera schema of the landed rows, all promises in one check that gives one answer: of a check that gives one a row
        pandera collects the frame several times.

        Validate eager frames: on lazy ones pandera checks only names and types. `contract_by_promise` names what fails.
        """
        import pandera.polars as pa

        holds = pl.all_horizontal([promise.holds.fill_null(True) for promise in self.promises]).all()
        kept = pa.Check(lambda data: bool(data.lazyframe.select(holds).collect().item()), error="breaks the contract")
        return pa.DataFrameSchema(checks=[kept], name=self.name)

    def contract_by_promise(self, promises: Sequence[Promise]) -> pa.DataFrameSchema:
        """The pandera schema of some of the promises, a check each: it names the rows that break one, the cell and the words."""
        import pandera.polars as pa

        blamed = dict.fromkeys(promise.column for promise in promises if promise.column)
        columns = {
            name: pa.Column(checks=[_check(one.holds, one.words) for one in promises if one.column == name], nullable=True)
            for name in blamed
        }
        rows = [_check(promise.holds, promise.words) for promise in promises if not promise.column]
        return pa.DataFrameSchema(columns, checks=rows, name=self.name)


def _check(holds: pl.Expr, words: str) -> pa.Check:
    import pandera.polars as pa

    return pa.Check(lambda data: data.lazyframe.select(holds.fill_null(True)), name=words, error=words)


@cache
def all_datasets() -> dict[str, Dataset]:
    """Every dataset, found by its module under `ingestion/datasets/` (which calls it DATASET), each after those that it reads.

    Raises graphlib.CycleError if datasets read each other in a circle, ValueError if one reads a dataset that there is not.
    """
    package = importlib.import_module("ingestion.datasets")
    found = {
        module.name: importlib.import_module(f"ingestion.datasets.{module.name}").DATASET
        for module in pkgutil.iter_modules(package.__path__)
        if not module.name.startswith("_")  # what several datasets share
    }
    for module, dataset in found.items():
        if dataset.name != module:
            raise ValueError(f"ingestion/datasets/{module}.py: its dataset is named {dataset.name!r}")
        unknown = sorted({*dataset.reads} - {*found}) + sorted({*dataset.stands_on} - {*dataset.reads})
        if unknown:
            raise ValueError(f"ingestion/datasets/{module}.py: reads no dataset {', '.join(unknown)}")
    return {name: found[name] for name in TopologicalSorter({name: found[name].reads for name in sorted(found)}).static_order()}
