"""A build keeps what reads what it read before, builds what doesn't, and believes nothing that a failed or killed build left."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import yaml
from dbt.constants import PARTIAL_PARSE_FILE_NAME
from dbt.contracts.graph.manifest import Manifest

from ingestion.dataset import all_datasets
from orchestration.defs import dbt_build, dbt_runner
from orchestration.defs.build_record import Record
from orchestration.defs.dbt_build import Outcome
from orchestration.defs.dbt_runner import DbtError
from orchestration.run import RefreshRun
from orchestration.settings import Settings

#: dbt parses and builds this small project some forty times, which takes as long as a full build
pytestmark = pytest.mark.full_build

WHOLE_PROJECT = dbt_runner.PROJECT_DIR
#: A project of five models and a test, by the names of their files.
MODELS = {
    "models/int_release.sql": "select as_of from {{ source('build', 'refresh') }}",
    "models/stg_fact.sql": "{{ config(materialized='ephemeral') }} select number from {{ source('landed', 'facts') }}",
    "models/int_even.sql": "select number from {{ ref('stg_fact') }} where number % 2 = 0 order by number",
    "models/fct_sum.sql": "select sum({{ doubled('number') }})::bigint as doubled from {{ ref('int_even') }}",
    "models/fct_day.sql": "select as_of as day_on from {{ ref('int_release') }}",
    "models/dim_release.sql": "{{ config(meta={'is_of_each_refresh': true}) }} select * from {{ source('build', 'refresh') }}",
    "tests/assert_small.sql": "select * from {{ ref('fct_sum') }} where doubled > {{ var('most', 100) }}",
    "macros/doubled.sql": "{% macro doubled(number) %} 2 * {{ number }} {% endmacro %}",
}
EVERY = {"int_release", "int_even", "fct_sum", "fct_day", "dim_release", "assert_small"}
HEAD = {
    "name": "freefloat",
    "config-version": 2,
    "profile": "freefloat",
    "flags": {"send_anonymous_usage_stats": False},
    "models": {"+materialized": "table"},
}
SOURCES = [
    {"name": "build", "config": {"external_location": "build/{name}.parquet"}, "tables": [{"name": "refresh"}]},
    {"name": "landed", "config": {"external_location": "landed/{name}/*.parquet"}, "tables": [{"name": "facts"}]},
]


class Builds:
    """A small dbt project and a data folder, built again and again: each build says what it built and what it kept."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.project, self.settings, self.refreshes = folder / "dbt_project", Settings(data_dir=folder / "data"), 0
        (self.project / "macros").mkdir(parents=True)
        shutil.copy(dbt_runner.PROJECT_DIR / "macros" / "materializations.sql", self.project / "macros")
        shutil.copy(dbt_runner.PROJECT_DIR / "profiles.yml", self.project)
        self.write("dbt_project.yml", json.dumps(HEAD))
        self.write("models/sources.yml", json.dumps({"version": 2, "sources": SOURCES}))
        for name, text in MODELS.items():
            self.write(name, text)
        monkeypatch.setattr(dbt_runner, "PROJECT_DIR", self.project)
        self.land(1, 2, 4)

    def write(self, name: str, text: str) -> None:
        (self.project / name).parent.mkdir(parents=True, exist_ok=True)
        (self.project / name).write_text(text)

    def land(self, *numbers: int) -> None:
        path = self.settings.landed_dir / "facts" / "facts.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pl.DataFrame({"number": numbers}, schema={"number": pl.Int64}).write_parquet(path)

    def outcome(self, *, day: int = 20, full: bool = False) -> Outcome:
        self.refreshes += 1
        started_at = datetime(2026, 4, day, 12, self.refreshes, tzinfo=UTC)
        run = RefreshRun(settings=self.settings, started_at=started_at, as_of=started_at.date(), full=full)
        told = {"release_id": [run.release_id], "as_of": [run.as_of], "created_at": [started_at]}
        run.context_path.parent.mkdir(parents=True, exist_ok=True)
        pl.DataFrame(told).write_parquet(run.context_path)
        return dbt_build.build(dbt_runner.parse(self.settings), run, lambda event: None, as_of=run.as_of)

    def built(self, **options: Any) -> set[str]:
        """Builds; returns what was built. What is not is kept."""
        outcome = self.outcome(**options)
        names = [{name.split(".")[2] for name in some} for some in (outcome.built, outcome.kept)]
        assert outcome.failed == [] and names[0] | names[1] == EVERY and not names[0] & names[1]
        return names[0]

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.build_dir / "build.duckdb"), read_only=True) as connection:
            return connection.execute(f"from {table}").fetchall()


@pytest.fixture
def builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Builds:
    return Builds(tmp_path, monkeypatch)


def test_what_is_built_is_what_depends_on_what_changed(builds: Builds) -> None:
    assert builds.built() == EVERY
    assert builds.rows("main.fct_sum") == [(12,)]
    # nothing changed: only what each refresh builds
    assert builds.built() == {"dim_release"}
    # a row that a model leaves out: the model comes out the same, so nothing after it is built
    builds.land(1, 2, 3, 4)
    assert builds.built() == {"dim_release", "int_even"}
    # a row that counts, with the test of what counts it
    builds.land(1, 2, 3, 4, 6)
    assert builds.built() == {"dim_release", "int_even", "fct_sum", "assert_small"}
    assert builds.rows("main.fct_sum") == [(24,)]
    # a row that is taken back
    builds.land(1, 2, 3, 4)
    assert builds.built() == {"dim_release", "int_even", "fct_sum", "assert_small"}
    assert builds.rows("main.fct_sum") == [(12,)]
    # the next day, and the day before it again: a test on what states the day is asked again, too
    assert builds.built(day=21) == {"dim_release", "int_release", "fct_day"}
    assert builds.rows("main.fct_day") == [(date(2026, 4, 21),)]
    assert builds.built(day=20) == {"dim_release", "int_release", "fct_day"}
    # the release is always that of the refresh
    assert len({*builds.rows("main.dim_release")}) == 1
    assert builds.built(full=True) == EVERY
    assert builds.built() == {"dim_release"}


def test_what_changed_is_built_too_where_dbt_has_to_parse_again(builds: Builds, monkeypatch: pytest.MonkeyPatch) -> None:
    assert builds.built() == EVERY
    monkeypatch.setattr(dbt_runner, "_parsed", {})
    (builds.settings.build_dir / "dbt" / PARTIAL_PARSE_FILE_NAME).write_bytes(b"cut short")
    builds.land(1, 2, 4, 6)
    assert builds.built() == {"dim_release", "int_even", "fct_sum", "assert_small"}


@pytest.mark.parametrize(
    ("name", "text", "total"),
    [
        ("models/int_even.sql", MODELS["models/int_even.sql"].replace("= 0", "= 1"), 2),
        ("macros/doubled.sql", "{% macro doubled(number) %} 3 * {{ number }} {% endmacro %}", 18),
        ("dbt_project.yml", json.dumps(HEAD | {"vars": {"most": 50}}), 12),
    ],
)
def test_a_change_of_the_project_builds_all(builds: Builds, name: str, text: str, total: int) -> None:
    assert builds.built() == EVERY
    builds.write(name, text)
    assert builds.built() == EVERY
    assert builds.rows("main.fct_sum") == [(total,)]
    assert builds.built() == {"dim_release"}


def test_another_column_that_is_landed_builds_all(builds: Builds, monkeypatch: pytest.MonkeyPatch) -> None:
    assert builds.built() == EVERY
    stages = all_datasets()["eastmoney_lift_stages"]
    monkeypatch.setitem(stages.__dict__, "polars_schema", stages.polars_schema | {"note": pl.String})
    assert builds.built() == EVERY


def test_another_version_of_the_engine_builds_all(builds: Builds, monkeypatch: pytest.MonkeyPatch) -> None:
    assert builds.built() == EVERY
    monkeypatch.setattr(dbt_runner, "adapter_version", "0.0.0")
    assert builds.built() == EVERY


def test_a_test_that_failed_is_asked_again_and_what_it_failed_on_is_not_built_again(builds: Builds) -> None:
    assert builds.built() == EVERY
    builds.land(2, 60)
    for _ in range(2):
        failed = builds.outcome()
        assert [(test.name, test.rows) for test in failed.failed] == [("assert_small", ["doubled: 124"])]
    assert {name.split(".")[2] for name in failed.built} == {"dim_release"}
    builds.land(2, 4)
    assert builds.built() == {"dim_release", "int_even", "fct_sum", "assert_small"}
    assert builds.rows("main.fct_sum") == [(12,)]


@pytest.mark.parametrize("dies", [KeyboardInterrupt, OSError])
def test_a_build_that_dies_leaves_nothing_to_keep(
    builds: Builds, monkeypatch: pytest.MonkeyPatch, dies: type[BaseException]
) -> None:
    assert builds.built() == EVERY
    builds.land(2, 6)

    def die(*arguments: Any, **options: Any) -> None:
        """The models are built, and the process ends before it is written down."""
        raise dies

    with monkeypatch.context() as patch:
        patch.setattr(Record, "write", die)
        with pytest.raises(dies):
            builds.outcome()
    assert builds.rows("main.fct_sum") == [(16,)]
    builds.land(1, 2, 4)
    assert builds.built() == EVERY
    assert builds.rows("main.fct_sum") == [(12,)]


def test_a_model_that_fails_leaves_nothing_to_keep(builds: Builds) -> None:
    assert builds.built() == EVERY
    good = MODELS["models/fct_sum.sql"]
    builds.write("models/fct_sum.sql", good.replace("sum(", "error(max('no') || "))
    with pytest.raises(dbt_runner.DbtError, match="model fct_sum"):
        builds.outcome()
    builds.write("models/fct_sum.sql", good)
    assert builds.built() == EVERY


def test_without_a_record_or_a_database_all_is_built(builds: Builds) -> None:
    assert builds.built() == EVERY
    (builds.settings.build_dir / "kept.json").write_text("{")
    assert builds.built() == EVERY
    (builds.settings.build_dir / "build.duckdb").unlink()
    # what a build that was killed had put aside
    aside = builds.settings.build_dir / "build.duckdb.tmp"
    aside.mkdir()
    (aside / "duckdb_temp_storage-0.tmp").write_bytes(b"x")
    assert builds.built() == EVERY
    assert not aside.exists()


def test_models_after_one_that_takes_more_than_the_memory_are_built(builds: Builds) -> None:
    large = "select range as number, hash(range) as place, repeat('x', 40) as words from range(2000000) order by place"
    # read by what comes after it, which is built once it has put rows aside
    builds.write("models/int_large.sql", large)
    builds.write("models/fct_large.sql", "select count(*) as numbers from {{ ref('int_large') }}")
    profile = (WHOLE_PROJECT / "profiles.yml").read_text()
    builds.write("profiles.yml", profile.replace("settings:\n", "settings:\n        memory_limit: 60MB\n", 1))
    builds.outcome()
    assert builds.rows("main.fct_large") == [(2_000_000,)]
    assert not [path.name for path in builds.settings.build_dir.iterdir() if path.name.startswith("build.duckdb.")]


def test_a_build_that_does_not_get_to_the_disk_fails_and_is_not_kept(builds: Builds) -> None:
    hooks = yaml.safe_load((WHOLE_PROJECT / "dbt_project.yml").read_text())["on-run-end"]
    builds.write("dbt_project.yml", json.dumps(HEAD | {"on-run-end": hooks[-1:]}))
    assert builds.built() == EVERY
    good = (WHOLE_PROJECT / "profiles.yml").read_text()
    builds.land(1, 2, 4, 8)
    builds.write("profiles.yml", good.replace("settings:\n", "settings:\n        debug_checkpoint_abort: before_header\n", 1))
    with pytest.raises(dbt_runner.DbtError, match=r"(?i)checkpoint"):
        builds.outcome()
    builds.write("profiles.yml", good)
    assert builds.built() == EVERY
    assert builds.rows("main.fct_sum") == [(28,)]


HOOKS = ["create table if not exists hook_runs (run integer)", "insert into hook_runs values (1)"]


def test_the_hooks_at_the_end_run_whatever_is_kept(builds: Builds) -> None:
    builds.write("dbt_project.yml", json.dumps(HEAD | {"on-run-end": HOOKS}))
    assert builds.built() == EVERY and builds.built() == {"dim_release"}
    assert builds.rows("hook_runs") == [(1,), (1,)]


def test_a_build_whose_hooks_did_not_run_fails(builds: Builds, monkeypatch: pytest.MonkeyPatch) -> None:
    builds.write("dbt_project.yml", json.dumps(HEAD | {"on-run-end": HOOKS}))
    whole = dbt_runner.part_of

    def without_hooks(manifest: Manifest, names: Iterable[str]) -> Manifest:
        part = whole(manifest, names)
        part.nodes = {name: node for name, node in part.nodes.items() if not name.startswith("operation.")}
        return part

    monkeypatch.setattr(dbt_runner, "part_of", without_hooks)
    with pytest.raises(DbtError, match=r"did not run operation\.freefloat\.freefloat-on-run-end-0, "):
        builds.outcome()
