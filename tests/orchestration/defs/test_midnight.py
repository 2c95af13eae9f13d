"""A live refresh across midnight (UTC), end to end: the next one takes up the bar that was restated meanwhile."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from orchestration.defs.definitions import build_definitions
from orchestration.settings import Settings
from tests.clock import set_clock
from tests.conftest import MARKET_PARENTS
from tests.standins.market import YAHOO, Market
from tests.standins.server import StandIns

RESTATED = ("1024.HK", date(2026, 11, 18))


def run(definitions: dg.Definitions, selection: list[dg.AssetKey] | None = None) -> bool:
    """A live refresh in this process, or some assets of one; whether it passed."""
    job = definitions.resolve_implicit_global_asset_job_def()
    config: Any = {
        "resources": {"refresh": {"config": {"live": True}}},
        "loggers": {"console": {"config": {"log_level": "ERROR"}}},
    }
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(config, instance=instance, asset_selection=selection, raise_on_error=False).success


@pytest.mark.usefixtures("parsed_models")
def test_a_bar_restated_across_midnight_is_in_the_next_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    market = Market(starts_on=date(2026, 9, 1))
    with StandIns(market) as stand_ins:
        for name, value in (stand_ins.environment | {"FREEFLOAT_DATA_DIR": str(tmp_path)}).items():
            monkeypatch.setenv(name, value)
        settings = Settings()
        definitions = build_definitions(settings)
        context = settings.build_dir / "refresh.parquet"
        present = datetime(2026, 11, 21, 12, tzinfo=UTC)
        set_clock(monkeypatch, lambda _: datetime(2026, 11, 24, 0, 0, 2, tzinfo=UTC) if context.exists() else present)
        prices = ("yahoo_prices", "yahoo_corporate_actions")
        assert run(definitions, [dg.AssetKey(["landed", name]) for name in (*MARKET_PARENTS, *prices)])

        # another session, and a correction of an earlier one; the day turns once the models have been told theirs
        market.upto = date(2026, 11, 23)
        market.restate(*RESTATED, close=market.bar(*RESTATED).high)
        present = datetime(2026, 11, 23, 23, 59, 58, tzinfo=UTC)
        assert run(definitions)

        present = datetime(2026, 11, 24, 12, tzinfo=UTC)
        context.unlink()
        set_clock(monkeypatch, lambda _: present)
        assert run(definitions)
    with duckdb.connect(str(settings.warehouse_path), read_only=True) as connection:
        found = connection.execute(
            f"select close from fct_turnover_daily where ticker = '{RESTATED[0]}' and trading_date = date '{RESTATED[1]}'"
        ).fetchall()
    assert found == [(float(market.bar(*RESTATED, YAHOO).close),)]
