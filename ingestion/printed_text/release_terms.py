"""The terms of release rules: from printed words to one day that a model can work out, and the conditions on closes.

A term gives a last locked day (inclusive). It is a date, a number of months from an event, or the n-th day from, after or before
one. An event is the `listing`, a name as in `corporate_events`, or a condition on closes, which comes on the session that meets
it: `closes(10 of 15, above 133%, from 2020-12-15)` says that of 15 sessions in a row, none before that day, 10 closed above 133 %
of the offer price.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

AT_LISTING = "at_listing"
#: The event that each security has, and that is no row of `corporate_events`.
LISTING = "listing"
COMPARISONS = ("above", "at_least", "below", "at_most")

DAY_KIND = r"(?:trading|calendar)_day_(?:from|after|before)"


class NotARule(ValueError):
    """Text that is no release rule; `reason` says what to write instead."""

    def __init__(self, printed: str, reason: str) -> None:
        super().__init__(f"{printed!r}: {reason}")
        self.printed, self.reason = printed, reason


@dataclass(frozen=True)
class Closes:
    """A condition on closes: `needed` of `sessions` in a row compare with `level` as said.

    `level` is a ratio of the offer price, or a price in `currency`. The sessions begin on or after the day of
    `anchor_term` (and the last of them is not after that of `by_term`), or, with `ending`, are those that end on it.
    """

    needed: int
    sessions: int
    comparison: str
    level: Decimal
    currency: str | None
    anchor: str  # from or ending
    anchor_term: Term
    by_term: Term | None

    def __str__(self) -> str:
        level = f"{plain(self.level)} {self.currency}" if self.currency else f"{plain(self.level * 100)}%"
        by = f", by {_day(self.by_term)}" if self.by_term else ""
        return f"closes({self.needed} of {self.sessions}, {self.comparison} {level}, {self.anchor} {_day(self.anchor_term)}{by})"


@dataclass(frozen=True)
class Term:
    """One term of a rule: a fixed day, a number of months from an event, or the `ordinal`-th day from, after or before one.

    `kind` is `at_listing`, `fixed`, `months_from_listing`, `months_from`, or `trading_day_` or `calendar_day_` and `from`,
    `after` or `before` (`from` counts the event's own day as the first, the others the next one). A condition, `if_happened` or
    `if_not_happened`, has an event and no day: its clause counts only if it holds.
    """

    kind: str
    fixed_on: date | None = None
    ordinal: int | None = None
    event: str | None = None
    closes: Closes | None = None  # of which `event` is the text

    def __str__(self) -> str:
        if self.kind == "fixed":
            return str(self.fixed_on)
        if self.kind == AT_LISTING:
            return AT_LISTING
        return f"{self.kind}({', '.join(str(part) for part in (self.ordinal, self.event) if part is not None)})"


def plain(number: Decimal) -> str:
    """A number without trailing zeros or an exponent."""
    return format(number.normalize(), "f")


def _day(term: Term) -> str:
    """A day from which closes count: an event's own day is the event."""
    return str(term.event) if term.kind == "calendar_day_from" and term.ordinal == 1 else str(term)


def the_day_before(term: Term, printed: str) -> Term:
    """The term whose last locked day is the one before what `term` gives: that is then the first free day.

    Before the n-th session the last locked day is, up to days on which nobody trades, the session before it. Months end where
    the shares are free.
    """
    if term.kind == "fixed" and term.fixed_on:
        return Term("fixed", fixed_on=term.fixed_on - timedelta(days=1))
    if not re.fullmatch(DAY_KIND, term.kind) or term.ordinal is None:
        return term
    kind, ordinal = term.kind, term.ordinal
    if kind.endswith("_before"):
        ordinal += 1
    elif ordinal > 1:
        ordinal -= 1
    else:
        kind = "calendar_day_from" if kind.endswith("_after") else "calendar_day_before"
    if ordinal > 999:
        raise NotARule(printed, "counts more than 999 days")
    if kind.endswith("_before") and term.event == LISTING:
        return Term(AT_LISTING)
    return Term(kind, ordinal=ordinal, event=term.event, closes=term.closes)


def add_months(day: date, months: int) -> date:
    """The same day some months later; the last of the month where that is shorter."""
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
