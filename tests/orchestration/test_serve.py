"""The served page: on loopback, with the price assets by partition, and gone with its children when it is ended."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
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
def served(data_dir: Path, stand_ins: StandIns) -> Generator[str]:
    """`freefloat serve` on a free port; gives its address, and sees that nothing of it is left."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | stand_ins.environment | {"FREEFLOAT_DATA_DIR": str(data_dir)}
    log = (data_dir / "serve.log").open("w")
    process = subprocess.Popen(
        [str(FREEFLOAT), "serve", "--port", str(port)], env=environment, stdout=log, stderr=log, start_new_session=True
    )
    try:
        yield f"http://127.0.0.1:{port}"
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)
        with pytest.raises(OSError, match="refused"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def until(found: Callable[[], Any], seconds: float, log: Path) -> Any:
    """What `found` gives as soon as it is true; fails with the end of the log after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if answer := found():
                return answer
        time.sleep(0.5)
    raise AssertionError(log.read_text()[-3000:])


def graphql(address: str, query: str, **variables: Any) -> Any:
    request = urllib.request.Request(
        f"{address}/graphql",
        json.dumps({"query": query, "variables": variables}).encode(),
        {"Content-Type": "application/json"},
    )
    answer = json.loads(urllib.request.urlopen(request, timeout=60).read())
    assert "errors" not in answer, answer
    return answer["data"]


def test_a_month_of_prices_is_backfilled_from_the_page(offline_release: Path, tmp_path: Path) -> None:
    shutil.copytree(offline_release / "landed", tmp_path / "landed")
    with StandIns(Market(upto=date(2026, 11, 20))) as stand_ins, served(tmp_path, stand_ins) as address:
        log = tmp_path / "serve.log"
        info = until(lambda: urllib.request.urlopen(f"{address}/server_info", timeout=5).read().decode(), 120, log)
        assert "dagster_webserver_version" in info
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
