"""Random lives of companies, as the files of an inbox state them bit by bit, and the float of each as known on each day.

What is known comes on `KNOWN_ON`, one thing a life and day, of days before and after: issues, splits and consolidations,
amendments of single lots, unlisted shares that become listed ones, a listing's over-allotment, events that release rules wait for
and that are called off, balances and issues that a better document corrects, a new code with or without an exchange of shares,
or one that is called off, and the end of a listing: also in a merger, into a company that has shares of its own.

The count is of plain additions: it knows the rules and none of the models. All shares are in those of the listing (`basis`); only
what a file says is in the shares of its day. Every number is a multiple of what splits can divide it by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

#: Days on which something becomes known; the first is the listing of every company. Sessions in Hong Kong.
KNOWN_ON = [date(2025, 3, 6) + timedelta(days=21 * number) for number in range(11)]
LISTED_ON = KNOWN_ON[0]
NEVER = date.max
#: What every number is a multiple of.
UNIT = 60_000
#: The columns of the files.
HEADS = {
    "share_capital_events": "ticker,effective_date,event,share_class,shares_issued_delta,total_shares_after,event_kind,holder",
    "share_classes": "ticker,share_class,is_listed,reason",
    "share_class_balances": "ticker,as_of,share_class,shares",
    "filing_lockups": "ticker,holder,category,share_class,shares,last_day_locked,rule,amends,transferred_to,amended_document_id",
    "corporate_events": "ticker,event,status,date",
    "corporate_actions": "ticker,ex_on,action,new_shares,old_shares",
    "over_allocations": (
        "ticker,share_class,over_allocated_shares,settlement,lender,bought_in_market_shares,exercised_shares,lapsed_shares,"
        "last_exercise_on,settled_on"
    ),
    "security_successors": "ticker,successor,kind,effective_on,new_shares,old_shares,status",
    "mergers": "ticker,acquirer,effective_on,new_shares,old_shares,exchanged_shares,status",
}

#: The day to which a block is surely locked, by what is known on a day.
End = Callable[[date], date]
Blocks = list[tuple[int, End]]


@dataclass
class Lot:
    """A holder's shares, in what is known of them: each list of blocks counts from the day on which it was known."""

    holder: str
    share_class: str
    shares: int
    rule: str
    versions: list[tuple[date, Blocks]]
    converted: tuple[date, date] | None = None  # the day, and since when it is known

    def blocks(self, known: date) -> Blocks:
        """The blocks by what is known on a day."""
        return [blocks for known_on, blocks in self.versions if known_on <= known][-1]


@dataclass
class Change:
    """A change of capital on a day: of the total, of what is not listed, of treasury; what corrects its shares, since when."""

    known_on: date
    on: date
    total: int
    unlisted: int = 0
    treasury: int = 0
    corrected: tuple[date, int] | None = None

    def total_as_known(self, known: date) -> int:
        """The shares that the total changes by."""
        return self.corrected[1] if self.corrected and self.corrected[0] <= known else self.total


@dataclass
class Acquirer:
    """A company that takes over that of a life: a split of its own, its locked shares, and since when the merger is known."""

    ticker: str
    total: int
    locked: int
    locked_to: date
    split_on: date
    merged: tuple[date, date]  # known on, on
    ratio: int

    def standing(self, life: Life, known: date, day: date) -> list[Fraction]:
        """The float, listed and total shares of a day by what is known: two for each of before the split."""
        scale = Fraction(2 if self.split_on <= day else 1)
        total, locked = self.total * scale, self.locked * scale if self.locked_to >= day else Fraction(0)
        if self.merged[0] <= known and self.merged[1] <= day:
            last_on = self.merged[1] - timedelta(days=1)
            _, _, listed, _ = life.standing(known, last_on)
            total += listed * self.ratio
            locked += life.locked(known, day) * life.scale(known, last_on) * self.ratio
        return [total - locked, total, total]


@dataclass
class Life:
    """One company: what the files say of it, and what it has."""

    number: int
    opening: int
    codes: list[tuple[str, date, date, date]]  # ticker, first day, known from, and until it is called off
    listed_class: str
    other_class: str
    ended: tuple[date, date] = (NEVER, NEVER)  # known on, first day without a listing
    unlisted: list[tuple[date, int]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    splits: list[tuple[date, date, Fraction]] = field(default_factory=list)  # known on, ex date, factor
    lots: list[Lot] = field(default_factory=list)
    loans: list[tuple[date, date, date, int]] = field(default_factory=list)  # known on, from, to (exclusive), shares
    rows: list[tuple[str, str, date, str]] = field(default_factory=list)  # dataset, document, known on, cells
    told: list[str] = field(default_factory=list)
    acquirer: Acquirer | None = None

    def code(self, known: date, day: date) -> str:
        """The ticker of a day by what is known."""
        return [one for one, begins_on, from_on, to_on in self.codes if from_on <= known < to_on and begins_on <= day][-1]

    def scale(self, known: date, day: date) -> Fraction:
        """The shares of a day for one of the listing."""
        factor = Fraction(1)
        for known_on, ex_on, ratio in self.splits:
            if known_on <= known and ex_on <= day:
                factor *= ratio
        return factor

    def issued(self, known: date, day: date) -> int:
        """All shares, treasury among them, of the listing."""
        return self.opening + sum(one.total_as_known(known) for one in self.changes if one.known_on <= known and one.on <= day)

    def locked(self, known: date, day: date) -> int:
        """The listed shares that are locked on a day by what is known, of the listing."""
        locked = 0
        for lot in self.lots:
            joined = lot.converted and lot.converted[1] <= known and lot.converted[0] <= day
            if lot.share_class == self.listed_class or joined:
                locked += sum(shares for shares, end in lot.blocks(known) if end(known) >= day)
        return locked

    def standing(self, known: date, day: date) -> tuple[str, Fraction, Fraction, Fraction]:
        """The ticker, and the float, listed and total shares of a day by what is known."""
        seen = [one for one in self.changes if one.known_on <= known and one.on <= day]
        treasury = sum(one.treasury for one in seen)
        total = self.issued(known, day) - treasury
        openings = [shares for known_on, shares in self.unlisted if known_on <= known]
        listed = total - (openings[-1] if openings else 0) - sum(one.unlisted for one in seen)
        locked = self.locked(known, day)
        # a later statement of a loan stands for the earlier one
        loans = [loan for loan in self.loans if loan[0] <= known]
        lent = sum(shares for _, begins_on, ends_on, shares in loans[-1:] if begins_on <= day < ends_on)
        scale = self.scale(known, day)
        return self.code(known, day), (listed - max(locked - lent, 0)) * scale, listed * scale, total * scale

    def say(self, dataset: str, known: date, *cells: object, document: str = "") -> None:
        """Writes a row: in a file of the dataset for what is known on the day, or of a document that is named."""
        self.rows.append((dataset, document, known, ",".join("" if cell is None else str(cell) for cell in cells)))

    def capital(self, known: date, on: date, event: str, kind: str, delta: int, total: int, **more: str) -> None:
        """Writes a capital event: `delta` and `total` are of the listing."""
        scale = self.scale(known, on)
        row = (
            self.code(known, on),
            on,
            event,
            more.get("share_class", self.listed_class),
            int(delta * scale),
            int(total * scale),
            kind,
        )
        self.say("share_capital_events", known, *row, more.get("holder", ""), document=more.get("document", ""))


def fixed(day: date) -> End:
    """A day that nothing moves."""
    return lambda known: day
