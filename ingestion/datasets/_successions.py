"""As which ticker a security goes on: the statements of `security_successors` that stand, and the tickers before each."""

from __future__ import annotations

import polars as pl

from ingestion.dataset import Frames


def standing_successors(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of `security_successors` that no later row of theirs says to be withdrawn."""
    taken_back = (
        frame.filter(pl.col("status") == "withdrawn").group_by("ticker", "successor").agg(pl.col("known_on").max().alias("until"))
    )
    kept = frame.join(taken_back, on=["ticker", "successor"], how="left", maintain_order="left")
    return kept.filter(pl.col("status") != "withdrawn", (pl.col("known_on") > pl.col("until")).fill_null(True)).drop("until")


def earlier_tickers(frames: Frames) -> dict[str, set[str]]:
    """The tickers that each successor has gone by before; a ticker that succeeds none is no key. `frames` holds SECURITIES."""
    links = set(standing_successors(frames["security_successors"]).select("ticker", "successor").iter_rows())
    before: dict[str, set[str]] = {successor: {ticker} for ticker, successor in links}
    for _ in links:  # a chain has at most so many links
        for ticker, successor in links:
            before[successor] |= before.get(ticker, set()) | {ticker}
    return before
