"""Keeping keys and passwords out of messages."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import quote, unquote, unquote_plus

#: First words of a header's value that are no secret.
_SCHEMES = frozenset({"Basic", "Bearer", "Digest", "Token"})

#: A query parameter that is named like a key, and its value; and a user before the host.
_SECRET_PARAMETER = re.compile("(?<=[?&])([^=&]*(?:key|token|secret|password)[^=&]*)=([^&]*)", re.IGNORECASE)

_USER = re.compile("(?<=://)([^/?]*)@")

_LONGEST_SHOWN = 300


def secrets_of(url: str, headers: Mapping[str, str]) -> tuple[str, ...]:
    """Words that must be shown nowhere, as sent and as others write them; the longest come first.

    They are those of the headers, of parameters named like a key, and the password before the host.
    """
    words = {word for value in headers.values() for word in value.split()} - _SCHEMES
    words |= {value for _, value in _SECRET_PARAMETER.findall(url)}
    for user in _USER.findall(url):
        words |= {user.partition(":")[2] or user, b64encode(unquote(user).encode()).decode()}
    words |= {unquote_plus(word) for word in words}
    words |= {quote(word, safe="") for word in words} | {word.replace("/", r"\/") for word in words}
    # Nobody can use shorter ones, and replacing them would leave no sentence readable.
    return tuple(sorted((word for word in words if len(word) > 3), key=len, reverse=True))


def any_of_words(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds any of the words, in capitals or small letters: a host is written in small letters."""
    return re.compile("|".join(map(re.escape, words)), re.IGNORECASE)


def shown_address(url: str, secrets: tuple[str, ...]) -> str:
    """The address as it may be shown: no password, key or other secret in it, cut at 300 letters."""
    return without_secrets(_SECRET_PARAMETER.sub(r"\1=***", _USER.sub("", url)), secrets)[:_LONGEST_SHOWN]


def without_secrets(text: str, secrets: tuple[str, ...]) -> str:
    """The text on one line, with every secret replaced."""
    shown = any_of_words(secrets).sub("***", text) if secrets else text
    return " ".join(shown.split())
