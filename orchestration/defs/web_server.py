"""The processes behind `freefloat serve`: Dagster's own, with a guard before its web page.

Dagster's page has no login, is not particular about the host name that it is asked under, and does what a mere link says
(GET /graphql?query=mutation...). Without the guard, any site that is open in the same browser could start, end and delete
runs, by asking 127.0.0.1 itself or under a name of its own that leads there.
"""

from __future__ import annotations

import sys
from typing import Any

import uvicorn
from dagster._cli import dev
from dagster_webserver import cli
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from ingestion.live.http import is_own_machine

#: Listening on these is listening on every address of the machine, under names that nobody here knows.
EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})


class OwnPagesOnly:
    """An application before another one: lets through what its own pages ask, what programs ask, and links to it."""

    def __init__(self, application: ASGIApp, host: str) -> None:
        self.application = application
        self.host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        application = self.application
        if scope["type"] in ("http", "websocket"):
            words = refusal(self.host, scope.get("method", ""), Headers(scope=scope))
            if words:
                is_page = scope["type"] == "http"
                application = PlainTextResponse(f"refused: {words}\n", 403) if is_page else WebSocketClose(1008, words)
        await application(scope, receive, send)


def refusal(host: str, method: str, headers: Headers) -> str | None:
    """Why a request to the page that is served on `host` is not answered; None if it is."""
    asked = headers.get("host", "").lower()
    name, _, port = asked.rpartition(":")
    name = (name if port.isdecimal() else asked).strip("[]")
    if host not in EVERY_ADDRESS and name != host.lower() and not is_own_machine(name):
        return f"this page is not called {name!r}"
    # browsers say so of themselves; pages can't change it, and programs don't send it
    site = headers.get("sec-fetch-site")
    is_link = method == "GET" and headers.get("sec-fetch-dest") == "document"
    if site not in (None, "same-origin", "none") and not is_link:
        return "a page of another site asks"
    # browsers that don't, and websockets
    origin = headers.get("origin")
    if site is None and origin is not None and origin.partition("://")[2] != asked:
        return "a page of another site asks"
    return None


def serve_page() -> None:
    """Dagster's web server, behind the guard."""
    module: Any = uvicorn
    run = uvicorn.run

    def run_guarded(application: ASGIApp, *, host: str, **options: Any) -> None:
        run(OwnPagesOnly(application, host), host=host, **options)

    module.run = run_guarded
    cli.cli()


def serve_all() -> None:
    """`dagster dev`, which starts the web server, the daemon and the code server, with this module as the web server."""
    module: Any = dev
    open_subprocess = dev.open_ipc_subprocess

    def open_guarded(parts: list[str], **options: Any) -> Any:
        return open_subprocess([part.replace("dagster_webserver", "orchestration.defs.web_server") for part in parts], **options)

    module.open_ipc_subprocess = open_guarded
    dev.dev_command()


if __name__ == "__main__":
    # only the second is told where to listen by its parent and ends with it
    if "--shutdown-pipe" in sys.argv:
        serve_page()
    else:
        serve_all()
