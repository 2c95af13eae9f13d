"""List prices of models per million tokens, in the currency that each cell or the row's `currency` states.

`min_input_tokens` names a tier of one model: its prices hold for prompts of more tokens than that.
"""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from ingestion.columns import Count, Number, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset
from ingestion.files.csv import RawRow


def reshape(row: RawRow) -> Iterator[RawRow]:
    """The row, its prices for prompts of any length where it names no tier."""
    yield replace(row, cells=row.cells | {"min_input_tokens": row.cells.get("min_input_tokens", "").strip() or "0"})


_CURRENCY = pl.col("input_per_mtok_currency")

DATASET = Dataset(
    name="api_prices",
    grain="one list price of one model and tier",
    group="tokens",
    columns=(
        Text("provider"),
        Text("model"),
        Number("input", lands_as="input_per_mtok", currency_column="currency", minimum=0),
        Number("output", lands_as="output_per_mtok", currency_column="currency", minimum=0),
        Number("cache_read", lands_as="cache_read_per_mtok", nullable=True, currency_column="currency", minimum=0),
        Text("currency", nullable=True, optional=True, isin=("USD", "HKD", "CNY", "EUR")),
        Count("min_input_tokens", optional=True),
    ),
    key=("document_id", "provider", "model", "input_per_mtok_currency", "min_input_tokens"),
    rules=(
        (
            "names two currencies; write the prices of one currency in a row of their own",
            (pl.col("output_per_mtok_currency") == _CURRENCY)
            & (pl.col("cache_read_per_mtok_currency").fill_null(_CURRENCY) == _CURRENCY),
        ),
    ),
    reshape=reshape,
    printed=PrintedTable(
        subject="provider",
        row=(
            "model",
            pl.when(pl.col("min_input_tokens") > 0).then(pl.format("above {} input tokens", pl.col("min_input_tokens"))),
            pl.when(_CURRENCY != "USD").then(_CURRENCY),
        ),
        cells=(Cell("input", "input"), Cell("output", "output"), Cell("cache_read", "cache read")),
    ),
)
