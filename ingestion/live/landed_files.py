"""The landed Parquet files of one dataset of a live source, read by what a question needs of them.

Each answer adds a file; those of a day become one when its refresh has asked everything, those of a month when it is over. Rows
lie in the order of the dataset's key, so that the rows of one subject are found without reading all others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet

from ingestion.dataset import Dataset
from ingestion.files.merge import merge_files
from ingestion.files.replace import replace_file
from ingestion.landing.land import write_parquet

#: The file that gives a dataset its columns before anything has landed.
EMPTY_FILE = "0000.parquet"
#: Rows that are read, or left, as a whole: as many as a few subjects have in years.
_ROW_GROUP = 10_000


@dataclass(frozen=True, slots=True)
class _Ends:
    """What a file tells of its rows: how many, and the first and last of their days and tickers; None where it does not."""

    rows: int
    days: tuple[date, date] | None
    tickers: tuple[str, str] | None

    def can_hold(self, ticker: str | None, from_on: date | None) -> bool:
        """Whether a row of the ticker, or any, can be of the day `from_on` or later, or of any."""
        if not self.rows:
            return False
        is_new = from_on is None or self.days is None or self.days[1] >= from_on
        return is_new and (ticker is None or self.tickers is None or self.tickers[0] <= ticker <= self.tickers[1])


def _ends_of(told: pyarrow.parquet.FileMetaData, name: str) -> tuple[Any, Any] | None:
    """The least and greatest value of a column; None if a group of rows does not tell them."""
    column = told.schema.to_arrow_schema().get_field_index(name)
    groups = [told.row_group(number).column(column).statistics for number in range(told.num_row_groups)]
    if not groups or not all(group is not None and group.has_min_max for group in groups):
        return None
    return min(group.min for group in groups), max(group.max for group in groups)


class LandedFiles:
    """The files of a dataset in `folder`. Raises OSError, or polars' ComputeError, where one can't be read or written."""

    def __init__(self, dataset: Dataset, folder: Path) -> None:
        self.dataset = dataset
        self.folder = folder
        self.is_by_ticker = "ticker" in dataset.key
        self.day = dataset.known_on_column
        if not (folder / EMPTY_FILE).exists():
            write_parquet(pl.DataFrame(schema=dataset.polars_schema), folder / EMPTY_FILE)
        self.files: dict[Path, _Ends] = {}
        for path in sorted(folder.glob("*.parquet")):
            self._add_columns(path)
            self._note(path)

    @property
    def rows(self) -> int:
        """How many rows are landed, all versions counted."""
        return sum(ends.rows for ends in self.files.values())

    def versions(self, ticker: str | None = None, from_on: date | None = None) -> pl.DataFrame:
        """Every landed version of the rows of a ticker, or of all, that are of the day `from_on` or later, or of any.

        A dataset whose key has no ticker, or no day, is not divided by it.
        """
        if self.day not in self.dataset.key:
            from_on = None
        if not self.is_by_ticker:
            ticker = None
        files = [path for path, ends in self.files.items() if ends.can_hold(ticker, from_on)]
        if not files:
            return pl.DataFrame(schema=self.dataset.polars_schema)
        rows = pl.scan_parquet(files)
        if ticker is not None:
            rows = rows.filter(pl.col("ticker") == ticker)
        if from_on is not None:
            rows = rows.filter(pl.col(self.day) >= from_on)
        return rows.collect()

    @cached_property
    def days(self) -> dict[str, tuple[date, date]]:
        """The first and last day of which rows are landed, by ticker, or under an empty one: looked up once a refresh."""
        files = [path for path, ends in self.files.items() if ends.rows]
        return self._ends(pl.scan_parquet(files)) if self.day and files else {}

    def days_of(self, subject: str) -> tuple[date, date] | None:
        """The first and last day of which a row of the subject is landed; of a dataset without tickers, of any subject."""
        return self.days.get(subject if self.is_by_ticker else "")

    def add(self, rows: pl.DataFrame, today: date) -> None:
        """Adds rows, in a file of their own, named by the day (UTC) on which all of them were retrieved.

        By the names the models tell in which files something new can be (`files_since` in dbt_project/macros/landed_bars.sql),
        so rows of another day would be missed: raises ValueError for these.
        """
        if (other := rows.filter(pl.col("retrieved_at").dt.date() != today)).height:
            raise ValueError(f"{self.dataset.name}: rows retrieved at {other['retrieved_at'][0]} can't be in a file of {today}")
        number = len(self.files)
        while (path := self.folder / f"{today}.{number:06}.parquet").exists():
            number += 1
        replace_file(path, lambda temporary: self._write(rows, temporary))
        self._note(path)
        if self.day:
            for ticker, (first, last) in self._ends(rows.lazy()).items():
                before = self.days.get(ticker, (first, last))
                self.days[ticker] = (min(first, before[0]), max(last, before[1]))

    def merge(self, today: date) -> None:
        """Makes the files of each day of this month one, and those of each earlier month."""
        named: dict[str, list[Path]] = {}
        for path in self.files:
            day = path.name[: len("2026-01-31")]
            if path.name != EMPTY_FILE:
                named.setdefault(day if day[:7] == str(today)[:7] else day[:7], []).append(path)
        for name, parts in named.items():
            target = self.folder / f"{name}.parquet"
            if parts == [target]:
                continue
            if len(parts) == 1:
                parts[0].replace(target)
            else:
                rows = pl.concat([pl.read_parquet(path) for path in parts])
                merge_files(target, parts, partial(self._write, rows))
            for path in parts:
                del self.files[path]
            self._note(target)

    def _ends(self, rows: pl.LazyFrame) -> dict[str, tuple[date, date]]:
        """The first and last day of the rows, by ticker."""
        by = pl.col("ticker") if self.is_by_ticker else pl.lit("").alias("ticker")
        day = pl.col(self.day)
        ends = rows.filter(day.is_not_null()).group_by(by).agg(first=day.min(), last=day.max()).collect()
        return {ticker: (first, last) for ticker, first, last in ends.iter_rows() if first}

    def _write(self, rows: pl.DataFrame, path: Path) -> None:
        in_order = rows.sort(*self.dataset.key, "known_on", "retrieved_at", maintain_order=True)
        in_order.write_parquet(path, compression="zstd", row_group_size=_ROW_GROUP)

    def _note(self, path: Path) -> None:
        """Keeps in mind which rows a file can hold, as its statistics tell."""
        told = pyarrow.parquet.read_metadata(path)
        days = _ends_of(told, self.day) if self.day else None
        self.files[path] = _Ends(told.num_rows, days, _ends_of(told, "ticker") if self.is_by_ticker else None)

    def _add_columns(self, path: Path) -> None:
        """Writes a file of an earlier version anew with the columns that the dataset has since, empty."""
        schema = self.dataset.polars_schema
        missing = schema.keys() - pl.read_parquet_schema(path).keys()
        if missing:
            frame = pl.read_parquet(path).with_columns(pl.lit(None, schema[name]).alias(name) for name in missing)
            write_parquet(frame.select(list(schema)), path)
