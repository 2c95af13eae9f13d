"""Notes: what stands under a table: which law or agreement locks, for how many months, until which days, on which conditions.

Only words are read here; whether they agree with the table is in `days`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ingestion.filings.cells import DAY
from ingestion.filings.lines import Line
from ingestion.filings.refusal import Place
from ingestion.filings.running_text import RunningText
from ingestion.printed_text.dates import NotADate, parse_date

_WORDS = {
    "one": 1, "two": 2, "three": 3, "six": 6, "nine": 9, "twelve": 12, "fifteen": 15, "eighteen": 18, "twenty-four": 24,
    "thirty": 30, "thirty-six": 36,
}  # fmt: skip
_TERM = re.compile(
    rf"\b(?P<number>\d{{1,2}}|{'|'.join(sorted(_WORDS, key=len, reverse=True))})[\s-]+(?P<unit>months?|years?)\b", re.IGNORECASE
)
#: What locks, by words of the notes, in the words of the release rules.
_BASES = (
    (re.compile(r"PRC (?:Company )?Laws?|laws? of the PRC|Company Law of the", re.IGNORECASE), "PRC Company Law"),
    (re.compile(r"Rule 18C\.14", re.IGNORECASE), "Rule 18C.14"),
    (re.compile(r"Rules? 10\.07", re.IGNORECASE), "Rule 10.07"),
    (re.compile(r"cornerstone investment agreement|cornerstone agreement", re.IGNORECASE), "cornerstone investment agreement"),
    (re.compile(r"deeds? of (?:lock-?up )?undertaking", re.IGNORECASE), "deed of lock-up undertaking"),
    (re.compile(r"voluntar", re.IGNORECASE), "voluntary undertaking"),
    (re.compile(r"Listing Rules?\s?/\s?guidance|relevant Listing Rules?", re.IGNORECASE), "Listing Rules"),
)
_CONDITION = re.compile(
    r"may (?:only )?(?:be )?(?:dispose|transfer|sold)|cease to be a controlling|will expire on the later|no longer be regarded"
    r"|will not approve any transfer",
    re.IGNORECASE,
)
#: Transfers that an undertaking allows while it binds.
_PERMITTED = re.compile(
    r"save for certain|except(?: for)? (?:transfers?|in certain)|permitted transfer|wholly[- ]owned subsidiar\w+ who",
    re.IGNORECASE,
)
#: The condition of Rule 10.07(1)(b): after the first six months shares may be sold as long as control is kept.
KEEPS_CONTROL = re.compile(r"cease to be (?:a|the) ?(?:group of )?controlling shareholder", re.IGNORECASE)
_UNLOCKED = re.compile(r"not subject to any lock-?\s?up", re.IGNORECASE)
_OPTIONS = re.compile(
    r"\bshare options?\b|\boptions? granted|\bunvested\b|restricted share units?|not yet (?:in issue|issued)", re.IGNORECASE
)
_COUNT = re.compile(r"\d{1,3}(?:,\d{3})+(?=\s+(?:H\s+)?Shares)")


@dataclass(frozen=True, slots=True)
class NotedDay:
    """A day that the notes name, with its sentence."""

    day: date
    sentence: str
    place: Place


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of a table: `months` the terms named, `bases` what locks, `conditions` sentences kept in words, `unlocked` the
    share counts that a sentence says are not locked, `options` those that one says are options or awards, `permitted` sentences
    on transfers that are allowed."""

    months: frozenset[int]
    bases: tuple[str, ...]
    conditions: tuple[str, ...]
    days: tuple[NotedDay, ...]
    unlocked: tuple[int, ...]
    options: tuple[int, ...]
    permitted: tuple[str, ...]
    text: str


def read_notes(lines: Sequence[Line]) -> Notes:
    """What the notes say."""
    found = RunningText(lines)
    months, bases, conditions, days, unlocked, options = set(), [], [], [], [], []
    permitted: list[str] = []
    for sentence, offset in found.sentences():
        place = found.place(offset)
        months |= {_months(match) for match in _TERM.finditer(sentence)}
        bases += [name for name in bases_of(sentence) if name not in bases]
        if _CONDITION.search(sentence):
            conditions.append(_without_number(sentence))
        if _PERMITTED.search(sentence):
            permitted.append(_without_number(sentence))
        for match in re.finditer(DAY, sentence, re.IGNORECASE):
            try:
                days.append(NotedDay(parse_date(match[0].replace(" ,", ",")).earliest_on, sentence, place))
            except NotADate:
                continue
        if _OPTIONS.search(sentence):
            options += [int(count.replace(",", "")) for count in _COUNT.findall(sentence)]
        if _UNLOCKED.search(sentence):
            unlocked += [int(count.replace(",", "")) for count in _COUNT.findall(sentence)]
    return Notes(
        frozenset(months),
        tuple(bases),
        tuple(conditions),
        tuple(days),
        tuple(unlocked),
        tuple(options),
        tuple(permitted),
        " ".join(found.text.split()),
    )


def bases_of(text: str) -> list[str]:
    """What locks, by the words of a sentence or heading."""
    return [name for pattern, name in _BASES if pattern.search(text)]


def _without_number(sentence: str) -> str:
    return re.sub(r"^(?:Notes?:?\s*)?\(?\d{1,2}[.)]\s+", "", sentence)


def _months(match: re.Match[str]) -> int:
    number = _WORDS.get(match["number"].lower()) or int(re.sub(r"\D", "", match["number"]) or 0)
    return number * (12 if match["unit"].lower().startswith("year") else 1)
