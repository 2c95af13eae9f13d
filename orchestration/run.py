"""One refresh: its settings, its instant, its as-of day and its options, made once and handed down.

Assets, sensors and models are given what they need of it. Nothing below reads a clock, the environment or the settings for
itself, so that all that a refresh says of "now" is one instant: a refresh that runs across midnight is of the day on which
it started.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

from ingestion.dataset import Folders
from ingestion.files.merge import finish_merge
from ingestion.files.replace import sweep_temporary
from ingestion.landing.land import LandingRun
from ingestion.live.http import HttpClient
from ingestion.live.source import Live
from orchestration.releases.lock import RefreshBusy, refresh_lock
from orchestration.releases.release import Release, current_if_readable, release_id_of
from orchestration.settings import Settings

#: Where the models are built: in this process, or on Spark, for data that one machine does not hold (docs/scale.md).
Engine = Literal["duckdb", "spark"]


def engine_named(name: str) -> Engine:
    """The engine of this name; raises ValueError if there is none."""
    for engine in get_args(Engine):
        if engine == name:
            return engine
    raise ValueError(f"engine {name!r}: say one of {', '.join(get_args(Engine))}")


def folders_of(settings: Settings) -> Folders:
    """Where ingestion finds the facts and puts the landed data."""
    return Folders(committed=settings.committed_dir, data=settings.data_dir)


@dataclass(frozen=True, kw_only=True)
class RefreshRun:
    """What one refresh is: handed to each of its steps, and never changed.

    `started_at` is the instant of the refresh, an aware time in UTC: what it retrieves, rejects and publishes is of this
    instant. `as_of` is the day whose knowledge the warehouse holds. `live` says whether the live sources are asked, `full`
    whether the models are built from nothing, `allow_quarantine` whether a release may leave out rejected rows, `engine` where
    the models run.
    Raises ValueError if `started_at` is not in UTC.
    """

    settings: Settings
    started_at: datetime
    as_of: date
    live: bool = False
    full: bool = False
    allow_quarantine: bool = False
    engine: Engine = "duckdb"

    def __post_init__(self) -> None:
        if self.started_at.tzinfo is not UTC:
            raise ValueError(f"a refresh starts at an instant in UTC, not at {self.started_at!r}")

    @property
    def is_as_of_its_own_day(self) -> bool:
        """True unless the refresh is as of an earlier day than the one on which it started."""
        return self.as_of == self.started_at.date()

    @property
    def release_id(self) -> str:
        """The id of the release that this refresh makes."""
        return release_id_of(self.started_at)

    @cached_property
    def folders(self) -> Folders:
        """Where ingestion finds the facts and puts the landed data."""
        return folders_of(self.settings)

    @cached_property
    def landing_run(self) -> LandingRun:
        """What the landings of this refresh share, so that each source file is read and parsed once."""
        return LandingRun(self.folders, self.started_at, full=self.full)

    @property
    def context_path(self) -> Path:
        """The file that tells the models of the refresh (`dim_release`): one row, release_id, as_of, created_at."""
        return self.settings.build_dir / "refresh.parquet"

    @cached_property
    def last_release(self) -> Release | None:
        """The release that is current until this refresh publishes; None before the first one.

        Looked for once: nobody publishes, rolls back or prunes while a refresh holds the lock. Whatever a client did to its
        file, the refresh goes on: it reads the manifest and the Parquet files.
        """
        return current_if_readable(self.settings.data_dir)

    @contextmanager
    def live_sources(self, *, asked: bool = False) -> Generator[Live | None]:
        """The live sources as of `started_at`, if this refresh asks them or `asked` says so; else None."""
        if not (self.live or asked):
            yield None
            return
        settings = self.settings
        with HttpClient(timeout_seconds=settings.http_timeout_seconds, attempts=settings.http_attempts) as client:
            yield Live(client, settings.addresses, self.started_at, settings.keys)


@contextmanager
def start_run(
    settings: Settings,
    *,
    live: bool = False,
    as_of: date | None = None,
    full: bool = False,
    allow_quarantine: bool = False,
    engine: Engine = "duckdb",
    waiting: Callable[[RefreshBusy], object] | None = None,
) -> Generator[RefreshRun]:
    """Starts the one refresh of a data folder: takes its lock, removes what a killed one left half written, reads the clock.

    Without `as_of` the refresh is as of the day on which it starts. If another refresh runs, raises RefreshBusy, or, with
    `waiting`, calls that and waits for it. Raises OSError if the data folder can't be written.
    """
    with refresh_lock(settings.data_dir, waiting):
        build_dir = settings.build_dir
        for folder in settings.landed_dir.glob("*/"):
            finish_merge(folder)
        for folder in (settings.landed_dir, settings.quarantine_dir, build_dir / "feeds", build_dir / "dbt"):
            sweep_temporary(folder)
        # read once, and only when the lock is held: of two refreshes, the one that runs later has the later instant
        started_at = datetime.now(UTC)
        yield RefreshRun(
            settings=settings,
            started_at=started_at,
            as_of=as_of or started_at.date(),
            live=live,
            full=full,
            allow_quarantine=allow_quarantine,
            engine=engine,
        )
