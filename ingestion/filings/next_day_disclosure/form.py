"""The form FF305: in which order its parts are read and proved, and the rows that it gives.

The layout is that of the Exchange's form "Next Day Disclosure Return (Equity issuer - changes in issued shares or treasury
shares, share buybacks and/or on-market sales of treasury shares)", under Rule 13.25A, with the columns for treasury shares (since
June 2024) or without.

A return states the shares of the classes that changed, not those of the others. So the total of all classes after an event is
stated only where the issuer has one class, `ordinary`; else it is empty, and follows from the total before it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import date

from ingestion.filings.balance_figures import figures_of_class
from ingestion.filings.capital_reading import CapitalReading, PlacedRow
from ingestion.filings.class_shares import balance_rows, class_rows, event_rows
from ingestion.filings.lines import Line
from ingestion.filings.next_day_disclosure.class_changes import ClassChange, read_class_change
from ingestion.filings.next_day_disclosure.trades import Trade, prove_events, read_trades, trade_rows
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import RefusedFiling
from ingestion.filings.return_cover import issuer_of, return_text, submitted_on
from ingestion.filings.running_text import RunningText, spaced
from ingestion.filings.share_class_heads import CLASS_START

FORM = "next-day disclosure"
_TITLE = re.compile(spaced(r"Next Day Disclosure Return"), re.IGNORECASE)
_SECTION_1 = re.compile(r"(?:^|\n)Section\s+I\s*(?=\n)", re.IGNORECASE)
#: A heading, not the sentence that says when the section must be completed.
_SECTION_2 = re.compile(r"\nSection\s+II\s*(?=\n|$)", re.IGNORECASE)
_CLOSED = re.compile(spaced("Closing balance as at"), re.IGNORECASE)
_CONFIRMED = re.compile(r"\n" + spaced("(?:Confirmation|We hereby confirm|Pursuant to Main Board Rule)"), re.IGNORECASE)


def is_next_day_disclosure(lines: Sequence[Line]) -> bool:
    """Whether the title of the form stands at the beginning."""
    return bool(_TITLE.search("\n".join(line.text for line in lines[:40])))


def read_next_day_disclosure(lines: Sequence[Line]) -> CapitalReading:
    """The reading of a return. Raises RefusedFiling with the place, what was read, and what would have to be true."""
    found = return_text(lines)
    proofs = Proofs()
    section_2 = _SECTION_2.search(found.text)
    end = section_2.start() if section_2 else len(found.text)
    changes = _changes(found, end, proofs)
    closing = {change.closing_on.value for change in changes}
    if len(closing) > 1:
        days = " and ".join(str(day) for day in sorted(closing))
        raise RefusedFiling(changes[-1].closing_on.place, f"classes close on {days}", "all would have to close on one day")
    closed = changes[0].closing_on
    submitted = submitted_on(found, closed.value, "the return")
    code = next((change.head.stock_code for change in changes if change.head.stock_code), None)
    if code is None:
        read = "no class has a stock code"
        raise RefusedFiling(changes[0].head.place, read, "`Stock code` would have to stand beside one")
    ticker = f"{int(code.value):04d}.HK"
    trades, traded = read_trades(found, max(mark.end() for mark in _CLOSED.finditer(found.text)), proofs)
    prove_events(trades, {change.head.share_class: _through_treasury(change) for change in changes}, proofs)
    waiting = sum(change.not_cancelled for change in changes)
    if waiting:
        proofs.open.append(f"{waiting:,} shares are bought back and not cancelled yet: they are in issue until they are")
    totals = _totals(changes)
    if not totals and any(change.movements for change in changes):
        proofs.open.append("the shares of all classes after the events are not stated: they follow from the total before")
    return CapitalReading(
        FORM,
        len({line.page for line in lines}),
        ticker,
        issuer_of(found, ticker, proofs),
        closed.value,
        submitted.value,
        {
            "stock code": code,
            "opening balance as at": changes[0].opening_on,
            "closing balance as at": closed,
            "submitted": submitted,
            **traded,
        },
        {
            "share_classes": [row for change in changes for row in class_rows(change.head, change.has_treasury)],
            "share_class_balances": [row for change in changes for row in _balances(change)],
            "share_capital_events": list(event_rows([movement for change in changes for movement in change.movements], totals)),
            "own_share_trades": list(trade_rows(trades)),
            **_figures(changes),
        },
        proofs,
        ("class", "day", "", "issued without treasury", "treasury"),
        [*(row for change in changes for row in _shown(change)), *(_shown_trade(one) for one in trades)],
        _mark(changes, trades),
    )


def _changes(found: RunningText, end: int, proofs: Proofs) -> list[ClassChange]:
    """The classes of section I, which ends before `end`. Raises RefusedFiling."""
    section = _SECTION_1.search(found.text)
    first = section.end() if section else 0
    confirmed = _CONFIRMED.search(found.text, first, end)
    end = confirmed.start() if confirmed else end
    starts = [match.start() for match in CLASS_START.finditer(found.text, max(first - 1, 0), end)]
    if not starts:
        needed = "section I would have to hold `1. Class of shares` with its balances"
        raise RefusedFiling(found.place(first), "no class of issued shares was found", needed)
    changes: list[ClassChange] = []
    for start, stop in zip(starts, [*starts[1:], end], strict=True):
        change = read_class_change(found, start, stop, proofs)
        if any(change.head.share_class == other.head.share_class for other in changes):
            read = f"the class {change.head.share_class} stands a second time"
            raise RefusedFiling(change.head.place, read, "each class would have to have one block of balances")
        changes.append(change)
    return changes


def _figures(changes: Sequence[ClassChange]) -> dict[str, list[PlacedRow]]:
    """What is printed of each class, and what follows from what."""
    of_classes = [
        figures_of_class(change.head.share_class, change.opening[0], change.steps, change.closing[0], change.ends)
        for change in changes
    ]
    return {name: [row for of_class in of_classes for row in of_class[name]] for name in ("filing_figures", "derived_figures")}


def _totals(changes: Sequence[ClassChange]) -> dict[date, int]:
    """The shares of all classes after each day with an event; empty where the issuer has more classes than the return states."""
    if [change.head.share_class for change in changes] != ["ordinary"]:
        return {}
    (change,) = changes
    total = sum(change.opening)
    totals = {}
    for movement in sorted(change.movements, key=lambda one: one.on):
        totals[movement.on] = total = total + movement.moved
    return totals


def _balances(change: ClassChange) -> Iterator[PlacedRow]:
    """The closing balance, and the opening one where it is that of a day on which nothing happened after it."""
    name = change.head.share_class
    days = {change.closing_on.value, *(movement.on for movement in change.movements)}
    if change.opening_on.value not in days:
        yield from balance_rows(name, change.opening_on.value, change.opening, change.has_treasury, change.opening_on.place)
    yield from balance_rows(name, change.closing_on.value, change.closing, change.has_treasury, change.closing_on.place)


def _through_treasury(change: ClassChange) -> tuple[int, int]:
    """The shares that the events of a class moved into treasury, and out of it."""
    into = sum(min(-one.issued, one.treasury) for one in change.movements if one.issued < 0 < one.treasury)
    out = sum(min(one.issued, -one.treasury) for one in change.movements if one.treasury < 0 < one.issued)
    return into, out


def _mark(changes: Sequence[ClassChange], trades: Sequence[Trade]) -> str:
    """What tells a return from others that close on its day: a digest of its balances, events and trades, whatever its words."""
    numbers = [
        [(one.head.share_class, str(one.opening_on.value), one.opening, one.closing) for one in changes],
        [(str(move.on), move.issued, move.treasury) for one in changes for move in one.movements],
        [(one.trade, one.share_class, str(one.on), one.shares, str(one.highest), str(one.lowest)) for one in trades],
        [one.not_cancelled for one in changes],
    ]
    return hashlib.sha256(repr(numbers).encode()).hexdigest()[:6]


def _shown_trade(one: Trade) -> tuple[str, ...]:
    words = f"{one.trade}: {one.shares:,} at {one.currency} {one.lowest:,} to {one.highest:,}, {one.venue}"
    return one.share_class, one.on.isoformat(), words, "", ""


def _shown(change: ClassChange) -> list[tuple[str, ...]]:
    name = change.head.share_class
    rows = [
        (change.opening_on.value, "opening", change.opening),
        *((movement.on, movement.event, (movement.issued, movement.treasury)) for movement in change.movements),
        (change.closing_on.value, "closing", change.closing),
    ]
    return [(name, day.isoformat(), label, *(f"{count:,}" for count in counts)) for day, label, counts in rows]
