"""Times what an answer of a live source costs to land, for 500 tickers, with two lengths of history.

Run by `make benchmark-live-store`. Each ticker answers with its last ten sessions, of which one is new. What an answer costs may
not grow with the history: the last line says by how much it does.
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from ingestion.dataset import Folders, all_datasets
from ingestion.landing.land import write_parquet
from ingestion.live.landed_files import LandedFiles
from ingestion.live.source import Subject
from ingestion.live.store import Store

TICKERS = tuple(f"{number:04d}.HK" for number in range(7001, 7501))
LENGTHS = (400, 1600)
DATASET = all_datasets()["yahoo_prices"]


def history(tickers: tuple[str, ...], days: list[date], retrieved_on: date) -> pl.DataFrame:
    """Bars of each ticker and day, in the landed columns."""
    schema = pl.Schema(DATASET.polars_schema)
    bars = pl.DataFrame({"ticker": tickers}).join(pl.DataFrame({"trading_date": days}), how="cross")
    instant = datetime(retrieved_on.year, retrieved_on.month, retrieved_on.day, 9, tzinfo=UTC)
    told = {name: pl.lit(value) for name, value in {**bar(), "document_id": "feed_yahoo_chart", "source_row": 1}.items()}
    told |= {"known_on": pl.col("trading_date"), "retrieved_at": pl.lit(instant)}
    told |= {name: pl.lit("made up") for name in ("source_file", "table_ref")}
    columns = [pl.col(name) if name in bars.columns else told.get(name, pl.lit(None)).alias(name) for name in schema]
    return bars.select(columns).cast(schema)


def bar() -> dict[str, Any]:
    """What a bar says beside its ticker and day."""
    price = dict.fromkeys(("open", "high", "low", "close"), Decimal("10.5"))
    return {**price, "currency": "HKD", "price_precision": Decimal("0.1"), "volume_shares": 1000, "volume_precision_shares": 1}


def land_parents(folders: Folders, days: list[date]) -> None:
    """Lands what the contract of bars reads: the tickers as securities of an exchange on which each of the days is a session."""
    rows = {
        "instruments": [{"ticker": ticker, "exchange_mic": "XHKG", "currency": "HKD", "kind": "security"} for ticker in TICKERS],
        "trading_days": [{"exchange_mic": "XHKG", "trading_date": day, "is_provisional": False} for day in days],
    }
    for parent in DATASET.reads:
        landed = pl.DataFrame(rows[parent], schema=all_datasets()[parent].polars_schema)
        write_parquet(landed, folders.landed / parent / f"{parent}.parquet")


def main() -> None:
    """Prints the figures."""
    milliseconds = []
    for length in LENGTHS:
        with tempfile.TemporaryDirectory() as name:
            folders = Folders(committed=Path(name), data=Path(name))
            days = [date(2020, 1, 6) + timedelta(days=number) for number in range(length)]
            land_parents(folders, [*days, days[-1] + timedelta(days=1)])
            files = LandedFiles(DATASET, folders.landed / DATASET.name)
            # a file for each day of retrieval, merged by month
            for day in days:
                files.add(history(TICKERS, [day], day), day)
            files.merge(days[-1])
            today = days[-1] + timedelta(days=1)
            now = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
            asked = [*days[-9:], today]
            store = Store(DATASET, folders)
            started = time.perf_counter()
            for ticker in TICKERS:
                rows = [{"ticker": ticker, "trading_date": day, **bar()} for day in asked]
                store.add(rows, [], Subject(ticker), "feed_yahoo_chart", now)
            store.settle(today)
            seconds = time.perf_counter() - started
            assert store.rows == len(TICKERS) * (length + 1), (store.rows, store.new_faults[:3])
        milliseconds.append(1000 * seconds / len(TICKERS))
        print(f"{len(TICKERS)} tickers x {length:,} days landed: {milliseconds[-1]:.1f} ms an answer, settling included")
    times = milliseconds[1] / milliseconds[0]
    print(f"{LENGTHS[1] / LENGTHS[0]:.0f} times the history: an answer costs {times:.2f} times as much")


if __name__ == "__main__":
    main()
