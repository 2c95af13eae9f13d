"""Asking the live sources: for each, what is missing, what it answers, and landing what is new.

A source's rows are only ever added: `landed/<dataset>/<UTC day>.parquet` holds what was new on that day, whole after
every answer, so that an interrupted backfill goes on where it stopped. What a source has been asked for, and since when
it fails, is kept in `build/feeds/<source>.json`; without that file everything is asked again, and nothing lands twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from ingestion.cell_text import unsafe
from ingestion.dataset import Dataset, Folders, all_datasets
from ingestion.datasets.trading_days import CALENDAR_STARTS_ON
from ingestion.feeds.answer import BadBar, OddAnswer
from ingestion.files import replace_file
from ingestion.http_client import HttpClient, SourceFailed
from ingestion.landing import QUARANTINE_SCHEMA, Fault, Landing, enforce, write_parquet

#: Nothing is asked for before the first day of the calendars.
FIRST_DAY = date.fromisoformat(CALENDAR_STARTS_ON)
#: Sessions before the last landed one that are asked for again: sources restate their newest bars.
OVERLAP_SESSIONS = 5
#: The file that gives a dataset its columns before anything has landed.
EMPTY_FILE = "0000.parquet"


@dataclass(frozen=True)
class Live:
    """The live sources of one refresh: how to reach them, the instant at which it asks (UTC), and the keys that there are."""

    client: HttpClient
    addresses: Mapping[str, str]  # source -> base address
    now: datetime
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)  # source -> key; shown and stored nowhere


@dataclass(frozen=True)
class Subject:
    """What one question is about: an instrument (of an exchange in its time zone), or the whole source."""

    name: str
    exchange_mic: str = ""
    currency: str = ""
    time_zone: str = "UTC"
    kind: str = ""
    listed_from: date | None = None
    final_on: date = date.max  # the last day whose bar is final


@dataclass(frozen=True)
class Window:
    """The days asked for, both included, and the sessions from the first of them to today.

    For a source that is not asked from a day on, `first_on` is the last day that is landed, else the first of all.
    """

    first_on: date
    last_on: date
    today: date
    sessions: int


@dataclass
class Answered:
    """The rows of an answer a dataset, in its landed columns but for the lineage, and those that could not be read.

    A row may say itself, as `known_on`, since when it is known; else the dataset's `known_on_column` does.
    """

    rows: dict[str, list[dict[str, Any]]]
    bad_rows: dict[str, list[BadBar]] = field(default_factory=dict)


@dataclass(frozen=True)
class Feed:
    """One live source: its datasets, the subjects it can be asked about, and how one is asked.

    `ask` raises SourceFailed or OddAnswer. `is_daily` sources are asked from a day on; others are always asked whole.
    """

    source: str
    datasets: tuple[str, ...]
    subjects: Callable[[Folders, datetime], list[Subject]]
    ask: Callable[[Live, str, Subject, Window], Answered]
    is_daily: bool = True


@dataclass(frozen=True)
class Stale:
    """A source, or one subject of it, whose last answer failed: what is landed of it is as of `since` (UTC, ISO)."""

    source: str
    since: str | None
    reason: str


@dataclass
class FeedLanding:
    """What became of a feed: a landing a dataset, the days of its new rows, and what is stale now.

    `is_unanswered` is true if subjects were asked about this time, and none of them was answered.
    """

    landings: dict[str, Landing]
    new_days: dict[str, set[date]]
    failed: list[Stale]
    is_unanswered: bool


def land_feed(feed: Feed, folders: Folders, live: Live | None, between: tuple[date, date] | None = None) -> FeedLanding:
    """Asks a feed for what is missing (or for the days `between`, both included) and lands what is new.

    Without `live` nothing is asked: what is landed stands. Never raises for what a source answers: a subject that fails
    keeps what is landed of it and is told in `failed`. Raises OSError if it can't write.
    """
    datasets = {name: all_datasets()[name] for name in feed.datasets}
    store = {name: _Store(dataset, folders) for name, dataset in datasets.items()}
    state = State(feed, folders)
    asked, answers = 0, 0
    if live:
        subjects = feed.subjects(folders, live.now)
        state.keep(subject.name for subject in subjects)
        sessions = _sessions(folders) if feed.is_daily else {}
        for subject in subjects:
            window = _window(feed, subject, store[feed.datasets[0]], state, sessions, live.now, between)
            if window is None:
                continue
            asked += 1
            try:
                answered = feed.ask(live, live.addresses[feed.source], subject, window)
            except (SourceFailed, OddAnswer) as error:
                state.failed(subject.name, error.reason, live.now)
                continue
            answers += 1
            # the first dataset says what is missing, so it is written last: what is killed half-way is asked for again
            for name in reversed(feed.datasets):
                rows = answered.rows.get(name, [])
                store[name].add(rows, answered.bad_rows.get(name, []), subject, feed.source, live.now)
            state.answered(subject.name, None if between else window, live.now)
    landings = {name: Landing(name, store[name].rows, store[name].new_faults) for name in datasets}
    return FeedLanding(landings, {name: store[name].new_days for name in datasets}, state.stale(), asked > 0 and answers == 0)


class _Store:
    """The landed rows of one feed dataset, and the file of the day to which new ones are added."""

    def __init__(self, dataset: Dataset, folders: Folders) -> None:
        self.dataset = dataset
        self.folders = folders
        self.folder = folders.landed / dataset.name
        self.own_date = dataset.known_on_column
        if not (self.folder / EMPTY_FILE).exists():
            write_parquet(pl.DataFrame(schema=dataset.polars_schema), self.folder / EMPTY_FILE)
        self.landed = pl.read_parquet(sorted(self.folder.glob("*.parquet")))
        self.new_faults: list[Fault] = []
        self.new_days: set[date] = set()

    @property
    def rows(self) -> int:
        return self.landed.height

    def last_day(self, subject: str) -> date | None:
        """The last day of which a row of the subject is landed."""
        if not self.own_date:
            return None
        frame = self.landed.filter(pl.col("ticker") == subject) if "ticker" in self.dataset.key else self.landed
        return max(frame[self.own_date].drop_nulls().to_list(), default=None)

    def add(
        self,
        rows: Sequence[dict[str, Any]],
        bad_rows: Sequence[BadBar],
        subject: Subject,
        source: str,
        now: datetime,
    ) -> None:
        """Lands the rows that are new or restated, and quarantines those that break the contract."""
        place = f"{source} {subject.name}"
        today = now.date()
        complete = []
        for row in rows:
            own_day = row.get("known_on") or row.get(self.own_date) or today
            complete.append(
                row
                | {
                    "document_id": source,
                    "table_ref": subject.name,
                    "known_on": min(own_day, today),
                    "source_file": place,
                    "source_row": _row_number(own_day),
                    "retrieved_at": now,
                }
            )
        frame = pl.DataFrame(complete, schema=self.dataset.polars_schema, orient="row").unique(maintain_order=True)
        found = [Fault(place, _row_number(bad.trading_date or date.min), bad.column, bad.value, bad.reason) for bad in bad_rows]
        frame, more = _safe(frame, place)
        found += more
        # none of several rows of one key can be chosen
        is_single = pl.struct(list(self.dataset.key)).is_unique()
        for row in frame.filter(~is_single).iter_rows(named=True):
            words = ", ".join(f"{name} {row[name]}" for name in self.dataset.key)
            found.append(Fault(place, row["source_row"], None, None, f"{words}: is given more than once with different values"))
        frame = self._news(frame.filter(is_single), today)
        if frame.height:
            if self.dataset.check:
                wrong = self.dataset.check(self.folders, frame)
                numbers = frame["source_row"]
                found += [Fault(place, numbers[fault.index], fault.column, fault.value, fault.reason) for fault in wrong]
                frame = frame[sorted(set(range(frame.height)) - {fault.index for fault in wrong})]
            frame, more = enforce(self.dataset.contract, frame, [(place, number) for number in frame["source_row"]])
            found += more
        self._quarantine(found, now)
        self._append(frame, today)

    def _news(self, frame: pl.DataFrame, today: date) -> pl.DataFrame:
        """The rows that are not landed as they are; one that restates a landed row is known only from today."""
        key = list(self.dataset.key)
        ignored = {*key, *self.dataset.unversioned}
        values = [name for column in self.dataset.columns for name in column.landed() if name not in ignored]
        latest = (
            self.landed.sort("known_on", "retrieved_at")
            .group_by(key)
            .last()
            .select(*key, *values, pl.lit(True).alias("is_landed"))
        )
        joined = frame.join(latest, on=key, how="left", suffix="_landed", maintain_order="left")
        is_same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_landed")) for name in values)
        is_landed = pl.col("is_landed").fill_null(False)
        return (
            joined.filter(~(is_landed & is_same))
            .with_columns(pl.when(is_landed).then(pl.lit(today)).otherwise(pl.col("known_on")).alias("known_on"))
            .select(list(self.dataset.polars_schema))
        )

    def _append(self, news: pl.DataFrame, today: date) -> None:
        if not news.height:
            return
        path = self.folder / f"{today}.parquet"
        before = [pl.read_parquet(path)] if path.exists() else []
        write_parquet(pl.concat([*before, news]), path)
        self.landed = pl.concat([self.landed, news])
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
    for column in frame.select(pl.col(pl.String)).columns:
        reasons = {text: reason for text in frame[column].unique() if text and (reason := unsafe(text))}
        if reasons:
            rows = frame.filter(pl.col(column).is_in(list(reasons)))
            faults += [
                Fault(place, number, column, text[:60], reasons[text])
                for number, text in rows.select("source_row", column).iter_rows()
            ]
            is_bad |= pl.col(column).is_in(list(reasons)).fill_null(False)
    return frame.filter(~is_bad), faults


def _row_number(day: date) -> int:
    """A source's rows have no line numbers: a row is found by its day, 20260630 (of retrieval, where it has none)."""
    return day.year * 10_000 + day.month * 100 + day.day


class State:
    """What a feed has been asked for and since when it fails, a subject each; written after every answer."""

    def __init__(self, feed: Feed, folders: Folders) -> None:
        self.feed = feed
        self.path = folders.data / "build" / "feeds" / f"{feed.source}.json"
        try:
            self.subjects: dict[str, dict[str, Any]] = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self.subjects = {}

    def asked(self, subject: str) -> tuple[date, date] | None:
        """The first and last of the days that the subject has been asked about without a gap; None if never."""
        record = self.subjects.get(subject, {})
        if "asked_from_on" not in record or "asked_to_on" not in record:
            return None
        return date.fromisoformat(record["asked_from_on"]), date.fromisoformat(record["asked_to_on"])

    def keep(self, names: Iterable[str]) -> None:
        """Forgets subjects that are not asked about any more."""
        kept = set(names)
        self.subjects = {name: record for name, record in self.subjects.items() if name in kept}

    def answered(self, subject: str, window: Window | None, now: datetime) -> None:
        """Records an answer; days asked for on demand (no window) may leave a gap, so they don't count as asked."""
        record = {name: value for name, value in self.subjects.get(subject, {}).items() if name.startswith("asked_")}
        if window:
            before = self.asked(subject)
            first_on = min(window.first_on, before[0]) if before else window.first_on
            record = {"asked_from_on": str(first_on), "asked_to_on": str(window.last_on)}
        self.subjects[subject] = record | {"answered_at": _iso(now)}
        self._write()

    def failed(self, subject: str, reason: str, now: datetime) -> None:
        self.subjects[subject] = self.subjects.get(subject, {}) | {"failed_at": _iso(now), "reason": reason}
        self._write()

    def _write(self) -> None:
        text = json.dumps(self.subjects, indent=2, ensure_ascii=False)
        replace_file(self.path, lambda temporary: temporary.write_text(text, encoding="utf-8"))

    def stale(self) -> list[Stale]:
        """The subjects whose last answer failed; the source as a whole where all of them did."""
        failing = {name: record for name, record in self.subjects.items() if record.get("reason")}
        if len(failing) > 1 and len(failing) == len(self.subjects):
            since = [record["answered_at"] for record in failing.values() if record.get("answered_at")]
            reasons = list(dict.fromkeys(record["reason"] for record in failing.values()))
            more = f" (and {len(reasons) - 1} other reasons)" if len(reasons) > 2 else ""
            return [Stale(self.feed.source, max(since, default=None), reasons[0] + more)]
        return [
            Stale(f"{self.feed.source} {name}", record.get("answered_at"), record["reason"]) for name, record in failing.items()
        ]


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _sessions(folders: Folders) -> dict[str, list[date]]:
    """The sessions of each exchange, in order."""
    days = pl.read_parquet(folders.landed / "trading_days" / "trading_days.parquet").sort("trading_date")
    return {str(mic): frame["trading_date"].to_list() for (mic,), frame in days.group_by("exchange_mic")}


def _window(
    feed: Feed,
    subject: Subject,
    store: _Store,
    state: State,
    sessions: dict[str, list[date]],
    now: datetime,
    between: tuple[date, date] | None,
) -> Window | None:
    """The days to ask for: those given, else from listing on the first time, then from a few sessions before the last.

    None if the days lie before the listing or after the last final bar.
    """
    if not feed.is_daily:
        return Window(store.last_day(subject.name) or FIRST_DAY, now.date(), now.date(), 0)
    today = now.astimezone(ZoneInfo(subject.time_zone)).date()
    days = sessions[subject.exchange_mic]
    opening = max(subject.listed_from or FIRST_DAY, FIRST_DAY)
    last_landed = store.last_day(subject.name)
    asked = state.asked(subject.name)
    if between:
        first_on, last_on = max(between[0], opening), min(between[1], subject.final_on)
    elif last_landed is None or asked is None or asked[0] > opening:
        first_on, last_on = opening, subject.final_on
    else:
        overlap = [day for day in days if day <= min(last_landed, asked[1])][-OVERLAP_SESSIONS:]
        first_on, last_on = max([opening, *overlap[:1]]), subject.final_on
    if first_on > last_on:
        return None
    return Window(first_on, last_on, today, sum(first_on <= day <= today for day in days))


def last_final_day(now: datetime, time_zone: str, bars_final_at: str) -> date:
    """The last local day whose bar, if it is a session, is final at `now`."""
    local = now.astimezone(ZoneInfo(time_zone))
    is_final = local.time() >= time.fromisoformat(bars_final_at)
    return local.date() if is_final else local.date() - timedelta(days=1)


def instruments(folders: Folders, now: datetime) -> list[Subject]:
    """Every landed instrument as a subject."""
    exchanges = pl.read_parquet(folders.landed / "exchanges" / "exchanges.parquet")
    frame = pl.read_parquet(folders.landed / "instruments" / "instruments.parquet").join(
        exchanges.select("exchange_mic", "time_zone", "bars_final_at"), on="exchange_mic", how="left"
    )
    return [
        Subject(
            name=row["ticker"],
            exchange_mic=row["exchange_mic"],
            currency=row["currency"],
            time_zone=row["time_zone"],
            kind=row["kind"],
            listed_from=row["listing_earliest_on"],
            final_on=last_final_day(now, row["time_zone"], row["bars_final_at"]),
        )
        for row in frame.sort("kind", "ticker").iter_rows(named=True)
    ]
