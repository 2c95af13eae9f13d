"""The securities that an index ranks, with their market value on a day: what a user has of it, from which ranks follow."""

from ingestion.columns import MONEY, TICKER, Day, Exact, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="index_universe",
    grain="one security that an index ranks, on one day",
    group="market",
    columns=(
        Text("index_name"),
        Day("measured_on"),
        Text("ticker", pattern=TICKER),
        Exact("market_value_hkd", dtype=MONEY),
    ),
    key=("document_id", "index_name", "measured_on", "ticker"),
    committed=False,
    words={
        "index_name": "name of the index, as in `index_entry_rules`",
        "measured_on": "day, or last day of the average, of the market values",
        "market_value_hkd": "market value by which the index ranks it, HKD",
    },
)
