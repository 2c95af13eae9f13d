"""The form FF301: in which order its parts are read and proved, and the rows that it gives.

The layout is that of the Exchange's form "Monthly Return for Equity Issuer and Hong Kong Depositary Receipts listed under
Chapter 19B of the Exchange Listing Rules on Movements in Securities", with the columns for treasury shares (since June 2024) or
without.

Treasury shares are a class of their own beside the class that they are of, where there are any. A movement lands on the day that
part III (E) names if the rows there add up to the movement of each class; else the month's movement of a class is one event on
the last day of the month, and that is said as open.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from datetime import date

from ingestion.filings.balance_figures import Step, figures_of_class
from ingestion.filings.capital_reading import CapitalReading, PlacedRow
from ingestion.filings.class_shares import Movement, balance_rows, class_rows, event_rows, refuse_a_split
from ingestion.filings.lines import Line
from ingestion.filings.monthly_return.class_months import ClassMonth, read_classes
from ingestion.filings.monthly_return.movements import read_movements
from ingestion.filings.printed_counts import as_sum
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import RefusedFiling
from ingestion.filings.return_cover import RETURN_DAY, day_after, issuer_of, return_text, submitted_on
from ingestion.filings.running_text import spaced

FORM = "monthly return"
_TITLE = re.compile(spaced(r"Monthly Return (?:for|of) Equity Issuer"), re.IGNORECASE)
_MONTH = re.compile(spaced(r"For the month ended") + rf"\s*(?:\(dd/mm/yyyy\))?\s*[:：]?\s*(?P<day>{RETURN_DAY})", re.IGNORECASE)
_PART_3 = re.compile(r"(?:^|\n)III\.\s+Details\s+of\s+Movements", re.IGNORECASE)
_PART_4 = re.compile(r"(?:^|\n)IV\.\s+", re.IGNORECASE)


def is_monthly_return(lines: Sequence[Line]) -> bool:
    """Whether the title of the form stands at the beginning."""
    return bool(_TITLE.search("\n".join(line.text for line in lines[:40])))


def read_monthly_return(lines: Sequence[Line]) -> CapitalReading:
    """The reading of a return. Raises RefusedFiling with the place, what was read, and what would have to be true."""
    found = return_text(lines)
    closed = day_after(found, _MONTH, "For the month ended")
    if closed.value.day != calendar.monthrange(closed.value.year, closed.value.month)[1]:
        raise RefusedFiling(closed.place, f"the month ends on {closed.value}", "it would have to be the last day of a month")
    submitted = submitted_on(found, closed.value, "the month")
    part_3 = _PART_3.search(found.text)
    proofs = Proofs()
    months = read_classes(found, part_3.start() if part_3 else len(found.text), proofs)
    code = next((month.head.stock_code for month in months if month.head.is_listed and month.head.stock_code), None)
    if code is None:
        raise RefusedFiling(
            months[0].head.place, "no class is listed with a stock code", "`Stock code` would have to stand beside one"
        )
    before, after = (sum(sum(counts) for counts in side) for side in zip(*((m.opening, m.closing) for m in months), strict=True))
    refuse_a_split("all classes have", before, after, months[0].head.place)
    movements: list[Movement] = []
    if part_3:
        part_4 = _PART_4.search(found.text, part_3.end())
        end = part_4.start() if part_4 else len(found.text)
        moved = {month.share_class: month.change for month in months}
        movements = read_movements(found, (part_3.end(), end), moved, closed.value, proofs)
    elif any(any(month.change) for month in months):
        proofs.open.append("the return has no part III: on which days the shares were issued or cancelled is not stated")
    ticker = f"{int(code.value):04d}.HK"
    return CapitalReading(
        FORM,
        len({line.page for line in lines}),
        ticker,
        issuer_of(found, ticker, proofs),
        closed.value,
        submitted.value,
        {"stock code": code, "month ended": closed, "submitted": submitted},
        {
            "share_classes": [row for month in months for row in class_rows(month.head, month.has_treasury)],
            "share_class_balances": [row for month in months for row in _balances(month, closed.value)],
            "share_capital_events": _events(months, movements, closed.value, proofs),
            **_figures(months),
        },
        proofs,
        ("class", "listed", "", "issued without treasury", "treasury", "total"),
        [row for month in months for row in _shown(month)],
    )


def _figures(months: Sequence[ClassMonth]) -> dict[str, list[PlacedRow]]:
    """What is printed of each class, and what follows from what."""
    of_classes = []
    for month in months:
        moved = month.change[0]
        steps = [Step("increase or decrease of the month", moved, None, month.places[1])] if moved else []
        ends = (month.places[0], month.places[2])
        of_classes.append(figures_of_class(month.share_class, month.opening[0], steps, month.closing[0], ends))
    return {name: [row for of_class in of_classes for row in of_class[name]] for name in ("filing_figures", "derived_figures")}


def _events(months: Sequence[ClassMonth], movements: Sequence[Movement], closed: date, proofs: Proofs) -> list[PlacedRow]:
    """The movements of all issued shares, with the total of all classes after each day."""
    moves = list(movements)
    dated = {movement.share_class for movement in moves}
    for month in months:
        if month.share_class not in dated and any(month.change):
            event = f"movement of the month to {closed}"
            moves.append(Movement(month.share_class, closed, event, *month.change, None, month.head.place))
            if month.moved:
                proofs.open.append(
                    f"on which days {month.moved:+,} shares of class {month.share_class} were issued or cancelled is "
                    "not proved by part III (E): they land on the last day of the month"
                )
    first = total = sum(sum(month.opening) for month in months)
    totals: dict[date, int] = {}
    for movement in sorted(moves, key=lambda one: one.on):
        totals[movement.on] = total = total + movement.moved
    closing = sum(sum(month.closing) for month in months)
    proofs.add(
        "capital",
        "all classes: opening + changes = closing",
        as_sum((first, closing - first)),
        months[-1].places[2],
    )
    return list(event_rows(moves, totals))


def _balances(month: ClassMonth, closed: date) -> Iterator[PlacedRow]:
    return balance_rows(month.share_class, closed, month.closing, month.has_treasury, month.places[2])


def _shown(month: ClassMonth) -> list[tuple[str, ...]]:
    listed = "yes" if month.head.is_listed else "no"
    named = (("opening", month.opening), ("change", month.change), ("closing", month.closing))
    return [
        (month.share_class, listed, label, *(f"{count:,}" for count in counts), f"{sum(counts):,}") for label, counts in named
    ]
