"""Times the reconciliation's models in a finished build, each in seconds, and their sum beside the whole of `dbt run`.

Run by `make benchmark-reconciliation`; it refreshes a data folder of its own first.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

from orchestration.defs.dbt_runner import PROJECT_DIR

MODELS = ("printed_figure", "derived_figure", "derived_interval", "market_figure", "reconciliation")


def main() -> None:
    """Prints the figures."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FREEFLOAT_DATA_DIR"] = folder
        freefloat = str(Path(sys.executable).with_name("freefloat"))
        subprocess.run([freefloat, "refresh"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        paths = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR), "--target-path", f"{folder}/build/dbt"]
        result = dbtRunner().invoke(["run", *paths, "--log-path", f"{folder}/build/dbt", "--log-level", "none", "--threads", "1"])
        runs: Any = result.result
        seconds = {run.node.name: run.execution_time for run in runs if run.node.resource_type == "model"}
    ours = {name: time for name, time in seconds.items() if any(part in name for part in MODELS)}
    for name, time in sorted(ours.items(), key=lambda item: -item[1]):
        print(f"{name:<32} {time:6.2f} s")
    whole = sum(seconds.values())
    print(
        f"{'the reconciliation':<32} {sum(ours.values()):6.2f} s, {sum(ours.values()) / whole:.2f} of all models ({whole:.2f} s)"
    )


if __name__ == "__main__":
    main()
