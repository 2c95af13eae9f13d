"""Building the models with dbt in this process: what of them is built, and which tests failed on which rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from orchestration.defs.build_record import Built, Record, source_states
from orchestration.defs.dbt_manifest import hooks_not_run
from orchestration.defs.dbt_runner import DbtError, DbtProject, OnEvent, invoke, unmark
from orchestration.defs.kept_models import KeptModels
from orchestration.releases.catalog import literal
from orchestration.run import RefreshRun

#: How many failing rows of a test are shown.
SHOWN_ROWS = 5


@dataclass(frozen=True)
class FailedTest:
    """A dbt test that did not pass: its name, the number of failing rows, and the first of them as text."""

    name: str
    failures: int
    rows: list[str]

    def __str__(self) -> str:
        return "\n  ".join([f"{self.name.replace('_', ' ')}: {self.failures} row(s)", *self.rows])


@dataclass(frozen=True)
class Outcome:
    """What became of a build: the tests that did not pass, and by dbt's names what was built or tested, and what was kept."""

    failed: list[FailedTest]
    built: Mapping[str, Built]
    kept: Mapping[str, Built]


def build(project: DbtProject, run: RefreshRun, on_event: OnEvent = None, *, as_of: date) -> Outcome:
    """Runs `dbt build`, calling `on_event` with each result of a model or test as a dictionary.

    `as_of` is the day that the models are told. Models and tests that read what they read at the last build stay as they
    are (`kept_models.py`), unless the run is full; a model that dbt came to and found kept ends as any other.
    Raises DbtError if a model fails.
    """
    path, stamp = project.record_path, project.stamp
    is_there = project.database.exists() and not run.full
    before = Record.read(path, stamp) if is_there else Record(stamp)
    # gone while dbt works: what a build that is killed leaves is not kept
    unmark(path)
    if not before.nodes:
        project.remove_database()
    states, grown = source_states(project.manifest, run, as_of, before.grown)
    kept = KeptModels(project.manifest, project.order, states, before.nodes, run.release_id)
    left = kept.settle()
    arguments = ["build", "--exclude-resource-type", "unit_test", "--no-write-json"]
    landed = kept.landed_tables(project.manifest["sources"])
    ended_all = build_results(invoke(project, arguments, on_event, kept=kept, left=left, landed=landed))
    if missed := hooks_not_run(project.manifest, ended_all):
        raise DbtError(f"dbt did not run {', '.join(missed)}, which makes the landed tables")
    Record(stamp, kept.record(), grown).write(path)
    if all(ended.status != "fail" for ended in ended_all):
        return Outcome([], kept.built, kept.kept)
    with duckdb.connect(str(project.database), read_only=True) as connection:
        # a literal: a bound parameter makes DuckDB import pandas, which takes two seconds
        connection.execute(f"set file_search_path = {literal(run.settings.data_dir)}")

        def ask(sql: str) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
            result = connection.sql(sql)
            return result.columns, result.limit(SHOWN_ROWS).fetchall()

        return Outcome(failed_tests(ended_all, ask), kept.built, kept.kept)


def build_results(result: Any) -> list[Any]:
    """How each model and test of a build ended, as dbt tells it. Raises DbtError if dbt, a model or a test broke."""
    if result.exception:
        raise DbtError(f"dbt build failed: {result.exception}")
    broken = [ended for ended in result.result if ended.status == "error"]
    if broken:
        raise DbtError("; ".join(f"{ended.node.resource_type} {ended.node.name}: {ended.message}" for ended in broken))
    return list(result.result)


def failed_tests(
    ended_all: Iterable[Any], ask: Callable[[str], tuple[Sequence[str], Iterable[Sequence[Any]]]]
) -> list[FailedTest]:
    """The tests of a build that did not pass; `ask` gives the column names and the first SHOWN_ROWS rows of a query."""
    found = []
    for ended in (one for one in ended_all if one.status == "fail"):
        names, rows = ask(ended.node.compiled_code)
        shown = [", ".join(f"{name}: {value}" for name, value in zip(names, row, strict=True)) for row in rows]
        found.append(FailedTest(ended.node.name, ended.failures, shown))
    return found
