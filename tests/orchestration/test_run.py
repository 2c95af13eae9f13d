"""One run, handed in: a refresh reads settings and clock once, works where it is told to, and is of one day."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from orchestration.defs import dbt_runner
from orchestration.defs.build_record import REFRESH, source_states
from orchestration.defs.definitions import build_definitions
from orchestration.defs.run_refresh import run_refresh
from orchestration.releases import object_store
from orchestration.releases import release as releases
from orchestration.run import RefreshRun, start_run
from orchestration.settings import Settings
from tests.clock import set_clock
from tests.standins.market import Market
from tests.standins.server import StandIns

pytestmark = pytest.mark.usefixtures("parsed_project")

CONTEXT, DOCUMENTS, RATES = (
    dg.AssetKey(["build", "refresh"]),
    *(dg.AssetKey(["landed", n]) for n in ("documents", "ecb_fx_rates")),
)
EVENING = datetime(2026, 11, 24, 23, 59, 58, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 11, 25, 0, 0, 2, tzinfo=UTC)


def counting(monkeypatch: pytest.MonkeyPatch, counted: Counter[str], name: str, function: Callable[..., Any]) -> None:
    """Counts the calls of a function, under whatever name the project's modules have imported it."""

    def call(*arguments: Any, **named: Any) -> Any:
        counted[name] += 1
        return function(*arguments, **named)

    for module_name, module in list(sys.modules.items()):
        if module_name.startswith("orchestration."):
            for alias, value in list(vars(module).items()):
                if value is function:
                    monkeypatch.setattr(module, alias, call)


def materialize(definitions: dg.Definitions, *keys: dg.AssetKey, options: dict[str, Any]) -> None:
    """Runs some of the assets in this process."""
    job = definitions.resolve_implicit_global_asset_job_def()
    with dg.DagsterInstance.ephemeral() as instance:
        assert job.execute_in_process(options, instance=instance, asset_selection=list(keys)).success


def test_one_refresh_reads_the_settings_the_clock_the_project_and_the_last_release_once(
    released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FREEFLOAT_DATA_DIR", str(released))
    monkeypatch.setenv("FREEFLOAT_PUBLISH_URL", f"file://{released}/shared")
    environment = dict(os.environ)
    counted: Counter[str] = Counter()
    make = Settings.__init__

    def count_settings(self: Settings, **values: Any) -> None:
        counted["settings"] += 1
        make(self, **values)

    def count_clock(module: str) -> datetime:
        counted[f"clock of {module}"] += 1
        return datetime.now(UTC)

    monkeypatch.setattr(Settings, "__init__", count_settings)
    counting(monkeypatch, counted, "releases opened", releases.current)
    counting(monkeypatch, counted, "digests of the dbt project", dbt_runner._digest)
    set_clock(monkeypatch, count_clock)
    assert run_refresh(live=False, as_of=None, full=False, allow_quarantine=False) == 0
    assert counted == {
        "settings": 1,
        "releases opened": 1,
        "digests of the dbt project": 1,
        "clock of orchestration.run": 1,
        # when something was written on the disk
        "clock of orchestration.releases.lock": 1,
        "clock of orchestration.releases.log": 1,
        "clock of orchestration.releases.object_store": 1,
    }
    assert dict(os.environ) == environment
    # the release is uploaded as well
    uploaded = json.loads((released / "shared" / object_store.CURRENT).read_bytes())
    assert uploaded["release_id"] == max(path.name for path in (released / "releases").glob("*/"))
    assert (released / "shared" / uploaded["manifest"]).exists()


def test_the_assets_work_where_the_settings_that_were_given_say_whatever_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setenv("FREEFLOAT_DATA_DIR", str(elsewhere))
    given = Settings(data_dir=tmp_path / "given")
    materialize(build_definitions(given), CONTEXT, DOCUMENTS, options={})
    assert (given.landed_dir / "documents" / "documents.parquet").exists()
    assert (given.build_dir / "refresh.parquet").exists()
    assert not elsewhere.exists()


def test_a_run_that_is_handed_in_is_the_one_of_every_step(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    run = RefreshRun(settings=settings, started_at=EVENING, as_of=date(2026, 4, 20))
    materialize(build_definitions(settings, {"refresh": run}), CONTEXT, options={})
    told = pl.read_parquet(run.context_path).rows()
    assert told == [("20261124T235958000Z", date(2026, 4, 20), EVENING)]
    with pytest.raises(ValueError, match="an instant in UTC"):
        RefreshRun(settings=settings, started_at=EVENING.replace(tzinfo=None), as_of=EVENING.date())


def test_a_refresh_across_midnight_is_of_the_day_on_which_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    market = Market()
    with StandIns(market) as stand_ins:
        for name, value in (stand_ins.environment | {"FREEFLOAT_DATA_DIR": str(tmp_path)}).items():
            monkeypatch.setenv(name, value)
        settings = Settings()
        definitions = build_definitions(settings)
        context = settings.build_dir / "refresh.parquet"
        # the day turns once the models have been told theirs
        set_clock(monkeypatch, lambda _: AFTER_MIDNIGHT if context.exists() else EVENING)
        materialize(definitions, CONTEXT, DOCUMENTS, RATES, options={"resources": {"refresh": {"config": {"live": True}}}})
    told = pl.read_parquet(context)
    rates = pl.read_parquet(sorted((settings.landed_dir / "ecb_fx_rates").glob("*.parquet")))
    assert rates.height > 0
    assert told["as_of"].to_list() == [date(2026, 11, 24)]
    assert set(rates["retrieved_at"]) == set(told["created_at"]) == {EVENING}
    assert rates["known_on"].max() <= date(2026, 11, 24)  # ty: ignore[unsupported-operator]


def test_what_is_not_known_yet_is_built_anew_on_the_day_on_which_it_is(tmp_path: Path) -> None:
    project = dbt_runner.parse(Settings(data_dir=tmp_path))

    def write(name: str, known_on: date | None) -> None:
        days = [known_on] if known_on else []
        path = project.settings.landed_dir / name / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        retrieved = [datetime(2026, 11, 1, tzinfo=UTC)] * len(days)
        schema = {"known_on": pl.Date, "retrieved_at": pl.Datetime("us", "UTC")}
        pl.DataFrame({"known_on": days, "retrieved_at": retrieved}, schema=schema).write_parquet(path)

    def ground(day: int) -> str:
        started_at = datetime(2026, 11, day, 12, tzinfo=UTC)
        run = RefreshRun(settings=project.settings, started_at=started_at, as_of=started_at.date())
        states, _ = source_states(project.manifest, run, run.as_of, {})
        return states[REFRESH].ground

    write("yahoo_prices", None)
    write("prices", date(2026, 11, 23))
    # a price of a package, which no incremental model reads, can begin next year
    write("package_token_prices", date(2027, 1, 1))
    assert ground(24) == ground(25)
    # a bar that is known from tomorrow on: what is built today is not what tomorrow's build can go on from
    write("yahoo_prices", date(2026, 11, 25))
    assert ground(24) != ground(25) == ground(26)
    write("yahoo_prices", None)
    write("prices", date(2026, 11, 25))
    assert ground(24) != ground(25) == ground(26)


def test_a_merge_that_was_killed_is_finished_before_anything_reads(tmp_path: Path) -> None:
    folder = tmp_path / "landed" / "ecb_fx_rates"
    folder.mkdir(parents=True)
    for name in (".2026-10.parquet.merging", "2026-10-01.parquet", "2026-10-02.parquet"):
        (folder / name).touch()
    parts = ["2026-10-01.parquet", "2026-10-02.parquet"]
    record = {"whole": ".2026-10.parquet.merging", "target": "2026-10.parquet", "parts": parts}
    (folder / ".merge.json").write_text(json.dumps(record))
    with start_run(Settings(data_dir=tmp_path)):
        assert [path.name for path in folder.iterdir()] == ["2026-10.parquet"]
