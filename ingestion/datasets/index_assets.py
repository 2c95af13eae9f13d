"""How much money follows an index, and how much the index is worth: what the user states, from which passive demand follows."""

import polars as pl

from ingestion.columns import MONEY, Exact, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="index_assets",
    grain="one statement of the assets that follow a family of indexes",
    group="market",
    columns=(
        Text("index_family"),
        Exact("assets_hkd", dtype=MONEY),
        Exact("index_value_hkd", dtype=MONEY),
        Text("reason"),
    ),
    key=("document_id", "index_family"),
    rules=(
        (
            "assets_hkd is more than the index is worth; check the unit",
            (pl.col("index_value_hkd") > 0) & (pl.col("assets_hkd") <= pl.col("index_value_hkd")),
        ),
    ),
    committed=False,
    words={
        "index_family": "family of indexes, as in `index_reviews`",
        "assets_hkd": "assets that follow the index, HKD",
        "index_value_hkd": "market value of the float of all members of the index, HKD",
        "reason": "where both figures come from",
    },
)
