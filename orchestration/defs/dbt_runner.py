"""Running dbt inside this process: parse, build, say which tests failed on which rows.

A subprocess of dbt costs more than all the models (see `make benchmark`); its runner inside this process does not.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt.version import __version__ as dbt_version
from google.protobuf.json_format import MessageToDict

from ingestion.dataset import all_datasets
from ingestion.files.replace import replace_file, sync
from orchestration.releases.catalog import literal
from orchestration.releases.lock import refresh_lock
from orchestration.settings import Settings

PROJECT_DIR = Path(__file__).parents[2] / "dbt_project"
#: What this process has parsed, by what it was parsed from: parsing takes a third of the time of building.
_parsed: dict[str, Manifest] = {}
#: The events that say how a model or test ended.
RESULT_EVENTS = ("LogModelResult", "LogTestResult")
#: How many failing rows of a test are shown.
SHOWN_ROWS = 5


class DbtError(RuntimeError):
    """dbt could not parse or run the project; the message is dbt's own."""


def build_database(settings: Settings) -> Path:
    """The private database that dbt builds; nothing else opens it while it does."""
    return settings.build_dir / "build.duckdb"


def manifest_path(settings: Settings) -> Path:
    return settings.build_dir / "dbt" / "manifest.json"


def layer(node: Mapping[str, Any]) -> str:
    """The layer of a model of the manifest (staging, intermediate or marts): the name of the folder that holds it."""
    return node["fqn"][-2]


def parse(settings: Settings) -> None:
    """Writes `manifest.json`, unless it is there and was parsed from the very files that the project has now.

    Lets a refresh that runs end first. Raises DbtError with dbt's own words if the project can't be parsed.
    """
    digest = _digest()
    mark = manifest_path(settings).with_name("parsed_from.txt")
    if manifest_path(settings).exists() and mark.exists() and mark.read_text() == digest:
        return
    with refresh_lock(settings.data_dir, lambda busy: None):
        _unmark(mark)
        if digest not in _parsed:
            result = _invoke(settings, ["parse", "--no-write-json"])
            if not isinstance(result.result, Manifest):
                raise DbtError(f"dbt can't parse {PROJECT_DIR.name}: {result.exception}")
            _parsed[digest] = result.result.deepcopy()
        replace_file(manifest_path(settings), lambda temporary: _parsed[digest].write(str(temporary)))
        replace_file(mark, lambda temporary: temporary.write_text(digest))


def _unmark(mark: Path) -> None:
    """Removes the mark that stands for a file, before the file changes; after a loss of power it stays gone."""
    if mark.exists():
        mark.unlink()
        sync(mark.parent)


def _digest() -> str:
    """What decides the manifest: the project's files and dbt's version."""
    digest = hashlib.sha256(dbt_version.encode())
    for path in sorted(PROJECT_DIR.rglob("*")):
        if path.suffix in (".sql", ".yml", ".md") and "target" not in path.parts:
            digest.update(str(path.relative_to(PROJECT_DIR)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@dataclass(frozen=True)
class FailedTest:
    """A dbt test that did not pass: its name, the number of failing rows, and the first of them as text."""

    name: str
    failures: int
    rows: list[str]

    def __str__(self) -> str:
        return "\n  ".join([f"{self.name.replace('_', ' ')}: {self.failures} row(s)", *self.rows])


def build(
    settings: Settings, on_event: Callable[[Mapping[str, Any]], None], *, as_of: str = "", full: bool = False
) -> list[FailedTest]:
    """Runs `dbt build`, calling `on_event` with each result of a model or test as a dictionary.

    The build database is made anew, unless the last build passed and only bars have been landed since: then the
    incremental models take up the new bars. Returns the failed tests. Raises DbtError if a model fails.
    """
    stamp = _built_from(settings, as_of)
    mark = build_database(settings).with_name("built_from.txt")
    is_kept = not full and mark.exists() and mark.read_text() == stamp
    # gone while dbt works: what a build that fails or is killed leaves is not built on
    _unmark(mark)
    if not is_kept:
        for stale in settings.build_dir.glob("build.duckdb*"):
            stale.unlink()
    result = _invoke(settings, ["build", "--exclude-resource-type", "unit_test", "--no-write-json"], on_event)
    if result.exception:
        raise DbtError(f"dbt build failed: {result.exception}")
    broken = [run for run in result.result if run.status == "error"]
    if broken:
        raise DbtError("; ".join(f"model {run.node.name}: {run.message}" for run in broken))
    failed = [run for run in result.result if run.status == "fail"]
    if not failed:
        replace_file(mark, lambda temporary: temporary.write_text(stamp))
        return []
    with duckdb.connect(str(build_database(settings)), read_only=True) as connection:
        # a literal: a bound parameter makes DuckDB import pandas, which takes two seconds
        connection.execute(f"set file_search_path = {literal(settings.data_dir)}")
        return [FailedTest(run.node.name, run.failures, _failing_rows(connection, run.node.compiled_code)) for run in failed]


def _built_from(settings: Settings, as_of: str) -> str:
    """What a build database is built from, but for the bars and rates that are only ever added: a digest.

    `as_of` is the day asked for, empty for today. Between two builds as of today, no row that was landed at the first
    becomes known or unknown at the second, so that what was landed since is all that is new.
    """
    digest = hashlib.sha256(f"{_digest()} {as_of}".encode())
    for name, dataset in sorted(all_datasets().items()):
        if not dataset.is_append_only:
            for path in sorted((settings.landed_dir / name).glob("*.parquet")):
                digest.update(f"{name}/{path.name}".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _failing_rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    result = connection.sql(sql)
    names = result.columns
    return [
        ", ".join(f"{name}: {value}" for name, value in zip(names, row, strict=True))
        for row in result.limit(SHOWN_ROWS).fetchall()
    ]


def _invoke(
    settings: Settings,
    args: list[str],
    on_event: Callable[[Mapping[str, Any]], None] | None = None,
) -> Any:
    # the profile and the sources find the data folder by this
    os.environ["FREEFLOAT_DATA_DIR"] = str(settings.data_dir)
    settings.build_dir.mkdir(parents=True, exist_ok=True)

    def say(event: Any) -> None:
        # nearly all of dbt's events are debugging; turning them into dictionaries costs as much as the models
        if on_event and event.info.name in RESULT_EVENTS:
            on_event(MessageToDict(event, preserving_proto_field_name=True))

    parsed = _parsed.get(_digest())
    # a copy: dbt keeps in it what it compiles
    runner = dbtRunner(manifest=parsed.deepcopy() if parsed else None, callbacks=[say] if on_event else [])
    paths = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
    paths += ["--target-path", str(settings.build_dir / "dbt"), "--log-path", str(settings.build_dir / "dbt")]
    try:
        return runner.invoke([*args, *paths, "--log-level", "none", "--no-use-colors"])
    finally:
        # or the file stays locked until this process ends
        DuckDBConnectionManager.close_all_connections()


def read_manifest(settings: Settings) -> dict[str, Any]:
    """dbt's manifest as it was last parsed."""
    return json.loads(manifest_path(settings).read_bytes())


def unit_test(settings: Settings) -> dict[str, tuple[str, str]]:
    """Runs the project's unit tests against a finished build: name -> (status, message)."""
    result = _invoke(settings, ["test", "--select", "test_type:unit", "--no-write-json"])
    if result.exception:
        raise DbtError(f"dbt test failed: {result.exception}")
    tests = [run for run in result.result if run.node.resource_type == "unit_test"]
    return {run.node.name: (str(run.status), run.message or "") for run in tests}
