"""Running dbt inside this process: parse, build, say which tests failed on which rows.

A subprocess of dbt costs more than all the models (see `make benchmark`); its runner inside this process does not. dbt is
told the data folder as a variable of each call (`profiles.yml`), so that the environment stays as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.constants import PARTIAL_PARSE_FILE_NAME
from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import extended_mashumuro_decoder
from dbt.version import __version__ as dbt_version
from google.protobuf.json_format import MessageToDict

from ingestion.dataset import all_datasets
from ingestion.files.replace import replace_file, sync
from orchestration.project_files import project_folder
from orchestration.releases.catalog import literal
from orchestration.releases.lock import refresh_lock
from orchestration.run import RefreshRun
from orchestration.settings import Settings

PROJECT_DIR = project_folder("dbt_project")
#: What this process has parsed, by what it was parsed from: parsing takes a third of the time of building.
_parsed: dict[str, Manifest] = {}
#: The events that say how a model or test ended.
RESULT_EVENTS = ("LogModelResult", "LogTestResult")
#: How many failing rows of a test are shown.
SHOWN_ROWS = 5


class DbtError(RuntimeError):
    """dbt could not parse or run the project; the message is dbt's own."""


@dataclass(frozen=True)
class DbtProject:
    """The dbt project as it was parsed for one data folder: made by `parse` once, then handed to whoever runs its models.

    `digest` stands for the project's files and dbt's version.
    """

    settings: Settings
    digest: str

    @property
    def manifest_path(self) -> Path:
        """The file in which dbt says what models, tests and sources there are."""
        return self.settings.build_dir / "dbt" / "manifest.json"

    @property
    def mark(self) -> Path:
        """The file that says from which project files that one, and dbt's own beside it, were made: their digest."""
        return self.manifest_path.with_name("parsed_from.txt")

    @property
    def database(self) -> Path:
        """The private database that dbt builds; nothing else opens it while it does."""
        return self.settings.build_dir / "build.duckdb"

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What that file says, read once."""
        return json.loads(self.manifest_path.read_bytes())


def layer(node: Mapping[str, Any]) -> str:
    """The layer of a model of the manifest (staging, intermediate or marts): the name of the folder that holds it."""
    return node["fqn"][-2]


def parse(settings: Settings) -> DbtProject:
    """The project, parsed; `manifest.json` is written unless it was parsed from the very files that the project has now.

    Lets a refresh that runs end first. Raises DbtError with dbt's own words if the project can't be parsed, and OSError if
    the data folder can't be written.
    """
    project = DbtProject(settings, _digest())
    digest = project.digest
    mark = project.mark
    if project.manifest_path.exists() and mark.exists() and mark.read_text() == digest:
        return project
    with refresh_lock(settings.data_dir, lambda busy: None):
        _unmark(mark)
        if digest not in _parsed:
            result = invoke(project, ["parse", "--no-write-json"])
            if not isinstance(result.result, Manifest):
                raise DbtError(f"dbt can't parse {PROJECT_DIR.name}: {result.exception}")
            _parsed[digest] = result.result.deepcopy()
        replace_file(project.manifest_path, lambda temporary: _parsed[digest].write(str(temporary)))
        replace_file(mark, lambda temporary: temporary.write_text(digest))
    return project


def _known_parse(project: DbtProject) -> Manifest | None:
    """What this process has parsed, or an earlier one for this data folder; None: dbt has to parse.

    dbt would take up its own file by itself, but not once the data folder was moved or copied: its name is a variable.
    """
    mark, kept = project.mark, project.manifest_path.with_name(PARTIAL_PARSE_FILE_NAME)
    if project.digest not in _parsed and kept.exists() and mark.exists() and mark.read_text() == project.digest:
        # a file that a loss of power cut short is not worth a word: dbt parses as if there were none
        with suppress(Exception):
            _parsed[project.digest] = Manifest.from_msgpack(kept.read_bytes(), decoder=extended_mashumuro_decoder)
    return _parsed.get(project.digest)


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
    project: DbtProject, run: RefreshRun, on_event: Callable[[Mapping[str, Any]], None], *, as_of: date
) -> list[FailedTest]:
    """Runs `dbt build`, calling `on_event` with each result of a model or test as a dictionary; returns the failed tests.

    `as_of` is the day that the models are told. The build database is made anew, unless the last build passed and only
    rows that the incremental models take up (bars, rates, what labs state) have been landed since, or the run is full.
    Raises DbtError if a model fails.
    """
    stamp = _built_from(project, run, as_of)
    mark = project.database.with_name("built_from.txt")
    is_kept = not run.full and mark.exists() and mark.read_text() == stamp
    # gone while dbt works: what a build that fails or is killed leaves is not built on
    _unmark(mark)
    if not is_kept:
        for stale in run.settings.build_dir.glob("build.duckdb*"):
            stale.unlink()
    result = invoke(project, ["build", "--exclude-resource-type", "unit_test", "--no-write-json"], on_event)
    if result.exception:
        raise DbtError(f"dbt build failed: {result.exception}")
    broken = [ended for ended in result.result if ended.status == "error"]
    if broken:
        raise DbtError("; ".join(f"model {ended.node.name}: {ended.message}" for ended in broken))
    failed = [ended for ended in result.result if ended.status == "fail"]
    if not failed:
        replace_file(mark, lambda temporary: temporary.write_text(stamp))
        return []
    with duckdb.connect(str(project.database), read_only=True) as connection:
        # a literal: a bound parameter makes DuckDB import pandas, which takes two seconds
        connection.execute(f"set file_search_path = {literal(run.settings.data_dir)}")
        return [
            FailedTest(ended.node.name, ended.failures, _failing_rows(connection, ended.node.compiled_code)) for ended in failed
        ]


def _built_from(project: DbtProject, run: RefreshRun, as_of: date) -> str:
    """What a build database is built from, but for the rows that are only ever added: a digest.

    The day belongs to it, unless two builds can differ by nothing that the day decides: both are as of the day on which
    they ran, and at the first of them everything that the incremental models read was known already. A row that was landed
    then and became known later would not be taken up by the second, which looks only at what was landed since.
    """
    datasets = all_datasets()
    append_only = {name for name, dataset in datasets.items() if dataset.is_append_only}
    landed = {name: sorted((run.settings.landed_dir / name).glob("*.parquet")) for name in sorted(datasets)}
    read = [name for name in datasets if name in append_only | _read_by_incremental_models(project.manifest)]
    is_all_known = all(
        _newest_known_on(landed[name]) <= as_of for name in read if landed[name] and "known_on" in datasets[name].landed
    )
    is_any_day = as_of == run.started_at.date() and is_all_known
    digest = hashlib.sha256(f"{project.digest} {'' if is_any_day else as_of}".encode())
    for name, paths in landed.items():
        if name not in append_only:
            for path in paths:
                digest.update(f"{name}/{path.name}".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _read_by_incremental_models(manifest: Mapping[str, Any]) -> set[str]:
    """The landed datasets that incremental models read, by themselves or by way of other models."""
    nodes, parents = manifest["nodes"], manifest["parent_map"]
    left = [key for key, node in nodes.items() if node["config"].get("materialized") == "incremental"]
    seen: set[str] = set()
    while left:
        key = left.pop()
        if key not in seen:
            seen.add(key)
            left += parents.get(key, [])
    sources = (manifest["sources"][key] for key in seen if key in manifest["sources"])
    return {source["name"] for source in sources if source["source_name"] == "landed"}


def _newest_known_on(files: list[Path]) -> date:
    """The latest day since when a row of the files is known; the first of all days if there is no row."""
    return pl.scan_parquet(files).select(pl.col("known_on").max()).collect().item() or date.min


def _failing_rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    result = connection.sql(sql)
    return rows_as_text(result.columns, result.limit(SHOWN_ROWS).fetchall())


def rows_as_text(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """Each row as `name: value, name: value`."""
    return [", ".join(f"{name}: {value}" for name, value in zip(names, row, strict=True)) for row in rows]


def invoke(
    project: DbtProject,
    args: list[str],
    on_event: Callable[[Mapping[str, Any]], None] | None = None,
    spark_remote: str | None = None,
) -> Any:
    """Runs a command of dbt on the project's data folder; calls `on_event` with how each model and test ended.

    With `spark_remote` it runs on that Spark Connect server. What dbt's parse says of names depends on the engine, so Spark
    has a folder of its own for it.
    """
    engine = "spark" if spark_remote else "duckdb"
    folder = project.settings.build_dir / "dbt_spark" if spark_remote else project.manifest_path.parent
    target = str(folder)
    project.settings.build_dir.mkdir(parents=True, exist_ok=True)

    def say(event: Any) -> None:
        # nearly all of dbt's events are debugging; turning them into dictionaries costs as much as the models
        if on_event and event.info.name in RESULT_EVENTS:
            on_event(MessageToDict(event, preserving_proto_field_name=True))

    parsed = None if spark_remote else _known_parse(project)
    # a copy: dbt keeps in it what it compiles
    runner = dbtRunner(manifest=parsed.deepcopy() if parsed else None, callbacks=[say] if on_event else [])
    paths = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
    paths += ["--target", engine, "--target-path", target, "--log-path", target]
    # the profile finds the data folder by this
    variables = ["--vars", json.dumps({"data_dir": str(project.settings.data_dir), "spark_remote": spark_remote})]
    try:
        return runner.invoke([*args, *paths, *variables, "--log-level", "none", "--no-use-colors"])
    finally:
        # or the file stays locked until this process ends
        DuckDBConnectionManager.close_all_connections()


def unit_test(project: DbtProject) -> dict[str, tuple[str, str]]:
    """Runs the project's unit tests against a finished build: name -> (status, message). Raises DbtError if dbt can't."""
    result = invoke(project, ["test", "--select", "test_type:unit", "--no-write-json"])
    if result.exception:
        raise DbtError(f"dbt test failed: {result.exception}")
    tests = [run for run in result.result if run.node.resource_type == "unit_test"]
    return {run.node.name: (str(run.status), run.message or "") for run in tests}
