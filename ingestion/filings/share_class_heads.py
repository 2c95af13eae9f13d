"""Heads of classes: what the Exchange's returns print before the balances of a class of shares, and what the datasets call it.

`1. Class of shares ... Type of shares ... Listed on the Exchange ... Stock code ... Description`, each label before its value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ingestion.filings.fact import Fact
from ingestion.filings.refusal import Place, RefusedFiling
from ingestion.filings.running_text import RunningText

#: Where the block of a class begins.
CLASS_START = re.compile(r"(?:^|\n)\d{1,2}\.\s+(?=(?:Class|Type)\s+of\s+shares\b)", re.IGNORECASE)
_LABEL = re.compile(
    r"(?P<label>(?:Class|Type)\s+of\s+shares|Listed\s+on\s+(?:the\s+Exchange|SEHK)\s*(?:\(\s*Note\s*\d*\s*\))?"
    r"|Multi-counter\s+stock\s+code|Stock\s+code(?:\s*\(if\s+listed\))?|Description(?!\s*\))|(?:Number|No\.)\s+of\s+(?:issued|treasury|shares)"
    r"|Total\s+number\s+of|A\.\s+Changes\s+in\s+issued|Issues\s+of\s+shares|Events\b)\s*[:：]?",
    re.IGNORECASE,
)
_LETTER = re.compile(r"(?:class\s+)?(?P<letter>[ABH])(?:\s+(?:ordinary\s+)?shares?)?", re.IGNORECASE)
_PLAIN = re.compile(r"(?:ordinary(?:\s+shares?)?|not applicable|n/?a|[-–—]|)", re.IGNORECASE)
_OTHER = re.compile(r"other\s+(?:type|class).*", re.IGNORECASE)
_UNLISTED = re.compile(r"\b(?:unlisted|domestic|non-H)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ClassHead:
    """A class as its head names it; `has_treasury_column` where its table counts treasury shares apart (since June 2024)."""

    share_class: str
    is_listed: bool
    stock_code: Fact[str] | None
    has_treasury_column: bool
    place: Place


def read_class_head(found: RunningText, start: int, end: int) -> ClassHead:
    """The head between `start` and `end`, where the first balance stands. Raises RefusedFiling."""
    head = found.text[start:end]
    where = found.place(start + 1)
    values = _labelled(head, found, start)
    share_class = _class_named(values, where)
    code = values.get("stock code")
    fact = Fact(code[0], code[0], code[1]) if code and re.fullmatch(r"\d{1,5}", code[0]) else None
    listed = values.get("listed on", ("", where))[0].lower()
    if listed not in ("yes", "no"):
        read = f"class {share_class}: listed on the Exchange: {listed or 'nothing'!r}"
        raise RefusedFiling(where, read, "it would have to be Yes or No")
    return ClassHead(share_class, listed == "yes", fact, "treasury" in head.lower(), where)


def _labelled(head: str, found: RunningText, start: int) -> dict[str, tuple[str, Place]]:
    """What stands after each label of a block's head, with single blanks, and where."""
    marks = list(_LABEL.finditer(head))
    values: dict[str, tuple[str, Place]] = {}
    for mark, following in zip(marks, [*(mark.start() for mark in marks[1:]), len(head)], strict=True):
        label = " ".join(mark["label"].lower().split())
        label = "listed on" if label.startswith("listed on") else label.removesuffix(" (if listed)")
        values.setdefault(label, (" ".join(head[mark.end() : following].split()), found.place(start + mark.start())))
    return values


def _class_named(values: Mapping[str, tuple[str, Place]], place: Place) -> str:
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
