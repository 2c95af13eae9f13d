"""The flow table of a note: float, unlocks, index and Stock Connect dates, one column per issuer."""

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from ingestion.columns import Count, Printed, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset
from ingestion.files.csv import RawRow

_ROW_COLUMNS = {"table_ref", "topic", "document_id", "known_on"}


def one_row_an_issuer(row: RawRow) -> Iterable[RawRow]:
    """Every column that is not the topic is an issuer's; an empty cell says nothing about it."""
    shared = {column: cell for column, cell in row.cells.items() if column in _ROW_COLUMNS}
    subjects = [column for column in row.cells if column not in _ROW_COLUMNS]
    for number, subject in enumerate(subjects, 1):
        if row.cells[subject].strip():
            own = {"subject": subject, "column_number": str(number), "printed": row.cells[subject]}
            yield replace(row, cells=shared | own)


DATASET = Dataset(
    name="flow_summary",
    grain="one flow topic of one issuer",
    group="catalysts",
    header=("topic",),
    open_ended=True,
    reshape=one_row_an_issuer,
    columns=(
        Text("topic"),
        Text("subject"),
        Count("column_number", minimum=1),
        Printed("printed", context_column="topic"),
    ),
    key=("document_id", "topic", "subject"),
    printed=PrintedTable(
        subject="subject",
        row=("topic",),
        cells=(
            Cell("printed", pl.col("subject"), number="column_number", named_by_row=True),
            Cell("printed", pl.col("subject"), number="column_number", named_by_row=True, is_date_beside=True),
        ),
    ),
)
