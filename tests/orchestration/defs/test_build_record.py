"""What tells a build that rows were only added to a source: none that models which look at newer rows alone would miss."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from orchestration.defs.build_record import Grown, State, source_states
from orchestration.run import RefreshRun
from orchestration.settings import Settings

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
FEEDS = ("yahoo_prices", "eastmoney_prices")


class Sources:
    """Landed files of two feeds, and what a build that reads them finds."""

    def __init__(self, data_dir: Path) -> None:
        self.settings = Settings(data_dir=data_dir)
        self.before: dict[str, Grown] = {}
        for name in FEEDS:
            self.land(name, NOON - timedelta(days=1))

    def land(self, name: str, retrieved_at: datetime) -> None:
        """A file with one row more."""
        folder = self.settings.landed_dir / name
        folder.mkdir(parents=True, exist_ok=True)
        row = pl.DataFrame({"retrieved_at": [retrieved_at], "known_on": [retrieved_at.date()]})
        row.write_parquet(folder / f"{len(list(folder.iterdir()))}.parquet")

    def build(self) -> dict[str, State]:
        """The states of both, by the names of the feeds."""
        manifest = {"sources": {name: {"name": name} for name in FEEDS}, "nodes": {}, "parent_map": {}}
        run = RefreshRun(settings=self.settings, started_at=NOON, as_of=NOON.date())
        states, self.before = source_states(manifest, run, NOON.date(), self.before)
        return states


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    return Sources(tmp_path)


def test_newer_rows_stand_on_the_ground_of_those_of_before(sources: Sources) -> None:
    first = sources.build()
    sources.land("yahoo_prices", NOON)
    second = sources.build()
    sources.land("eastmoney_prices", NOON + timedelta(seconds=1))
    third = sources.build()
    assert {name: state.ground for name, state in first.items()} == {name: state.ground for name, state in third.items()}
    assert first["yahoo_prices"].content != second["yahoo_prices"].content == third["yahoo_prices"].content


def test_a_row_that_is_older_than_what_another_feed_has_is_on_new_ground(sources: Sources) -> None:
    sources.land("yahoo_prices", NOON)
    first = sources.build()
    # newer than all of its own feed; the clock went back
    sources.land("eastmoney_prices", NOON - timedelta(minutes=10))
    second = sources.build()
    assert first["yahoo_prices"] == second["yahoo_prices"]
    assert first["eastmoney_prices"].ground != second["eastmoney_prices"].ground
    assert second == sources.build()


def test_a_row_that_is_gone_or_as_old_as_the_newest_is_on_new_ground(sources: Sources) -> None:
    first = sources.build()
    sources.land("yahoo_prices", NOON - timedelta(days=1))
    second = sources.build()
    (sources.settings.landed_dir / "eastmoney_prices" / "0.parquet").unlink()
    sources.land("eastmoney_prices", NOON)
    third = sources.build()
    grounds = [{name: states[name].ground for name in FEEDS} for states in (first, second, third)]
    assert grounds[0]["yahoo_prices"] != grounds[1]["yahoo_prices"] == grounds[2]["yahoo_prices"]
    assert grounds[0]["eastmoney_prices"] == grounds[1]["eastmoney_prices"] != grounds[2]["eastmoney_prices"]
