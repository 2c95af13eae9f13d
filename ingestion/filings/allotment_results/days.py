"""Days: each printed last day agrees with the listing day and a term in whole months.

In force is the day before the same day some months on, or the month's last day where the month has no such day; some filings
print the same day itself. The printed day wins. A day that is neither must be named in the notes as well, else the filing is
refused.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta

from ingestion.filings.allotment_results.holdings import CORNERSTONE, Holding
from ingestion.filings.allotment_results.notes import KEEPS_CONTROL, Notes, bases_of
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import RefusedFiling

_LONGEST_TERM = 120
#: What locks, where the notes name nothing.
NO_BASIS = "lock-up undertaking"
_PRINTED_WINS = "the printed day of the table wins"


def last_locked_on(listing_on: date, months: int) -> date:
    """The last locked day of a term: the day before the same day, or the month's last day where it has no such day."""
    month = listing_on.month - 1 + months
    year, month = listing_on.year + month // 12, month % 12 + 1
    length = calendar.monthrange(year, month)[1]
    return date(year, month, length) if listing_on.day > length else date(year, month, listing_on.day) - timedelta(days=1)


def term_of(listing_on: date, day: date) -> tuple[int, bool] | None:
    """The term in months that ends with `day`, and whether it is the same day rather than the day before; None if none does."""
    for months in range(1, _LONGEST_TERM + 1):
        end = last_locked_on(listing_on, months)
        if day == end:
            return months, False
        if day == end + timedelta(days=1) and day.day == listing_on.day:
            return months, True
    return None


def prove_days(listing_on: date, holdings: Sequence[Holding], notes: Notes, proofs: Proofs) -> None:
    """Proves the last days of one table, and gives its holdings their basis and conditions. Raises RefusedFiling."""
    terms: dict[tuple[int, bool], int] = {}
    noted = {one.day for one in notes.days}
    printed = {day.last_locked_on for holding in holdings for day in holding.days}
    for holding in holdings:
        for day in holding.days:
            if day.last_locked_on <= listing_on:
                raise RefusedFiling(
                    holding.place,
                    f"{holding.holder!r} is locked until {day.printed}, no later than the listing ({listing_on})",
                    "a last day would have to be after the listing",
                )
            term = term_of(listing_on, day.last_locked_on)
            if term:
                terms[term] = terms.get(term, 0) + 1
            elif day.last_locked_on not in noted:
                raise RefusedFiling(
                    holding.place,
                    f"{holding.holder!r} is locked until {day.printed}, no whole months after the listing ({listing_on})",
                    f"it would have to be such as {last_locked_on(listing_on, 6)} for six months, or a note would have "
                    f"to name the same day",
                )
            else:
                proofs.add(
                    "last day",
                    f"{holding.holder}: {day.printed} is a fixed day",
                    "a note under the table names the same day",
                    holding.place,
                )
        holding.basis = _basis(holding, notes, listing_on)
        holding.conditions, holding.permitted_transfers = notes.conditions, notes.permitted
        if [day.stage for day in holding.days] == ["first", "second"]:
            _check_stages(holding, notes, listing_on, proofs)
    where = holdings[0].place if holdings else None
    heading = holdings[0].heading if holdings else ""
    for (months, is_same_day), count in sorted(terms.items()):
        words = "the same day" if is_same_day else "the day before the same day"
        proofs.add(
            "last day",
            f"{count} last days under {heading} are {months} months after the listing on {listing_on}",
            f"{words} ({_PRINTED_WINS})",
            where,
        )
    # the law's year needs no number in a note
    named = notes.months | ({12} if "PRC Company Law" in notes.bases else set())
    others = sorted(
        {
            day.last_locked_on
            for row in holdings
            for day in row.days
            if (term := term_of(listing_on, day.last_locked_on)) and term[0] not in named
        }
        - noted
    )
    if notes.months and others:
        words = ", ".join(str(months) for months in sorted(named))
        proofs.find(
            "last day",
            f"the notes under {heading} name {words} months, and the table {', '.join(map(str, others))}",
            _PRINTED_WINS,
            where,
        )
    usual = max(terms, key=lambda term: terms[term])[0] if terms else 0
    for row in holdings if not notes.months else ():
        last = row.days[-1].last_locked_on if row.days else None
        term = term_of(listing_on, last) if last else None
        if term and term[0] > usual and terms[term] == 1 and len(holdings) > 2 and last not in noted and len(row.days) == 1:
            words = f"{row.holder} under {heading} is locked for {term[0]} months, other rows for {usual}, and no note says so"
            proofs.find("last day", words, _PRINTED_WINS, row.place)
    if len({is_same_day for _, is_same_day in terms}) > 1:
        proofs.find(
            "last day", f"under {heading} some terms end on the same day and some on the day before", _PRINTED_WINS, where
        )
    _compare_notes(listing_on, heading, printed, notes, proofs)


def _compare_notes(listing_on: date, heading: str, printed: set[date], notes: Notes, proofs: Proofs) -> None:
    """Finds days of the notes that look like a day of the table and are none."""
    for one in notes.days:
        if one.day in printed or "end" not in one.sentence.lower():
            continue
        near = [day for day in printed if abs((day - one.day).days) <= 3]
        other_year = [day for day in printed if (day.month, day.day) == (one.day.month, one.day.day)]
        if near or (other_year and term_of(listing_on, one.day) is None):
            proofs.find(
                "last day",
                f"a note under {heading} names {one.day}, and the table {min(near or other_year)}",
                _PRINTED_WINS,
                one.place,
            )


def _check_stages(holding: Holding, notes: Notes, listing_on: date, proofs: Proofs) -> None:
    first, second = (day.last_locked_on for day in holding.days)
    if first >= second:
        raise RefusedFiling(
            holding.place,
            f"{holding.holder!r}: the first six months end on {first}, the second on {second}",
            "the second would have to end later",
        )
    terms = [term_of(listing_on, day) for day in (first, second)]
    if [term and term[0] for term in terms] != [6, 12]:
        proofs.find(
            "last day",
            f"{holding.holder}: the two stages end on {first} and {second}",
            f"they are not 6 and 12 months; {_PRINTED_WINS}",
            holding.place,
        )
    if not KEEPS_CONTROL.search(notes.text):
        words = f"{holding.heading}: no note says on which condition shares may be sold after {first}"
        proofs.open += [words] if words not in proofs.open else []


def _basis(holding: Holding, notes: Notes, listing_on: date) -> str:
    """What locks the shares and for how long: `PRC Company Law, 12 months`."""
    term = term_of(listing_on, holding.days[-1].last_locked_on) if holding.days else None
    bases = list(notes.bases) or bases_of(holding.heading)
    if len(holding.days) == 2:
        bases = [base for base in bases if base in ("Rule 10.07", "PRC Company Law")] or ["Rule 10.07"]
    elif term and term[0] >= 12 and "PRC Company Law" in bases and term[0] == 12:
        bases = ["PRC Company Law", *[base for base in bases if base in ("Rule 18C.14", "deed of lock-up undertaking")]]
    elif term and term[0] > 12 and "voluntary undertaking" in bases:
        bases = ["voluntary undertaking"]
    if not bases:
        bases = ["cornerstone investment agreement"] if holding.category == CORNERSTONE else [NO_BASIS]
    return f"{' and '.join(bases)}, {term[0]} months" if term else " and ".join(bases)
