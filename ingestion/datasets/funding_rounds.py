"""Private funding rounds: post-money valuation and the ARR reported or estimated at the time."""

import polars as pl

from ingestion.columns import Number, Period, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="funding_rounds",
    grain="one private round",
    group="valuation",
    columns=(
        Text("company"),
        Period("date", lands_as="closed"),
        Text("round"),
        Number(
            "post_money_valuation", lands_as="post_money", context="(US$)", currency_column="currency", minimum=0, least=10**6
        ),
        Number(
            "reported_or_estimated_arr",
            lands_as="arr",
            nullable=True,
            context="(US$)",
            currency_column="currency",
            minimum=0,
            least=10**4,
        ),
        Number("implied_p_arr", nullable=True, optional=True, context="x", minimum=0),
        Text("currency", nullable=True, optional=True, isin=("USD",)),
    ),
    key=("document_id", "company", "round", "closed_printed"),
    rules=(
        ("a round can't be known before it closed; check the year of date", pl.col("closed_earliest_on") <= pl.col("known_on")),
    ),
    printed=PrintedTable(
        subject="company",
        row=("round", "closed_printed"),
        cells=(
            Cell("date", "closed"),
            Cell("post_money_valuation", "post-money valuation"),
            Cell("reported_or_estimated_arr", "ARR"),
            Cell("implied_p_arr", "P/ARR"),
        ),
    ),
)
