"""What the Exchange's forms call a class of shares, and what the datasets call it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ingestion.filings.refusal import Place, RefusedFiling

_LETTER = re.compile(r"(?:class\s+)?(?P<letter>[ABH])(?:\s+(?:ordinary\s+)?shares?)?", re.IGNORECASE)
_PLAIN = re.compile(r"(?:ordinary(?:\s+shares?)?|not applicable|n/?a|[-–—]|)", re.IGNORECASE)
_OTHER = re.compile(r"other\s+(?:type|class).*", re.IGNORECASE)
_UNLISTED = re.compile(r"\b(?:unlisted|domestic|non-H)\b", re.IGNORECASE)


def class_named(values: Mapping[str, tuple[str, Place]], place: Place) -> str:
    """`H`, `A`, `B`, `ordinary` or `unlisted domestic`, by the labels `class of shares`, `type of shares` and `description`.

    Raises RefusedFiling for another class: nobody knows whether its shares are float.
    """
    names = [values.get(label, ("", place))[0] for label in ("type of shares", "class of shares")]
    description = values.get("description", ("", place))[0]
    for name in names:
        if letter := _LETTER.fullmatch(name):
            return letter["letter"].upper()
    if any(_OTHER.fullmatch(name) or _UNLISTED.search(name) for name in names):
        if any(_UNLISTED.search(name) for name in (*names, description)):
            return "unlisted domestic"
        if letter := _LETTER.fullmatch(description):
            return letter["letter"].upper()
    elif all(_PLAIN.fullmatch(name) for name in names):
        return "ordinary"
    shown = ", ".join(repr(name) for name in (*reversed(names), description) if name)
    needed = "it would have to be H, A, B, ordinary shares, or another type described as unlisted or domestic shares"
    raise RefusedFiling(place, f"the class of shares {shown}", needed)
