"""One step of the benchmark of bars in a process of its own, so that its memory is its own: prints what it took as JSON.

python -m tests.benchmarks.bars_step FOLDER full|day|plain|publish [FIRST_DAY]
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from orchestration.defs.dbt_runner import PROJECT_DIR
from orchestration.releases.publish import ReleaseContext
from orchestration.releases.publish import publish as publish_release
from orchestration.releases.unchanged import Content, Update
from tests.benchmarks.made_up_bars import FEEDS

#: The models of bars, in the order in which they are built.
MODELS = (
    "int_bar_candidate",
    "int_bar_series",
    "int_zero_volume_bar",
    "int_held_back_bar",
    "int_price_bar",
    "fct_zero_volume_bar",
    "fct_held_back_bar",
    "fct_price_disagreement",
    "fct_benchmark_daily",
    "fct_turnover_daily",
)
#: Those that take up the bars of few securities, for models that need no others.
OF_FEW_SECURITIES = ("int_newest_bar", "int_followed_price_bar", "int_pair_bar", "int_tested_bar")


def models(folder: Path, *, full: bool) -> dict[str, Any]:
    """Runs the models on the build database of a data folder, all or what was landed since: seconds of each."""
    paths = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR), "--log-level", "none"]
    paths += ["--target-path", str(folder / "build" / "dbt"), "--log-path", str(folder / "build" / "dbt"), "--no-write-json"]
    # what they read is built with them the first time
    timed = (*MODELS, *OF_FEW_SECURITIES)
    chosen = [f"+{name}" for name in timed] if full else list(timed)
    manifest = dbtRunner().invoke(["parse", *paths]).result
    assert isinstance(manifest, Manifest)
    began: dict[str, float] = {}
    processor: dict[str, float] = {}

    def note(event: Any) -> None:
        if event.info.name == "NodeStart":
            began[event.data.node_info.node_name] = time.process_time()
        elif event.info.name == "NodeFinished":
            name = event.data.node_info.node_name
            processor[name] = time.process_time() - began[name]

    arguments = ["--full-refresh"] if full else []
    try:
        result = dbtRunner(manifest, callbacks=[note]).invoke(["run", *arguments, "--select", *chosen, *paths])
    finally:
        DuckDBConnectionManager.close_all_connections()
    assert isinstance(result.result, RunExecutionResult) and result.success, result.exception or result.result
    clock = {run.node.name: run.execution_time for run in result.result.results if run.node.name in timed}
    return {"clock": clock, "processor": {name: processor[name] for name in clock}}


def plain(folder: Path) -> dict[str, Any]:
    """Makes the same published rows with the statements of plain_bars.sql, in a database beside the build's; seconds of each."""
    profile = yaml.safe_load((PROJECT_DIR / "profiles.yml").read_text(encoding="utf-8"))
    # as the models are run, so that the two differ by their SQL alone
    engine = profile["freefloat"]["outputs"]["duckdb"]
    own = {"file_search_path": str(folder), "temp_directory": str(folder / "build" / "plain.duckdb.tmp")}
    settings = engine["settings"] | own
    del settings["schema"]
    path = folder / "build" / "plain.duckdb"
    path.unlink(missing_ok=True)
    statements = Path(__file__).with_name("plain_bars.sql").read_text(encoding="utf-8").split(";\n")
    clock, processor = {}, {}
    with duckdb.connect(config=settings) as connection:
        connection.execute(f"attach '{path}' as plain (recovery_mode no_wal_writes); use plain")
        connection.execute(f"attach '{folder / 'build' / 'build.duckdb'}' as build (read_only)")
        for number, statement in enumerate(statements, 1):
            started, worked = time.perf_counter(), time.process_time()
            connection.execute(statement)
            clock[f"statement {number}"] = time.perf_counter() - started
            processor[f"statement {number}"] = time.process_time() - worked
    return {"clock": clock, "processor": processor}


def publish(folder: Path, first_day: str = "") -> dict[str, Any]:
    """Publishes the build database: all of it, or upon the last release what bars of `first_day` on changed; bytes of its files.

    Other tables are said to be the same, as they are for a refresh that found nothing but bars.
    """
    database = folder / "build" / "build.duckdb"
    release_id = f"20260420T{1 if first_day else 0:09d}Z"
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"update main.dim_release set release_id = '{release_id}'")
        of_bars = {("main", name) for name in MODELS} | {("landed", name) for name in FEEDS}
        for dataset in FEEDS:
            # as the build's last hook makes and adds to it
            files = f"from read_parquet('{folder}/landed/{dataset}/*.parquet', union_by_name=true)"
            added = f"where retrieved_at > (select max(retrieved_at) from landed.{dataset})" if first_day else ""
            how = "insert into landed.{}" if first_day else "create or replace table landed.{} as"
            connection.execute(f"{how.format(dataset)} {files} {added}")
        tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
    contents = {table: Content("the same") for table in tables if table != ("main", "dim_release")}
    for schema, name in of_bars & set(tables):
        update = Update("before", first_day if schema == "main" else "")
        contents[schema, name] = Content("after", update) if first_day else Content("before")
    started, worked = time.perf_counter(), time.process_time()
    release = publish_release(database, ReleaseContext(data_dir=folder, release_id=release_id, contents=contents))
    found: dict[str, Any] = {"clock": {"publish": time.perf_counter() - started}}
    found["processor"] = {"publish": time.process_time() - worked}
    started = time.perf_counter()
    copy = folder / "build" / "copy.duckdb"
    shutil.copy(release.warehouse, copy)
    found["clock"]["copy"] = time.perf_counter() - started
    copy.unlink()
    found["bytes"] = {
        "build.duckdb": database.stat().st_size,
        "warehouse.duckdb": release.warehouse.stat().st_size,
        "parquet": sum(path.stat().st_size for path in release.folder.rglob("*.parquet")),
        "landed": sum(path.stat().st_size for path in (folder / "landed").rglob("*.parquet")),
    }
    return found


def main() -> None:
    """Runs the step that the command line names."""
    folder, step = Path(sys.argv[1]), sys.argv[2]
    os.environ["FREEFLOAT_DATA_DIR"] = str(folder)
    if step in ("full", "day"):
        found = models(folder, full=step == "full")
    else:
        found = plain(folder) if step == "plain" else publish(folder, *sys.argv[3:])
    # bytes at most, of this process
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(found))


if __name__ == "__main__":
    main()
