"""Two counters of one share: the second one's bars are in its own currency, and it is a counter only of a share that is known."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ingestion.dataset import Folders, all_datasets
from ingestion.landing.land import land_dataset
from tests.conftest import PROJECT
from tests.shared_landings import SharedRun

LISTINGS = (
    "sector,company,ticker,date,status\n,Example RMB counter,80100.HK,2026-06-01,listed\n,Nobody's,89999.HK,2026-06-01,listed\n"
)
BARS = (
    "ticker,trading_date,currency,open,high,low,close,volume_shares,turnover\n"
    "80100.HK,2026-11-20,CNY,560.0,575.0,551.0,570.0,120000,67800000\n"
    "80100.HK,2026-11-19,HKD,560.0,575.0,551.0,570.0,120000,67800000\n"
    "89999.HK,2026-11-20,CNY,560.0,575.0,551.0,570.0,120000,67800000\n"
)


def test_the_second_counter_trades_in_its_own_currency(tmp_path: Path) -> None:
    folders = Folders(PROJECT / "data", tmp_path)
    for name, text in (("listing_events", LISTINGS), ("prices", BARS)):
        (folders.inbox / name).mkdir(parents=True)
        (folders.inbox / name / "counter.csv").write_text(text, encoding="utf-8")
    run = SharedRun(folders, "documents", "instruments", "prices")
    for name in ("documents", "instruments"):
        land_dataset(all_datasets()[name], run)
    instruments = pl.read_parquet(folders.landed / "instruments" / "instruments.parquet").select(
        "ticker", "currency", "counter_of"
    )
    of_ticker = {ticker: rest for ticker, *rest in instruments.iter_rows()}
    assert of_ticker["80100.HK"] == ["CNY", "0100.HK"] and of_ticker["0100.HK"] == ["HKD", None]
    assert of_ticker["89999.HK"] == ["HKD", None]  # there is no 9999.HK
    landing = land_dataset(all_datasets()["prices"], run)
    assert [(fault.row, fault.column, fault.value) for fault in landing.faults] == [
        (3, "currency", "HKD"),
        (4, "currency", "CNY"),
    ]
    assert "is not the currency in which 80100.HK trades (CNY)" in landing.faults[0].reason
    bars = pl.read_parquet(folders.landed / "prices" / "prices.parquet")
    assert bars.select("ticker", "currency", "volume_shares").rows() == [("80100.HK", "CNY", 120_000)]
