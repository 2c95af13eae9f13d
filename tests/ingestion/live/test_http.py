"""The HTTP client against a server on loopback that answers with every fault there is: what is asked again, what is not."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import threading
import time
import traceback
import tracemalloc
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.message import Message
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ingestion.live.bodies import json_body, text_body
from ingestion.live.http import Answer, HttpClient, SourceFailed

SOURCE = "feed_example"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any  # a Server

    def do_GET(self) -> None:
        self.close_connection = True
        self.server.asked.append((time.monotonic(), self.path, self.headers))
        place = min(len(self.server.asked), len(self.server.replies)) - 1
        self.server.replies[place](self)

    def log_message(self, format: str, *args: object) -> None:
        del format, args


Reply = Callable[[Handler], None]


class Server(ThreadingHTTPServer):
    """Gives its replies one after the other, the last one ever again, and notes what it is asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies: list[Reply] = [reply()]
        self.asked: list[tuple[float, str, Message]] = []
        self.ends = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no fault here."""


@pytest.fixture
def server() -> Generator[Server]:
    with Server() as served:
        threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield served
        served.ends.set()
        served.shutdown()


@pytest.fixture
def waits() -> list[float]:
    """The seconds that a client of `client_of` was to wait, which it does not."""
    return []


@pytest.fixture
def client(waits: list[float]) -> Generator[HttpClient]:
    """A client that takes at most 100,000 bytes, asks as fast as it can, and notes its waits instead of waiting."""
    with HttpClient(5, max_bytes=100_000, requests_per_second=1e9, sleep=waits.append) as quick:
        yield quick


def reply(status: int = 200, body: bytes = b"{}", **headers: str) -> Reply:
    """A whole answer; `Retry_After` is the header Retry-After."""

    def send(handler: Handler) -> None:
        handler.send_response(status)
        # the connection ends after each answer, and is told to: a client that took it up again would lose a race now and then
        handler.send_header("Connection", "close")
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return send


def hang(handler: Handler) -> None:
    handler.server.ends.wait(5)


def drip_body(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    _drip(handler, b"7" * 1000)


def drip_head(handler: Handler) -> None:
    _drip(handler, b"HTTP/1.1 200 OK\r\nX-Long: " + b"7" * 1000)


def _drip(handler: Handler, content: bytes) -> None:
    """One byte every 0.05 s: no single wait is too long."""
    for byte in content:
        if handler.server.ends.wait(0.05):
            return
        handler.wfile.write(bytes([byte]))


def cut_short(handler: Handler) -> None:
    """Announces 100 bytes and hangs up after 11."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b'{"chart": {')


def hang_up(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def no_http(handler: Handler) -> None:
    """Repeats a header of the question where the status belongs."""
    handler.wfile.write(f"{handler.headers['X-Api-Key']}\r\n\r\n".encode())


def failure(client: HttpClient, url: str, **options: Any) -> SourceFailed:
    with pytest.raises(SourceFailed) as raised:
        client.get(SOURCE, url, **options)
    assert raised.value.source == SOURCE
    assert str(raised.value) == f"{SOURCE}: {raised.value.reason}"
    assert "\n" not in raised.value.reason
    return raised.value


def answer(body: bytes, content_type: str = "application/json") -> Answer:
    return Answer("http://h/x", body, content_type, datetime(2026, 11, 24, tzinfo=UTC))


def refusal(body: bytes, **options: Any) -> str:
    with pytest.raises(SourceFailed) as raised:
        json_body(answer(body, **options), SOURCE)
    assert not raised.value.is_transport
    return raised.value.reason


def refused_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


# What is sent and what comes back.


def test_an_answer_holds_body_type_and_time(server: Server, client: HttpClient) -> None:
    server.replies = [reply(body=b'{"a": 1.10}', Content_Type="application/json; charset=utf-8")]
    before = datetime.now(UTC)
    got = client.get(SOURCE, f"{server.url}/v8?symbol=1")
    assert (got.url, got.body) == (f"{server.url}/v8?symbol=1", b'{"a": 1.10}')
    assert got.content_type == "application/json; charset=utf-8"
    assert before <= got.retrieved_at <= datetime.now(UTC) and got.retrieved_at.tzinfo is UTC


@pytest.mark.parametrize(
    "path",
    [
        "/appstock/get?param=hk00100,day,,,500,qfq",
        "/v8/finance/chart/^HSI?events=div,splits",
        "/v8/finance/chart/%5EHSI?period1=0",
        "/api?filter=(SECURITY_CODE%3D%22688256%22)(FREE_DATE%3E='2026-01-01')",
    ],
)
def test_an_address_is_sent_as_it_is(server: Server, client: HttpClient, path: str) -> None:
    client.get(SOURCE, server.url + path)
    assert server.asked[0][1] == path


def test_headers_look_like_a_browser_s_and_no_cookie_is_kept(server: Server, client: HttpClient) -> None:
    server.replies = [reply(Set_Cookie="session=7; Path=/")]
    client.get(SOURCE, server.url, headers={"X-Api-Key": "abcd-1234"})
    client.get(SOURCE, server.url)
    first, second = (headers for _, _, headers in server.asked)
    assert first["User-Agent"] == "Mozilla/5.0 (compatible; freefloat)"
    assert (first["Accept-Encoding"], first["X-Api-Key"]) == ("gzip", "abcd-1234")
    assert "Cookie" not in second and "X-Api-Key" not in second


def test_own_machine_is_asked_without_the_proxy_of_the_environment(
    server: Server, client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{refused_port()}")
    monkeypatch.delenv("no_proxy", raising=False)
    assert client.get(SOURCE, f"{server.url}/a").body == b"{}"
    assert client.get(SOURCE, f"http://localhost:{server.server_port}/b").body == b"{}"


def test_other_hosts_are_asked_through_the_proxy_of_the_environment(
    server: Server, client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.delenv("no_proxy", raising=False)
    client.get(SOURCE, "http://prices.invalid/day,1")
    assert server.asked[0][1] == "http://prices.invalid/day,1"


def test_a_proxy_that_can_t_be_used_is_named(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "gopher://user:hidden@proxy.invalid")
    reason = failure(client, "http://prices.invalid/x").reason
    assert "ALL_PROXY" in reason and "hidden" not in reason


# Asked again.


def test_a_host_that_is_down_twice_is_asked_a_third_time(server: Server, client: HttpClient, waits: list[float]) -> None:
    server.replies = [reply(503), reply(503), reply(body=b"[1]")]
    assert client.get(SOURCE, server.url).body == b"[1]"
    assert len(server.asked) == 3
    # 0.5 s, then twice that, and up to 0.5 s more by chance
    assert 0.5 <= waits[0] <= 1 and 1 <= waits[1] <= 1.5 and len(waits) == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_status_that_may_pass_fails_after_all_attempts(server: Server, client: HttpClient, status: int) -> None:
    server.replies = [reply(status)]
    failed = failure(client, f"{server.url}/v8/chart?x=1")
    assert failed.is_transport
    assert len(server.asked) == 4
    assert f"{server.url}/v8/chart?x=1 answered {status} " in failed.reason
    assert failed.reason.endswith("(the last of 4 attempts); the next refresh asks again")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 501, 204, 206, 304])
def test_another_status_fails_at_once(server: Server, client: HttpClient, waits: list[float], status: int) -> None:
    server.replies = [reply(status, b""), reply()]
    failed = failure(client, f"{server.url}/gone")
    assert f"{server.url}/gone answered {status} " in failed.reason
    assert not failed.is_transport and not waits
    assert client.get(SOURCE, f"{server.url}/here").body == b"{}", "an unexpected answer says nothing about the host"


def test_retry_after_in_seconds_is_waited_for(server: Server, client: HttpClient, waits: list[float]) -> None:
    server.replies = [reply(429, Retry_After="7"), reply()]
    client.get(SOURCE, server.url)
    assert waits == [7]


def test_retry_after_as_a_date_is_waited_for(server: Server, client: HttpClient, waits: list[float]) -> None:
    until = datetime.now(UTC) + timedelta(seconds=9)
    server.replies = [reply(503, Retry_After=format_datetime(until, usegmt=True)), reply()]
    client.get(SOURCE, server.url)
    assert len(waits) == 1 and 6 < waits[0] <= 9  # the date has no fractions of a second


@pytest.mark.parametrize("value", ["tomorrow, please", "-5", "", "Mon, 02 Nov 2026 07:00:00 GMT", "0"])
def test_an_unreadable_or_past_retry_after_leaves_the_usual_wait(
    server: Server, client: HttpClient, waits: list[float], value: str
) -> None:
    server.replies = [reply(503, Retry_After=value), reply()]
    client.get(SOURCE, server.url)
    assert len(waits) == 1 and 0.5 <= waits[0] <= 1


@pytest.mark.parametrize("value", ["21", "9" * 30, "Fri, 31 Dec 2999 23:00:00 GMT", "Tue Dec 31 23:00:00 2999"])
def test_a_longer_retry_after_fails_at_once_and_for_the_whole_host(
    server: Server, client: HttpClient, waits: list[float], value: str
) -> None:
    server.replies = [reply(429, Retry_After=value)]
    before = datetime.now(UTC)
    failed = failure(client, f"{server.url}/a")
    assert failed.is_transport and not waits
    if value == "21":
        moments = [before + timedelta(seconds=seconds) for seconds in (21, 22)]
        assert any(f"wants no question before {moment:%Y-%m-%d %H:%M:%S} UTC" in failed.reason for moment in moments)
    elif "2999" in value:
        assert "wants no question before 2999-12-31 2" in failed.reason  # a date less now, plus now: to the second
    assert "wants no question" in failure(client, f"{server.url}/b").reason
    assert len(server.asked) == 1


def test_a_host_that_hangs_is_given_up(server: Server, waits: list[float]) -> None:
    server.replies = [hang]
    started = time.monotonic()
    with HttpClient(0.2, attempts=3, requests_per_second=1e9, sleep=waits.append) as client:
        failed = failure(client, server.url)
    assert failed.is_transport and "did not answer for 0.2 s" in failed.reason
    assert (len(server.asked), len(waits)) == (3, 2)
    assert 0.6 <= time.monotonic() - started < 4


def is_reading() -> bool:
    """Whether an answer is still read in 2 s from now at the latest."""
    ends = time.monotonic() + 2
    while any(thread.name == "freefloat http" for thread in threading.enumerate()):
        if time.monotonic() > ends:
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("drip", [drip_head, drip_body])
def test_an_answer_that_drips_is_given_up(server: Server, drip: Reply) -> None:
    server.replies = [drip]
    started = time.monotonic()
    with HttpClient(0.2, attempts=1) as client:
        failed = failure(client, server.url)
        assert 0.6 <= time.monotonic() - started < 4
        assert failed.is_transport and "had not answered in full after 0.6 s" in failed.reason
        assert drip is drip_head or not is_reading()
    assert not is_reading()


def test_a_body_cut_short_is_asked_again(server: Server, client: HttpClient) -> None:
    server.replies = [cut_short, reply(body=b'{"chart": {}}')]
    assert client.get(SOURCE, server.url).body == b'{"chart": {}}'


def test_a_body_always_cut_short_fails_but_not_its_host(server: Server, client: HttpClient) -> None:
    server.replies = [cut_short] * 4 + [reply()]
    failed = failure(client, f"{server.url}/a")
    assert "answered only in part" in failed.reason and "received 11 bytes, expected 100" in failed.reason
    assert not failed.is_transport and len(server.asked) == 4
    assert client.get(SOURCE, f"{server.url}/b").body == b"{}"


def test_a_host_that_hangs_up_is_asked_again(server: Server, client: HttpClient) -> None:
    server.replies = [hang_up, reply()]
    assert client.get(SOURCE, server.url).body == b"{}"
    server.replies = [hang_up]
    assert failure(client, server.url).is_transport


def test_a_host_out_of_reach_is_asked_once_in_the_life_of_a_client(client: HttpClient, waits: list[float]) -> None:
    url = f"http://127.0.0.1:{refused_port()}"
    failed = failure(client, f"{url}/a")
    assert failed.is_transport and "could not be reached" in failed.reason and "refused" in failed.reason
    assert len(waits) == 3
    again = failure(client, f"{url}/b")
    assert again.is_transport and len(waits) == 3
    assert f"{url}/b not asked, its host failed before: {url}/a could not be reached" in again.reason


def test_a_host_that_failed_is_not_asked_for_anything_else_while_others_are(
    server: Server, client: HttpClient, waits: list[float]
) -> None:
    server.replies = [reply(503)] * 4 + [reply()]
    failure(client, f"{server.url}/a")
    failure(client, f"{server.url}/b")
    assert (len(server.asked), len(waits)) == (4, 3)
    assert client.get(SOURCE, f"http://localhost:{server.server_port}/b").body == b"{}"
    with HttpClient() as fresh:
        assert fresh.get(SOURCE, f"{server.url}/b").body == b"{}"


def test_a_host_is_not_asked_faster_than_its_limit(server: Server) -> None:
    started = time.monotonic()
    with HttpClient(requests_per_second=10) as client:
        for number in range(4):
            client.get(SOURCE, f"{server.url}/{number}")
    assert time.monotonic() - started >= 0.3


def test_the_limit_is_each_host_s_own_and_counts_what_has_passed(server: Server) -> None:
    now, waits = [100.0], list[float]()

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    with HttpClient(requests_per_second=4, sleep=sleep, clock=lambda: now[0]) as client:
        client.get(SOURCE, server.url)
        client.get(SOURCE, f"http://localhost:{server.server_port}")
        assert waits == []
        now[0] += 0.125
        client.get(SOURCE, server.url)
        assert waits == [0.125]
        now[0] += 0.5
        client.get(SOURCE, server.url)
        assert waits == [0.125]


# Never believed.


@pytest.mark.parametrize("url", ["localhost:8000/x", "ftp://h/x", "http:///x", "http://h:port/x", "//h/x", "", "http://h/\x00"])
def test_what_is_no_address_fails(client: HttpClient, url: str) -> None:
    failed = failure(client, url)
    assert "is no address like https://host/path" in failed.reason and not failed.is_transport


def test_a_body_up_to_the_limit_is_taken_and_a_larger_one_is_not(server: Server, client: HttpClient) -> None:
    server.replies = [reply(body=b"7" * 100_000), reply(body=b"7" * 100_001)]
    assert len(client.get(SOURCE, server.url).body) == 100_000
    failed = failure(client, server.url)
    assert "answered more than 100000 bytes" in failed.reason
    assert not failed.is_transport and len(server.asked) == 2


def test_a_gzip_bomb_is_not_unpacked(server: Server, client: HttpClient) -> None:
    bomb = gzip.compress(bytes(20_000_000))
    assert len(bomb) < 100_000
    server.replies = [reply(body=bomb, Content_Encoding="gzip")]
    tracemalloc.start()
    failed = failure(client, server.url)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "answered more than 100000 bytes" in failed.reason
    assert peak_bytes < 5_000_000


def test_gzip_is_unpacked_all_members_of_it(server: Server, client: HttpClient) -> None:
    members = [b"[", json.dumps(list(range(15_000))).encode(), b"", b"]"]
    server.replies = [reply(body=b"".join(map(gzip.compress, members)), Content_Encoding="gzip")]
    assert client.get(SOURCE, server.url).body == b"".join(members)


def test_gzip_cut_short_is_asked_again_and_what_is_no_gzip_is_not(server: Server, client: HttpClient) -> None:
    packed = gzip.compress(b'{"a": "' + bytes(range(256)) + b'"}')
    server.replies = [reply(body=packed[:-9], Content_Encoding="gzip"), reply(body=packed, Content_Encoding="gzip")]
    assert client.get(SOURCE, server.url).body.startswith(b'{"a": "')
    server.replies = [reply(body=b"{}", Content_Encoding="gzip")]
    assert "calls gzip and is not" in failure(client, server.url).reason
    assert len(server.asked) == 3


def test_an_encoding_that_was_not_asked_for_fails(server: Server, client: HttpClient) -> None:
    server.replies = [reply(Content_Encoding="br")]
    assert "encoding 'br'" in failure(client, server.url).reason


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("https://consent.example/collect?session=7", "https://consent.example"),
        ("/elsewhere", "http://127.0.0.1"),
        ("http://h:port/", "an unreadable address"),
    ],
)
def test_a_redirect_is_named_and_not_followed(server: Server, client: HttpClient, location: str, host: str) -> None:
    server.replies = [reply(302, Location=location)]
    failed = failure(client, f"{server.url}/a")
    assert f"/a answered 302 Found, a redirect to {host}, which is not followed" in failed.reason
    assert "session" not in failed.reason
    assert not failed.is_transport and len(server.asked) == 1


def test_keys_are_shown_nowhere(server: Server, client: HttpClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    url = server.url.replace("://", "://someone:pa55word@") + "/p?symbol=0100.HK&api_key=q%2Buery-secret&TOKEN=n0&b=1"
    headers = {"X-Api-Key": "Bearer head-secret"}
    page = b"<html><title>No such key: q+uery-secret, head-secret</title></html>"
    server.replies = [
        reply(),
        reply(body=page),
        reply(404),
        reply(302, Location="/login?key=q%2Buery-secret"),
        cut_short,
        no_http,
    ]
    got = client.get(SOURCE, url, headers=headers)
    failed = [failure(client, url, headers=headers) for _ in range(5)]
    shown = "\n".join("".join(traceback.format_exception(error)) for error in failed) + repr(got) + caplog.text
    for secret in ("uery-secret", "head-secret", "TOKEN=n0", "pa55word"):
        assert secret not in shown
    assert failed[0].reason.endswith(
        "/p?symbol=0100.HK&api_key=***&TOKEN=***&b=1 repeats the key that it was asked with: nothing of its answer is kept"
    )
    assert "/p?symbol=0100.HK&api_key=***&TOKEN=***&b=1 answered 404" in failed[1].reason


@pytest.mark.parametrize("key", ["schlüssel-secret", "line-secret\nX: 1"])
def test_a_key_that_no_header_can_hold_fails_at_once(server: Server, client: HttpClient, waits: list[float], key: str) -> None:
    failed = failure(client, server.url, headers={"X-Api-Key": key})
    assert "look at the key of the source" in failed.reason and "secret" not in failed.reason
    assert not failed.is_transport and not waits and not server.asked


# What a body is.


def test_json_numbers_are_exactly_what_is_printed() -> None:
    body = json_body(
        answer(b'\xef\xbb\xbf{"close": 301.79999, "volume": 9007199254740993, "open": 1e2, "none": null}', "text/html"), SOURCE
    )
    assert body == {"close": Decimal("301.79999"), "volume": 9007199254740993, "open": Decimal(100), "none": None}
    assert type(body["volume"]) is int and type(body["close"]) is Decimal


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "answered nothing, not JSON"),
        (b" \r\n", "answered nothing, not JSON"),
        (b'{"chart": {"result": [', "no JSON (Expecting value at character 22 of 22)"),
        (b'{"chart": 1} {"chart": 2}', "no JSON (Extra data at character 13 of 25)"),
        (b"jsonp({})", "no JSON (Expecting value at character 0 of 9)"),
        (b'{"close": NaN}', "a number that is none"),
        (b'{"close": -Infinity}', "a number that is none"),
        (b'{"close": 1e99999999999999999999}', "a number that is none"),
        (b'{"volume": ' + b"9" * 5000 + b"}", "a number that is none"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a":' * 200_000, "nested too deeply"),
        (b'{"name": "\xd0\xa1"}'.replace(b"\xa1", b""), "no utf-8 text (at byte 10)"),
    ],
)
def test_what_is_no_json_is_refused(body: bytes, words: str) -> None:
    assert words in refusal(body)


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b"<!DOCTYPE html>\n<html><head><title>\n Access\n Denied &amp; logged</title>", " (its title: Access Denied & logged);"),
        (b"\xef\xbb\xbf <html lang='zh'><body>busy", ";"),
        (b"<div>Will be right back</div>", ";"),
        (b"<html><title>" + b"long " * 100 + b"</title>", f" (its title: {('long ' * 16)});"),
        (b"<html><title>\x1b[31m</title>", " (its title: [31m);"),
    ],
)
def test_a_page_is_told_by_its_title(body: bytes, title: str) -> None:
    assert f"http://h/x answered HTML, not JSON{title}" in refusal(body, content_type="application/json")


def test_text_is_what_its_encoding_says() -> None:
    assert text_body(answer("\ufeffDate,USD\n".encode()), SOURCE) == "Date,USD\n"
    assert text_body(answer("腾讯控股".encode("gbk")), SOURCE, "gbk") == "腾讯控股"
    with pytest.raises(SourceFailed, match="no utf-8 text \\(at byte 2\\)"):
        text_body(answer(b"ab\xcc\xda"), SOURCE)
