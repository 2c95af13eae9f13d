"""What a live source is to the one who asks it: subjects, windows of days, answers, and what is stale."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ingestion.dataset import Folders
from ingestion.datasets.trading_days import CALENDAR_STARTS_ON
from ingestion.landing import Landing
from ingestion.live.answer import BadBar
from ingestion.live.http import HttpClient

#: Nothing is asked for before the first day of the calendars.
FIRST_DAY = date.fromisoformat(CALENDAR_STARTS_ON)


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
