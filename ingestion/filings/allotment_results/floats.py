"""Floats: what the paragraphs PUBLIC FLOAT AND FREE FLOAT print as numbers, per cents and values.

Thresholds of the rules stand in the same sentences: only what is said of this company's own shares is taken. A bound (`not less
than`, `would exceed`) is no number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ingestion.filings.lines import Line
from ingestion.filings.refusal import Place
from ingestion.filings.running_text import RunningText


@dataclass(frozen=True, slots=True)
class PrintedFloat:
    """A float as printed: shares, per cent, and value in the offer's currency; each None where it is not printed."""

    words: str
    place: Place
    shares: int | None = None
    percent: Decimal | None = None
    percent_printed: str | None = None
    value: Decimal | None = None
    value_printed: str | None = None

    @property
    def has_figure(self) -> bool:
        """Whether anything is printed that can be recomputed."""
        return self.shares is not None or self.percent is not None or self.value is not None


@dataclass(frozen=True, slots=True)
class PrintedFloats:
    """The public float and the free float of a filing, each None where no figure is printed; `free_words` is what is said
    instead."""

    public: PrintedFloat | None = None
    free: PrintedFloat | None = None
    free_words: PrintedFloat | None = None


_SHARES = r"(?P<shares>\d{1,3}(?:,\d{3})+)\s+(?:Offer\s+|H\s+|A\s+)?Shares"
_PERCENT = r"(?:represent\w*|is|was|or)\s+(?:approximately\s+|about\s+)?(?P<percent>\d{1,3}(?:\.\d+)?)\s?%"
_VALUE = r"(?:HK\$|HKD)\s?(?P<value>\d[\d,]*(?:\.\d+)?)\s*(?P<scale>million|billion)"
#: Words before a figure that make it a threshold or a bound.
_BOUND = re.compile(
    r"(?:at least|not less than|no less than|less than|more than|exceed\w*|higher than|minimum|prescribed"
    r"|required?(?: to be)?|threshold|over|above"
    r"|normally|must)[^,;]{0,60}$",
    re.IGNORECASE,
)
_FREE_COUNT = (
    re.compile(rf"free float[^.;]{{0,80}}?(?:will be|is|are|being)\s+(?:approximately\s+)?{_SHARES}", re.IGNORECASE),
    re.compile(
        rf"{_SHARES}(?:(?!\d,\d{{3}}\s+(?:H\s+)?Shares).){{0,260}}?(?:count\w*|included|regarded|treated)\s+(?:towards?"
        rf"|in|as)\s+(?:the\s+|our\s+)?free float",
        re.IGNORECASE,
    ),
    re.compile(
        rf"{_SHARES}(?:(?!\d,\d{{3}}\s+(?:H\s+)?Shares).){{0,160}}?not\s+(?:be\s+)?subject\s+to\s+any\s+(?:disposal|lock)",
        re.IGNORECASE,
    ),
)
_OWN_FREE = re.compile(r"free float|not (?:be )?subject to (?:any )?disposal restrictions?", re.IGNORECASE)
_OF_RULES = re.compile(
    r"^(?:Rule|Pursuant to Rule|Under Rule)\b.*\b(?:provides|requires)\b|must normally|required to be held by the public",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(?:not|nor|excluded|excluding)\b", re.IGNORECASE)
_PUBLIC = re.compile(
    r"public float|held (?:by|in) (?:the )?public|public hands|in the hands of the public|counted towards the public",
    re.IGNORECASE,
)


_PUBLIC_COUNT = (
    re.compile(rf"{_SHARES}(?:(?!\d,\d{{3}}\s+(?:H\s+)?Shares)[^;]){{0,160}}?(?:represent|or\s+approximately)", re.IGNORECASE),
    re.compile(rf"held by the public (?:is|are|will be|being)\s+(?:approximately\s+)?{_SHARES}", re.IGNORECASE),
    re.compile(
        rf"{_SHARES}[^;]{{0,80}}?(?:will (?:be )?count\w*|regarded) (?:towards?|as|in)\s+(?:the\s+)?public", re.IGNORECASE
    ),
)
_NOT_PUBLIC = re.compile(r"^\s+(?:H\s+)?Shares\s+to be issued|not be counted|connected persons?\b.{0,40} will not")


def read_floats(lines: Sequence[Line]) -> PrintedFloats:
    """The floats that the lines print. A number, a per cent and a value can stand in sentences of their own."""
    found = RunningText(lines)
    free: list[PrintedFloat] = []
    public: list[PrintedFloat] = []
    for sentence, offset in found.sentences():
        if _OF_RULES.search(sentence):
            continue
        place = found.place(offset)
        if _OWN_FREE.search(sentence):
            free.append(_free(sentence, place))
        if _PUBLIC.search(sentence):
            public.append(_public(sentence, place))
    words = next((one for one in reversed(free) if not one.has_figure), None)
    # parts of the public float can be counted before the whole: the whole is the largest
    public.sort(key=lambda one: -(one.shares or 0))
    return PrintedFloats(_merged(public), _merged(free), words)


def _merged(printed: Sequence[PrintedFloat]) -> PrintedFloat | None:
    """One float from the sentences that speak of it: each figure from the first that has it."""
    merged: PrintedFloat | None = None
    for one in printed:
        if not one.has_figure:
            continue
        merged = (
            one
            if merged is None
            else replace(
                merged,
                shares=one.shares if merged.shares is None and merged.percent is None else merged.shares,
                percent=one.percent if merged.percent is None else merged.percent,
                percent_printed=one.percent_printed if merged.percent is None else merged.percent_printed,
                value=one.value if merged.value is None else merged.value,
                value_printed=one.value_printed if merged.value is None else merged.value_printed,
            )
        )
    return merged


def _free(sentence: str, place: Place) -> PrintedFloat:
    shares, after = None, 0
    for pattern in _FREE_COUNT:
        for match in pattern.finditer(sentence):
            between = sentence[match.end("shares") : match.end()]
            if pattern is _FREE_COUNT[1] and _NEGATED.search(between):
                continue
            shares, after = int(match["shares"].replace(",", "")), match.start("shares")
        if shares is not None:
            break
    start = after if shares is not None else max((match.start() for match in _OWN_FREE.finditer(sentence)), default=0)
    percent = _unbounded(re.compile(_PERCENT, re.IGNORECASE), sentence, start)
    value = _unbounded(re.compile(_VALUE, re.IGNORECASE), sentence, start)
    return _printed(sentence, place, shares, percent, value)


def _public(sentence: str, place: Place) -> PrintedFloat:
    counts = [
        match
        for pattern in _PUBLIC_COUNT
        for match in pattern.finditer(sentence)
        if not _NOT_PUBLIC.search(_up_to_next_count(sentence, match.end("shares")))
    ]
    largest = max(counts, key=lambda match: int(match["shares"].replace(",", "")), default=None)
    shares = int(largest["shares"].replace(",", "")) if largest else None
    percent = _unbounded(re.compile(_PERCENT, re.IGNORECASE), sentence, largest.start("shares") if largest else 0)
    about = re.compile(r"approximately\s+(?P<percent>\d{1,3}(?:\.\d+)?)\s?%\s+of\s+the\s+total", re.IGNORECASE)
    percent = percent or _unbounded(about, sentence, 0)
    held = re.search(
        r"value\s+of\s+(?:the\s+)?(?:H\s+)?Shares\s+(?:expected\s+)?(?:to\s+be\s+)?held\s+by\s+the\s+public(?!\s+and)", sentence
    )
    is_own = held and not re.search(r"would result|applicable", sentence[: held.start()])
    value = _unbounded(re.compile(_VALUE, re.IGNORECASE), sentence, held.end()) if held and is_own else None
    return _printed(sentence, place, shares, percent, value)


def _up_to_next_count(sentence: str, start: int) -> str:
    following = re.search(_SHARES, sentence[start + 1 :], re.IGNORECASE)
    return sentence[start : start + 1 + following.start()] if following else sentence[start:]


def _unbounded(pattern: re.Pattern[str], sentence: str, start: int) -> re.Match[str] | None:
    for match in pattern.finditer(sentence, start):
        if not _BOUND.search(sentence[max(0, match.start() - 90) : match.start()]):
            return match
    return None


def _printed(
    sentence: str, place: Place, shares: int | None, percent: re.Match[str] | None, value: re.Match[str] | None
) -> PrintedFloat:
    per_cent = percent["percent"] if percent else None
    scale = Decimal(10) ** (9 if value and value["scale"].lower() == "billion" else 6)
    return PrintedFloat(
        sentence,
        place,
        shares,
        Decimal(per_cent) if per_cent else None,
        f"{per_cent}%" if per_cent else None,
        Decimal(value["value"].replace(",", "")) * scale if value else None,
        value[0] if value else None,
    )
