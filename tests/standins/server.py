"""Servers on loopback that print a `Market` as the live sources do, one a source, with faults on demand.

How a source prints it is in its module in `sources/`; what traded is in `market`, what AI labs state in `labs`.
"""

from __future__ import annotations

import importlib
import pkgutil
import socket
import sys
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, Self, cast
from urllib.parse import parse_qsl, urlsplit

from tests.standins import sources
from tests.standins.market import Market
from tests.standins.stand_in import (
    EMPTY_BODY,
    HANG,
    HANG_SECONDS,
    HTML,
    HTTP_429,
    HTTP_STATUS,
    NOT_JSON,
    TRANSPORT_FAULTS,
    TRUNCATED,
    Reply,
    StandIn,
    json_reply,
)

#: Every stand-in, by the name of its module and source.
STAND_INS: dict[str, StandIn] = {
    module.name: importlib.import_module(f"{sources.__name__}.{module.name}").STAND_IN
    for module in pkgutil.iter_modules(sources.__path__)
}
FAULTS = {source: stand_in.faults for source, stand_in in STAND_INS.items()}


class Request(NamedTuple):
    """One request as it came. `instrument` is our ticker, or what was asked if it can't be one; empty where none is asked.

    Of Epoch it is the name of the file, of OpenRouter `models` or `rankings-daily`.
    """

    source: str
    path: str
    query: dict[str, str]
    instrument: str
    fault: str | None


@dataclass
class Fault:
    """One that is to come: of the next `times` answers of a source (None: of all), about one ticker (None: about any)."""

    source: str
    kind: str
    times: int | None
    ticker: str | None


class StandIns:
    """The servers, up within `with`: `environment` points the project at them, `requests` says what was asked, in order.

    A mistake of a stand-in itself (an exception in an answer) is raised on leaving, so that it does not pass for a failed source.
    """

    def __init__(self, market: Market) -> None:
        self.market = market
        self.requests: list[Request] = []  # list.append is atomic; a test may clear it between two runs
        self.environment: dict[str, str] = {}
        self.closing = threading.Event()
        self.errors: list[BaseException] = []
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._servers: list[_Server] = []

    def __enter__(self) -> Self:
        for source, stand_in in STAND_INS.items():
            server = _Server(("127.0.0.1", 0), self, source)
            threading.Thread(target=server.serve, daemon=True).start()
            self._servers.append(server)
            self.environment[stand_in.setting] = f"http://127.0.0.1:{server.server_port}"
            if stand_in.key:
                self.environment[stand_in.key_setting] = stand_in.key
        return self

    def __exit__(self, exception_type: type[BaseException] | None, *_: object) -> None:
        self.closing.set()
        for server in self._servers:
            server.stop()
        if self.errors and exception_type is None:
            raise self.errors[0]

    def url(self, source: str) -> str:
        """The base address of a source."""
        return self.environment[STAND_INS[source].setting]

    def fault(self, source: str, kind: str, times: int | None = None, ticker: str | None = None) -> None:
        """Makes the next `times` answers of a source (all without it; those for one ticker with it) faulty.

        Faults of one source queue up: each answer takes the oldest one that fits.
        """
        if kind not in FAULTS[source]:
            raise ValueError(f"{source} has no fault {kind!r}: {', '.join(sorted(FAULTS[source]))}")
        with self._lock:
            self._faults.append(Fault(source, kind, times, ticker))

    def mend(self) -> None:
        """Removes all faults; answers that hang go on hanging until the servers close."""
        with self._lock:
            self._faults.clear()

    def hangs(self, source: str) -> bool:
        """Whether an answer of a source is to hang."""
        with self._lock:
            return any(fault.source == source and fault.kind == HANG for fault in self._faults)

    def asked(self, source: str, ticker: str | None = None) -> list[Request]:
        """The requests of one source, and of one ticker."""
        return [request for request in list(self.requests) if request.source == source and ticker in (None, request.instrument)]

    def take_fault(self, source: str, instrument: str) -> str | None:
        with self._lock:
            for fault in self._faults:
                if fault.source == source and fault.ticker in (None, instrument) and fault.times != 0:
                    if fault.times is not None:
                        fault.times -= 1
                    return fault.kind
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], stand_ins: StandIns, source: str) -> None:
        self.stand_ins = stand_ins
        self.source = source
        self.stopped = threading.Event()
        super().__init__(address, _Handler)

    def serve(self) -> None:
        """Answers until it is stopped. Unlike `serve_forever` it does not wake many times a second to look whether it is."""
        while not self.stand_ins.closing.is_set():
            self.handle_request()
        self.stopped.set()

    def verify_request(self, request: object, client_address: object) -> bool:
        """False for the connection by which `stop` wakes it."""
        del request, client_address
        return not self.stand_ins.closing.is_set()

    def stop(self) -> None:
        """Ends `serve`, once `closing` is set, and closes the address."""
        socket.create_connection(("127.0.0.1", self.server_port)).close()
        self.stopped.wait()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        del request, client_address
        error = sys.exception()
        # A client that gives up waiting is part of the play.
        if error is not None and not isinstance(error, ConnectionError):
            self.stand_ins.errors.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        server = cast(_Server, self.server)
        stand_ins, source = server.stand_ins, server.source
        stand_in = STAND_INS[source]
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        instrument = stand_in.instrument(url.path, query)
        fault = stand_ins.take_fault(source, instrument)
        stand_ins.requests.append(Request(source, url.path, query, instrument, fault))
        has_key = self.headers.get("Authorization") == f"Bearer {stand_in.key}"
        try:
            if url.path in stand_in.paths_with_key and not has_key and fault not in TRANSPORT_FAULTS:
                reply = json_reply({"error": {"code": 401, "message": "No auth credentials found"}}, 401)
            else:
                reply = self._reply(stand_ins.market, source, self.path, query, fault)
        except Exception as error:
            stand_ins.errors.append(error)
            reply = Reply(500, "text/plain", repr(error).encode())
        if fault == HANG:
            stand_ins.closing.wait(HANG_SECONDS)
            self.close_connection = True
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        if fault == HTTP_429:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if fault == TRUNCATED:
            self.wfile.write(reply.body[: len(reply.body) // 2])
            self.close_connection = True
        else:
            self.wfile.write(reply.body)

    @staticmethod
    def _reply(market: Market, source: str, target: str, query: dict[str, str], fault: str | None) -> Reply:
        if fault in HTTP_STATUS:
            return Reply(HTTP_STATUS[fault], "text/plain", b"try again later")
        if fault == HTML:
            page = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"
            return Reply(200, "text/html; charset=utf-8", page.encode())
        reply = STAND_INS[source].answer(market, target, query, fault)
        if fault == NOT_JSON:
            return reply._replace(body=reply.body[: len(reply.body) // 2])
        if fault == EMPTY_BODY:
            return reply._replace(body=b"")
        return reply

    def log_message(self, format: str, *args: object) -> None:
        """Prints nothing."""
