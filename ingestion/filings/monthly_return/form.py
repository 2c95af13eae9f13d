"""The form FF301: in which order its parts are read and proved, and the rows that it gives.

The layout is that of the Exchange's form "Monthly Return for Equity Issuer and Hong Kong Depositary Receipts listed under
Chapter 19B of the Exchange Listing Rules on Movements in Securities", with the columns for treasury shares (since June 2024) or
without.

Balances are of all issued shares, treasury shares among them, as in the announcement of allotment results. A movement lands on
the day that part III (E) names if the rows there add up to the movement of each class; else the month's movement of a class is
one event on the last day of the month, and that is said as open.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date

from ingestion.filings.capital_reading import CapitalReading, PlacedRow
from ingestion.filings.cells import DAY
from ingestion.filings.fact import Fact
from ingestion.filings.lines import Line
from ingestion.filings.monthly_return.class_months import ClassMonth, read_classes
from ingestion.filings.monthly_return.movements import Movement, read_movements
from ingestion.filings.monthly_return.printed_counts import as_sum
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import RefusedFiling
from ingestion.filings.running_text import RunningText, spaced
from ingestion.printed_text.dates import parse_date

FORM = "monthly return"
_TITLE = re.compile(spaced(r"Monthly Return (?:for|of) Equity Issuer"), re.IGNORECASE)
_FURNITURE = re.compile(r"v?\s*Page\s+\d+\s+of\s+\d+(?:\s+v?\s*[\d.]+)?|v\s*\d+\.\d+\.\d+|FF301(?:\s+Page.*)?", re.IGNORECASE)
_MONTH = re.compile(
    spaced(r"For the month ended") + rf"\s*(?:\(dd/mm/yyyy\))?\s*[:：]?\s*(?P<day>{DAY}|\d\d/\d\d/\d{{4}})", re.IGNORECASE
)
_SUBMITTED = re.compile(spaced(r"Date Submitted") + rf"\s*[:：]?\s*(?P<day>{DAY}|\d\d/\d\d/\d{{4}})", re.IGNORECASE)
_ISSUER = re.compile(
    spaced(r"Name of Issuer") + r"\s*[:：]?\s*(?P<name>.{2,200}?)\s*(?=\n\s*Date\s+Submitted)", re.IGNORECASE | re.DOTALL
)
_PART_3 = re.compile(r"(?:^|\n)III\.\s+Details\s+of\s+Movements", re.IGNORECASE)
_PART_4 = re.compile(r"(?:^|\n)IV\.\s+", re.IGNORECASE)


def is_monthly_return(lines: Sequence[Line]) -> bool:
    """Whether the title of the form stands at the beginning."""
    return bool(_TITLE.search("\n".join(line.text for line in lines[:40])))


def read_monthly_return(lines: Sequence[Line]) -> CapitalReading:
    """The reading of a return. Raises RefusedFiling with the place, what was read, and what would have to be true."""
    found = RunningText([line for line in lines if line.text and not _FURNITURE.fullmatch(line.text)])
    closed = _day_after(found, _MONTH, "For the month ended")
    submitted = _day_after(found, _SUBMITTED, "Date Submitted")
    if closed.value.day != calendar.monthrange(closed.value.year, closed.value.month)[1]:
        raise RefusedFiling(closed.place, f"the month ends on {closed.value}", "it would have to be the last day of a month")
    if submitted.value < closed.value:
        needed = f"it would have to be no earlier than the close of the month, {closed.value}"
        raise RefusedFiling(submitted.place, f"it was submitted on {submitted.value}", needed)
    part_3 = _PART_3.search(found.text)
    proofs = Proofs()
    months = read_classes(found, part_3.start() if part_3 else len(found.text), proofs)
    code = next((month.stock_code for month in months if month.is_listed and month.stock_code), None)
    if code is None:
        raise RefusedFiling(
            months[0].place, "no class is listed with a stock code", "`Stock code` would have to stand beside one"
        )
    _refuse_a_split(months)
    movements: list[Movement] = []
    if part_3:
        part_4 = _PART_4.search(found.text, part_3.end())
        end = part_4.start() if part_4 else len(found.text)
        moved = {month.share_class: month.change for month in months}
        movements = read_movements(found, (part_3.end(), end), moved, closed.value, proofs)
    elif any(any(month.change) for month in months):
        proofs.open.append("the return has no part III: on which days the shares were issued or cancelled is not stated")
    issuer = _ISSUER.search(found.text)
    name = " ".join(re.split(r"[\u3400-\u9fff（]", issuer["name"])[0].split()) if issuer else ""
    if not name:
        proofs.open.append("the issuer's name was not found; its ticker stands in for it")
    treasury = sum(month.closing[1] for month in months)
    if treasury:
        proofs.open.append(
            f"{treasury:,} treasury shares are in issue at the close of the month: they are in the balances, and no "
            "dataset takes them out of the float"
        )
    ticker = f"{int(code.value):04d}.HK"
    return CapitalReading(
        FORM,
        len({line.page for line in lines}),
        ticker,
        name or ticker,
        closed.value,
        submitted.value,
        {"stock code": code, "month ended": closed, "submitted": submitted},
        {
            "share_classes": [_share_class(month) for month in months],
            "share_class_balances": [_balance(month, closed.value) for month in months],
            "share_capital_events": _events(months, movements, closed.value, proofs),
        },
        proofs,
        ("class", "listed", "", "issued without treasury", "treasury", "total"),
        [row for month in months for row in _shown(month)],
    )


def _refuse_a_split(months: Sequence[ClassMonth]) -> None:
    """Shares that are a whole multiple of themselves were divided or consolidated: as an issue they would be supply that never
    came."""
    before, after = (sum(sum(counts) for counts in side) for side in zip(*((m.opening, m.closing) for m in months), strict=True))
    small, large = sorted((before, after))
    if small and large > small and large % small == 0:
        read = f"all classes have {before:,} shares at the opening and {after:,} at the close, a whole multiple"
        needed = "a sub-division or consolidation is not read from a return: write it in inbox/corporate_actions/"
        raise RefusedFiling(months[0].place, read, needed)


def _events(months: Sequence[ClassMonth], movements: Sequence[Movement], closed: date, proofs: Proofs) -> list[PlacedRow]:
    """The movements of all issued shares, with the total of all classes after each day."""
    moves = list(movements)
    dated = {movement.share_class for movement in moves}
    for month in months:
        if month.share_class not in dated and any(month.change):
            event = f"movement of the month to {closed}"
            moves.append(Movement(month.share_class, closed, event, *month.change, None, month.place))
            if month.moved:
                proofs.open.append(
                    f"on which days {month.moved:+,} shares of class {month.share_class} were issued or cancelled is "
                    "not proved by part III (E): they land on the last day of the month"
                )
    total = sum(sum(month.opening) for month in months)
    first = total
    rows: list[PlacedRow] = []
    for day in sorted({movement.on for movement in moves}):
        of_day = [movement for movement in moves if movement.on == day]
        total += sum(movement.moved for movement in of_day)
        for movement in of_day:
            if not movement.moved:
                continue  # from issued to treasury shares: as many are in issue
            row = {
                "effective_date": day.isoformat(),
                "event": movement.event,
                "share_class": movement.share_class,
                "shares_issued_delta": str(movement.moved),
                "issue_price_hkd": movement.price_hkd if movement.price_hkd and movement.moved > 0 else "",
                "total_shares_after": str(total),
                "note": "",
            }
            rows.append((row, movement.place))
    closing = sum(sum(month.closing) for month in months)
    proofs.add(
        "capital",
        "all classes: opening + changes = closing",
        as_sum((first, closing - first)),
        months[-1].closing_place,
    )
    return rows


def _share_class(month: ClassMonth) -> PlacedRow:
    reason = "listed on the Exchange" if month.is_listed else "not listed on the Exchange"
    row = {"share_class": month.share_class, "is_listed": "true" if month.is_listed else "false", "reason": reason}
    return row, month.place


def _balance(month: ClassMonth, closed: date) -> PlacedRow:
    row = {"as_of": closed.isoformat(), "share_class": month.share_class, "shares": str(sum(month.closing))}
    return row, month.closing_place


def _shown(month: ClassMonth) -> list[tuple[str, ...]]:
    listed = "yes" if month.is_listed else "no"
    named = (("opening", month.opening), ("change", month.change), ("closing", month.closing))
    return [
        (month.share_class, listed, label, *(f"{count:,}" for count in counts), f"{sum(counts):,}") for label, counts in named
    ]


def _day_after(found: RunningText, pattern: re.Pattern[str], label: str) -> Fact[date]:
    match = pattern.search(found.text)
    if not match:
        raise RefusedFiling(None, f"no day stands after `{label}`", "it would have to, as in `31 March 2026`")
    printed = " ".join(match["day"].split())
    place = found.place(match.start("day"))
    try:
        if "/" in printed:
            day, month, year = (int(part) for part in printed.split("/"))
            return Fact(date(year, month, day), printed, place)
        return Fact(parse_date(printed.replace(" ,", ",")).earliest_on, printed, place)
    except ValueError:
        raise RefusedFiling(place, f"{printed!r} after `{label}`", "it would have to be a day") from None
