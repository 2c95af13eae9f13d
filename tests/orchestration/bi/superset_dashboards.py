"""A Superset of its own, looked at on a desk and on a phone, while releases are published (`make test-superset`).

Not collected with the others: its environment takes minutes to install. Pictures are written to data/build/screenshots, for
whoever changes a dashboard to look at.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Browser, Page, Response, sync_playwright

from orchestration.bi.superset.bundle import chart_names, design
from orchestration.releases.catalog import literal
from orchestration.releases.publish import ReleaseContext, publish
from orchestration.releases.release import release_id_of
from tests.chromium import chromium
from tests.conftest import FREEFLOAT, PROJECT
from tests.pages import DESKTOP, ON_A_PHONE, screenshot

PASSWORD = "only-in-this-test"
#: What a page asks the internet for is held back by the policy of superset_config.py: of that, and of nothing else, it complains.
TELEMETRY = "apachesuperset.gateway.scarf.sh"
#: Seconds between two releases, and for how many seconds charts are asked while they come.
PUBLISHED_EVERY, ASKED_FOR = 0.5, 40.0


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A live release from the stand-ins: daily bars, scores and usage, so that no chart is empty for want of data."""
    folder = tmp_path_factory.mktemp("superset") / "data"
    done = subprocess.run(
        [sys.executable, "-m", "tests.standins", str(FREEFLOAT), "refresh", "--live"],
        cwd=PROJECT,
        env=os.environ | {"FREEFLOAT_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def address(data_dir: Path) -> Generator[str]:
    """Where it answers. It is started as `make superset` starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {"FREEFLOAT_DATA_DIR": str(data_dir), "SUPERSET_PORT": str(port), "SUPERSET_ADMIN_PASSWORD": PASSWORD}
    command = [sys.executable, "-m", "orchestration.bi.superset.serve", os.environ["SUPERSET_ENVIRONMENT"]]
    server = subprocess.Popen(command, cwd=PROJECT, env=os.environ | environment, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    said = ""
    for line in server.stdout:
        said += line
        if "user admin" in line:
            break
    log = data_dir / "build" / "superset" / "home" / "superset.log"
    assert f"http://127.0.0.1:{port}/superset/dashboard/freefloat-supply/" in said, log.read_text(encoding="utf-8")[-3000:]
    yield f"http://127.0.0.1:{port}"
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=30) == 0


@pytest.fixture(scope="module")
def chrome() -> Generator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def signed_in(chrome: Browser, address: str) -> Any:
    """The session of the administrator, whose password was taken from the environment."""
    page = chrome.new_context().new_page()
    page.goto(f"{address}/login/")
    page.wait_for_load_state("networkidle")
    page.locator("#username").fill("admin")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url(lambda url: "login" not in url)
    return page.context.storage_state()


@dataclass
class Seen:
    """A dashboard in a browser: the answers to its charts, what it complained of, what it asked elsewhere for."""

    page: Page
    answers: list[tuple[int, int | None, str]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def watch(self, address: str) -> None:
        self.page.on("response", self._response)
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "requestfinished",
            lambda asked: None if asked.url.startswith((address, "data:", "blob:")) else self.outside.append(asked.url),
        )

    def _response(self, response: Response) -> None:
        if "/api/v1/chart/data" in response.url:
            body = response.json()
            result = body["result"][0] if response.status == 200 else {}
            self.answers.append((response.status, result.get("rowcount"), str(result.get("error") or body.get("message"))))


@pytest.fixture
def look(chrome: Browser, address: str, signed_in: Any) -> Callable[..., Seen]:
    def look(name: str, **options: Any) -> Seen:
        seen = Seen(chrome.new_context(storage_state=signed_in, **options).new_page())
        seen.watch(address)
        # as tall as all its charts: those out of sight are not asked
        width = options["viewport"]["width"]
        height = 300 + sum(8 * row["height"] + 30 for row in design()["dashboards"][name]["rows"])
        seen.page.set_viewport_size({"width": width, "height": height})
        seen.page.goto(f"{address}/superset/dashboard/freefloat-{name}/")
        return seen

    return look


def asked(name: str) -> int:
    """How many questions a dashboard asks: one each chart, and one each filter for what can be chosen."""
    shown = design()["dashboards"][name]
    return len(chart_names(shown)) + len(shown["filters"])


def wait_for_answers(seen: Seen, count: int) -> None:
    """Waits until so many questions are answered, and what they ask is drawn."""
    until = time.monotonic() + 90
    while len(seen.answers) < count and time.monotonic() < until:
        seen.page.wait_for_timeout(250)
    seen.page.wait_for_load_state("networkidle")
    seen.page.wait_for_timeout(2000)


def assert_whole(seen: Seen, name: str) -> None:
    """Each chart has rows and is a picture or a table; nothing is said to have failed, nothing leaves the machine."""
    expected = len(chart_names(design()["dashboards"][name]))
    assert len(seen.answers) >= asked(name)
    assert [answer for answer in seen.answers if answer[0] != 200 or not answer[1]] == []
    assert seen.page.locator(".chart-container").count() == expected
    assert seen.page.locator(".chart-container:has(canvas), .chart-container:has(tbody td)").count() == expected
    # what Superset says in a toast, and in the place of a chart
    assert seen.page.locator("[role='alert'], .ant-alert-error").all_inner_texts() == []
    assert [words for words in seen.complaints if TELEMETRY not in words] == []
    assert seen.outside == []


@pytest.mark.parametrize("kind", ["desktop", "phone"])
@pytest.mark.parametrize("name", list(design()["dashboards"]))
def test_a_dashboard_draws_each_of_its_charts(look: Callable[..., Seen], name: str, kind: str) -> None:
    seen = look(name, **(ON_A_PHONE if kind == "phone" else {"viewport": DESKTOP}))
    wait_for_answers(seen, asked(name))
    screenshot(seen.page, f"superset-{name}-{kind}")
    assert_whole(seen, name)
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it can be scrolled sideways"
    assert seen.page.locator("input.dynamic-title-input").input_value() == design()["dashboards"][name]["title"]
    seen.page.context.close()


def shown_release(seen: Seen) -> str:
    """The release that the dashboard says it shows."""
    return seen.page.locator("td", has_text="Z").first.inner_text()


def test_charts_answer_while_releases_are_published_and_show_the_newest(
    look: Callable[..., Seen], data_dir: Path, tmp_path: Path
) -> None:
    seen = look("supply", viewport=DESKTOP)
    wait_for_answers(seen, asked("supply"))
    before = shown_release(seen)
    published: list[str] = []
    failures: list[Exception] = []
    is_over = threading.Event()
    shutil.copyfile(data_dir / "warehouse.duckdb", tmp_path / "build.duckdb")
    (tmp_path / "build.duckdb").chmod(0o600)

    def publish_again_and_again() -> None:
        try:
            while not is_over.wait(PUBLISHED_EVERY):
                release_id = release_id_of(datetime.now(UTC))
                with duckdb.connect(tmp_path / "build.duckdb") as connection:
                    connection.execute(f"UPDATE dim_release SET release_id = {literal(release_id)}")
                publish(tmp_path / "build.duckdb", ReleaseContext(data_dir=data_dir, release_id=release_id))
                published.append(release_id)
        except Exception as error:
            failures.append(error)

    publisher = threading.Thread(target=publish_again_and_again)
    publisher.start()
    try:
        rounds, until = 0, time.monotonic() + ASKED_FOR
        while time.monotonic() < until:
            seen.page.locator("[data-test='refresh-button']").click()
            seen.page.wait_for_timeout(2000)
            rounds += 1
    finally:
        is_over.set()
        publisher.join()
    assert failures == [] and len(published) >= 3
    wait_for_answers(seen, len(seen.answers))
    before_last = len(seen.answers)
    assert before_last > rounds * 3
    seen.page.locator("[data-test='refresh-button']").click()
    wait_for_answers(seen, before_last + len(chart_names(design()["dashboards"]["supply"])))
    assert_whole(seen, "supply")
    assert shown_release(seen) == published[-1] != before
    seen.page.context.close()


def test_what_is_asked_in_sql_lab_reads_the_release_and_nothing_else(look: Callable[..., Seen], address: str) -> None:
    seen = look("supply", viewport=DESKTOP)

    def ask(sql: str) -> tuple[int, str]:
        return tuple(
            seen.page.evaluate(
                """async ([address, sql]) => {
                    const token = (await (await fetch(address + "/api/v1/security/csrf_token/")).json()).result;
                    const database = (await (await fetch(address + "/api/v1/database/")).json()).result[0].id;
                    const answer = await fetch(address + "/api/v1/sqllab/execute/", {
                        method: "POST", headers: {"Content-Type": "application/json", "X-CSRFToken": token},
                        body: JSON.stringify({database_id: database, sql, runAsync: false, schema: "main"}),
                    });
                    return [answer.status, await answer.text()];
                }""",
                [address, sql],
            )
        )

    status, text = ask("SELECT count(*) AS issuers FROM mart_issuer")
    assert status == 200 and '"issuers":26' in text.replace(" ", ""), text
    for sql in ("SELECT * FROM read_csv('/etc/passwd')", "COPY dim_release TO '/tmp/taken.csv'", "DROP TABLE dim_release"):
        status, text = ask(sql)
        assert status != 200, text
    seen.page.context.close()
