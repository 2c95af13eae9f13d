"""The HTTP client of the live sources: one host at a time, bounded in time and size, asked again after passing faults."""

from __future__ import annotations

import ipaddress
import logging
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self

import httpx
import tenacity

from ingestion.live.response import AttemptFailed, check_head, unpacked
from ingestion.live.secrets import any_of_words, secrets_of, shown_address, without_secrets

#: Some sources refuse what does not look like a browser. gzip is the one encoding that is unpacked here.
HEADERS = {"User-Agent": "Mozilla/5.0 (compatible; freefloat)", "Accept-Encoding": "gzip"}

#: A whole answer may take so many times what one step of it may (connecting, the next bytes). This and the waits are
#: choices of the project: an answer takes at most half a minute, and three attempts at a host that is down a little over one.
DEADLINE_STEPS = 3

#: Back-off before the second attempt, doubled before each further one, and the most that chance adds to it.
FIRST_WAIT_SECONDS, JITTER_SECONDS = 0.5, 0.5


# At INFO and DEBUG they write whole addresses and headers, with the keys in them.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class SourceFailed(Exception):
    """A source that gave no usable answer. What it gave before stands: a failed source is not an empty one.

    `source` is its document id. `reason` is one line for people: what was asked, what came, what to do; no key is in it.
    `is_transport` says that the host could not be talked to (no connection, time-out, 429 or 5xx at each attempt): asking
    it for something else is no use either.
    """

    def __init__(self, source: str, reason: str, *, is_transport: bool = False) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason
        self.is_transport = is_transport


@dataclass(frozen=True)
class Answer:
    """A whole answer of status 200: `body` unpacked, `retrieved_at` in UTC. The values of keys are left out of `url`."""

    url: str
    body: bytes = field(repr=False)
    content_type: str
    retrieved_at: datetime


@dataclass
class _Host:
    """One host: its connections, when it may be asked next (on the client's clock), and why it is asked no more."""

    client: httpx.Client
    next_start: float = float("-inf")
    failure: str | None = None


class HttpClient:
    """Asks the live sources, one question at a time.

    `timeout_seconds` bounds each step of an answer (connecting, the next bytes), DEADLINE_STEPS times that the whole
    answer; `max_bytes` bounds its unpacked body. A passing fault is asked again, at most `attempts` times in all, with
    growing waits or as long as `Retry-After` says; where that is more than `longest_wait_seconds`, the host is asked no
    more. So is a host that could not be talked to: other questions to it fail at once, as long as this client lives.
    Proxies of the environment are used, but never for the machine's own addresses, which no proxy can reach.
    """

    def __init__(
        self,
        timeout_seconds: float = 10,
        attempts: int = 4,
        max_bytes: int = 32 * 1024 * 1024,
        requests_per_second: float = 8,
        longest_wait_seconds: float = 20,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._timeout_seconds = timeout_seconds
        self._attempts = attempts
        self._max_bytes = max_bytes
        self._seconds_between = 1 / requests_per_second
        self._longest_wait_seconds = longest_wait_seconds
        self._sleep = sleep
        self._clock = clock
        growing = tenacity.wait_exponential(FIRST_WAIT_SECONDS, max=longest_wait_seconds)
        self._backoff = growing + tenacity.wait_random(0, JITTER_SECONDS)
        self._hosts: dict[str, _Host] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes all connections, also those of answers that were given up."""
        for host in self._hosts.values():
            host.client.close()

    def get(self, source: str, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to `url`. Raises SourceFailed for everything but a whole answer of status 200.

        `url` is sent as it is; only what no address may hold (spaces, quotes, angle brackets) is escaped. An answer that
        repeats a key is refused: what is landed, quarantined or told of it could show the key.
        """
        secrets = secrets_of(url, headers or {})
        asked = shown_address(url, secrets)
        host: _Host | None = None
        try:
            host = self._host(url)
            if host.failure:
                raise AttemptFailed(f"not asked, its host failed before: {host.failure}", is_transport=True)
            answered = self._retrying()(self._attempt, host, url, headers or {})
        except AttemptFailed as fault:
            words = without_secrets(fault.words, secrets)
            if fault.is_transport and host and not host.failure:
                host.failure = f"{asked} {words}"
            times = f" (the last of {self._attempts} attempts)" if fault.is_passing and self._attempts > 1 else ""
            hint = "; the next refresh asks again" if fault.is_passing or fault.is_transport else ""
            # The cause is not kept: its text may repeat the address or a header.
            raise SourceFailed(source, f"{asked} {words}{times}{hint}", is_transport=fault.is_transport) from None
        body, content_type = answered
        if secrets and any_of_words(secrets).search(body.decode(errors="replace")):
            raise SourceFailed(source, f"{asked} repeats the key that it was asked with: nothing of its answer is kept")
        return Answer(asked, body, content_type, datetime.now(UTC))

    def _host(self, url: str) -> _Host:
        """The host that `url` is on. Raises AttemptFailed if it is no address."""
        try:
            address = httpx.URL(url)
        except httpx.InvalidURL:
            address = httpx.URL("")
        if address.scheme not in ("http", "https") or not address.host:
            raise AttemptFailed(
                "is no address like https://host/path: set the base address of the source (FREEFLOAT_..._URL) right"
            )
        name = f"{address.scheme}://{address.netloc.decode('ascii')}"
        if name not in self._hosts:
            try:
                client = httpx.Client(
                    headers=HEADERS,
                    cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # keeps none
                    # called before httpx looks where a redirect goes
                    event_hooks={"response": [lambda head: check_head(head, self._longest_wait_seconds)]},
                    timeout=self._timeout_seconds,
                    trust_env=not is_own_machine(address.host),
                    verify=_tls(),
                )
            except (ValueError, ImportError, httpx.InvalidURL):
                words = "not asked: the proxy in HTTP_PROXY, HTTPS_PROXY or ALL_PROXY can't be used, write it as http://host:port"
                raise AttemptFailed(words, is_transport=True) from None
            self._hosts[name] = _Host(client)
        return self._hosts[name]

    def _retrying(self) -> tenacity.Retrying:
        return tenacity.Retrying(
            sleep=self._sleep,
            stop=tenacity.stop_after_attempt(self._attempts),
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, AttemptFailed) and error.is_passing),
            wait=self._wait_seconds,
            reraise=True,
        )

    def _wait_seconds(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked_for = error.wait_seconds if isinstance(error, AttemptFailed) else 0
        return max(self._backoff(state), asked_for)

    def _attempt(self, host: _Host, url: str, headers: Mapping[str, str]) -> tuple[bytes, str]:
        """Body and content type of one attempt. Raises AttemptFailed."""
        early = host.next_start - self._clock()
        if early > 0:
            self._sleep(early)
        host.next_start = self._clock() + self._seconds_between
        seconds = DEADLINE_STEPS * self._timeout_seconds
        ends = time.monotonic() + seconds
        answered: Future[tuple[bytes, str]] = Future()

        def receive() -> None:
            try:
                answered.set_result(self._receive(host.client, url, headers, ends))
            except BaseException as error:
                answered.set_exception(error)

        # Looking up a name and a head that comes byte by byte have no time-out of their own, so another thread waits for
        # them. One that is given up ends with its connection, and must not keep the program from ending.
        threading.Thread(target=receive, name="freefloat http", daemon=True).start()
        try:
            return answered.result(timeout=seconds)
        except TimeoutError:
            raise AttemptFailed(f"had not answered in full after {seconds:g} s", is_passing=True, is_transport=True) from None

    def _receive(self, client: httpx.Client, url: str, headers: Mapping[str, str], ends: float) -> tuple[bytes, str]:
        """Body and content type. Raises AttemptFailed, and TimeoutError once `ends` has passed on the monotonic clock."""
        has_head = False
        try:
            with client.stream("GET", url, headers=headers) as response:
                has_head = True
                body = bytearray()
                for part in unpacked(response):
                    body += part
                    if len(body) > self._max_bytes:
                        raise AttemptFailed(
                            f"answered more than {self._max_bytes} bytes, which no answer of this source should have"
                        )
                    if time.monotonic() > ends:
                        raise TimeoutError
                return bytes(body), response.headers.get("content-type", "")
        except httpx.TimeoutException:
            raise AttemptFailed(f"did not answer for {self._timeout_seconds:g} s", is_passing=True, is_transport=True) from None
        except (UnicodeEncodeError, httpx.LocalProtocolError):
            raise AttemptFailed("could not be asked: a header holds what none can hold, look at the key of the source") from None
        except httpx.TransportError as error:
            # A host that has begun to answer can be talked to.
            words = f"answered only in part ({error})" if has_head else f"could not be reached ({error})"
            raise AttemptFailed(words, is_passing=True, is_transport=not has_head) from None


@cache
def _tls() -> ssl.SSLContext:
    """The certificates that are trusted. Reading them takes 0.2 s, so once for all hosts."""
    return httpx.create_ssl_context()


def is_own_machine(host: str) -> bool:
    """Whether a host name or address is this machine's own, which nothing outside can reach or listen to."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
