"""The printed cells of a dataset: each cell of a document's table with its place, its text and what it means.

A dataset says with a `PrintedTable` which columns name the subject and the row, and which of its columns are printed cells.
The cells are drawn from the rows that landed, so that a row in quarantine has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from ingestion.columns import DECIMAL, Column, Count, Printed

#: A landed column, or an expression over several.
Words = str | pl.Expr

#: The columns of a printed cell. `row_number` and `column_number` are its place in the document's table, `metric` what it is
#: the figure of; `value`, `low`, `high` are a figure's number and printed precision in `unit`, `all_digits_low` and
#: `all_digits_high` that precision if each digit of an approximate one counts, `earliest_on` and `latest_on` the days that a
#: date spans.
CELL_SCHEMA = pl.Schema(
    {
        "dataset": pl.String,
        "layout": pl.String,
        "document_id": pl.String,
        "table_ref": pl.String,
        "subject": pl.String,
        "row_label": pl.String,
        "column_label": pl.String,
        "metric": pl.String,
        "row_number": pl.Int64,
        "column_number": pl.Int64,
        "printed": pl.String,
        "printed_kind": pl.String,
        "value": DECIMAL,
        "low": DECIMAL,
        "high": DECIMAL,
        "unit": pl.String,
        "currency": pl.String,
        "bound": pl.String,
        "is_approximate": pl.Boolean,
        "all_digits_low": DECIMAL,
        "all_digits_high": DECIMAL,
        "earliest_on": pl.Date,
        "latest_on": pl.Date,
        "source_file": pl.String,
        "source_row": pl.Int64,
        "known_on": pl.Date,
    }
)


@dataclass(frozen=True)
class Cell:
    """One printed cell of each row: the source column `name` under the heading `label` (a text; in a table that is printed
    wide, an expression over the row).

    `number` is the heading's place in the table, from 1: that of the cell in its `PrintedTable`, unless it is given, as a
    number or as the landed column that holds it. The cell's metric is the row's label with the heading; the row's label
    alone if it is `named_by_row`. `is_date_beside` takes the day that stands beside a figure in a `Printed` cell for a cell
    of its own, in a row of its own (the label with `date`). A figure of rows for which `is_least` is true was passed: only
    its low end is known, its value. `unit` is that of a `Count`.
    """

    name: str
    label: Words
    number: int | str = 0
    named_by_row: bool = False
    is_date_beside: bool = False
    is_least: pl.Expr | None = None
    unit: str = "shares"


@dataclass(frozen=True)
class Range:
    """A printed cell whose ends are two columns of counts (`6-9` months), under a heading as in `Cell`."""

    low: str
    high: str
    unit: str
    label: str
    named_by_row: bool = False


@dataclass(frozen=True)
class PrintedTable:
    """Where the printed cells of a dataset stand in its document.

    `subject` names whom a row is about; the label of a row is the words of `row` with commas between them, empty ones left
    out. `layout` is the table in which they stand, if it is another dataset's, and `rows_after` then moves their row numbers
    behind that dataset's.
    """

    subject: Words
    row: tuple[Words, ...]
    cells: tuple[Cell | Range, ...]
    layout: str = ""
    rows_after: int = 0


def printed_cells(dataset: str, table: PrintedTable, columns: Iterable[Column], frame: pl.DataFrame) -> pl.DataFrame:
    """The printed cells of landed rows, one row each with the columns of `CELL_SCHEMA`; an empty cell is none.

    Raises KeyError if the table names a column that the dataset has not.
    """
    by_name = {column.name: column for column in columns}
    found = [pl.DataFrame(schema=CELL_SCHEMA)]
    for place, cell in enumerate(table.cells, 1):
        label = pl.lit(cell.label) if isinstance(cell.label, str) else cell.label
        number = (cell.number or place) if isinstance(cell, Cell) else place
        row = [*table.row, pl.lit("date")] if isinstance(cell, Cell) and cell.is_date_beside else table.row
        row_label = pl.concat_str([_words(part) for part in row], separator=", ", ignore_nulls=True)
        content = _range(cell) if isinstance(cell, Range) else _content(by_name[cell.name], cell)
        cells = frame.select(
            dataset=pl.lit(dataset),
            layout=pl.lit(table.layout or dataset),
            document_id="document_id",
            table_ref="table_ref",
            subject=_words(table.subject),
            row_label=row_label,
            column_label=label,
            metric=row_label if cell.named_by_row else pl.concat_str(row_label, label, separator=", "),
            row_number=pl.col("source_row") + table.rows_after,
            column_number=pl.col(number) if isinstance(number, str) else pl.lit(number),
            **({name: pl.lit(None) for name in CELL_SCHEMA if name in _CONTENT} | content),
            source_file="source_file",
            source_row="source_row",
            known_on="known_on",
        )
        found.append(cells.filter(pl.col("printed").is_not_null()).cast(CELL_SCHEMA).select(list(CELL_SCHEMA)))
    return pl.concat(found)


_CONTENT = (
    "printed",
    "printed_kind",
    "value",
    "low",
    "high",
    "unit",
    "currency",
    "bound",
    "is_approximate",
    "all_digits_low",
    "all_digits_high",
    "earliest_on",
    "latest_on",
)


def _words(words: Words) -> pl.Expr:
    return pl.col(words).cast(pl.String) if isinstance(words, str) else words


def _content(column: Column, cell: Cell) -> dict[str, pl.Expr]:
    """What the cell says, an expression per column of `_CONTENT`."""
    if cell.is_date_beside:
        assert isinstance(column, Printed), column.name
        return column.date_beside()
    content = column.cell()
    if isinstance(column, Count):
        content["unit"] = pl.lit(cell.unit)
    if cell.is_least is not None:
        least = cell.is_least.fill_null(False)
        content |= {
            **{low: pl.when(least).then(content["value"]).otherwise(content[low]) for low in ("low", "all_digits_low")},
            **{high: pl.when(~least).then(content[high]) for high in ("high", "all_digits_high")},
            "bound": pl.when(least).then(pl.lit("at least")).otherwise(content["bound"]),
        }
    return content


def _range(cell: Range) -> dict[str, pl.Expr]:
    return {
        "printed": pl.concat_str(cell.low, cell.high, separator="-"),
        "printed_kind": pl.lit("figure"),
        "low": pl.col(cell.low),
        "high": pl.col(cell.high),
        "unit": pl.lit(cell.unit),
        "bound": pl.lit("range"),
        "is_approximate": pl.lit(False),
        "all_digits_low": pl.col(cell.low),
        "all_digits_high": pl.col(cell.high),
    }
