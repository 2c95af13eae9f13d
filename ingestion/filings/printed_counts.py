"""Counts in a row as the Exchange's forms print them: `1,000`, `-1,000`, `(1,000)`; nothing is `0`, `Nil`, `N/A` or a dash."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: A count: negative with a minus before it or in brackets; nothing is 0. What goes on with figures or a point is none.
COUNT = (
    r"(?:\(\s*(?:\d{1,3}(?:,\d{3})+|\d+)\s*\)|[-–−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?![\d,]*\d|\.|%|\))"
    r"|\b(?:Nil|N/?A)\b|[-–—−](?=\s|$))"
)
_NEXT = re.compile(rf"\s*({COUNT})", re.IGNORECASE)


def count_of(printed: str) -> int:
    """The count that is printed; 0 for nothing."""
    digits = re.sub(r"\D", "", printed)
    sign = -1 if printed.lstrip()[:1] in "(-–−" else 1
    return sign * int(digits) if digits else 0


def run_of_counts(text: str, start: int, end: int, most: int) -> tuple[list[int], int]:
    """The counts that follow one another from `start`, at most so many, and where the last of them ends."""
    counts: list[int] = []
    while len(counts) < most and (match := _NEXT.match(text, start, end)):
        counts.append(count_of(match[1]))
        start = match.end()
    return counts, start


def as_sum(counts: Sequence[int]) -> str:
    """Counts and their sum in words: `60,000,000 - 1,000 = 59,999,000`."""
    first, *rest = counts
    terms = "".join(f" {'-' if count < 0 else '+'} {abs(count):,}" for count in rest)
    return f"{first:,}{terms} = {sum(counts):,}"
