"""The served page: on loopback, for its own pages only, with the price assets by partition, and gone when it is ended."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Generator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.conftest import FREEFLOAT
from tests.standins.market import Market
from tests.standins.server import StandIns

PRICES = ["landed", "yahoo_prices"]
ACTIONS = ["landed", "yahoo_corporate_actions"]
#: Seconds within which a stop has ended all processes.
STOPPED_WITHIN = 3


@contextlib.contextmanager
def served(
    data_dir: Path, added: Mapping[str, str], ending: signal.Signals = signal.SIGTERM
) -> Generator[tuple[str, subprocess.Popen[bytes]]]:
    """`freefloat serve` on a free port; gives its address and process, stops it and sees that nothing of it is left."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (data_dir / "serve.log").open("w")
    process = subprocess.Popen(
        [str(FREEFLOAT), "serve", "--port", str(port)],
        env=os.environ | added | {"FREEFLOAT_DATA_DIR": str(data_dir)},
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        yield f"http://127.0.0.1:{port}", process
    except BaseException:
        process.send_signal(ending)
        process.wait(timeout=60)
        raise
    delay = machine_delay()
    asked_at = time.monotonic()
    process.send_signal(ending)
    # SIGKILL would end it at once, but not its children, so that a test which fails leaves something behind, for a while
    assert process.wait(timeout=60) == 0, (data_dir / "serve.log").read_text()[-3000:]
    gone_by(asked_at + STOPPED_WITHIN + delay, data_dir)
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5)


def running_on(data_dir: Path) -> list[str]:
    """The commands of all processes that were started, by whichever parent, to work on a data folder."""
    setting = f"FREEFLOAT_DATA_DIR={data_dir}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if setting in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def machine_delay() -> float:
    """Seconds that this machine now takes for a Python that does nothing: a blink, unless others keep it busy."""
    begun_at = time.monotonic()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.monotonic() - begun_at


def gone_by(deadline: float, data_dir: Path) -> None:
    """Fails if a process works on a data folder at the deadline, or after it. What was killed takes the system a moment."""
    while (left := running_on(data_dir)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []
    assert time.monotonic() < deadline


def children(process: int) -> list[int]:
    """The processes that a process has started and that have not ended."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def until(found: Callable[[], Any], seconds: float, log: Path) -> Any:
    """What `found` gives as soon as it is true; fails with the end of the log after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if answer := found():
                return answer
        time.sleep(0.5)
    raise AssertionError(log.read_text()[-3000:])


def listening(session: int) -> set[str]:
    """The addresses on which the processes of a session listen for TCP connections, as the kernel writes them, without port."""
    inodes = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            if os.getsid(int(process.name)) == session:
                inodes |= {os.readlink(handle) for handle in (process / "fd").iterdir()}
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            cells = line.split()
            if cells[3] == "0A" and f"socket:[{cells[9]}]" in inodes:
                found.add(cells[1].partition(":")[0])
    return found


def status(address: str, **headers: str) -> int:
    """The status of a mutation asked for by nothing but an address, as any page can; here of a run that there is not."""
    mutation = 'mutation{deleteRun(runId:"none"){__typename}}'
    request = urllib.request.Request(f"{address}/graphql?query={urllib.parse.quote(mutation)}")
    for name, value in headers.items():
        request.add_header(name.replace("_", "-"), value)
    try:
        return urllib.request.urlopen(request, timeout=30).status
    except urllib.error.HTTPError as refused:
        return refused.code


def graphql(address: str, query: str, **variables: Any) -> Any:
    request = urllib.request.Request(
        f"{address}/graphql",
        json.dumps({"query": query, "variables": variables}).encode(),
        {"Content-Type": "application/json"},
    )
    answer = json.loads(urllib.request.urlopen(request, timeout=60).read())
    assert "errors" not in answer, answer
    return answer["data"]


def test_the_page_is_for_this_machine_only_and_a_month_of_prices_is_backfilled_from_it(
    offline_release: Path, tmp_path: Path
) -> None:
    shutil.copytree(offline_release / "landed", tmp_path / "landed")
    with StandIns(Market(upto=date(2026, 11, 20))) as stand_ins, served(tmp_path, stand_ins.environment) as (address, process):
        log = tmp_path / "serve.log"
        info = until(lambda: urllib.request.urlopen(f"{address}/server_info", timeout=5).read().decode(), 240, log)
        assert "dagster_webserver_version" in info
        # each of serve's own children begins a session, and none of theirs does
        sessions = children(process.pid)
        assert len(sessions) == 3
        assert set().union(*map(listening, sessions)) == {"0100007F"}
        assert status(address) == 200
        assert status(address, Host="rebound.example") == 403
        assert status(address, Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="image") == 403
        launched = graphql(
            address,
            """mutation ($assets: [AssetKeyInput!]!, $months: [String!]!) {
                 launchPartitionBackfill(backfillParams: {assetSelection: $assets, partitionNames: $months}) {
                   __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }""",
            assets=[{"path": PRICES}, {"path": ACTIONS}],
            months=["2026-09-01", "2026-10-01"],
        )["launchPartitionBackfill"]
        assert launched["__typename"] == "LaunchBackfillSuccess", launched

        def months() -> list[tuple[str, str, str]]:
            node = graphql(
                address,
                """query ($asset: AssetKeyInput!) { assetNodeOrError(assetKey: $asset) { ... on AssetNode {
                     assetPartitionStatuses { ... on TimePartitionStatuses { ranges { startKey endKey status } } } } } }""",
                asset={"path": PRICES},
            )["assetNodeOrError"]
            ranges = node["assetPartitionStatuses"].get("ranges") or []
            return [(found["startKey"], found["endKey"], found["status"]) for found in ranges]

        done = [("2026-09-01", "2026-10-01", "MATERIALIZED")]
        until(lambda: months() == done, 180, log)

        def checks() -> dict[str, tuple[bool, str]]:
            found = graphql(
                address,
                """query ($asset: AssetKeyInput!) { assetNodeOrError(assetKey: $asset) { ... on AssetNode {
                     assetChecksOrError { ... on AssetChecks { checks { name
                       executionForLatestMaterialization { evaluation { success severity } } } } } } } }""",
                asset={"path": PRICES},
            )["assetNodeOrError"]["assetChecksOrError"]["checks"]
            evaluated = {check["name"]: (check["executionForLatestMaterialization"] or {}).get("evaluation") for check in found}
            return {name: (result["success"], result["severity"]) for name, result in evaluated.items() if result}

        until(lambda: len(checks()) == 3, 60, log)
        assert {name: success for name, (success, _) in checks().items()} == {
            "contract": True,
            "answered": True,
            "fresh": False,
        }
        # the sessions of November are missing, which is a warning
        assert checks()["fresh"] == (False, "WARN")
    bars = pl.read_parquet(sorted((tmp_path / "landed" / "yahoo_prices").glob("*.parquet")))
    assert (bars["trading_date"].min(), bars["trading_date"].max()) == (date(2026, 9, 1), date(2026, 10, 30))


# all of Dagster has to start, which takes as long as a build
@pytest.mark.full_build
def test_ctrl_c_ends_all_that_was_started(tmp_path: Path) -> None:
    with served(tmp_path, {}, signal.SIGINT) as (address, _):
        until(lambda: urllib.request.urlopen(f"{address}/server_info", timeout=5), 240, tmp_path / "serve.log")
        assert len(running_on(tmp_path)) >= 5


def test_a_stop_while_it_still_starts_ends_all_that_was_started(tmp_path: Path) -> None:
    with served(tmp_path, {}) as (_, process):
        until(lambda: children(process.pid), 120, tmp_path / "serve.log")


#: A process that only SIGKILL ends, with a child of the same kind.
STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.fork()
open(sys.argv[1] + "/" + str(os.getpid()), "w").close()
time.sleep(600)
"""
#: Runs two such processes together, as `freefloat serve` runs its three.
TOGETHER = """
import os, sys
from pathlib import Path
from orchestration.defs.serve import run_together
folder = Path(sys.argv[1])
command = [sys.executable, "-c", sys.argv[2], str(folder)]
ready = lambda: len(list(folder.iterdir())) == 2
sys.exit(run_together({"one": command}, {"two": command}, is_ready=ready, environment=os.environ))
"""


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_processes_that_do_not_end_when_asked_are_killed_in_time(ending: signal.Signals, tmp_path: Path) -> None:
    environment = os.environ | {"FREEFLOAT_DATA_DIR": str(tmp_path)}
    together = subprocess.Popen([sys.executable, "-c", TOGETHER, str(tmp_path), STUBBORN], env=environment)
    until(lambda: len(list(tmp_path.iterdir())) == 4, 60, tmp_path)
    delay = machine_delay()
    asked_at = time.monotonic()
    together.send_signal(ending)
    # asking twice does not interrupt the end
    together.send_signal(ending)
    assert together.wait(timeout=60) == 0
    gone_by(asked_at + STOPPED_WITHIN + delay, tmp_path)


def test_when_one_process_ends_by_itself_the_others_end_too_and_it_is_named(tmp_path: Path) -> None:
    patient = ["sleep", "600"]
    failing = [sys.executable, "-c", "import sys; sys.exit(3)"]
    program = (
        "import os, sys; from orchestration.defs.serve import run_together; "
        f"sys.exit(run_together({{'one': {patient}}}, {{'two': {failing}}}, is_ready=lambda: True, environment=os.environ))"
    )
    environment = os.environ | {"FREEFLOAT_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (1, "freefloat: two ended by itself (exit code 3); ending the rest\n")
    assert running_on(tmp_path) == []
