"""Classes of shares in part II of a monthly return: each with its opening balance, movement and closing balance, proved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.filings.printed_counts import as_sum, run_of_counts
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import Place, RefusedFiling
from ingestion.filings.running_text import RunningText, spaced
from ingestion.filings.share_class_heads import CLASS_START, ClassHead, read_class_head

_PART_2 = re.compile(r"(?:^|\n)II\.\s+Movements\s+in\s+Issued", re.IGNORECASE)
_OPENING = re.compile(spaced(r"Balance at close of (?:the )?preceding month"), re.IGNORECASE)
_CHANGE = re.compile(r"Increase\s*/\s*\(?decrease\)?\s*(?:\(\s*[-–−]\s*\))?(?:\s+during\s+the\s+month)?", re.IGNORECASE)
_CLOSING = re.compile(spaced(r"Balance at close of the month"), re.IGNORECASE)
#: How many counts a row has that also prints the sum of its first two.
_WITH_TOTAL = 3


@dataclass(frozen=True, slots=True)
class ClassMonth:
    """One class in the month: issued shares without treasury shares, and treasury shares, at its opening, in its movement and at
    its close, in shares; `places` are those of the three rows."""

    head: ClassHead
    opening: tuple[int, int]
    change: tuple[int, int]
    closing: tuple[int, int]
    places: tuple[Place, Place, Place]

    @property
    def share_class(self) -> str:
        """What the datasets call it."""
        return self.head.share_class

    @property
    def moved(self) -> int:
        """The movement of all issued shares: what becomes a treasury share stays in issue."""
        return sum(self.change)

    @property
    def has_treasury(self) -> bool:
        """Whether shares of the class were in treasury at the opening or the close, or moved there."""
        return any((self.opening[1], self.change[1], self.closing[1]))


def read_classes(found: RunningText, end: int, proofs: Proofs) -> list[ClassMonth]:
    """The classes of part II, which goes to `end`. Raises RefusedFiling."""
    part = _PART_2.search(found.text)
    starts = [match.start() for match in CLASS_START.finditer(found.text, part.end(), end)] if part else []
    if not starts:
        place = found.place(part.start()) if part else None
        needed = "`II. Movements in Issued Shares` would have to hold `1. Class of shares` with its balances"
        raise RefusedFiling(place, "no class of issued shares was found", needed)
    before = found.text[part.end() : starts[0]] if part else ""
    if _OPENING.search(before):
        raise RefusedFiling(
            found.place(part.end() if part else 0),
            "balances stand before a class is named",
            "a line `1. Class of shares` would have to stand before them",
        )
    months: list[ClassMonth] = []
    for start, stop in zip(starts, [*starts[1:], end], strict=True):
        month = _class_month(found, start, stop, proofs)
        if any(month.share_class == other.share_class for other in months):
            read = f"the class {month.share_class} stands a second time"
            raise RefusedFiling(month.head.place, read, "each class would have to have one block of balances")
        months.append(month)
    return months


def _class_month(found: RunningText, start: int, stop: int, proofs: Proofs) -> ClassMonth:
    """One block of part II, proved. Raises RefusedFiling."""
    marks = [pattern.search(found.text, start, stop) for pattern in (_OPENING, _CHANGE, _CLOSING)]
    where = found.place(start + 1)
    opening, change, closing = marks
    if not (opening and change and closing) or not opening.end() <= change.start() < change.end() <= closing.start():
        raise RefusedFiling(
            where,
            "a class without its three rows",
            "`Balance at close of preceding month`, `Increase / decrease (-)` and `Balance at close of the month` would have to "
            "follow its name, in this order",
        )
    if _OPENING.search(found.text, closing.end(), stop):
        raise RefusedFiling(
            found.place(closing.end()), "more balances follow, of no class", "`Class of shares` would have to stand before them"
        )
    head = read_class_head(found, start, opening.start())
    share_class, has_treasury = head.share_class, head.has_treasury_column
    width = _WITH_TOTAL if has_treasury else 1
    rows = []
    for mark, end, least in ((opening, change.start(), width), (change, closing.start(), 0), (closing, stop, width)):
        counts, after = run_of_counts(found.text, mark.end(), end, width)
        # nothing else may stand between two rows: it would be a figure that was not understood
        rest = " ".join(found.text[after:end].split()) if mark is not closing else ""
        if len(counts) < least or rest:
            shown = " ".join(found.text[mark.start() : min(end, mark.end() + 120)].split())
            needed = f"{width} number{'s' if width > 1 else ''} would have to stand in the row"
            raise RefusedFiling(found.place(mark.start()), f"{shown!r}", needed)
        rows.append((counts, found.place(mark.start())))
    balances = []
    for name, (counts, place) in (("preceding month", rows[0]), ("month", rows[2])):
        if has_treasury:
            whole = f"{counts[0]:,} + {counts[1]:,} treasury = {counts[0] + counts[1]:,}"
            if counts[0] + counts[1] != counts[2]:
                read = f"class {share_class} at close of the {name}: {whole}, and a total of {counts[2]:,} is printed"
                raise RefusedFiling(place, read, "issued shares and treasury shares would have to add up to the total")
            proofs.add(
                "total", f"class {share_class} at close of the {name}: issued shares + treasury shares = total", whole, place
            )
        if min(counts) < 0:
            raise RefusedFiling(
                place, f"class {share_class} has a balance of {min(counts):,}", "no balance would have to be negative"
            )
        balances.append((counts[0], counts[1] if has_treasury else 0))
    moved = _change(rows[1][0], balances[0], balances[1], has_treasury)
    if moved is None:
        printed = ", ".join(f"{count:,}" for count in rows[1][0]) or "nothing"
        needed = " and ".join(
            f"{column} by {after - before:,}"
            for column, before, after in zip(("issued shares", "treasury shares"), *balances, strict=True)
        )
        read = f"class {share_class}: {printed} of increase or decrease between {balances[0][0]:,} and {balances[1][0]:,} shares"
        if has_treasury:
            read += f", and {balances[0][1]:,} and {balances[1][1]:,} treasury shares"
        raise RefusedFiling(rows[1][1], read, f"opening + change = closing would have to hold: {needed}")
    for column, label in ((0, "issued shares"), (1, "treasury shares"))[: 2 if has_treasury else 1]:
        sum_ = as_sum((balances[0][column], moved[column]))
        proofs.add("movement", f"class {share_class}, {label}: opening + change = closing", sum_, rows[1][1])
    return ClassMonth(head, balances[0], moved, balances[1], (rows[0][1], rows[1][1], rows[2][1]))


def _change(counts: Sequence[int], before: tuple[int, int], after: tuple[int, int], has_treasury: bool) -> tuple[int, int] | None:
    """The movement as printed if it leads from one balance to the other; a blank cell is no movement. None if none does."""
    real = (after[0] - before[0], after[1] - before[1])
    padded = {
        0: ((0, 0),),
        1: ((counts[0], 0), (0, counts[0])) if counts and has_treasury else ((*counts, 0),),
    }.get(len(counts), (tuple(counts[:2]),))
    fits = real in padded and (len(counts) < _WITH_TOTAL or counts[2] == sum(counts[:2]))
    return real if fits else None
