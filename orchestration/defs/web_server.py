"""The web page behind `freefloat serve`: Dagster's own application, with a guard before it.

Dagster's page has no login, is not particular about the host name that it is asked under, and does what a mere link says
(GET /graphql?query=mutation...). Without the guard, any site that is open in the same browser could start, end and delete
runs, by asking 127.0.0.1 itself or under a name of its own that leads there.

Dagster's command for the page takes no middleware, and a second server before it would leave the page open behind the guard.
So the application is made here, as that command makes it, and uvicorn serves it with the guard around it. Nothing of Dagster is
changed, but two classes that the application needs have no public name; test_security.py holds them to the pinned release.
"""

from __future__ import annotations

import click
import dagster as dg
import uvicorn
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.app import create_app_from_workspace_process_context
from dagster_webserver.version import __version__ as webserver_version
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from ingestion.live.http import is_own_machine

#: Seconds that open requests have to end once the page is asked to stop.
CLOSING_TIME = 1
#: Milliseconds between two looks of the page for news, as `dagster dev` sets it.
POLL_RATE = 2000
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


def guarded_page(workspace: WorkspaceProcessContext, host: str) -> OwnPagesOnly:
    """Dagster's page of a workspace, behind the guard, for serving on `host`."""
    return OwnPagesOnly(create_app_from_workspace_process_context(workspace, live_data_poll_rate=POLL_RATE), host)


@click.command()
@click.option("--host", required=True, help="The address to listen on.")
@click.option("--port", type=int, required=True, help="The port to listen on.")
@click.option("--workspace", required=True, help="A workspace.yaml that says where the code server listens.")
def main(host: str, port: int, workspace: str) -> None:
    """Serve Dagster's page behind the guard until SIGINT or SIGTERM."""
    with dg.DagsterInstance.get() as instance:
        # not closed: that waits seconds for threads which end with this process anyway
        context = WorkspaceProcessContext(instance, WorkspaceFileTarget([workspace]), version=webserver_version)
        page = guarded_page(context, host)
        print(f"freefloat: serving on http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)
        uvicorn.run(page, host=host, port=port, log_level="warning", timeout_graceful_shutdown=CLOSING_TIME)


if __name__ == "__main__":
    main()
