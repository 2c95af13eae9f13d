"""What all column kinds share: the refusal of a cell, the landed columns, and the order in which a cell is looked at."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import polars as pl

from ingestion.files.cell_text import unclear, unsafe

#: The cells of one source row, by header.
Cells = Mapping[str, str]

#: Characters of the longest cell: the longest of the committed facts has fewer than 600.
MAX_TEXT = 2_000


class BadCell(ValueError):
    """A cell that its column does not accept: `column`, `value` and a `reason` that says what to write instead."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(f"{column}: {value!r}: {reason}")
        self.column, self.value, self.reason = column, value, reason


@dataclass(frozen=True)
class Landed:
    """One landed column: its type and what a valid value is."""

    dtype: Any
    nullable: bool = True
    minimum: int | None = None
    isin: tuple[str, ...] = ()
    pattern: str | None = None


@dataclass(frozen=True)
class Column(ABC):
    """A column of the source file. `name` is its header, `lands_as` the landed name (the same, if not given)."""

    name: str
    lands_as: str = ""
    nullable: bool = False
    optional: bool = field(default=False, kw_only=True)  # the header may be missing from the file

    @property
    def landed_name(self) -> str:
        """The landed column, or the beginning of the names of several."""
        return self.lands_as or self.name

    @abstractmethod
    def landed(self) -> dict[str, Landed]:
        """The landed columns, by name."""

    @abstractmethod
    def parse(self, cell: str, row: Cells) -> dict[str, Any]:
        """The landed values of a cell that is not empty; `row` holds the other cells. Raises BadCell."""

    def cell(self) -> dict[str, pl.Expr]:
        """What a printed cell of this column says, as expressions over the landed columns: some of `CELL_SCHEMA`'s columns
        (ingestion/columns/printed_cells.py), `printed` among them, null where there is no cell. What is left out is null."""
        return {"printed": pl.col(self.landed_name).cast(pl.String), "printed_kind": pl.lit("words")}

    def values(self, row: Cells) -> dict[str, Any]:
        """The landed values of this column in `row`; an empty cell is null where the column allows it.

        Raises BadCell.
        """
        cell = row.get(self.name, "").strip()
        if not cell:
            if not self.nullable:
                raise BadCell(self.name, "", "is empty; write a value")
            return dict.fromkeys(self.landed())
        if len(cell) > MAX_TEXT:
            raise BadCell(self.name, cell[:60] + "...", f"is longer than {MAX_TEXT:,} characters")
        if "\x00" in cell:
            raise BadCell(self.name, cell.replace("\x00", "\\0")[:60], "holds a NUL byte")
        reason = _danger(cell)
        if reason:
            raise BadCell(self.name, cell[:60], reason)
        return self.parse(cell, row)


@lru_cache(maxsize=8192)
def _danger(cell: str) -> str | None:
    """Why no cell may hold this, or None. Remembered: most cells of a file are days, names and words that it repeats."""
    return unsafe(cell) or unclear(cell)


def landed_columns(columns: tuple[Column, ...]) -> Iterator[tuple[str, Landed]]:
    """All landed columns in the order in which the source columns are declared."""
    for column in columns:
        yield from column.landed().items()
