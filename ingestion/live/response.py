"""What came of one attempt to ask: a status and a head that can be used, or not, and the body unpacked little by little."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

#: Statuses that may be over at the next attempt. Any other than 200 is no answer of a source that works, and fails at once.
PASSING_STATUSES = frozenset({429, 500, 502, 503, 504})

#: Encodings that may be named; what else an answer calls its encoding could be anything, also a key.
_ENCODINGS = frozenset({"br", "compress", "deflate", "zstd"})

_UNPACKED_BYTES = 64 * 1024  # at a time

_LONGEST_HOST = 253  # RFC 1035


class AttemptFailed(Exception):
    """What went wrong with one attempt, in words.

    `is_passing`: the next may succeed, not before `wait_seconds`. `is_transport`: the host could not be talked to.
    """

    def __init__(self, words: str, *, is_passing: bool = False, is_transport: bool = False, wait_seconds: float = 0) -> None:
        super().__init__(words)
        self.words = words
        self.is_passing = is_passing
        self.is_transport = is_transport
        self.wait_seconds = wait_seconds


def check_head(response: httpx.Response, longest_wait_seconds: float) -> None:
    """Raises AttemptFailed unless the status is 200. No redirect is followed.

    A host that wants to be left alone for more than `longest_wait_seconds` has failed.
    """
    status = response.status_code
    if status == HTTPStatus.OK:
        return
    words = f"answered {_status_words(status)}"
    if status in PASSING_STATUSES:
        now = datetime.now(UTC)
        wait_seconds = _retry_after_seconds(response.headers.get("retry-after", ""), now)
        if wait_seconds > longest_wait_seconds:
            until = now + timedelta(seconds=wait_seconds)
            raise AttemptFailed(f"{words} and wants no question before {until:%Y-%m-%d %H:%M:%S} UTC", is_transport=True)
        raise AttemptFailed(words, is_passing=True, is_transport=True, wait_seconds=wait_seconds)
    if 300 <= status < 400 and "location" in response.headers:
        to = _redirect_host(response)
        raise AttemptFailed(f"{words}, a redirect to {to}, which is not followed: if the source has moved, set its base address")
    if status == HTTPStatus.UNAUTHORIZED:
        raise AttemptFailed(f"{words}: look whether the key of the source is right (FREEFLOAT_..._API_KEY)")
    raise AttemptFailed(f"{words}: look whether the source still knows this path and these parameters")


def unpacked(response: httpx.Response) -> Iterator[bytes]:
    """The body in small parts, unpacked little by little: a small body can unpack to more than the memory holds.

    Raises AttemptFailed for an encoding that was not asked for, and for what can't be unpacked.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding == "identity":
        return response.iter_raw()
    if encoding != "gzip":
        named = repr(encoding) if encoding in _ENCODINGS else "of an unusual name"
        raise AttemptFailed(f"answered in the encoding {named} though only gzip was asked for")
    return gunzipped(response.iter_raw())


def gunzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The unpacked parts of gzip data that come in parts. Raises AttemptFailed if it is none, or ends too early."""
    member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    for chunk in chunks:
        packed = chunk
        while packed:
            if member.eof:  # a gzip file is one or more members
                member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            try:
                yield member.decompress(packed, _UNPACKED_BYTES)
            except zlib.error:
                raise AttemptFailed("answered what it calls gzip and is not") from None
            packed = member.unconsumed_tail or member.unused_data
    if not member.eof:
        raise AttemptFailed("answered only in part (the gzip data end too early)", is_passing=True)


def _status_words(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _retry_after_seconds(value: str, now: datetime) -> float:
    """What `Retry-After` asks for, in seconds or as an HTTP date (RFC 9110, 10.2.3); 0 if it says nothing readable."""
    value = value.strip()
    if re.fullmatch("[0-9]+", value):
        return min(float(value), 1e9)  # longer ones pass the end of the calendar
    try:
        until = parsedate_to_datetime(value)
        return max(0, (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds())
    except (ValueError, OverflowError):
        return 0


def _redirect_host(response: httpx.Response) -> str:
    try:
        to = response.url.join(response.headers["location"])
    except httpx.InvalidURL:
        return "an unreadable address"
    # not cut short: half of a key would not be known for one
    return f"{to.scheme}://{to.host}" if len(to.host) <= _LONGEST_HOST else "an unreadable address"
