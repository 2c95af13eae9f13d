"""What one refresh knows of itself, and the lock that it holds: shared by all assets of a run."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
from pydantic import PrivateAttr

from ingestion.dataset import Folders
from ingestion.files.replace import sweep_temporary
from ingestion.landing import LandingRun
from ingestion.live.feed import Live
from ingestion.live.http import HttpClient
from orchestration.releases.lock import RefreshBusy, refresh_lock
from orchestration.settings import Settings


def folders(settings: Settings) -> Folders:
    """Where ingestion finds facts and lands data."""
    return Folders(committed=settings.committed_dir, data=settings.data_dir)


class Refresh(dg.ConfigurableResource):
    """The options of a refresh. Held by every asset, so that one run at a time works on a data folder."""

    live: bool = False
    as_of: str = ""
    allow_quarantine: bool = False
    full: bool = False
    #: Whether to wait for a refresh that runs, or to fail with a word about it.
    wait: bool = False

    @property
    def settings(self) -> Settings:
        return Settings()

    @property
    def as_of_date(self) -> date:
        """The day as of which the warehouse is built: as asked, else today (UTC)."""
        return date.fromisoformat(self.as_of) if self.as_of else datetime.now(UTC).date()

    @property
    def now(self) -> datetime:
        """The instant at which the live sources are asked, UTC."""
        return datetime.now(UTC)

    @property
    def folders(self) -> Folders:
        return folders(self.settings)

    _landing_run: LandingRun | None = PrivateAttr(default=None)

    @property
    def landing_run(self) -> LandingRun:
        """What the landings of this refresh share, so that each source is read once."""
        if self._landing_run is None:
            self._landing_run = LandingRun(self.folders, self.now)
        return self._landing_run

    @contextmanager
    def live_sources(self, *, asked: bool = False) -> Generator[Live | None]:
        """The live sources, if this refresh asks them or `asked` says so; else None."""
        if not (self.live or asked):
            yield None
            return
        settings = self.settings
        with HttpClient(timeout_seconds=settings.http_timeout_seconds, attempts=settings.http_attempts) as client:
            yield Live(client, settings.addresses, self.now, settings.keys)

    @property
    def context_path(self) -> Path:
        """One row, what the models know of the refresh (`dim_release`)."""
        return self.settings.build_dir / "refresh.parquet"

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Generator[Refresh]:
        def say(busy: RefreshBusy) -> None:
            if context.log:
                context.log.info(f"waiting for the refresh that runs, {busy.holder}")

        with refresh_lock(self.settings.data_dir, say if self.wait else None):
            build_dir = self.settings.build_dir
            for folder in (self.settings.landed_dir, self.settings.quarantine_dir, build_dir / "feeds", build_dir / "dbt"):
                sweep_temporary(folder)
            yield self
