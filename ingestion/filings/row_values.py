"""Rows as values: what a table's rows and totals are, and how cells lie over its columns. How they are read is in `rows`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from ingestion.filings.cells import Cell
from ingestion.filings.heads import Column
from ingestion.filings.lines import Line


@dataclass(frozen=True, slots=True)
class LockedUntil:
    """A last locked day as printed, and its stage: `first` or `second` six-month period, or None."""

    last_locked_on: date
    stage: str | None
    printed: str


@dataclass(slots=True)
class Row:
    """A holder's row. `figures` are in the order of the head's figures, None where the table leaves one out."""

    holder: str
    figures: tuple[Cell | None, ...]
    days: tuple[LockedUntil, ...]
    line: Line
    capacity: str | None = None
    shared_with: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    marks: tuple[int, ...] = ()
    #: the number (from 0) of the row of which this one is a part
    part_of: int | None = None


@dataclass(slots=True)
class Total:
    """A subtotal or total: `cells` as printed, which `alignments` lays over the columns; `after` counts the rows before it."""

    label: str
    cells: tuple[Cell, ...]
    line: Line
    after: int


@dataclass(slots=True)
class TableRows:
    """The rows and totals of one table."""

    rows: list[Row] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)


def alignments(figures: Sequence[Column], cells: Sequence[Cell]) -> list[tuple[Cell | None, ...]]:
    """Every way to lay the cells over the columns in order, a count on a count and a percentage on a percentage, a dash on
    either."""
    if len(cells) > len(figures):
        return []
    found = []
    for places in combinations(range(len(figures)), len(cells)):
        if all(_fits(cell, figures[place]) for cell, place in zip(cells, places, strict=True)):
            laid: list[Cell | None] = [None] * len(figures)
            for cell, place in zip(cells, places, strict=True):
                laid[place] = cell
            found.append(tuple(laid))
    return found


def _fits(cell: Cell, column: Column) -> bool:
    return cell.kind == "nothing" or cell.kind == column.kind
