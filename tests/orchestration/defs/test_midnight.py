"""A live refresh across midnight (UTC), end to end: the next one takes up the bar that was restated meanwhile."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from orchestration.defs.definitions import build_definitions
from orchestration.releases.release import current
from orchestration.settings import Settings
from tests.clock import set_clock
from tests.orchestration.defs.conftest import market_of_friday
from tests.standins.market import YAHOO
from tests.standins.server import StandIns

RESTATED = ("1024.HK", date(2026, 11, 18))


def run(definitions: dg.Definitions) -> bool:
    """A live refresh in this process; whether it passed."""
    job = definitions.resolve_implicit_global_asset_job_def()
    config: Any = {
        "resources": {"refresh": {"config": {"live": True}}},
        "loggers": {"console": {"config": {"log_level": "ERROR"}}},
    }
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(config, instance=instance, raise_on_error=False).success


def test_a_bar_restated_across_midnight_is_in_the_next_release(
    live_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(live_release, tmp_path, dirs_exist_ok=True)
    release = current(tmp_path)
    assert release and release.as_of
    day, next_day = release.as_of, release.as_of + timedelta(days=1)
    market = market_of_friday()
    with StandIns(market) as stand_ins:
        for name, value in (stand_ins.environment | {"FREEFLOAT_DATA_DIR": str(tmp_path)}).items():
            monkeypatch.setenv(name, value)
        settings = Settings()
        definitions = build_definitions(settings)

        # another session, and a correction of an earlier one; the day turns once the models have been told theirs
        market.upto = date(2026, 11, 23)
        market.restate(*RESTATED, close=market.bar(*RESTATED).high)
        context = settings.build_dir / "refresh.parquet"
        context.unlink()
        before, after = datetime.combine(day, time(23, 59, 58), UTC), datetime.combine(next_day, time(0, 0, 2), UTC)
        set_clock(monkeypatch, lambda _: after if context.exists() else before)
        assert run(definitions)
        across = current(tmp_path)
        assert across and across.as_of == day and across.release_id > release.release_id

        set_clock(monkeypatch, lambda _: datetime.combine(next_day, time(12), UTC))
        assert run(definitions)
        last = current(tmp_path)
        assert last and last.as_of == next_day
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        found = connection.execute(
            f"select close from fct_turnover_daily where ticker = '{RESTATED[0]}' and trading_date = date '{RESTATED[1]}'"
        ).fetchall()
    assert found == [(float(market.bar(*RESTATED, YAHOO).close),)]
