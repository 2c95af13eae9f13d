"""Changes of a class in section I of a next-day disclosure return: opening balance, events, closing balance, proved.

Of an event with one number, which may be of issued or of treasury shares, the balances tell which (see `events`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product

from ingestion.filings.balance_figures import Step, follows
from ingestion.filings.class_shares import Movement, joined, refuse_a_split
from ingestion.filings.fact import Fact
from ingestion.filings.next_day_disclosure.events import Event, read_events
from ingestion.filings.printed_counts import as_sum, run_of_counts
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import Place, RefusedFiling
from ingestion.filings.return_cover import RETURN_DAY, day_fact
from ingestion.filings.running_text import RunningText, spaced
from ingestion.filings.share_class_heads import ClassHead, read_class_head

_NOTES = r"\s*(?:\(\s*Notes?\s+[\d\sand,&]+\))?\s*[:：]?\s*"
_OPENING = re.compile(spaced("Opening balance as at") + _NOTES + rf"(?P<day>{RETURN_DAY})", re.IGNORECASE)
_CLOSING = re.compile(spaced("Closing balance as at") + _NOTES + rf"(?P<day>{RETURN_DAY})", re.IGNORECASE)
_PART_B = re.compile(
    r"\nB\.\s+"
    + spaced("Shares redeemed or repurchased")
    + f"(?:{spaced(' for cancellation but not yet cancelled as at the closing balance date')})?"
    + r"(?:\s*\(\s*Notes?\s+[\d\sand,&]+\))?",
    re.IGNORECASE,
)
#: Balances with a column for treasury shares also print the total.
_WITH_TOTAL = 3
#: More events of one number each than this are not tried in every combination.
_MOST_OPEN = 12


@dataclass(frozen=True, slots=True)
class ClassChange:
    """A class in section I: its shares (issued without treasury, treasury) at the opening and the close, and its events.

    `not_cancelled` are the shares bought back to be cancelled, which are in issue until they are. `steps` are the events that
    moved issued shares, one by one as printed, and `ends` the places of the two balances.
    """

    head: ClassHead
    opening_on: Fact[date]
    closing_on: Fact[date]
    opening: tuple[int, int]
    closing: tuple[int, int]
    movements: tuple[Movement, ...]
    not_cancelled: int
    steps: tuple[Step, ...]
    ends: tuple[Place, Place]

    @property
    def has_treasury(self) -> bool:
        """Whether shares of the class were in treasury at the opening or the close, or moved there."""
        return any((self.opening[1], self.closing[1], *(movement.treasury for movement in self.movements)))


def read_class_change(found: RunningText, start: int, stop: int, proofs: Proofs) -> ClassChange:
    """The block of a class between `start` and `stop`, proved. Raises RefusedFiling."""
    opening, closing = (pattern.search(found.text, start, stop) for pattern in (_OPENING, _CLOSING))
    if not (opening and closing) or closing.start() < opening.end():
        needed = "`Opening balance as at`, its events and `Closing balance as at` would have to follow its name, in this order"
        raise RefusedFiling(found.place(start + 1), "a class without its two balances", needed)
    for pattern in (_OPENING, _CLOSING):
        if again := pattern.search(found.text, closing.end(), stop):
            raise RefusedFiling(
                found.place(again.start()),
                "more balances follow, of no class",
                "`Class of shares` would have to stand before them",
            )
    head = read_class_head(found, start, opening.start())
    balances, ends = zip(*(_balance(found, mark, stop, head) for mark in (opening, closing)), strict=True)
    opened, closed = day_fact(found, opening, "Opening balance as at"), day_fact(found, closing, "Closing balance as at")
    if opened.value > closed.value:
        read = f"class {head.share_class}: the opening balance is of {opened.value} and the closing balance of {closed.value}"
        raise RefusedFiling(closed.place, read, "the first day would have to be no later")
    printed = read_events(found, ends[0], closing.start(), head)
    events = [event for event in printed if event.moves]
    for event in events:
        if not opened.value <= event.on.value <= closed.value:
            read = f"class {head.share_class}: an event of {event.on.value}"
            raise RefusedFiling(event.on.place, read, f"it would have to be between {opened.value} and {closed.value}")
    refuse_a_split(f"class {head.share_class} has", sum(balances[0]), sum(balances[1]), closed.place)
    movements = _proved(head, balances[0], balances[1], events, closed.place, proofs)
    _prove_percentages(head, balances[0], events, movements, proofs)
    part_b = _PART_B.search(found.text, ends[1], stop)
    # whatever a row of part B is called, it is still in issue
    rows = read_events(found, part_b.end(), stop, head) if part_b else []
    waiting = [event.not_cancelled or abs(sum(event.choices[0])) for event in rows]
    not_cancelled = sum(event.not_cancelled for event in printed) + sum(waiting)
    steps = tuple(
        Step(one.event, one.issued, event.percent and re.sub(r"[-–−]", "", event.percent), event.place)
        for event, one in zip(events, movements, strict=True)
        if one.issued
    )
    ends = (found.place(opening.start()), found.place(closing.start()))
    return ClassChange(head, opened, closed, *balances, tuple(joined(movements)), not_cancelled, steps, ends)


def _balance(found: RunningText, mark: re.Match[str], stop: int, head: ClassHead) -> tuple[tuple[int, int], int]:
    """The balance after a mark, issued without treasury shares and treasury shares, and where it ends."""
    width = _WITH_TOTAL if head.has_treasury_column else 1
    counts, end = run_of_counts(found.text, mark.end(), stop, width)
    place = found.place(mark.start())
    label = " ".join(mark[0].split())
    if len(counts) < width:
        shown = " ".join(found.text[mark.start() : min(stop, mark.end() + 120)].split())
        raise RefusedFiling(place, f"{shown!r}", f"{width} number{'s' if width > 1 else ''} would have to stand in the row")
    if min(counts) < 0:
        raise RefusedFiling(place, f"{label}: {min(counts):,}", "no balance would have to be negative")
    if width == 1:
        return (counts[0], 0), end
    if counts[0] + counts[1] != counts[2]:
        whole = f"{counts[0]:,} + {counts[1]:,} treasury = {counts[0] + counts[1]:,}"
        read = f"class {head.share_class}, {label}: {whole}, and a total of {counts[2]:,} is printed"
        raise RefusedFiling(place, read, "issued shares and treasury shares would have to add up to the total")
    return (counts[0], counts[1]), end


def _proved(
    head: ClassHead, opening: tuple[int, int], closing: tuple[int, int], events: list[Event], place: Place, proofs: Proofs
) -> list[Movement]:
    """The events as movements that lead from one balance to the other. Raises RefusedFiling if none do, or several readings."""
    needed = (closing[0] - opening[0], closing[1] - opening[1])
    if sum(len(event.choices) > 1 for event in events) > _MOST_OPEN:
        read = f"class {head.share_class}: more than {_MOST_OPEN} events have one number and no percentage"
        raise RefusedFiling(place, read, "their percentages would have to tell issued shares from treasury shares")
    fitting = [
        chosen
        for chosen in product(*(event.choices for event in events))
        if (sum(one[0] for one in chosen), sum(one[1] for one in chosen)) == needed
    ]
    columns = ("issued shares", "treasury shares")[: 2 if head.has_treasury_column else 1]
    if not fitting:
        moved = " and ".join(f"{column} by {change:,}" for column, change in zip(columns, needed, strict=False))
        printed = ", ".join(" and ".join(f"{count:,}" for count in event.choices[0] if count) or "0" for event in events)
        read = f"class {head.share_class}: the events move {printed or 'nothing'}, and the balances {moved}"
        raise RefusedFiling(place, read, "opening + changes = closing would have to hold")
    if len(fitting) > 1:
        read = f"class {head.share_class}: the balances hold whether events are of issued or of treasury shares"
        raise RefusedFiling(place, read, "a percentage would have to stand beside each number of issued shares")
    movements = [
        Movement(head.share_class, event.on.value, event.words, *chosen, event.price_hkd, event.place)
        for event, chosen in zip(events, fitting[0], strict=True)
    ]
    for column, label in enumerate(columns):
        changes = [(movement.issued, movement.treasury)[column] for movement in movements]
        numbers = as_sum([opening[column], *(change for change in changes if change)])
        proofs.add("movement", f"class {head.share_class}, {label}: opening + changes = closing", numbers, place)
    return movements


def _prove_percentages(
    head: ClassHead, opening: tuple[int, int], events: list[Event], movements: list[Movement], proofs: Proofs
) -> None:
    """Each percentage is of the issued shares without treasury before the event, or at the opening, within its rounding."""
    before = opening[0]
    for event, movement in zip(events, movements, strict=True):
        if event.percent is not None and before and opening[0]:
            wholes = sorted({opening[0], before})
            exact = [abs(Decimal(100 * movement.issued)) / whole for whole in wholes]
            if any(follows(re.sub(r"[-–−]", "", event.percent), movement.issued, whole) for whole in wholes):
                numbers = f"{abs(movement.issued):,} of {wholes[0]:,} = {exact[0]:.4f}%; {event.percent}% is printed"
                proofs.add("percentage", f"class {head.share_class}: {movement.event}", numbers, event.place)
            else:
                share = f"{abs(movement.issued):,} of {wholes[0]:,} is {exact[0]:.4f}%"
                statement = f"{movement.event}: {event.percent}% is printed, and {share}"
                rule = "the shares land: the balances prove them; the percentage is of another whole, or misprinted"
                proofs.find("percentage", statement, rule, event.place)
        before += movement.issued
