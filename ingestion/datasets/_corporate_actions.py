"""What a corporate action is, whoever prints it: a split or bonus issue, or a cash dividend, on its ex date."""

from __future__ import annotations

import polars as pl

from ingestion.columns import TICKER, Column, Day, Exact, Text
from ingestion.dataset import RowRule

ACTION_COLUMNS: tuple[Column, ...] = (
    Text("ticker", pattern=TICKER),
    Day("ex_on"),
    Text("action", isin=("split", "dividend")),
    Exact("new_shares", nullable=True, optional=True),
    Exact("old_shares", nullable=True, optional=True),
    Exact("dividend_per_share", nullable=True, optional=True),
    Text("currency", nullable=True, optional=True, pattern=r"^[A-Z]{3}$"),
)
ACTION_KEY = ("ticker", "ex_on", "action")
ACTION_RULES: tuple[RowRule, ...] = (
    (
        "a split gives new_shares for old_shares, both more than zero; a bonus of 4.9 for 10 is 14.9 for 10",
        (pl.col("action") != "split") | ((pl.col("new_shares") > 0) & (pl.col("old_shares") > 0)).fill_null(False),
    ),
    (
        "a dividend has dividend_per_share, more than zero, and its currency",
        (pl.col("action") != "dividend")
        | ((pl.col("dividend_per_share") > 0) & pl.col("currency").is_not_null()).fill_null(False),
    ),
)
