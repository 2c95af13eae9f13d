"""Figures stated in running text."""

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from ingestion.columns import Printed, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset
from ingestion.files.csv import RawRow
from ingestion.printed_text.figures import split_change


def one_row_a_figure(row: RawRow) -> Iterable[RawRow]:
    """A change (`from HKD 250 to HKD 120`) states two figures; `A to B` is a change where the quantity says from."""
    printed, quantity = row.cells.get("printed", ""), row.cells.get("quantity", "")
    change = split_change(printed) if printed.lower().startswith("from ") or " from " in f" {quantity} " else None
    if change is None:
        yield replace(row, cells=row.cells | {"part": "whole"})
        return
    for part, cell in zip(("from", "to"), change, strict=True):
        yield replace(row, cells=row.cells | {"part": part, "printed": cell})


DATASET = Dataset(
    name="text_claims",
    grain="one figure of one statement",
    group="claims",
    header=("subject", "quantity", "printed"),
    reshape=one_row_a_figure,
    columns=(
        Text("subject"),
        Text("quantity"),
        Text("part", isin=("whole", "from", "to")),
        Printed("printed", context_column="quantity"),
        Text("note", nullable=True, optional=True),
    ),
    key=("document_id", "subject", "quantity", "part", "printed"),
    printed=PrintedTable(
        subject="subject",
        row=("quantity", pl.when(pl.col("part") != "whole").then(pl.col("part"))),
        cells=(Cell("printed", "figure", named_by_row=True),),
    ),
)
