"""The instruments that a stand-in is asked for."""

from __future__ import annotations

import polars as pl

from ingestion.dataset import Folders
from ingestion.landing.land import write_parquet
from tests.standins.market import OTHER_LISTINGS


def leave_out_other_listings(folders: Folders) -> None:
    """Takes the listings of 2026 that no test names out of the landed instruments: they are asked for like the others, and would
    only take time."""
    path = folders.landed / "instruments" / "instruments.parquet"
    frame = pl.read_parquet(path)
    path.unlink()
    write_parquet(frame.filter(~pl.col("ticker").is_in([ticker for ticker, *_ in OTHER_LISTINGS])), path)
