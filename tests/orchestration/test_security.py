"""Nobody gets in: what the web page answers, where keys go, what an odd folder does, and what is installed.

What a query can do is in test_query.py; the addresses that a started server listens on are in test_serve.py.
"""

from __future__ import annotations

import json
import re
import subprocess
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import dagster as dg
import duckdb
import pytest
from click.testing import CliRunner
from starlette.datastructures import Headers
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from ingestion.dataset import Folders
from ingestion.live.http import HttpClient
from ingestion.live.land import land_source
from ingestion.live.source import Live, all_sources
from orchestration.cli import cli
from orchestration.defs import serve as serve_module
from orchestration.reading.connection import QueryError
from orchestration.reading.query import run_query
from orchestration.reading.status import read_status, status_text
from orchestration.releases.diff import diff
from orchestration.releases.pointer import rollback
from orchestration.releases.publish import ReleaseContext, publish
from orchestration.settings import Settings, SettingsError
from tests.conftest import PROJECT

KEY = "sk-or-v1-Made/Up+Key-0123456789=="
#: One that a host name can hold.
PLAIN_KEY = "sk-or-v1-MadeUpKey0123456789"
#: The test client calls itself something else on a websocket.
OWN_HOST = {"host": "127.0.0.1:3000"}


# The web page.


@pytest.mark.parametrize(
    ("host", "method", "headers", "words"),
    [
        # programs, and the page itself
        ("127.0.0.1", "POST", {"host": "127.0.0.1:3000"}, None),
        ("127.0.0.1", "POST", {"host": "localhost:3000", "origin": "http://localhost:3000"}, None),
        ("127.0.0.1", "POST", {"host": "[::1]:3000", "sec-fetch-site": "same-origin"}, None),
        ("::1", "GET", {"host": "[::1]"}, None),
        ("127.0.0.1", "GET", {"host": "127.0.0.1:3000", "sec-fetch-site": "none", "sec-fetch-dest": "document"}, None),
        # a link on another site
        ("127.0.0.1", "GET", {"host": "127.0.0.1:3000", "sec-fetch-site": "cross-site", "sec-fetch-dest": "document"}, None),
        # a name that somebody else made to lead here
        ("127.0.0.1", "GET", {"host": "rebound.example:3000"}, "not called 'rebound.example'"),
        ("127.0.0.1", "GET", {"host": "127.0.0.1.rebound.example"}, "not called '127.0.0.1.rebound.example'"),
        ("127.0.0.1", "GET", {}, "not called ''"),
        ("10.0.0.7", "GET", {"host": "10.0.0.8:3000"}, "not called '10.0.0.8'"),
        # where the user asked for it
        ("10.0.0.7", "GET", {"host": "10.0.0.7:3000"}, None),
        ("Desk.example", "GET", {"host": "desk.example:3000"}, None),
        ("0.0.0.0", "GET", {"host": "desk.example:3000"}, None),
        # another site's page: an image, a frame, a form, another program of this machine, an older browser, a websocket
        *[
            ("127.0.0.1", method, {"host": "127.0.0.1:3000"} | headers, "another site")
            for method, headers in [
                ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-dest": "image"}),
                ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-dest": "iframe"}),
                ("POST", {"sec-fetch-site": "cross-site", "sec-fetch-dest": "document"}),
                ("GET", {"sec-fetch-site": "same-site", "sec-fetch-dest": "empty", "origin": "http://127.0.0.1:3000"}),
                ("POST", {"origin": "http://rebound.example"}),
                ("POST", {"origin": "http://127.0.0.1:8888"}),
                ("", {"origin": "null"}),
            ]
        ],
        ("0.0.0.0", "POST", {"host": "desk.example:3000", "origin": "http://rebound.example"}, "another site"),
    ],
)
def test_the_page_answers_itself_and_programs_and_nobody_else(
    host: str, method: str, headers: dict[str, str], words: str | None
) -> None:
    # it takes long to import, and all who collect this file would
    from orchestration.defs.web_server import refusal

    refused = refusal(host, method, Headers(headers))
    assert refused is None if words is None else words in (refused or "")


def test_the_guard_stands_before_the_page_and_its_websockets_with_the_pinned_dagster(tmp_path: Path) -> None:
    """The page needs two classes of Dagster that have no public name: WorkspaceProcessContext and WorkspaceFileTarget.

    Another release may rename them, take other arguments or answer elsewhere than in the application that it gives. So Dagster
    is pinned to one release, and whoever raises the pin sees here whether the guard still stands before all that is served.
    """
    from dagster._core.workspace.context import WorkspaceProcessContext
    from dagster._core.workspace.load_target import WorkspaceFileTarget

    from orchestration.defs.web_server import guarded_page

    pinned = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert f"dagster-webserver=={version('dagster-webserver')}" in pinned
    assert f"dagster=={version('dagster')}" in pinned
    workspace = tmp_path / "workspace.yaml"
    workspace.write_text("load_from: []\n")
    with (
        dg.DagsterInstance.local_temp() as instance,
        WorkspaceProcessContext(instance, WorkspaceFileTarget([str(workspace)]), version="7.7") as context,
    ):
        client = TestClient(guarded_page(context, "127.0.0.1"), base_url="http://127.0.0.1:3000")
        query = {"query": "{ version }"}
        assert client.get("/server_info").status_code == 200
        assert client.post("/graphql", json=query).json() == {"data": {"version": "7.7"}}
        for path in ("/server_info", "/graphql", "/", "/anything"):
            assert client.get(path, headers={"host": "rebound.example"}).status_code == 403
        assert client.post("/graphql", json=query, headers={"origin": "http://rebound.example"}).status_code == 403
        with client.websocket_connect("/graphql", subprotocols=["graphql-ws"], headers=OWN_HOST):
            pass
        with (
            pytest.raises(WebSocketDisconnect) as refused,
            client.websocket_connect("/graphql", headers=OWN_HOST | {"origin": "http://rebound.example"}),
        ):
            pass
        assert refused.value.reason == "a page of another site asks"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """The commands that `serve` would have started."""
    commands: list[list[str]] = []

    def run_together(first: dict[str, list[str]], then: dict[str, list[str]], **_: Any) -> int:
        commands.extend([*first.values(), *then.values()])
        return 0

    monkeypatch.setattr(serve_module, "run_together", run_together)
    monkeypatch.setenv("FREEFLOAT_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return commands


@pytest.mark.parametrize(
    ("options", "host", "is_warned"),
    [
        ([], "127.0.0.1", False),
        (["--host", "::1"], "::1", False),
        (["--host", "localhost"], "localhost", False),
        (["--host", "0.0.0.0"], "0.0.0.0", True),
        (["--host", "::"], "::", True),
        (["--host", "10.0.0.7"], "10.0.0.7", True),
        (["--host", "desk.example"], "desk.example", True),
    ],
)
def test_serving_to_other_machines_is_asked_for_and_said(
    options: list[str], host: str, is_warned: bool, started: list[list[str]]
) -> None:
    done = CliRunner().invoke(cli, ["serve", *options])
    assert done.exit_code == 0
    (page,) = [command for command in started if "--host" in command]
    assert page[page.index("--host") + 1] == host
    # the others are only asked over a socket file
    assert not any(option in ("-p", "--port") for command in started if command is not page for option in command)
    warning = f"freefloat: {host} is reachable from other machines, and the page has no login\n"
    assert done.stderr == (warning if is_warned else "")


def test_serving_with_a_setting_that_can_t_be_used_is_told(started: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREEFLOAT_ECB_URL", "nowhere")
    done = CliRunner().invoke(cli, ["serve"])
    assert (done.exit_code, started) == (1, [])
    assert done.stderr.startswith("freefloat: FREEFLOAT_ECB_URL: 'nowhere' is no address")


# Keys.


def test_a_key_is_in_no_text_of_the_settings() -> None:
    settings = Settings(openrouter_api_key=KEY)
    assert settings.keys == {"feed_openrouter": KEY}
    for shown in (repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json()):
        assert "openrouter_api_key" in shown and KEY not in shown
    assert KEY not in repr(Live(HttpClient(), settings.addresses, datetime.now(UTC), settings.keys))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"openrouter_api_key": 123456789}, "FREEFLOAT_OPENROUTER_API_KEY: '***' "),
        ({"yahoo_url": "https://me:pa55word@host"}, "FREEFLOAT_YAHOO_URL: '***host' is more than an address; write https://host"),
        ({"yahoo_url": "me:pa55word@host"}, "FREEFLOAT_YAHOO_URL: '***host' is no address; write "),
        ({"epoch_url": "https://host/?key=pa55word"}, "FREEFLOAT_EPOCH_URL: 'https://host/***' is more than an address"),
        ({"ecb_url": "https://host#pa55word"}, "FREEFLOAT_ECB_URL: 'https://host***' is more than an address"),
        (
            {"openrouter_url": "http://proxy.example", "openrouter_api_key": "pa55word"},
            "FREEFLOAT_OPENROUTER_URL: 'http://proxy.example' would send FREEFLOAT_OPENROUTER_API_KEY over the network",
        ),
    ],
)
def test_a_setting_that_would_show_a_key_is_refused_without_showing_it(values: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=f"^{re.escape(words)}") as refused:
        Settings(**values)
    assert "123456789" not in str(refused.value) and "pa55word" not in str(refused.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000", "https://proxy.example"])
def test_a_key_may_go_to_this_machine_or_encrypted(url: str) -> None:
    assert Settings(openrouter_url=url, openrouter_api_key=KEY).addresses["feed_openrouter"] == url


def test_an_unencrypted_address_without_a_key_is_taken() -> None:
    assert Settings(openrouter_url="http://proxy.example", openrouter_api_key=None).keys == {}


def echoing(status: int, body: str = "", **headers: str) -> tuple[int, str, dict[str, str]]:
    return status, body, {name.replace("_", "-"): value for name, value in headers.items()}


def ranked(model: str, tokens: str) -> str:
    """Rankings of the last day that was asked for."""
    rows = [("other", "1"), (model, tokens)]
    data = [{"date": "END_DATE", "model_permaslug": slug, "total_tokens": count} for slug, count in rows]
    return json.dumps({"meta": {"as_of": "2026-11-20T00:00:00Z"}, "data": data})


ECHOES = {
    "error body": echoing(401, f"no such key: {KEY}"),
    "server error": echoing(500, f"Bearer {KEY}", X_Key=KEY),
    "redirect": echoing(302, Location=f"https://login.example/?key={quote(KEY, safe='')}"),
    "redirect to a host": echoing(302, Location=f"https://{PLAIN_KEY}.example/"),
    "encoding": echoing(200, "{}", Content_Encoding=KEY),
    "page": echoing(200, f"<html><title>No such key: {KEY}</title></html>"),
    "page, encoded": echoing(200, f"<html><title>No such key: {quote(KEY)} {quote(KEY, safe='')}</title></html>"),
    "no JSON": echoing(200, f"{KEY}"),
    "JSON": echoing(200, json.dumps({"error": {"message": KEY}})),
    "JSON, a name": echoing(200, json.dumps({KEY: 1})),
    "JSON, escaped": echoing(200, json.dumps({"error": KEY}).replace("/", r"\/")),
    "a value that would land": echoing(200, ranked(KEY, "1")),
    "a value that would be refused": echoing(200, ranked("z-ai/glm", KEY)),
    "no answer in full": echoing(200, KEY, Content_Length="9999"),
}


class Echo(BaseHTTPRequestHandler):
    """Repeats the key in its own way, whatever it is asked; `reply` is what."""

    reply: tuple[int, str, dict[str, str]]
    keys_seen: set[str | None]

    def do_GET(self) -> None:
        type(self).keys_seen.add(self.headers.get("Authorization"))
        status, body, headers = self.reply
        body = body.replace("END_DATE", parse_qs(urlsplit(self.path).query)["end_date"][0])
        self.send_response(status, f"no {KEY}")
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def echo() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", ECHOES)
def test_a_key_that_a_source_repeats_is_neither_kept_nor_shown(
    name: str, echo: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    Echo.reply, Echo.keys_seen = ECHOES[name], set()
    key = PLAIN_KEY if name == "redirect to a host" else KEY
    settings = Settings(openrouter_url=echo, openrouter_api_key=key)
    folders = Folders(PROJECT / "data", tmp_path)
    source = all_sources()["openrouter"]
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with HttpClient(timeout_seconds=2, attempts=1, requests_per_second=1000) as client:
        # the rankings alone: the prices are asked for without a key
        landed = land_source(
            replace(source, subjects=lambda *_: source.subjects(folders, now)[1:]),
            folders,
            Live(client, settings.addresses, now, settings.keys),
        )
    assert Echo.keys_seen == {f"Bearer {key}"}, "the source has the key"
    (stale,) = landed.failed
    assert len(stale.reason) > 20 and landed.landings["openrouter_token_usage"].rows == 0
    written = [path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 2
    shown = "\n".join([*written, repr(landed), *capfd.readouterr(), caplog.text]).lower()
    for form in (key, quote(key, safe=""), quote(key), key.replace("/", r"\/"), key[:20]):
        assert form.lower() not in shown


# Folders of any name.


@pytest.mark.parametrize("name", ['it\'s "odd" {x}; DROP TABLE dim_release; --', "{{ 1 + 1 }} $HOME `id` 智谱"])
def test_a_data_folder_of_an_odd_name_is_a_folder_like_any_other(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    ids = ("20260420T000000001Z", "20260421T000000001Z")
    for release_id in ids:
        database = folder / f"build {release_id[7]}'.duckdb"
        with duckdb.connect(database) as connection:
            connection.execute(
                f"CREATE TABLE dim_release AS SELECT '{release_id}' AS release_id, DATE '2026-04-20' AS as_of, "
                "TIMESTAMP '2026-04-20 00:00:00' AS created_at"
            )
        publish(database, ReleaseContext(data_dir=folder, release_id=release_id))
    run_query(folder, "SELECT release_id FROM dim_release", "csv", folder / "result")
    assert (folder / "result").read_text() == f"release_id\n{ids[1]}\n"
    with duckdb.connect() as connection:
        (folder / "landed" / "it's").mkdir(parents=True)
        connection.sql("SELECT 1 AS a").write_parquet(str(folder / "landed" / "it's" / "a.parquet"))
    status = read_status(folder)
    assert status["release"]["release_id"] == ids[1] and name in status_text(status)
    assert [(one["dataset"], one["rows"], one["error"]) for one in status["datasets"]] == [("it's", 1, None)]
    assert diff(folder, *ids).tables == {}
    rollback(folder, ids[0])
    assert read_status(folder)["release"]["release_id"] == ids[0]


@pytest.mark.parametrize("name", ["a*", "a?", "a[0]", "a\nb"])
def test_a_data_folder_whose_name_is_a_pattern_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREEFLOAT_DATA_DIR", f"/tmp/{name}")
    with pytest.raises(SettingsError, match=r"^FREEFLOAT_DATA_DIR: '/tmp/a.* has one of \* \? \[ \].*; name another folder$"):
        Settings()


def test_a_view_in_a_foreign_release_reads_no_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret words")
    with duckdb.connect(tmp_path / "warehouse.duckdb") as connection:
        connection.execute(f"CREATE VIEW v AS FROM read_text('{tmp_path / 'secret'}')")
        connection.execute(f"CREATE MACRO m() AS TABLE FROM read_text('{tmp_path / 'secret'}')")
    for sql in ("FROM v", "FROM m()"):
        with pytest.raises(QueryError, match="file system operations are disabled"):
            run_query(tmp_path, sql, "csv", tmp_path / "result")


# What is installed.


def test_every_package_comes_from_the_registry_with_a_hash_of_each_file() -> None:
    packages = tomllib.loads((PROJECT / "uv.lock").read_text(encoding="utf-8"))["package"]
    assert len(packages) > 100
    for package in packages:
        if package["name"] == "freefloat":
            assert package["source"] == {"editable": "."}
            continue
        assert package["source"] == {"registry": "https://pypi.org/simple"}, package["name"]
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        assert files, package["name"]
        for file in files:
            assert re.fullmatch("sha256:[0-9a-f]{64}", file["hash"]), file
            assert file["url"].startswith("https://files.pythonhosted.org/"), file


def test_make_installs_what_the_lock_says() -> None:
    recipe = subprocess.run(
        ["make", "--dry-run", "--always-make", ".venv/.installed"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout
    (sync,) = [line for line in recipe.splitlines() if " sync" in line]
    # without it, uv would write a lock anew that does not match, and trust what it finds
    assert "--frozen" in sync.split()
    assert not re.search(r"pip install(?!.*\"uv~=)", recipe)
