"""`freefloat serve`: Dagster's web page with its daemon (schedules, sensors, backfills), on loopback unless asked otherwise.

Three processes, started by public commands: the code server (`dagster code-server start`), which knows the assets; the web
page (orchestration/defs/web_server.py); and the daemon (`dagster-daemon run`). The last two ask the first over a socket file in
a folder that only this user can open. They run until someone asks for an end or one of them ends.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import yaml

from ingestion.live.http import is_own_machine
from orchestration.defs.instance import dagster_home
from orchestration.settings import Settings, SettingsError

#: The module whose definitions are served.
DEFINITIONS = "orchestration.defs.definitions"
#: Under this name Dagster remembers which schedules and sensors a user has switched off; another name would forget it.
LOCATION = "orchestration.definitions"
#: Seconds that the processes have to end by themselves once they are asked to: time for the page to close its connections and
#: for a run to record that it was interrupted. Those that are left are then killed (Dagster's code server, for one, waits up to
#: a minute for calls that nobody will make), which harms nothing: Dagster's records are transactions, and a refresh can be
#: killed at any instant.
PATIENCE = 1.0
#: Seconds between two looks at the processes.
POLL_INTERVAL = 0.1
#: The longest path of a socket file that every Unix takes, in bytes.
LONGEST_SOCKET_PATH = 100


def serve(host: str, port: int) -> int:
    """Runs the processes until SIGTERM or SIGINT. Returns 0 then, and 1 if one ends by itself or settings can't be used."""
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
    with _socket_folder() as folder:
        code_socket, workspace = folder / "code.sock", folder / "workspace.yaml"
        location = {"socket": str(code_socket), "location_name": LOCATION}
        workspace.write_text(yaml.safe_dump({"load_from": [{"grpc_server": location}]}))
        return run_together(
            {"the code server": code_server_command(code_socket)},
            {"the web page": page_command(host, port, workspace), "the daemon": daemon_command(workspace)},
            is_ready=lambda: _answers(code_socket),
            environment=environment,
        )


def code_server_command(code_socket: Path) -> list[str]:
    """The command of the process that loads the definitions and runs the jobs. It listens once they are loaded."""
    options = ["--socket", str(code_socket), "--module-name", DEFINITIONS, "--location-name", LOCATION]
    quiet = ["--log-level", "warning", "--inject-env-vars-from-instance", "--use-python-environment-entry-point"]
    return [sys.executable, "-m", "dagster", "code-server", "start", *options, *quiet]


def page_command(host: str, port: int, workspace: Path) -> list[str]:
    """The command of the web page."""
    options = ["--host", host, "--port", str(port), "--workspace", str(workspace)]
    return [sys.executable, "-m", "orchestration.defs.web_server", *options]


def daemon_command(workspace: Path) -> list[str]:
    """The command of the daemon, which starts what schedules, sensors and backfills ask for."""
    return [str(Path(sys.executable).with_name("dagster-daemon")), "run", "--workspace", str(workspace)]


def run_together(
    first: Mapping[str, Sequence[str]],
    then: Mapping[str, Sequence[str]],
    *,
    is_ready: Callable[[], bool],
    environment: Mapping[str, str],
) -> int:
    """Starts the commands `first`, those of `then` once `is_ready`, and waits for SIGTERM, SIGINT or the end of one of them.

    Keys are the names that messages call the processes by. However it comes to an end, all processes are ended, with all
    that they have started. Returns 0 if the end was asked for, 1 if a process ended by itself. Only for the main thread.
    """
    started: dict[str, subprocess.Popen[bytes]] = {}

    def start(commands: Mapping[str, Sequence[str]]) -> None:
        for name, command in commands.items():
            # in a group of its own: what it starts ends with it, and Ctrl-C in a terminal reaches this process only
            started[name] = subprocess.Popen(command, env=environment, start_new_session=True)

    waiting = True
    with _stop_signals() as asked:
        try:
            start(first)
            while not asked:
                for name, process in started.items():
                    if (code := process.poll()) is not None:
                        print(f"freefloat: {name} ended by itself (exit code {code}); ending the rest", file=sys.stderr)
                        return 1
                if waiting and is_ready():
                    waiting = False
                    start(then)
                time.sleep(POLL_INTERVAL)
            return 0
        finally:
            _end(started.values())


@contextmanager
def _stop_signals() -> Generator[list[int]]:
    """The signals to end that have come in so far.

    The handlers only note them. A handler runs in the middle of whatever the main thread does, so one that waits for a
    process may wait for a lock that the main thread holds, and nothing could ever release it.
    """
    asked: list[int] = []
    before = {number: signal.signal(number, lambda number, _: asked.append(number)) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    """Ends the processes and all that they have started: asks first, and kills what is left after `PATIENCE`."""
    left = [process for process in processes if _signal_group(process, signal.SIGINT)]
    deadline = time.monotonic() + PATIENCE
    while left and time.monotonic() < deadline:
        time.sleep(POLL_INTERVAL / 2)
        left = [process for process in left if process.poll() is None or _signal_group(process, 0)]
    for process in left:
        _signal_group(process, signal.SIGKILL)
    for process in left:
        process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: int) -> bool:
    """Sends a signal (0: none) to all processes of a group. Returns whether there was one left."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def _socket_folder() -> Generator[Path]:
    """A folder for the socket, open to this user only and gone afterwards, with a path that is short enough for a socket."""
    is_short = len(os.fsencode(tempfile.gettempdir())) < LONGEST_SOCKET_PATH - len("/freefloat-12345678/code.sock")
    with tempfile.TemporaryDirectory(prefix="freefloat-", dir=None if is_short else "/tmp") as folder:
        yield Path(folder)


def _answers(path: Path) -> bool:
    """Whether a process listens on the socket file."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True
