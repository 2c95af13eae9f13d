"""Times the models of bars on Spark and on DuckDB, from the same made-up bars, and compares what the two make.

    python -m tests.benchmarks.bars_on_spark [--bars 20000000] [--folder FOLDER]

Run by `make benchmark-spark`. Spark is the server of SPARK_REMOTE, else Sail on loopback. DuckDB is a process of its own. Seconds
are by the clock: the server's are not this process's. Exit code 1 if the build on Spark fails, or a table differs: its rows, or
a sum by more than 1e-9 of it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.defs.dbt_build import build_results
from orchestration.defs.dbt_runner import DbtError, invoke, parse
from orchestration.defs.run_refresh import run_refresh
from orchestration.defs.spark_engine import register_sources, spark_session
from orchestration.run import RefreshRun
from orchestration.settings import Settings
from tests.benchmarks.bars import SAME, step
from tests.benchmarks.bars_step import MODELS
from tests.benchmarks.made_up_bars import BARS_A_SESSION, Market

#: Doubles are added up in another order, so that their last digits can differ.
RELATIVE = 1e-9


def on_spark(settings: Settings) -> dict[str, float]:
    """Runs the models of bars, and what they read, on Spark; the seconds of each of MODELS."""
    now = datetime.now(UTC)
    run = RefreshRun(settings=settings, started_at=now, as_of=now.date())
    (settings.build_dir / "spark").mkdir()
    project = parse(settings)
    with spark_session() as session:
        register_sources(session, project, run)
        chosen = [f"+{name}" for name in MODELS]
        ended_all = build_results(invoke(project, ["run", "--select", *chosen, "--no-write-json"], on_spark=True))
    return {ended.node.name: ended.execution_time for ended in ended_all if ended.node.name in MODELS}


def sums(connection: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...]) -> list[Any]:
    """How many rows a table has, how many tickers and days, and the sum of each column."""
    told = ", ".join(f"sum({name})" for name in columns)
    keys = "count(*), count(distinct ticker), count(distinct trading_date)"
    return list(connection.execute(f"select {keys}, {told} from {table}").fetchall()[0])


def check_same(folder: Path) -> list[str]:
    """A text for each published table of bars of which Spark made another one than DuckDB."""
    found = []
    with duckdb.connect(str(folder / "build" / "build.duckdb"), read_only=True) as connection:
        for name, (_, columns) in SAME.items():
            files = folder / "build" / "spark" / name / "*.parquet"
            ours, theirs = sums(connection, name, columns), sums(connection, f"read_parquet('{files}')", columns)
            same = all(a == b or (a and b and abs(a - b) <= RELATIVE * abs(a)) for a, b in zip(ours, theirs, strict=True))
            print(f"  {name:<28}{ours[0]:>14,} rows, {'equal' if same else 'not equal'}", flush=True)
            found += [] if same else [f"{name}: {ours} on DuckDB, {theirs} on Spark"]
    return found


def main() -> int:
    """Prints the figures; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bars", type=int, default=20_000_000, help="how many bars, about")
    parser.add_argument("--folder", help="where the data are made; a temporary folder else (20 million bars need 25 GB)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        os.environ["FREEFLOAT_DATA_DIR"] = name
        # the calendar and all else that the models read
        assert run_refresh(live=False, as_of=None, full=True, allow_quarantine=False) == 0
        Market(folder).land(round(arguments.bars / BARS_A_SESSION))
        duckdb_seconds = step(folder, "full")["clock"]
        began = time.perf_counter()
        try:
            spark_seconds = on_spark(Settings())
        except DbtError as error:
            print(error)
            return 1
        took = time.perf_counter() - began
        print(f"{arguments.bars:,} bars{'DuckDB':>32}{'Spark':>13}")
        for model in MODELS:
            print(f"  {model:<28}{duckdb_seconds[model]:12.1f} s{spark_seconds[model]:11.1f} s")
        ours, theirs = sum(duckdb_seconds[model] for model in MODELS), sum(spark_seconds.values())
        print(f"  {'the models':<28}{ours:12.1f} s{theirs:11.1f} s  {theirs / ours:.2f}x; with what they read {took:.0f} s")
        differing = check_same(folder)
    print("\n".join(differing) or "every table is the same")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
