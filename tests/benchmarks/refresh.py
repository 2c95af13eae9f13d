"""Times offline refreshes and a bare `dbt build` beside them: new, again, without and with a change, from nothing.

Run by `make benchmark`; every figure is of one run on this machine: seconds by the clock, seconds of the processor (which other
work on the machine hardly changes), and those as a ratio to the bare build's.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

#: Changed one after the other, each by leaving out its last row: a dataset that few models read, and one that most do.
CHANGED = ("funding_rounds", "lockups")


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Wall time of a call, and the processor's, that of processes which it starts and waits for among it."""
    wall, before = time.perf_counter(), os.times()
    work()
    after = os.times()
    return time.perf_counter() - wall, sum(after[:4]) - sum(before[:4])


def run(command: list[str]) -> None:
    """Runs a command without its output; raises CalledProcessError if it fails."""
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def main() -> None:
    """Prints the figures."""
    figures: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        command = [str(Path(sys.executable).with_name("freefloat")), "refresh"]
        os.environ["FREEFLOAT_CACHE_DIR"] = str(Path(name) / "cache")
        os.environ["FREEFLOAT_DATA_DIR"] = str(Path(name) / "first")
        figures["freefloat refresh, the first of this machine"] = seconds(lambda: run(command))
        os.environ["FREEFLOAT_DATA_DIR"] = str(folder)
        figures["freefloat refresh, new data folder"] = seconds(lambda: run(command))
        figures["freefloat refresh, again"] = seconds(lambda: run(command))
        figures["  of which imports"] = seconds(lambda: __import__("orchestration.defs.run_refresh"))

        from orchestration import settings
        from orchestration.defs.dbt_runner import PROJECT_DIR
        from orchestration.defs.run_refresh import run_refresh

        def refresh(*, full: bool = False) -> None:
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                assert run_refresh(live=False, as_of=None, full=full, allow_quarantine=False) == 0

        figures["refresh, first in this process"] = seconds(refresh)
        figures["refresh, second in this process"] = seconds(refresh)
        committed = Path(name) / "committed"
        for part in ("transcribed", "reference", "documents"):
            shutil.copytree(settings.COMMITTED_DIR / part, committed / part)
        shutil.copy(settings.COMMITTED_DIR / "corrections.yml", committed)
        settings.COMMITTED_DIR = committed
        for dataset in CHANGED:
            path = committed / "transcribed" / f"{dataset}.csv"
            path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
            figures[f"refresh with a row less in {dataset}"] = seconds(refresh)
        figures["refresh --full"] = seconds(lambda: refresh(full=True))
        dbt = [str(Path(sys.executable).with_name("dbt")), "build", "--exclude-resource-type", "unit_test", "--quiet"]
        paths = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR), "--target-path", f"{folder}/build/dbt"]
        bare = seconds(lambda: run([*dbt, *paths, "--log-path", f"{folder}/build/dbt"]))
    figures["bare `dbt build` of the same models, a process of its own"] = bare
    for words, (wall, processor) in figures.items():
        ratio = processor / bare[1]
        print(f"{words:<60} {wall:6.1f} s  {processor:6.1f} s of processor  {ratio:5.2f} x the bare build")


if __name__ == "__main__":
    main()
