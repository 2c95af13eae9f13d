"""Statements of annual recurring revenue; one company can have several, of different basis."""

import polars as pl

from ingestion.columns import Number, Period, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="arr_observations",
    grain="one statement of one company",
    group="valuation",
    columns=(
        Text("company"),
        Period("as_of"),
        Number("arr", context="(US$)", currency_column="currency", minimum=0, least=10**4),
        Text("basis", nullable=True),
        Text("note", nullable=True, optional=True),
        Text("currency", nullable=True, optional=True, isin=("USD",)),
    ),
    key=("document_id", "table_ref", "company", "as_of_printed", "basis"),
    printed=PrintedTable(
        subject="company",
        row=("as_of_printed", "basis"),
        # what is surpassed or exceeded is the least that it can be
        cells=(Cell("arr", "ARR", is_least=pl.col("basis").str.contains("surpassed|exceeds")),),
    ),
)
