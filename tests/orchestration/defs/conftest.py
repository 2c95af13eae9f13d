"""What the tests of live refreshes share: a release with the whole history of a made-up market, made once for all workers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from orchestration.releases.lock import refresh_lock
from tests.conftest import Refreshed, begin_with_a_build, shared_folder
from tests.standins.market import Market
from tests.standins.server import StandIns
from tests.standins.sources.openrouter import OPENROUTER_KEY

FRIDAY = date(2026, 11, 20)


def market_of_friday() -> Market:
    """The market that the live sources of the shared release told of: from each listing to Friday 20 November 2026."""
    return Market(full_history=True, upto=FRIDAY)


@pytest.fixture(scope="session")
def live_release(offline_release: Path, tmp_path_factory: pytest.TempPathFactory, refresh_in: Callable[..., Refreshed]) -> Path:
    """A data folder with a first live refresh of `market_of_friday`. Tests copy it; all workers share it."""
    data_dir = shared_folder(tmp_path_factory) / "live"
    with refresh_lock(data_dir.with_name("live-lock"), lambda busy: None):
        if not (data_dir / "warehouse.duckdb").exists():
            data_dir.mkdir()
            begin_with_a_build(offline_release, data_dir)
            with StandIns(market_of_friday()) as stand_ins:
                done = refresh_in(data_dir, live=True, environment=stand_ins.environment)
            assert done.returncode == 0, done.stderr
            assert "stale" not in done.stdout, done.stdout
            assert OPENROUTER_KEY not in done.stdout + done.stderr
    return data_dir
