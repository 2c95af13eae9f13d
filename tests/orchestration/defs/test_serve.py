"""The served page: on loopback, for its own pages only, with the price assets by partition, and gone when it is ended."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Generator
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


@contextlib.contextmanager
def served(data_dir: Path, stand_ins: StandIns) -> Generator[tuple[str, int]]:
    """`freefloat serve` on a free port; gives its address and its process, and sees that nothing of it is left."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | stand_ins.environment | {"FREEFLOAT_DATA_DIR": str(data_dir)}
    log = (data_dir / "serve.log").open("w")
    process = subprocess.Popen(
        [str(FREEFLOAT), "serve", "--port", str(port)], env=environment, stdout=log, stderr=log, start_new_session=True
    )
    try:
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        # its children are a group of their own, which only it can end
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5)


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
    with StandIns(Market(upto=date(2026, 11, 20))) as stand_ins, served(tmp_path, stand_ins) as (address, process):
        log = tmp_path / "serve.log"
        info = until(lambda: urllib.request.urlopen(f"{address}/server_info", timeout=5).read().decode(), 240, log)
        assert "dagster_webserver_version" in info
        # serve's own child begins a session, and so do none of its children
        (child,) = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        assert listening(int(child)) == {"0100007F"}
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
