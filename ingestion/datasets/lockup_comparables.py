"""The printed comparison table of six-month expiries: printed one column an issuer, landed one row a metric and issuer."""

from collections.abc import Iterable
from dataclasses import replace

from ingestion.columns import TICKER, BadCell, Count, Printed, Text
from ingestion.csv_files import RawRow
from ingestion.dataset import Dataset

_ROW_COLUMNS = {"table_ref", "section", "metric", "document_id", "known_on"}


def one_row_an_issuer(row: RawRow) -> Iterable[RawRow]:
    """`2513.HK Zhipu AI` heads an issuer's column: its ticker and name."""
    shared = {column: cell for column, cell in row.cells.items() if column in _ROW_COLUMNS}
    headings = [column for column in row.cells if column not in _ROW_COLUMNS]
    for number, heading in enumerate(headings, 1):
        cell = row.cells[heading]
        ticker, _, issuer = heading.partition(" ")
        if "." not in ticker or not issuer:
            raise BadCell(heading, cell, "stands under a heading that is not 'TICKER Issuer', such as '2513.HK Zhipu AI'")
        own = {"ticker": ticker, "issuer": issuer, "column_number": str(number), "printed": cell}
        yield replace(row, cells=shared | own)


DATASET = Dataset(
    name="lockup_comparables",
    grain="one metric of one issuer in a comparison table",
    group="lockups",
    header=("section", "metric"),
    open_ended=True,
    reshape=one_row_an_issuer,
    columns=(
        Text("ticker", pattern=TICKER),
        Text("issuer"),
        Count("column_number", minimum=1),
        Text("section"),
        Text("metric"),
        Printed("printed", context_column="metric"),
    ),
    key=("document_id", "ticker", "metric"),
)
