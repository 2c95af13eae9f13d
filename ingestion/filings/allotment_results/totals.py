"""Totals: each printed subtotal and total is the sum of rows.

Subtotals nest: one of a group closes the rows since the group began, one of groups closes what they left, and a total closes
all. Which rows a total closes is not read from its words but found from its sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingestion.filings.allotment_results.holdings import Holding
from ingestion.filings.cells import Cell
from ingestion.filings.heads import Column, Head
from ingestion.filings.proofs import Proofs
from ingestion.filings.row_values import TableRows, Total, alignments


@dataclass(slots=True)
class ClosedTotal:
    """A total and the holdings that it closes: `cells` in the order of the head's figures.

    `wrong` holds what it prints otherwise than its holdings add up to: (column, printed, sum). Empty where it adds up.
    """

    total: Total
    heading: str
    figures: tuple[Column, ...]
    cells: tuple[Cell | None, ...]
    holdings: tuple[Holding, ...]
    wrong: list[tuple[str, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Item:
    """A holding, or holdings that a total has closed, with their sum for each column of counts."""

    holdings: tuple[Holding, ...]
    sums: tuple[int, ...]


def close_totals(head: Head, found: TableRows, holdings: Sequence[Holding], proofs: Proofs) -> list[ClosedTotal]:
    """The totals of a table with what each closes; proofs for those that add up. A total that adds up to nothing closes all
    rows since the one before, and says what is wrong."""
    closed: list[ClosedTotal] = []
    items: list[_Item] = []
    place = 0
    for total in found.totals:
        for holding in holdings[place : total.after]:
            if holding.row.part_of is None:
                items.append(_Item((holding,), _counts(head, holding.row.figures)))
        place = total.after
        fitting = _closed_by(head, total, items)
        if fitting:
            cells, start = fitting
            parts = tuple(holding for item in items[start:] for holding in item.holdings)
            closed.append(ClosedTotal(total, parts[0].heading if parts else "", head.figures, cells, parts))
            items[start:] = [_Item(parts, _sums(items[start:], head))]
            _prove(head, closed[-1], proofs)
        elif items:
            start = _since_last_total(items)
            cells, wrong = _nearest(head, total, items[start:])
            parts = tuple(holding for item in items[start:] for holding in item.holdings)
            closed.append(ClosedTotal(total, parts[0].heading, head.figures, cells, parts, wrong))
            items[start:] = [_Item(parts, _sums(items[start:], head))]
    return closed


def _counts(head: Head, figures: Sequence[Cell | None]) -> tuple[int, ...]:
    return tuple(
        cell.value if cell is not None and isinstance(cell.value, int) else 0
        for column, cell in zip(head.figures, figures, strict=True)
        if column.kind == "count"
    )


def _sums(items: Sequence[_Item], head: Head) -> tuple[int, ...]:
    width = sum(column.kind == "count" for column in head.figures)
    return tuple(sum(item.sums[number] for item in items) for number in range(width))


def _laid_out(head: Head, total: Total) -> list[tuple[Cell | None, ...]]:
    """Every way to lay a total's cells over the figures; a dash can also stand in the column of capacities or of days."""
    cells = [cell for cell in total.cells if cell.kind in ("count", "percent", "nothing")]
    choices = [cells]
    if cells and cells[-1].kind == "nothing":
        choices.append(cells[:-1])
    if cells and cells[0].kind == "nothing" and head.has_capacity:
        choices += [choice[1:] for choice in list(choices)]
    found = []
    for choice in choices:
        found += alignments(head.figures, choice)
    # a total that prints more of its columns is the likelier reading
    return sorted(found, key=lambda laid: sum(cell is None for cell in laid))


def _closed_by(head: Head, total: Total, items: Sequence[_Item]) -> tuple[tuple[Cell | None, ...], int] | None:
    """The cells as laid out and the first item of those whose sums they are, or None."""
    for cells in _laid_out(head, total):
        if not any(cell is not None and cell.kind == "count" for cell in cells):
            continue
        for start in range(len(items)):
            if not _differences(head, cells, _sums(items[start:], head)):
                return cells, start
    return None


def _differences(head: Head, cells: Sequence[Cell | None], sums: Sequence[int]) -> list[tuple[str, int, int]]:
    counts = [cell for column, cell in zip(head.figures, cells, strict=True) if column.kind == "count"]
    names = [column.of for column in head.figures if column.kind == "count"]
    wrong = []
    for name, cell, total in zip(names, counts, sums, strict=True):
        printed = cell.value if cell is not None and isinstance(cell.value, int) else None
        if printed is not None and printed != total:
            wrong.append((name, printed, total))
    return wrong


def _nearest(head: Head, total: Total, items: Sequence[_Item]) -> tuple[tuple[Cell | None, ...], list[tuple[str, int, int]]]:
    sums = _sums(items, head)
    nothing: tuple[Cell | None, ...] = (None,) * len(head.figures)
    best, wrong = nothing, [("all", 0, sums[0] if sums else 0)]
    distance: int | None = None
    for cells in _laid_out(head, total):
        found = _differences(head, cells, sums)
        far = sum(abs(printed - own) for _, printed, own in found)
        if any(cell is not None and cell.kind == "count" for cell in cells) and (distance is None or far < distance):
            best, wrong, distance = cells, found, far
    return best, wrong


def _since_last_total(items: Sequence[_Item]) -> int:
    """Where the rows begin that no total has closed; all of them where none is left."""
    start = len(items)
    while start and len(items[start - 1].holdings) == 1:
        start -= 1
    return start if start < len(items) else 0


def _prove(head: Head, closed: ClosedTotal, proofs: Proofs) -> None:
    for column, cell in zip(head.figures, closed.cells, strict=True):
        if column.kind == "count" and cell is not None and cell.kind == "count":
            of = "shares" if column.of == "all" else f"{column.of} shares"
            rows = len(closed.holdings)
            proofs.add(
                "total",
                f"{closed.total.label} under {closed.heading}: {rows} row{'' if rows == 1 else 's'} of {of} add up",
                f"{cell.value:,} = {cell.value:,}" if rows == 1 else f"sum of {rows} rows = {cell.value:,} = printed",
                closed.total.line.place,
            )
    for holding in closed.holdings:
        holding.proved_by.append("total")
