"""Events of a class in a next-day disclosure return: the numbered rows of its section I, cell by cell.

An event prints how many issued shares (without treasury shares) and treasury shares it moved, the first with its percentage. A
blank cell is no movement, so that a row with one number may be of either column: `class_changes` lets the balances tell. A page
that is drawn line by line prints a row's number at half the height of its words, so that they begin on the line before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ingestion.filings.fact import Fact
from ingestion.filings.printed_counts import COUNT, count_of
from ingestion.filings.refusal import Place, RefusedFiling
from ingestion.filings.return_cover import RETURN_DAY, day_fact
from ingestion.filings.running_text import RunningText, spaced
from ingestion.filings.share_class_heads import ClassHead

_ROW = re.compile(r"(?:^|\n)\s*\d{1,3}\)\.?\s+")
_CHANGED = re.compile(spaced("Date of changes?") + rf"\s*[:：]?\s*(?P<day>{RETURN_DAY})", re.IGNORECASE)
#: The form prints the sign also where the percentage before it is blank.
_PERCENT = r"(?:(?P<percent>[-–−]?\d{1,3}(?:\.\d{1,8})?)\s*)?%"
_PRICE = r"(?P<currency>HKD|HK\$|RMB|CNY|USD|US\$|[A-Z]{3})\s*(?P<price>\d[\d,]*(?:\.\d+)?)"
#: The older layout has the closing price of the day before, and the discount to it.
_MARKET = r"(?:\s+[A-Z$]{2,3}\s*\d[\d,]*(?:\.\d+)?\s+[-–−]?\d{1,3}(?:\.\d{1,4})?\s*%)?"
_OTHER = re.compile(r"Other\s*\(please specify\)\s*(?=\S)|(?<!\S)%(?!\S)", re.IGNORECASE)
#: The cells of an event: issued shares with their percentage, treasury shares, price. What is blank is left out.
_WITH_PERCENT = re.compile(
    rf"(?<!\S)(?P<issued>{COUNT})\s+{_PERCENT}(?:\s+(?P<treasury>{COUNT})(?!\S))?(?:\s+{_PRICE}{_MARKET})?"
)
#: Without a percentage a number is a count by its commas or sign, or by standing alone on its line: `the scheme of 2018` is none.
_WITHOUT = re.compile(
    rf"(?:(?<!\S)(?=[-–−(]|\d{{1,3}},)|(?<![^\n])(?=\S+[ \t]*(?:\n|$)))(?P<first>{COUNT})"
    rf"(?:\s+(?P<second>{COUNT})(?!\S))?(?:\s+{_PRICE})?"
)
_NONE = re.compile(r"\s*(?:Not\s+applicable|N/?A|Nil)?\s*", re.IGNORECASE)
#: What is bought back to be cancelled is in issue until it is. Before June 2024 such rows stood among the events.
_NOT_CANCELLED = re.compile(r"\bnot\s+(?:yet\s+)?(?:been\s+)?cancell?ed\b", re.IGNORECASE)
#: How much of what the return calls an event is its name, and how many letters of it can stand before its number.
_LONGEST_EVENT, _LONGEST_LEAD = 120, 300


@dataclass(frozen=True, slots=True)
class Event:
    """An event as printed: `choices` are the movements (issued, treasury) that its cells can mean; the percentage is that of its
    issued shares. `not_cancelled` shares were bought back by it and are still in issue: it moves nothing."""

    words: str
    on: Fact[date]
    choices: tuple[tuple[int, int], ...]
    percent: str | None
    price_hkd: str | None
    not_cancelled: int
    place: Place

    @property
    def moves(self) -> bool:
        """Whether it moves shares, as far as its cells tell."""
        return any(any(choice) for choice in self.choices)


def read_events(found: RunningText, start: int, stop: int, head: ClassHead) -> list[Event]:
    """The numbered rows between `start` and `stop`. Raises RefusedFiling, also for what stands before the first row."""
    marks = list(_ROW.finditer(found.text, start, stop))
    lead = found.text[start : marks[0].start() if marks else stop]
    if not _NONE.fullmatch(lead) and not (marks and _is_lead(lead)):
        shown = " ".join(lead.split())[:200]
        raise RefusedFiling(found.place(start), f"{shown!r}", "each event would have to begin with its number, as `1).`")
    events = []
    for mark, end in zip(marks, [*(mark.start() for mark in marks[1:]), stop], strict=False):
        if not (_NONE.fullmatch(found.text, mark.end(), end) and _NONE.fullmatch(lead)):
            event, lead = _event(found, mark, end, head, lead)
            events.append(event)
    return events


def _is_lead(words: str) -> bool:
    """Whether words can be the beginning of the row after them: they hold no cell and no day."""
    cells = _WITH_PERCENT.search(words) or _WITHOUT.search(words)
    return not cells and len(words) <= _LONGEST_LEAD and not re.search(spaced("Date of changes?"), words, re.IGNORECASE)


def _event(found: RunningText, mark: re.Match[str], end: int, head: ClassHead, lead: str) -> tuple[Event, str]:
    """The event of a row, and the words after it that begin the next one. Raises RefusedFiling."""
    place = found.place(mark.start() + (found.text[mark.start()] == "\n"))
    days = list(_CHANGED.finditer(found.text, mark.end(), end))
    shown = " ".join(found.text[mark.end() : end].split())[:200]
    if len(days) != 1:
        raise RefusedFiling(place, f"{shown!r}", "one `Date of changes` with its day would have to stand in the row")
    # the day stands below the event, or, where a page is drawn cell by cell, before the numbers
    before, after = found.text[mark.end() : days[0].start()], found.text[days[0].end() : end]
    following = ""
    if (_WITH_PERCENT.search(before) or _WITHOUT.search(before)) and _is_lead(after):
        after, following = "", after
    row = before + "\n" + after
    cells = _WITH_PERCENT.search(row) or _WITHOUT.search(row)
    if not cells:
        raise RefusedFiling(place, f"{shown!r}", "a number of shares would have to stand in the row")
    named = cells.groupdict()
    if "issued" in named:
        choices: tuple[tuple[int, int], ...] = ((count_of(named["issued"]), count_of(named["treasury"] or "")),)
    elif named["second"]:
        choices = ((count_of(named["first"]), count_of(named["second"])),)
    else:
        one = count_of(named["first"])
        choices = ((one, 0), (0, one)) if head.has_treasury_column else ((one, 0),)
    words = _OTHER.sub("", " ".join((lead + " " + row[: cells.start()] + " " + row[cells.end() :]).split())).strip()
    waiting = abs(sum(choices[0])) if _NOT_CANCELLED.search(words) else 0
    event = Event(
        words[:_LONGEST_EVENT] or "movement",
        day_fact(found, days[0], "Date of changes"),
        ((0, 0),) if waiting else choices,
        None if waiting else named.get("percent"),
        named["price"] if named["currency"] in ("HKD", "HK$") else None,
        waiting,
        place,
    )
    return event, following
