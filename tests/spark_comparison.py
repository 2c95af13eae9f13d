"""Builds one release on DuckDB and the same on Spark, from the same landed rows, and compares every table of the two.

    python -m tests.spark_comparison

Run by `make spark`. The rows are the committed facts and, so that no model is empty, what stand-ins of the live sources answer.
Spark is the server of SPARK_REMOTE, else Sail on loopback. Prints a line for each table and how long each refresh took; exit code
1 if a table differs: other keys, other values, doubles by more than 1e-9 of their size, other types, other comments.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.compare_releases import differences
from tests.standins.market import Market
from tests.standins.server import StandIns

#: Doubles are added up in another order, so that their last digits can differ.
RELATIVE = 1e-9


def refresh(data_dir: Path, *options: str, environment: dict[str, str]) -> float:
    """Runs a refresh on a data folder; returns its seconds. Raises CalledProcessError if it fails."""
    command = [str(Path(sys.executable).with_name("freefloat")), "refresh", *options]
    told = {"FREEFLOAT_DATA_DIR": str(data_dir), "FREEFLOAT_SITE": "off"}
    started = time.perf_counter()
    subprocess.run(command, env=os.environ | environment | told, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def main() -> int:
    """Builds both and compares them; returns the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        on_duckdb, on_spark = Path(folder, "duckdb"), Path(folder, "spark")
        with StandIns(Market(full_history=True)) as stand_ins:
            seconds = {"duckdb": refresh(on_duckdb, "--live", environment=stand_ins.environment)}
        # a release that says, as the other will, that nothing was asked
        refresh(on_duckdb, environment={})
        shutil.copytree(on_duckdb, on_spark, symlinks=True)
        seconds["spark"] = refresh(on_spark, "--engine", "spark", environment={})
        tables, rows, found = differences(
            on_duckdb / "warehouse.duckdb", on_spark / "warehouse.duckdb", relative=RELATIVE, say=print
        )
    for text in found:
        print(text)
    print(f"{tables} tables, {rows:,} rows compared; {len(found)} difference(s)")
    print(f"refresh on DuckDB, with all that it asks, {seconds['duckdb']:.1f} s, on Spark {seconds['spark']:.1f} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
