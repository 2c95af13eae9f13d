"""What every stand-in of a live source is: the faults that it can have, and how it replies to a request."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from tests.standins.market import Market

# Faults of the talk, which any source can have.
HTTP_500, HTTP_503, HTTP_429, HANG, TRUNCATED = "http_500", "http_503", "http_429", "hang", "truncated"
HTML, NOT_JSON, EMPTY_BODY = "html", "not_json", "empty_body"
# Faults of the content. Those of one bar befall the newest in the answer.
REJECTED, RENAMED, WRONG_SYMBOL, SHORT_PAGE = "rejected", "renamed", "wrong_symbol", "short_page"
NULL_BARS, PARTLY_NULL, DUPLICATE_BARS, CONFLICTING_BARS = "null_bars", "partly_null", "duplicate_bars", "conflicting_bars"
WRONG_UNIT = "wrong_unit"

TRANSPORT_FAULTS = frozenset({HTTP_500, HTTP_503, HTTP_429, HANG, TRUNCATED, HTML, NOT_JSON, EMPTY_BODY})
BAR_FAULTS = frozenset({NULL_BARS, PARTLY_NULL, DUPLICATE_BARS, CONFLICTING_BARS, WRONG_UNIT})
HTTP_STATUS = {HTTP_500: 500, HTTP_503: 503, HTTP_429: 429}
HANG_SECONDS = 60

JSON_TYPE = "application/json;charset=utf-8"


class Reply(NamedTuple):
    status: int
    content_type: str
    body: bytes


def json_reply(content: object, status: int = 200) -> Reply:
    """Content as JSON, as compact as sources print it."""
    return Reply(status, JSON_TYPE, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def not_found() -> Reply:
    """The reply to a path that the source does not have."""
    return Reply(404, "text/plain", b"no such path")


def no_instrument(path: str, query: dict[str, str]) -> str:
    """What was asked of a source that is asked about nothing."""
    del path, query
    return ""


def last_part(path: str, query: dict[str, str]) -> str:
    """The last part of a path, where it names what was asked."""
    del query
    return path.rpartition("/")[2]


@dataclass(frozen=True)
class StandIn:
    """One stand-in: a module in `tests/standins/sources/` named like its source, which calls it STAND_IN.

    `setting` points the project at it. `instrument` is what a path and query ask about, `answer` the reply to a request (the
    market, the target as it came, its query, the fault) but for the faults of the talk, which the server makes. `key` is
    asked for on `paths_with_key`, and handed to the project as `key_setting`.
    """

    setting: str
    faults: frozenset[str]
    instrument: Callable[[str, dict[str, str]], str]
    answer: Callable[[Market, str, dict[str, str], str | None], Reply]
    key_setting: str = ""
    key: str = ""
    paths_with_key: frozenset[str] = frozenset()
