"""Every bad answer of the corpus, over HTTP, to a source that has answered well before: what is landed of it stands.

Answers that can't be committed (bombs, answers without an end) are made here.
"""

from __future__ import annotations

import gzip
import io
import shutil
import threading
import zipfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import polars as pl
import pytest

from ingestion.dataset import Folders
from ingestion.landing.land import write_parquet
from ingestion.live.http import HttpClient
from ingestion.live.land import land_source
from ingestion.live.source import Live, LiveSource, SourceLanding, all_sources
from orchestration.settings import Settings
from tests.bad_input.corpus import Case, read_corpus
from tests.conftest import MARKET_PARENTS, PROJECT, land_now
from tests.standins.market import Market
from tests.standins.server import StandIns
from tests.standins.sources.openrouter import OPENROUTER_KEY

ANSWERS = [case for case in read_corpus() if case.kind == "feed answer"]
#: The day of the good answers and, the session after it, of the bad ones.
GOOD_ON, BAD_ON = date(2026, 11, 20), date(2026, 11, 23)
#: The ECB is asked for its recent rates (XML), and for all of them (a ZIP) after so long.
RATES_ON, SOON_AFTER = date(2026, 8, 3), date(2026, 8, 5)


def source_of(name: str) -> LiveSource:
    return all_sources()[name]


def ask(source: str, folders: Folders, environment: dict[str, str], on: date) -> SourceLanding:
    """Asks a source at 20:00 in Hong Kong on a day, once."""
    settings = Settings(**{name.removeprefix("FREEFLOAT_").lower(): word for name, word in environment.items()})
    now = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    with HttpClient(timeout_seconds=20, attempts=1, requests_per_second=1000, sleep=lambda seconds: None) as client:
        return land_source(source_of(source), folders, Live(client, settings.addresses, now, settings.keys))


@contextmanager
def answering(source: str, body: bytes, headers: dict[str, str] | None = None) -> Generator[dict[str, str]]:
    """A server on loopback that answers whatever it is asked with one body, as the settings that point a source at it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Prints nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True).start()
    setting = source_of(source).address_setting
    try:
        yield {setting: f"http://127.0.0.1:{server.server_port}", "FREEFLOAT_OPENROUTER_API_KEY": OPENROUTER_KEY}
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def well_answered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which each source has answered well, about a security each."""
    folders = Folders(PROJECT / "data", tmp_path_factory.mktemp("well_answered"))
    for name in MARKET_PARENTS:
        assert land_now(name, folders).is_clean
    path = folders.landed / "instruments" / "instruments.parquet"
    write_parquet(pl.read_parquet(path).filter(pl.col("ticker").is_in(["1024.HK", "688256.SH"])), path)
    market = Market(starts_on=date(2026, 7, 1), upto=GOOD_ON)
    with StandIns(market) as stand_ins:
        for source in all_sources():
            market.upto = RATES_ON if source == "ecb" else GOOD_ON
            landed = ask(source, folders, stand_ins.environment, market.upto)
            assert landed.failed == [] and sum(landing.rows for landing in landed.landings.values()) > 0
    return folders.data


@pytest.fixture
def folders(well_answered: Path, tmp_path: Path) -> Folders:
    """A copy of that folder, in which only what sources give is copied."""
    made = Folders(PROJECT / "data", tmp_path)
    made.landed.mkdir()
    for path in (well_answered / "landed").iterdir():
        if path.name in MARKET_PARENTS:
            (made.landed / path.name).symlink_to(path)
        else:
            shutil.copytree(path, made.landed / path.name)
    shutil.copytree(well_answered / "build", tmp_path / "build")
    return made


def landed(source: str, folders: Folders) -> dict[str, pl.DataFrame]:
    return {name: pl.read_parquet(sorted((folders.landed / name).glob("*.parquet"))) for name in source_of(source).datasets}


@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: case.name)
def test_a_bad_answer_is_told_and_what_was_landed_stands(case: Case, folders: Folders) -> None:
    before = landed(case.of, folders)
    on = SOON_AFTER if case.path.suffix == ".xml" else BAD_ON
    with answering(case.of, case.path.read_bytes()) as environment:
        result = ask(case.of, folders, environment, on)
    faults = [fault for landing in result.landings.values() for fault in landing.faults]
    if case.outcome == "refused":
        messages = [f"{stale.source}: {stale.reason}" for stale in result.failed]
    else:
        places = {str(fault): f"row {fault.row}" + (f", column {fault.column}" if fault.column else "") for fault in faults}
        messages = [message for message, place in places.items() if place == case.place]
    assert any(all(words in message for words in case.words) for message in messages), (messages, faults)
    assert all(message.startswith(source_of(case.of).document_id) and message.isprintable() for message in messages)
    for name, frame in landed(case.of, folders).items():
        # what the answer no longer lists lands once more, with the day, beside what was landed
        stands = frame.filter(pl.col("not_listed_since").is_null()) if "not_listed_since" in frame.columns else frame
        assert stands.equals(before[name]), name


def packed(name: str, content: bytes) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return body.getvalue()


def lying_about_its_size(body: bytes) -> bytes:
    """The ZIP of one file with a small size where it says how large the file is unpacked."""
    size = zipfile.ZipFile(io.BytesIO(body)).infolist()[0].file_size
    return body.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))


TOO_LONG = "which no answer of this source should have"
#: Source, answer, headers and what is said of it. What is large is made by who runs the test, not by all who collect it.
BLOWN_UP: dict[str, tuple[str, bytes | Callable[[], bytes], dict[str, str], str]] = {
    "deep list": ("yahoo_chart", b"[" * 1_000_000, {}, "nested too deeply"),
    "deep object": ("yahoo_chart", b'{"chart":' * 200_000, {}, "nested too deeply"),
    "endless number": (
        "yahoo_chart",
        b'{"chart": ' + b"9" * 100_000 + b"}",
        {},
        "a number that is none (NaN, Infinity, or too long)",
    ),
    "gzip bomb": ("openrouter", lambda: gzip.compress(bytes(40_000_000)), {"Content-Encoding": "gzip"}, TOO_LONG),
    "endless answer": ("tencent_kline", lambda: b"[" * 33_600_000, {}, TOO_LONG),
    "zip bomb": ("ecb", lambda: packed("rates.csv", bytes(31_000_000)), {}, "31,000,000 bytes, more than 30,000,000"),
    "zip bomb that lies": (
        "ecb",
        lambda: lying_about_its_size(packed("rates.csv", bytes(31_000_000))),
        {},
        "is not a ZIP that can be unpacked",
    ),
    "endless cell": ("epoch_ai", lambda: b'"' + b"x" * 20_000_000, {}, "the CSV can't be read"),
    "no gzip": (
        "eastmoney_kline",
        b"\x1f\x8b" + bytes(100),
        {"Content-Encoding": "gzip"},
        "answered what it calls gzip and is not",
    ),
    "brotli": ("eastmoney_kline", b"{}", {"Content-Encoding": "br"}, "though only gzip was asked for"),
    "cut short": ("eastmoney_kline", b'{"rc": 0', {"Content-Length": "1000"}, "answered only in part"),
}


@pytest.mark.parametrize(("source", "body", "headers", "words"), BLOWN_UP.values(), ids=BLOWN_UP.keys())
def test_an_answer_that_would_blow_up_is_refused(
    source: str, body: bytes | Callable[[], bytes], headers: dict[str, str], words: str, folders: Folders
) -> None:
    before = landed(source, folders)
    with answering(source, body if isinstance(body, bytes) else body(), headers) as environment:
        result = ask(source, folders, environment, BAD_ON)
    assert any(words in stale.reason for stale in result.failed), result.failed
    for name, frame in landed(source, folders).items():
        assert frame.equals(before[name]), name
