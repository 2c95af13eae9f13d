"""Times an offline refresh: a whole one, a second materialisation in the same process, and a bare `dbt build` beside them.

Run by `make benchmark`; every figure is of one run on this machine, shown as seconds and as a ratio to the bare build.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path


def seconds(work: Callable[[], object]) -> float:
    """Wall time of a call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def run(command: list[str]) -> None:
    """Runs a command without its output; raises CalledProcessError if it fails."""
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def main() -> None:
    """Prints the figures."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FREEFLOAT_DATA_DIR"] = folder
        command = [str(Path(sys.executable).with_name("freefloat")), "refresh"]
        cold = seconds(lambda: run(command))
        warm = seconds(lambda: run(command))
        imports = seconds(lambda: __import__("orchestration.defs.run_refresh"))

        import dagster as dg

        from orchestration.defs.dbt_runner import PROJECT_DIR
        from orchestration.defs.definitions import REFRESH_JOB, build_definitions
        from orchestration.settings import Settings

        job = build_definitions(Settings()).resolve_job_def(REFRESH_JOB)
        silent = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}

        def materialise() -> None:
            with dg.DagsterInstance.ephemeral() as instance:
                assert job.execute_in_process(silent, instance=instance).success

        first, second = seconds(materialise), seconds(materialise)
        dbt = [str(Path(sys.executable).with_name("dbt")), "build", "--exclude-resource-type", "unit_test", "--quiet"]
        paths = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR), "--target-path", f"{folder}/build/dbt"]
        bare = seconds(lambda: run([*dbt, *paths, "--log-path", f"{folder}/build/dbt"]))
    figures = {
        "freefloat refresh, new data folder": cold,
        "freefloat refresh, again": warm,
        "  of which imports": imports,
        "materialisation, first in a process": first,
        "materialisation, second in the same process": second,
        "bare `dbt build` of the same models, a process of its own": bare,
    }
    for words, figure in figures.items():
        print(f"{words:<60} {figure:6.1f} s  {figure / bare:5.2f} x the bare build")


if __name__ == "__main__":
    main()
