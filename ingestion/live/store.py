"""The landed rows of one dataset of a live source: only ever added to, one file per UTC day of retrieval."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from ingestion.dataset import Dataset, Folders
from ingestion.files.cell_text import unsafe
from ingestion.landing.contract import Fault, enforce
from ingestion.landing.land import QUARANTINE_SCHEMA, landed_frames, write_parquet
from ingestion.live.answer import UnreadableRow
from ingestion.live.landed_files import LandedFiles
from ingestion.live.source import Subject

#: How many rows a source may take back at once whatever it still lists; more only if it still lists half.
MOST_GONE_AT_ONCE = 3


class Store:
    """The landed rows of one dataset of a live source, and the files to which new ones are added.

    `files` are its files, each version of a row in a row of its own, in the dataset's landed columns; an answer reads of them
    what it can restate or take back, so that it costs the same however long the history is. `new_faults` and `new_days` (by
    the dataset's `known_on_column`, else the day of retrieval) are those of this refresh.
    Raises OSError, or polars' ComputeError, where the files can't be read or written.
    """

    def __init__(self, dataset: Dataset, folders: Folders) -> None:
        self.dataset = dataset
        self.folders = folders
        self.own_date = dataset.known_on_column
        self.files = LandedFiles(dataset, folders.landed / dataset.name)
        self.frames = landed_frames(dataset, folders)
        self.new_faults: list[Fault] = []
        self.new_days: set[date] = set()

    @property
    def rows(self) -> int:
        """How many rows are landed, all versions counted."""
        return self.files.rows

    def last_day(self, subject: str) -> date | None:
        """The last day of which a row of the subject is landed; of a dataset without tickers, of any subject.

        None if there is none, or if the dataset's rows are of no day.
        """
        days = self.files.days_of(subject)
        return days and days[1]

    def first_day(self, subject: str) -> date | None:
        """The first day of which a row of the subject is landed, whether it is still listed or not; as in `last_day`."""
        days = self.files.days_of(subject)
        return days and days[0]

    def settle(self, today: date) -> None:
        """Ends the asking of a day (UTC): the files that its answers wrote become one."""
        self.files.merge(today)

    def add(
        self,
        rows: Sequence[dict[str, Any]],
        unreadable: Sequence[UnreadableRow],
        subject: Subject,
        document_id: str,
        now: datetime,
        listed_from: date | None = None,
    ) -> None:
        """Lands the rows that are new or restated, and quarantines those that break the contract.

        With `listed_from` the rows are all that the source lists of the subject from that day on: a landed row that is not
        among them lands once more, as not listed since today. A row that can't be read is listed all the same.

        `rows` are in the dataset's landed columns but for the lineage, which is added here: the source's document, the
        subject as `table_ref` where the row has none, and `known_on`, which is the row's own, else its day, and never after
        `now` (UTC). A fault is found by the document and subject, and by the row's day as a number. Raises OSError if it
        can't write.
        """
        place = f"{document_id} {subject.name}"
        today = now.date()
        complete = []
        for row in rows:
            own_day = row.get("known_on") or row.get(self.own_date) or today
            complete.append(
                row
                | {
                    "document_id": document_id,
                    "table_ref": row.get("table_ref") or subject.name,
                    "known_on": min(own_day, today),
                    "source_file": place,
                    "source_row": _row_number(own_day),
                    "retrieved_at": now,
                }
            )
        frame = pl.DataFrame(complete, schema=self.dataset.polars_schema, orient="row")
        withdrawn, found = self._not_listed(frame, unreadable, subject, listed_from, place, now)
        found += [Fault(place, _row_number(bad.day or date.min), bad.column, bad.value, bad.reason) for bad in unreadable]
        frame, more = _safe(frame, place)
        found += more
        frame, more = self._single(frame, place)
        found += more
        frame = pl.concat([self._news(frame, today), withdrawn])
        if frame.height:
            if self.dataset.check:
                wrong = self.dataset.check(self.frames, frame)
                numbers = frame["source_row"]
                found += [Fault(place, numbers[fault.index], fault.column, fault.value, fault.reason) for fault in wrong]
                frame = frame[sorted(set(range(frame.height)) - {fault.index for fault in wrong})]
            frame, more = enforce(self.dataset, frame, [(place, number) for number in frame["source_row"]])
            found += more
        self._quarantine(found, now)
        self._append(frame, today)

    def _single(self, frame: pl.DataFrame, place: str) -> tuple[pl.DataFrame, list[Fault]]:
        """The rows whose key only one row has, and a fault for each other: none of several can be chosen. Equal ones are one."""
        key = list(self.dataset.key)
        if frame.height < 2 or frame.n_unique(key) == frame.height:
            return frame, []
        frame = frame.unique(maintain_order=True)
        is_single = frame.select(key).is_unique()
        faults = []
        for row in frame.filter(~is_single).iter_rows(named=True):
            words = ", ".join(f"{name} {row[name]}" for name in key)
            faults.append(Fault(place, row["source_row"], None, None, f"{words}: is given more than once with different values"))
        return frame.filter(is_single), faults

    def _news(self, frame: pl.DataFrame, today: date) -> pl.DataFrame:
        """The rows that are not landed as they are; one that restates a landed row is known only from today."""
        if not frame.height:
            return frame
        key = list(self.dataset.key)
        ignored = {*key, *self.dataset.unversioned}
        values = [name for column in self.dataset.columns for name in column.landed() if name not in ignored]
        landed = self._versions(frame)
        if not landed.height:
            return frame
        latest = (
            landed.lazy()
            .sort("known_on", "retrieved_at")
            .group_by(key)
            .last()
            .select(*key, *values, pl.lit(True).alias("is_landed"))
        )
        joined = frame.lazy().join(latest, on=key, how="left", suffix="_landed", maintain_order="left")
        is_same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_landed")) for name in values)
        is_landed = pl.col("is_landed").fill_null(False)
        return (
            joined.filter(~(is_landed & is_same))
            .with_columns(pl.when(is_landed).then(pl.lit(today)).otherwise(pl.col("known_on")).alias("known_on"))
            .select(list(self.dataset.polars_schema))
            .collect()
        )

    def _versions(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The landed versions among which those of the frame's rows are."""
        tickers = frame["ticker"].unique().to_list() if self.files.is_by_ticker else []
        days = frame[self.own_date].to_list() if self.own_date else [None]
        from_on = None if None in days else min(days, default=None)
        return self.files.versions(tickers[0] if len(tickers) == 1 else None, from_on)

    def _not_listed(
        self,
        listed: pl.DataFrame,
        unreadable: Sequence[UnreadableRow],
        subject: Subject,
        listed_from: date | None,
        place: str,
        now: datetime,
    ) -> tuple[pl.DataFrame, list[Fault]]:
        """The landed rows of the subject that the source listed and no longer does, as versions of today.

        None, but a fault, where most of a longer list would go at once: that is what a list that was cut short looks like.
        """
        key, today = list(self.dataset.key), now.date()
        # which row it is that can't be read is not told: none of those that are missing can be said to be gone
        if listed_from is None or any(row.key is None for row in unreadable):
            return listed.clear(), []
        landed = self.files.versions(subject.name, listed_from)
        if not landed.height:
            return listed.clear(), []
        latest = landed.lazy().sort("known_on", "retrieved_at").group_by(key, maintain_order=True).last()
        is_unreadable = pl.col(key[0]).is_in([row.key for row in unreadable])
        standing = latest.filter(pl.col("not_listed_since").is_null() & ~is_unreadable).collect()
        gone = standing.join(listed, on=key, how="anti", nulls_equal=True)
        # an empty list is believed: a source gives one only where it says that there is nothing
        if listed.height and gone.height > MOST_GONE_AT_ONCE and 2 * gone.height > standing.height:
            words = f"lists {standing.height - gone.height} of the {standing.height} rows listed before: it looks cut short"
            return listed.clear(), [Fault(place, _row_number(today), None, None, f"{words}, so none is taken as gone")]
        versions = gone.with_columns(
            not_listed_since=pl.lit(today),
            known_on=pl.lit(today),
            source_file=pl.lit(place),
            retrieved_at=pl.lit(now, self.dataset.polars_schema["retrieved_at"]),
        ).select(list(self.dataset.polars_schema))
        return versions, []

    def _append(self, news: pl.DataFrame, today: date) -> None:
        if not news.height:
            return
        self.files.add(news, today)
        self.new_days |= set(news[self.own_date].drop_nulls()) if self.own_date else {today}

    def _quarantine(self, faults: list[Fault], now: datetime) -> None:
        """Adds the faults that are not in quarantine yet: an overlap brings the same bad row again."""
        self.new_faults += faults
        if not faults:
            return
        folder = self.folders.quarantine / self.dataset.name
        frame = pl.DataFrame(
            [(self.dataset.name, f.file, f.row, f.column, f.value, f.reason, now) for f in faults],
            schema=QUARANTINE_SCHEMA,
            orient="row",
        )
        key = ["file", "row", "column", "value", "reason"]
        known = sorted(folder.glob("*.parquet")) if folder.is_dir() else []
        if known:
            frame = frame.join(pl.read_parquet(known), on=key, how="anti", nulls_equal=True)
        if frame.height:
            path = folder / f"{now.date()}.parquet"
            before = [pl.read_parquet(path)] if path.exists() else []
            write_parquet(pl.concat([*before, frame]), path)


def _safe(frame: pl.DataFrame, place: str) -> tuple[pl.DataFrame, list[Fault]]:
    """The rows without a text that is a danger where it is shown, and a fault for each such text."""
    faults: list[Fault] = []
    is_bad = pl.lit(False)
    for column in [name for name, kind in frame.schema.items() if kind == pl.String]:
        reasons = {text: reason for text in set(frame[column].to_list()) if text and (reason := unsafe(text))}
        if reasons:
            rows = frame.filter(pl.col(column).is_in(list(reasons)))
            faults += [
                Fault(place, number, column, text[:60], reasons[text])
                for number, text in rows.select("source_row", column).iter_rows()
            ]
            is_bad |= pl.col(column).is_in(list(reasons)).fill_null(False)
    # equal rows have one fault
    return frame.filter(~is_bad) if faults else frame, list(dict.fromkeys(faults))


def _row_number(day: date) -> int:
    """A source's rows have no line numbers: a row is found by its day, 20260630 (of retrieval, where it has none)."""
    return day.year * 10_000 + day.month * 100 + day.day
