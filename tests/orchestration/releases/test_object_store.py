"""Releases in object storage: whole or not there, read from elsewhere, and nothing of a failure reaches this disk's release.

The store is moto's S3 server on loopback, with faults before it: what it answers instead, and when it stops to answer.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import obstore
import polars as pl
import pytest
from click.testing import CliRunner
from obstore.fsspec import FsspecStore
from obstore.store import S3Store, from_url
from werkzeug.serving import make_server

from orchestration.cli import cli
from orchestration.reading.status import read_status, status_text
from orchestration.releases import object_store
from orchestration.releases.object_store import mirror
from orchestration.releases.pointer import rollback
from orchestration.releases.release import current
from orchestration.settings import Settings, SettingsError
from tests.orchestration.releases.test_releases import published, release_id

URL = "s3://desk/freefloat"
PLENTY = 10**9


class Shop:
    """An S3 server whose answers to writes can be spoilt: `fault` sees each write before it is done."""

    def __init__(self) -> None:
        # it takes long to import, and all who collect this file would
        from moto.server import DomainDispatcherApplication, create_backend_app

        self.app = DomainDispatcherApplication(create_backend_app)
        self.written: list[str] = []
        self.fault: Callable[[int, str], str | None] = lambda number, key: None
        self.server = make_server("127.0.0.1", 0, self, threaded=True)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in ("PUT", "POST", "DELETE") and environ["PATH_INFO"].startswith("/desk/"):
            key = environ["PATH_INFO"].removeprefix("/desk/freefloat/")
            fault = self.fault(len(self.written), key)
            if fault == "hang":
                time.sleep(3)
            if fault:
                start_response(fault if fault != "hang" else "503 Slow Down", [("Content-Type", "text/plain")])
                return [b"no"]
            self.written.append(key)
        return self.app(environ, start_response)


@pytest.fixture(scope="module")
def server() -> Iterator[Shop]:
    shop = Shop()
    thread = threading.Thread(target=shop.server.serve_forever, daemon=True)
    thread.start()
    yield shop
    shop.server.shutdown()
    thread.join()


@pytest.fixture
def shop(server: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """An empty bucket `desk`, with the credentials in the environment."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "desk-key",
        "AWS_SECRET_ACCESS_KEY": "desk-secret",
        "AWS_ENDPOINT_URL": server.address,
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(object_store, "RETRIES", 1)
    monkeypatch.setattr(object_store, "RETRY_SECONDS", 1)
    monkeypatch.setattr(object_store, "REQUEST_SECONDS", 1)
    server.fault = lambda number, key: None
    import boto3

    client: Any = boto3.client("s3", endpoint_url=server.address, region_name="us-east-1")
    if any(bucket["Name"] == "desk" for bucket in client.list_buckets()["Buckets"]):
        for file in client.list_objects_v2(Bucket="desk").get("Contents", []):
            client.delete_object(Bucket="desk", Key=file["Key"])
    else:
        client.create_bucket(Bucket="desk")
    server.written.clear()
    return server


def files_in(url: str = URL) -> dict[str, int]:
    return {file["path"]: file["size"] for batch in obstore.list(from_url(url)) for file in batch}


def says_current(url: str = URL) -> dict[str, Any]:
    return json.loads(obstore.get(from_url(url), "current.json").bytes().to_bytes())


def releases_in(url: str = URL) -> set[str]:
    return {path.split("/")[1] for path in files_in(url) if path.endswith("/manifest.json")}


def test_a_release_is_uploaded_whole_its_manifest_after_its_files_and_current_last(tmp_path: Path, shop: Shop) -> None:
    release = published(tmp_path, 1)
    assert mirror(tmp_path, URL, max_bytes=PLENTY) is None
    on_disk = {path.relative_to(release.folder).as_posix() for path in release.folder.rglob("*") if path.is_file()}
    folder = f"releases/{release.release_id}"
    assert files_in().keys() == {f"{folder}/{name}" for name in on_disk} | {"current.json"}
    assert shop.written[-2:] == [f"{folder}/manifest.json", "current.json"]
    says = says_current()
    assert says["release_id"] == release.release_id and says["as_of"] == "2026-04-20"
    assert says["warehouse_sha256"] == release.manifest["warehouse"]["sha256"]
    # nothing new: nothing is written
    shop.written.clear()
    assert mirror(tmp_path, URL, max_bytes=PLENTY) is None
    assert shop.written == []


def test_it_is_read_back_by_polars_and_by_duckdb(tmp_path: Path, shop: Shop) -> None:
    published(tmp_path, 7)
    mirror(tmp_path, URL, max_bytes=PLENTY)
    numbers = f"{URL}/{says_current()['parquet']}fct_number.parquet"
    options = {"aws_endpoint_url": shop.address, "aws_allow_http": "true", "aws_region": "us-east-1"}
    assert pl.read_parquet(numbers, storage_options=options)["number"].unique().to_list() == [7]
    with duckdb.connect() as connection:
        connection.register_filesystem(FsspecStore("s3"))
        assert connection.execute(f"SELECT count(*), max(number) FROM read_parquet('{numbers}')").fetchall() == [(1000, 7)]
    whole = tmp_path / "there.duckdb"
    whole.write_bytes(obstore.get(from_url(URL), says_current()["warehouse"]).bytes())
    with duckdb.connect(whole, read_only=True) as connection:
        assert connection.execute("SELECT DISTINCT number FROM fct_number").fetchall() == [(7,)]


def test_a_folder_is_an_object_store_too(tmp_path: Path) -> None:
    published(tmp_path / "own", 1)
    url = f"file://{tmp_path}/shared/freefloat"
    assert mirror(tmp_path / "own", url, max_bytes=PLENTY) is None
    assert releases_in(url) == {release_id(1)} == {says_current(url)["release_id"]}


def test_a_rollback_by_command_moves_what_is_current_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"file://{tmp_path}/shared"
    monkeypatch.setenv("FREEFLOAT_DATA_DIR", str(tmp_path / "own"))
    monkeypatch.setenv("FREEFLOAT_PUBLISH_URL", url)
    first, second = published(tmp_path / "own", 1), published(tmp_path / "own", 2)
    mirror(tmp_path / "own", url, max_bytes=PLENTY)
    assert says_current(url)["release_id"] == second.release_id
    done = CliRunner().invoke(cli, ["releases", "rollback", first.release_id])
    assert done.exit_code == 0, done.output
    assert says_current(url)["release_id"] == first.release_id
    # a folder that can't be written is told, and the rollback stands
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("FREEFLOAT_PUBLISH_URL", f"file://{tmp_path}/file/x")
    done = CliRunner().invoke(cli, ["releases", "rollback", second.release_id])
    assert done.exit_code == 0 and f"current release: {second.release_id}" in done.stdout
    assert f"does not hold release {second.release_id}" in done.stderr


def test_a_rollback_and_what_was_missed_follow_and_the_oldest_make_room(tmp_path: Path, shop: Shop) -> None:
    first = published(tmp_path, 1)
    mirror(tmp_path, URL, max_bytes=PLENTY)
    # the store was away while the second was published
    published(tmp_path, 2)
    third = published(tmp_path, 3)
    mirror(tmp_path, URL, max_bytes=PLENTY)
    assert releases_in() == {release_id(1), release_id(2), release_id(3)}
    rollback(tmp_path, first.release_id)
    mirror(tmp_path, URL, max_bytes=PLENTY)
    assert says_current()["release_id"] == first.release_id
    rollback(tmp_path, third.release_id)
    one = sum(size for path, size in files_in().items() if third.release_id in path)
    assert mirror(tmp_path, URL, max_bytes=int(2.5 * one)) is None
    assert releases_in() == {release_id(2), release_id(3)}
    # what made room stays away, though this disk still keeps it; the current one stays, however little room there is
    assert mirror(tmp_path, URL, max_bytes=1) is None
    assert releases_in() == {release_id(3)}
    assert all(release_id(3) in path or path == "current.json" for path in files_in())


@pytest.mark.parametrize("fault", ["500 Internal Server Error", "403 Forbidden", "hang"])
@pytest.mark.parametrize("at", [0, 2, "manifest.json", "current.json"])
def test_a_store_that_fails_is_told_harms_no_release_and_shows_no_half(
    tmp_path: Path, shop: Shop, fault: str, at: int | str
) -> None:
    published(tmp_path, 1)
    mirror(tmp_path, URL, max_bytes=PLENTY)
    shop.written.clear()
    second = published(tmp_path, 2)
    shop.fault = lambda number, key: fault if number == at or (isinstance(at, str) and key.endswith(at)) else None
    reason = mirror(tmp_path, URL, max_bytes=PLENTY)
    assert reason and reason.startswith(f"{URL} does not hold release {second.release_id}: ")
    assert "the next refresh uploads what is missing" in reason and "desk-secret" not in reason and "desk-key" not in reason
    # this disk has its release; a reader elsewhere has the whole of the first
    assert current(tmp_path) == second
    assert says_current()["release_id"] == release_id(1)
    assert at == "current.json" or releases_in() == {release_id(1)}
    text = status_text(read_status(tmp_path))
    assert f"uploaded      not: {URL} does not hold release {second.release_id}" in text
    shop.fault = lambda number, key: None
    assert mirror(tmp_path, URL, max_bytes=PLENTY) is None
    assert releases_in() == {release_id(1), release_id(2)} and says_current()["release_id"] == second.release_id
    assert f"uploaded      {second.release_id} to {URL}, " in status_text(read_status(tmp_path))


def test_an_upload_that_is_killed_half_way_shows_no_half_and_is_finished_by_the_next(tmp_path: Path, shop: Shop) -> None:
    first = published(tmp_path, 1)
    mirror(tmp_path, URL, max_bytes=PLENTY)
    published(tmp_path, 2)
    shop.written.clear()
    code = "import sys; from pathlib import Path; from orchestration.releases.object_store import mirror; "
    code += "mirror(Path(sys.argv[1]), sys.argv[2], max_bytes=10**9)"
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path), URL])

    def kill(number: int, key: str) -> str | None:
        if number == 3:
            os.kill(process.pid, signal.SIGKILL)
            return "500 Killed"
        return None

    shop.fault = kill
    assert process.wait(timeout=60) == -signal.SIGKILL
    shop.fault = lambda number, key: None
    assert releases_in() == {first.release_id} == {says_current()["release_id"]}
    assert len([path for path in files_in() if release_id(2) in path]) == 3
    # its rest is taken up, or removed once a later release is current
    third = published(tmp_path, 3)
    assert mirror(tmp_path, URL, max_bytes=PLENTY) is None
    assert releases_in() == {release_id(1), release_id(2), third.release_id}


def test_what_a_killed_upload_left_of_a_release_that_is_gone_is_removed(tmp_path: Path, shop: Shop) -> None:
    obstore.put(S3Store.from_url(URL), f"releases/{release_id(1)}/warehouse.duckdb", b"half")
    published(tmp_path, 2)
    assert mirror(tmp_path, URL, max_bytes=PLENTY) is None
    assert releases_in() == {release_id(2)}
    assert not any(release_id(1) in path for path in files_in())


def test_a_release_whose_manifest_is_damaged_is_told(tmp_path: Path) -> None:
    release = published(tmp_path / "own", 1)
    (release.folder / "manifest.json").chmod(0o644)
    (release.folder / "manifest.json").write_text("{")
    assert "manifest.json can't be read" in (mirror(tmp_path / "own", f"file://{tmp_path}/shared", max_bytes=PLENTY) or "")


def test_a_store_that_is_not_there_is_told(tmp_path: Path, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    published(tmp_path, 1)
    assert "does not hold release" in (mirror(tmp_path, "s3://nobody/x", max_bytes=PLENTY) or "")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert "does not hold release" in (mirror(tmp_path, URL, max_bytes=PLENTY) or "")
    assert mirror(tmp_path / "empty", URL, max_bytes=PLENTY) is None


@pytest.mark.parametrize(
    "url",
    ["https://host/bucket", "s3://", "s3://key:secret@bucket/x", "s3://bucket/../x", "s3://bucket/a?b=c", "file://relative"],
)
def test_an_address_that_is_none_or_holds_more_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREEFLOAT_PUBLISH_URL", url)
    with pytest.raises(SettingsError, match=r"FREEFLOAT_PUBLISH_URL.*write s3://bucket/prefix or file:///folder") as refused:
        Settings()
    assert "secret" not in str(refused.value)
