"""The form `announcement of allotment results`: which parts it has, and in which order they are read and proved.

What each part says, and what proves it, is in the modules beside this one.

A filing is believed whole or not at all. The rule for a total that does not add up: it is a misprint, and its rows land, if
what it counts is proved as a whole without it: holders from before the offer by the capital that closes without remainder with
the rows as read, cornerstone investors by the printed free float; or if it differs by exactly the options that a note names.
Else the filing is refused: the misprint may as well be in a row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingestion.filings.allotment_results.capital import listed_wholes, prove_capital, prove_floats, prove_offer
from ingestion.filings.allotment_results.days import NO_BASIS, prove_days
from ingestion.filings.allotment_results.floats import read_floats
from ingestion.filings.allotment_results.holdings import Holding, category_of, holdings_of
from ingestion.filings.allotment_results.lots import mark_same_shares
from ingestion.filings.allotment_results.notes import read_notes
from ingestion.filings.allotment_results.percentages import Wholes, prove_percentages
from ingestion.filings.allotment_results.reading import PrintedTotal, Reading
from ingestion.filings.allotment_results.summary import read_summary
from ingestion.filings.allotment_results.totals import ClosedTotal, close_totals
from ingestion.filings.blocks import Table, float_lines, lockup_tables
from ingestion.filings.issuer import class_listed
from ingestion.filings.lines import Line, content_lines
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import RefusedFiling
from ingestion.filings.rows import read_rows

FORM = "allotment results"
_A_SHARES = re.compile(r"\bA\s+Shares\b")


def read_allotment_results(lines: Sequence[Line]) -> Reading:
    """The reading of an announcement. Raises RefusedFiling with the place, what was read, and what would have to be true."""
    content = content_lines(lines)
    summary = read_summary(content)
    listed_class = class_listed(content)
    tables = lockup_tables(content)
    proofs = Proofs()
    holdings, totals = _holdings(tables, listed_class, proofs)
    notes = [read_notes(table.notes) for table in tables]
    prove_offer(summary, proofs)
    before_offer = summary.issued_shares.value - summary.offer_shares.value
    if before_offer < 0:
        raise RefusedFiling(
            summary.offer_shares.place,
            f"{summary.offer_shares.printed} offer shares of {summary.issued_shares.printed} issued",
            "the offer would have to be a part of the issued shares",
        )
    mark_same_shares(holdings, notes, before_offer, proofs)
    unlocked = [count for one in notes for count in one.unlocked]
    capital = prove_capital(summary, holdings, None, unlocked, listed_class == "ordinary", proofs)
    issued = [summary.issued_shares.value]
    if summary.treasury_shares:
        issued.append(summary.issued_shares.value - summary.treasury_shares.value)
    allowed = listed_wholes(summary, holdings) if listed_class != "ordinary" else (summary.issued_shares.value,)
    over = summary.over_allocated_shares.value if summary.over_allocated_shares else None
    wholes = Wholes(tuple(issued), (summary.offer_shares.value,), allowed, over)
    listed, issued_whole = prove_percentages(holdings, totals, wholes, proofs)
    if listed is None:
        proofs.open.append(f"the shares of class {listed_class} at listing are not stated, and no percentage shows them")
    _judge_rows(holdings)
    for number, one in enumerate(notes):
        prove_days(summary.listing_on.value, [row for row in holdings if row.table == number], one, proofs)
    _carry_conditions(holdings)
    capital = replace(capital, listed=listed, unlisted=None if listed is None else capital.issued - listed)
    floats = read_floats(float_lines(content))
    prove_floats(capital, summary, floats, proofs)
    free_float_proved = floats.free is not None and floats.free.shares is not None
    _judge_totals(totals, free_float_proved, [count for one in notes for count in one.options], proofs)
    _state_open(holdings, summary.issuer is None, proofs)
    pages = len({line.page for line in lines})
    other_class = _other_class(content, holdings, listed_class)
    return Reading(
        FORM,
        pages,
        summary,
        listed_class,
        other_class,
        tuple(holdings),
        tuple(_printed(one, holdings) for one in totals),
        capital,
        issued_whole,
        floats,
        proofs,
    )


def _other_class(lines: Sequence[Line], holdings: Sequence[Holding], listed_class: str) -> str:
    """The class of the shares that are not listed here: as the tables name it, `A` where the filing speaks of A shares beside H
    shares, else `unlisted domestic`."""
    named = next((row.unlisted_class for row in holdings if row.unlisted and row.unlisted_class in ("A", "B")), None)
    if named:
        return named
    has_a_shares = listed_class == "H" and bool(_A_SHARES.search("\n".join(line.text for line in lines)))
    return "A" if has_a_shares else "unlisted domestic"


def _holdings(tables: Sequence[Table], listed_class: str, proofs: Proofs) -> tuple[list[Holding], list[ClosedTotal]]:
    holdings: list[Holding] = []
    totals: list[ClosedTotal] = []
    for number, table in enumerate(tables):
        found = read_rows(table)
        if not found.rows:
            raise RefusedFiling(
                table.heading_line.place,
                f"under {table.heading!r} no row was found",
                "a table would have to have at least one holder",
            )
        own = holdings_of(number, table, found, len(holdings), listed_class)
        totals += close_totals(table.head, found, own, proofs)
        holdings += own
    return holdings, totals


def _judge_totals(totals: Sequence[ClosedTotal], free_float_proved: bool, options: Sequence[int], proofs: Proofs) -> None:
    """Each total that does not add up is a finding by the rule of this module, or refuses the filing."""
    for closed in totals:
        for of, printed, total in closed.wrong:
            what = "shares" if of == "all" else f"{of} shares"
            rows = f"its {len(closed.holdings)} rows add up to {total:,}"
            read = f"{closed.total.label} under {closed.heading} prints {printed:,} {what}, and {rows}"
            if printed - total in options:
                proofs.find(
                    "total",
                    read,
                    f"the difference of {printed - total:,} are options or awards that a note names: the rows land",
                    closed.total.line.place,
                )
            elif all(row.is_offer for row in closed.holdings) and free_float_proved:
                proofs.find(
                    "total", read, "the printed free float follows from the rows as read: they land", closed.total.line.place
                )
            elif all("capital" in row.proved_by for row in closed.holdings) and _counts_all(closed, of):
                proofs.find(
                    "total",
                    read,
                    "the capital closes without remainder with the rows as read: they land",
                    closed.total.line.place,
                )
            else:
                needed = (
                    "they would have to be equal, or the capital (or the printed free float) would have to follow from the rows"
                )
                raise RefusedFiling(closed.total.line.place, read, needed)


def _counts_all(closed: ClosedTotal, of: str) -> bool:
    """Whether a total counts all shares of its rows: what the capital proves are all shares, not those of a class."""
    return of == "all" or all(column.of != "all" for column in closed.figures if column.kind == "count")


def _judge_rows(holdings: Sequence[Holding]) -> None:
    """Refuses the filing if a row with shares rests on nothing: no total, no percentage, no closed capital, no row that it is
    part of."""
    for row in holdings:
        if row.shares and not row.proved_by and row.same_as is None and not row.is_unissued:
            raise RefusedFiling(
                row.place,
                f"nothing proves the {row.shares:,} shares of {row.holder!r}",
                "a total or a percentage would have to follow from them",
            )


def _carry_conditions(holdings: Sequence[Holding]) -> None:
    """What the notes under one heading say of shares holds for the row that counts them under another."""
    for row in holdings:
        for number in row.same_rows if row.row.part_of is None else ():
            twin = holdings[number]
            if not row.is_offer and [day.last_locked_on for day in twin.days] == [day.last_locked_on for day in row.days]:
                twin.conditions += tuple(condition for condition in row.conditions if condition not in twin.conditions)
                if twin.basis.startswith(NO_BASIS):
                    twin.basis = row.basis


def _state_open(holdings: Sequence[Holding], no_issuer: bool, proofs: Proofs) -> None:
    torn = [
        row.holder
        for row in holdings
        if row.holder.count("(") + row.holder.count("（") != row.holder.count(")") + row.holder.count("）")
    ]
    for name in torn:
        proofs.open.append(f"the brackets of the name {name!r} are not closed: it is printed so, or a line of it is lost")
    unissued = [row for row in holdings if row.is_unissued]
    if unissued:
        total = sum(row.shares for row in unissued)
        proofs.open.append(
            f"{len(unissued)} rows with {total:,} shares are of options or awards: they are not in issue, and count nowhere"
        )
    unknown = [row for row in holdings if row.listed is None and row.same_as is None]
    if unknown:
        total = sum(row.shares for row in unknown)
        proofs.open.append(f"{len(unknown)} rows with {total:,} shares do not say which of them are of the listed class")
    rounded = [row for row in holdings if set(row.proved_by) == {"percentage"} and row.same_as is None]
    if rounded:
        total = sum(row.shares for row in rounded)
        proofs.open.append(
            f"{len(rounded)} rows with {total:,} shares stand under no printed total: their percentages prove them only as far "
            "as these are rounded"
        )
    if no_issuer:
        proofs.open.append("the issuer's name was not found; its short name stands in for it")
    for heading in dict.fromkeys(row.heading for row in holdings):
        if category_of(heading) == "existing shareholder" and not re.search(
            r"existing|pre[-–]ipo|shareholders?|investors?|holders?", heading, re.IGNORECASE
        ):
            proofs.open.append(
                f"the heading {heading!r} names no kind of holders that is known: its holders are taken as existing shareholders"
            )


def _printed(closed: ClosedTotal, holdings: Sequence[Holding]) -> PrintedTotal:
    cells = tuple(cell.printed if cell else None for cell in closed.cells)
    own = {id(holding) for holding in closed.holdings}
    return PrintedTotal(
        closed.heading,
        closed.total.label,
        cells,
        len(closed.holdings),
        not closed.wrong,
        closed.total.line.place,
        tuple(number for number, holding in enumerate(holdings) if id(holding) in own),
        tuple((column.of, cell) for column, cell in zip(closed.figures, closed.cells, strict=True) if cell),
    )
