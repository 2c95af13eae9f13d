"""Where `freefloat serve` keeps Dagster's own records: runs, events, schedules."""

from __future__ import annotations

import os
from pathlib import Path

from orchestration.settings import Settings

#: A run that fails is tried once more; nobody is told what is run here, and the page does not ask who reads it.
DAGSTER_YAML = """\
telemetry:
  enabled: false
nux:
  enabled: false
run_retries:
  enabled: true
  max_retries: 1
run_monitoring:
  enabled: true
"""


def dagster_home(settings: Settings) -> Path:
    """The folder of Dagster's records, made with its configuration if it is not there. A DAGSTER_HOME that is set wins."""
    home = Path(os.environ.get("DAGSTER_HOME") or settings.data_dir / "dagster")
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        (home / "dagster.yaml").write_text(DAGSTER_YAML)
    return home
