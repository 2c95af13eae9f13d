"""Holdings: what a row means: whose shares of which class are locked until when, and in which kind of holder's table.

The columns of a table and the words inside its cells say which shares are of the listed class. Whether it all adds up is proved
in `totals`, `percentages`, `days` and `capital`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ingestion.filings.blocks import Table
from ingestion.filings.cells import Cell
from ingestion.filings.heads import ENLARGED, Head
from ingestion.filings.refusal import Place, RefusedFiling
from ingestion.filings.row_values import LockedUntil, Row, TableRows

CORNERSTONE = "cornerstone investor"
EXISTING = "existing shareholder"
#: The kinds of holders, by words of a heading; the first that fits counts. What fits none is an existing shareholder.
_CATEGORIES = (
    (re.compile(r"^cornerstone", re.IGNORECASE), CORNERSTONE),
    (re.compile(r"^(?:other )?key persons?|^core ", re.IGNORECASE), "key person"),
    (re.compile(r"pathfinder|sophisticated independent", re.IGNORECASE), "pathfinder SII"),
    (
        re.compile(r"^(?:our |the |ultimate )?(?:controlling|single largest|largest|wvr|founder)", re.IGNORECASE),
        "controlling shareholder",
    ),
)


_UNISSUED = re.compile(
    r"\b(?:share )?options?\b|\bunvested\b|not yet (?:in issue|issued)|\bunderlying\b.*\b(?:options?|awards?|units?)\b"
    r"|\brestricted share units?\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Holding:
    """A row of a filing with its meaning.

    `shares` are all shares of the row, `listed` those of the listed class and `unlisted` the others; the latter two are None
    where the filing does not say of which class they are. `same_as` names the row whose shares these are, or the first of
    several (its number in the filing), `same_rows` all rows that are known one by one, and `same_because` says why. `basis` and
    `conditions` come from the notes.
    """

    table: int
    heading: str
    category: str
    holder: str
    shares: int
    listed: int | None
    unlisted: int | None
    days: tuple[LockedUntil, ...]
    percents: tuple[tuple[str, Cell], ...]
    place: Place
    row: Row
    same_as: int | None = None
    same_because: str = ""
    same_rows: tuple[int, ...] = ()
    basis: str = ""
    conditions: tuple[str, ...] = ()
    permitted_transfers: tuple[str, ...] = ()
    #: the class of the others, in the words of the table
    unlisted_class: str = "unlisted"
    #: whether a count says how many shares are of the listed class, not only the column of a percentage
    is_class_stated: bool = False
    #: why the shares are believed: filled in by the proofs
    proved_by: list[str] = field(default_factory=list)

    @property
    def is_unissued(self) -> bool:
        """Whether the row counts options or awards: shares that are not in issue yet, though a total may count them."""
        return bool(_UNISSUED.search(self.holder))

    @property
    def is_offer(self) -> bool:
        """Whether the shares were bought in the offer."""
        return self.category == CORNERSTONE


def category_of(heading: str) -> str:
    """The kind of holders under a heading, in the words of `holder_categories`."""
    for pattern, category in _CATEGORIES:
        if pattern.search(heading):
            return category
    return EXISTING


def holdings_of(number: int, table: Table, found: TableRows, first: int, listed_class: str) -> list[Holding]:
    """The holdings of the table `number`; the first of them is the filing's holding `first`. Raises RefusedFiling.

    `listed_class` is `H`, `A` or `B`, or `ordinary` where the filing speaks of no class but shares.
    """
    category = category_of(table.heading)
    holdings = []
    for row in found.rows:
        shares, listed, unlisted, name = _shares(row, table.head, listed_class)
        if listed is None and category == CORNERSTONE:
            listed, unlisted = shares, 0  # an offer is of the listed class
        percents = tuple(
            (column.of, cell)
            for column, cell in zip(table.head.figures, row.figures, strict=True)
            if column.kind == "percent" and cell is not None and cell.kind == "percent"
        )
        holding = Holding(
            number,
            table.heading,
            category,
            row.holder,
            shares,
            listed,
            unlisted,
            row.days,
            percents,
            row.line.place,
            row,
            unlisted_class=name,
            is_class_stated=_is_class_stated(row, table.head, listed_class),
        )
        if row.part_of is not None:
            holding.same_as = first + row.part_of
            holding.same_rows = (holding.same_as,)
            holding.same_because = f"a part of the row of {found.rows[row.part_of].holder}"
        holdings.append(holding)
    _check_parts(holdings, first)
    return holdings


def _is_class_stated(row: Row, head: Head, listed_class: str) -> bool:
    """Whether a count of the row is of the listed class by its column or its words, or the filing has but one class."""
    counts = [
        (column.of, cell) for column, cell in zip(head.figures, row.figures, strict=True) if column.kind == "count" and cell
    ]
    return listed_class == "ordinary" or any(of != "all" or cell.parts for of, cell in counts)


def _check_parts(holdings: Sequence[Holding], first: int) -> None:
    """Raises RefusedFiling if the parts of a row do not add up to it."""
    parts: dict[int, list[Holding]] = {}
    for holding in holdings:
        if holding.row.part_of is not None:
            parts.setdefault(holding.row.part_of, []).append(holding)
    for number, found in parts.items():
        whole = holdings[number]
        total = sum(part.shares for part in found)
        if total != whole.shares:
            raise RefusedFiling(
                found[0].place,
                f"the parts of {whole.holder!r} add up to {total:,} shares, and its row prints {whole.shares:,}",
                "they would have to be equal",
            )


def _shares(row: Row, head: Head, listed_class: str) -> tuple[int, int | None, int | None, str]:
    """All shares of a row, those of the listed class, the others, and the others' class. Raises RefusedFiling."""
    counts = {
        column.of: cell
        for column, cell in zip(head.figures, row.figures, strict=True)
        if column.kind == "count" and cell is not None
    }
    columns = [column.of for column in head.figures if column.kind == "count" and not column.of.endswith(ENLARGED)]
    if len(columns) != len(set(columns)):
        raise RefusedFiling(
            row.line.place,
            "the table has two columns of the same shares",
            "each column of counts would have to say of which shares it is",
        )
    values = {of: _count(cell) for of, cell in counts.items() if not of.endswith(ENLARGED)}
    others = [of for of in values if of not in ("all", listed_class)]
    name = others[0] if others else "unlisted"
    if "all" in values and listed_class in values:
        shares, listed = values["all"], values[listed_class]
        if listed > shares:
            raise RefusedFiling(
                counts["all"].line.place,
                f"{row.holder!r} has {listed:,} {listed_class} shares of {shares:,} shares",
                "the shares of a class can't be more than all shares of the row",
            )
        return shares, listed, shares - listed, name
    if "all" not in values:
        listed = values.get(listed_class, 0)
        unlisted = sum(values[of] for of in others)
        return listed + unlisted, listed, unlisted, name
    shares, parts = values["all"], counts["all"].parts
    if parts:
        if sum(count for _, count in parts) != shares:
            raise RefusedFiling(
                counts["all"].line.place,
                f"the classes in {counts['all'].printed!r} add up to {sum(count for _, count in parts):,}",
                f"they would have to add up to {shares:,}",
            )
        listed = sum(count for of, count in parts if of in (listed_class, "listed"))
        other = next((of for of, _ in parts if of not in (listed_class, "listed")), "unlisted")
        return shares, listed, shares - listed, other
    if listed_class == "ordinary":
        return shares, shares, 0, name
    of_class = [
        cell
        for column, cell in zip(head.figures, row.figures, strict=True)
        if column.kind == "percent" and column.of.startswith("listed") and cell
    ]
    if of_class:
        # a dash in `% of issued H Shares` says that none of the row's shares are of the listed class
        is_none = of_class[0].kind == "nothing" or (
            of_class[0].value == Decimal(0) and shares > 0 and _issued_percent(row, head) >= Decimal("0.1")
        )
        return (shares, 0, shares, "unlisted") if is_none else (shares, shares, 0, "unlisted")
    return shares, None, None, "unlisted"


def _issued_percent(row: Row, head: Head) -> Decimal:
    for column, cell in zip(head.figures, row.figures, strict=True):
        if column.kind == "percent" and column.of == "issued" and cell and isinstance(cell.value, Decimal):
            return cell.value
    return Decimal(0)


def _count(cell: Cell) -> int:
    return cell.value if isinstance(cell.value, int) else 0
