"""Companies of the AI value chain by region and layer, with the printed totals of a layer."""

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from ingestion.columns import Count, Number, Printed, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset
from ingestion.files.csv import RawRow
from ingestion.printed_text.figures import split_alternatives


def one_row_a_statement(row: RawRow) -> Iterable[RawRow]:
    """A cell that gives two valuations (`~$800B (press report); ~$380B (Series G)`) is two statements."""
    for number, cell in enumerate(split_alternatives(row.cells.get("market_cap_or_valuation", "")), 1):
        yield replace(row, cells=row.cells | {"market_cap_or_valuation": cell, "statement_number": str(number)})


DATASET = Dataset(
    name="value_chain",
    grain="one statement about one company or layer total",
    group="valuation",
    header=("region", "layer", "company", "market_cap_or_valuation", "category", "extra", "pct_of_value_chain"),
    reshape=one_row_a_statement,
    columns=(
        Text("region"),
        Text("layer"),
        Text("company"),
        Count("statement_number", minimum=1),
        Printed("market_cap_or_valuation"),
        Text("category", nullable=True),
        Printed("extra", nullable=True, prefix="extra_"),
        Number("pct_of_value_chain", nullable=True, minimum=0, is_share=True),
    ),
    key=("document_id", "region", "layer", "company", "statement_number"),
    rules=(
        (
            "market_cap_or_valuation is a figure without a currency; write it like $4.6T",
            pl.col("value").is_null() & pl.col("low").is_null() | (pl.col("unit") == "money").fill_null(False),
        ),
    ),
    printed=PrintedTable(
        subject="region",
        row=(
            "layer",
            pl.concat_str(
                pl.col("company"),
                pl.when(pl.col("statement_number") > 1).then(pl.format(" ({})", "statement_number")).otherwise(pl.lit("")),
            ),
        ),
        cells=(
            Cell("market_cap_or_valuation", "market cap or valuation"),
            Cell("category", "category"),
            Cell("extra", "further figure"),
            Cell("pct_of_value_chain", "% of value chain"),
        ),
    ),
)
