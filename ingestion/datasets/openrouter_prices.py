"""OpenRouter's list prices: one row a model and variant, and one for each condition under which other prices hold."""

import polars as pl

from ingestion.columns import Count, Day, Exact, Flag, Text
from ingestion.dataset import Dataset

#: Prices are printed per token, some with the last digits of a float: a million times that is kept exactly.
USD_PRICE = pl.Decimal(38, 18)

DATASET = Dataset(
    name="openrouter_prices",
    grain="one version of one model's list prices, or of those under one condition",
    group="tokens",
    columns=(
        Text("model_id"),
        Count("override_number"),
        Text("canonical_slug"),
        Text("name"),
        Text("variant"),
        Flag("is_alias"),
        Text("alias_target", nullable=True),
        Day("created_on"),
        Count("context_length", nullable=True),
        Flag("is_dynamic"),
        Exact("input_per_mtok", nullable=True, dtype=USD_PRICE),
        Exact("output_per_mtok", nullable=True, dtype=USD_PRICE),
        Exact("cache_read_per_mtok", nullable=True, dtype=USD_PRICE),
        Exact("cache_write_per_mtok", nullable=True, dtype=USD_PRICE),
        Exact("request_usd", nullable=True, dtype=USD_PRICE),
        Count("min_prompt_tokens", nullable=True),
        Text("utc_start", nullable=True, pattern=r"^[0-2][0-9][0-5][0-9]$"),
        Text("utc_end", nullable=True, pattern=r"^[0-2][0-9][0-5][0-9]$"),
        Text("utc_days", nullable=True),
        Day("not_listed_since", nullable=True),
    ),
    key=("model_id", "override_number"),
    inbox=False,
    committed=False,
    feed="feed_openrouter",
    has_retrieved_at=True,
    words={
        "input_per_mtok": "price of a million input tokens, USD (empty if dynamic)",
        "output_per_mtok": "price of a million output tokens, USD (empty if dynamic)",
        "cache_read_per_mtok": "price of a million cached input tokens, USD (empty: not stated, or dynamic)",
        "cache_write_per_mtok": "price of a million input tokens written to the cache, USD (empty: not stated, or dynamic)",
        "name": "name of the model for people",
    },
)
