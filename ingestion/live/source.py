"""What a live source is: its settings, its subjects, and how one is asked. Each is a module in `ingestion/sources/`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from ingestion.dataset import Folders
from ingestion.landing.land import Landing
from ingestion.live.answer import UnreadableRow
from ingestion.live.bodies import json_body
from ingestion.live.http import Answer, HttpClient

#: A source's document is named like its module, after this.
DOCUMENT_PREFIX = "feed_"


@dataclass(frozen=True)
class Connection:
    """One source as its module reaches it: what is asked for is a path under its base address, and messages name it."""

    client: HttpClient
    document_id: str
    address: str  # without a slash at its end
    key: str = field(default="", repr=False)  # shown and stored nowhere; empty if none is set

    def get(self, path: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """The whole answer to a path (and query) that begins with a slash. Raises SourceFailed."""
        return self.client.get(self.document_id, self.address + path, headers=headers)

    def get_json(self, path: str, *, headers: Mapping[str, str] | None = None) -> Any:
        """The answer's body as JSON, numbers exactly as printed. Raises SourceFailed, also if it is no JSON."""
        return json_body(self.get(path, headers=headers), self.document_id)


@dataclass(frozen=True)
class Live:
    """The live sources of one refresh: how to reach them, the instant at which it asks (UTC), and the keys that are set."""

    client: HttpClient
    addresses: Mapping[str, str]  # document of the source -> base address
    now: datetime
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)  # document of the source -> key

    def connection(self, source: LiveSource) -> Connection:
        """How to reach one of them."""
        document_id = source.document_id
        return Connection(self.client, document_id, self.addresses[document_id], self.keys.get(document_id, ""))


@dataclass(frozen=True)
class Subject:
    """What one question is about: an instrument (of an exchange in its time zone), or a part of the source."""

    name: str
    exchange_mic: str = ""
    currency: str = ""
    time_zone: str = "UTC"  # an IANA name; empty if its exchange's is not known
    kind: str = ""
    listed_from: date | None = None
    final_on: date = date.max  # the last day whose bar is final
    needs_key: bool = False  # is asked about only with the source's key


@dataclass(frozen=True)
class Window:
    """The days asked for, both included, and the number of sessions from the first of them to today.

    For a source that is not asked from a day on, `first_on` is the last day that is landed, else the first of all. `list_from`
    is the day from which on the answer is to list what the source lists whole: all that is landed of it, and `first_on`.
    """

    first_on: date
    last_on: date
    today: date
    sessions: int
    list_from: date | None = None


@dataclass
class Answered:
    """The rows of an answer by dataset, in its landed columns but for the lineage, and those that can't be read.

    A row may say itself, as `known_on`, since when it is known; else the dataset's `known_on_column` does.
    """

    rows: dict[str, list[dict[str, Any]]]
    unreadable: dict[str, list[UnreadableRow]] = field(default_factory=dict)


@dataclass(frozen=True)
class LiveSource:
    """One live source, named like its module.

    `address_setting` and `key_setting` are the environment variables of its base address and of its key. The first of
    `datasets` tells what is missing. `subjects` are what it can be asked about at an instant (UTC). `ask` raises
    SourceFailed, and UnexpectedAnswer for what can't be used. `is_daily` sources are asked from a day on, others whole. An
    answer with rows of a dataset in `listed_whole` lists all there are (of a ticker; from `Window.list_from` on): a landed row
    that is not among them is no longer listed, and lands so.
    """

    name: str
    address_setting: str
    default_address: str
    datasets: tuple[str, ...]
    subjects: Callable[[Folders, datetime], list[Subject]]
    ask: Callable[[Connection, Subject, Window], Answered]
    key_setting: str = ""
    is_daily: bool = True
    listed_whole: tuple[str, ...] = ()

    @property
    def document_id(self) -> str:
        """Its document, which its rows name: `data/documents/feed_<name>.yml`."""
        return DOCUMENT_PREFIX + self.name


@dataclass(frozen=True)
class Stale:
    """A source, or one subject of it, whose last answer failed: what is landed of it is as of `since` (UTC, ISO)."""

    source: str
    since: str | None
    reason: str


@dataclass(frozen=True)
class NotConfigured:
    """A subject that is not asked about as long as `setting` is not set; nothing failed. `since` as of Stale."""

    source: str
    since: str | None
    setting: str


@dataclass
class SourceLanding:
    """What became of a source: a landing per dataset, the days of its new rows, and what is stale now.

    `is_unanswered` is true if subjects were to be asked about this time, and none of them was answered.
    """

    landings: dict[str, Landing]
    new_days: dict[str, set[date]]
    failed: list[Stale]
    is_unanswered: bool


@cache
def all_sources() -> dict[str, LiveSource]:
    """Every live source by its name, found by its module in `ingestion/sources/` (which calls it SOURCE).

    Raises ValueError for one that is not named like its module.
    """
    package = importlib.import_module("ingestion.sources")
    found = {
        module.name: importlib.import_module(f"ingestion.sources.{module.name}").SOURCE
        for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name)
        if not module.name.startswith("_")  # what several sources share
    }
    for module, source in found.items():
        if source.name != module:
            raise ValueError(f"ingestion/sources/{module}.py: its source is named {source.name!r}")
    return found
