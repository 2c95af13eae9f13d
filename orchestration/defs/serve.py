"""`freefloat serve`: Dagster's web page with its daemon (schedules, sensors, backfills), on loopback unless asked otherwise."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from ingestion.live.http import is_own_machine
from orchestration.defs.instance import dagster_home
from orchestration.settings import Settings, SettingsError


def serve(host: str, port: int) -> int:
    """Runs the web server and the daemon until interrupted. Returns their exit code, 1 for settings that can't be used."""
    try:
        settings = Settings()
    except SettingsError as error:
        print(f"freefloat: {error}", file=sys.stderr)
        return 1
    if not is_own_machine(host):
        print(f"freefloat: {host} is reachable from other machines, and the page has no login", file=sys.stderr)
    environment = os.environ | {
        "DAGSTER_HOME": str(dagster_home(settings)),
        "FREEFLOAT_DATA_DIR": str(settings.data_dir),
    }
    command = [
        sys.executable,
        "-m",
        "orchestration.defs.web_server",
        "-m",
        "orchestration.defs.definitions",
        "-h",
        host,
        "-p",
        str(port),
    ]
    # a group of its own, so that all its children end with it
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: _end(process))
    return process.wait()


def _end(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
