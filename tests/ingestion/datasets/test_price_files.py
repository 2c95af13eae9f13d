"""A user's own price files: each vendor's shape becomes the same bar, and what can't be a bar is told with its place."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.dataset import Folders, all_datasets
from ingestion.landing.land import Landing, land_dataset
from tests.conftest import PROJECT, land_now, take_landed
from tests.shared_landings import SharedRun

PARENTS = (
    "exchanges",
    "exchange_closures",
    "trading_days",
    "listing_events",
    "lockup_comparables",
    "share_capital_events",
    "instruments",
)
OWN = "ticker,trading_date,currency,open,high,low,close,volume_shares,turnover\n"
GOOD = "2513.HK,2026-07-08,HKD,1900.5,2010.0,1850.0,1999.5,1000000,1920000000\n"
TUSHARE = "ts_code,trade_date,open,high,low,close,pre_close,change,pct_chg,vol,amount\n"


@pytest.fixture(scope="module")
def parents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The landed datasets that bars are checked against."""
    folder = tmp_path_factory.mktemp("parents")
    for name in ("documents", *PARENTS):
        assert land_now(name, Folders(PROJECT / "data", folder)).is_clean
    return folder


@pytest.fixture
def folders(parents: Path, tmp_path: Path) -> Folders:
    folders = Folders(PROJECT / "data", tmp_path)
    take_landed(parents, folders, PARENTS)
    return folders


def land(folders: Folders, text: str, name: str = "vendor.csv") -> tuple[Landing, list[dict[str, Any]]]:
    shutil.rmtree(folders.inbox, ignore_errors=True)
    path = folders.inbox / "prices" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    run = SharedRun(folders, "documents", "prices")
    land_dataset(all_datasets()["documents"], run)
    landing = land_dataset(all_datasets()["prices"], run)
    return landing, pl.read_parquet(folders.landed / "prices" / "prices.parquet").to_dicts()


def test_a_bar_in_our_shape_keeps_its_printed_precision(folders: Folders) -> None:
    landing, (bar,) = land(folders, OWN + GOOD)
    assert landing.is_clean
    assert (bar["ticker"], bar["trading_date"], bar["currency"]) == ("2513.HK", date(2026, 7, 8), "HKD")
    assert (bar["open"], bar["close"], bar["price_precision"]) == (Decimal("1900.5"), Decimal("1999.5"), Decimal("0.1"))
    assert (bar["volume_shares"], bar["volume_precision_shares"]) == (1_000_000, 1)
    assert (bar["turnover"], bar["turnover_precision"]) == (Decimal("1920000000"), Decimal(1))
    assert (bar["document_id"], bar["known_on"]) == ("inbox/prices/vendor.csv", date(2026, 7, 8))


def test_tushare_hk_daily_counts_shares_and_hong_kong_dollars(folders: Folders) -> None:
    landing, (bar,) = land(
        folders, TUSHARE + "00100.HK,20260709,401.2,420.0,398.6,410.4,399.0,11.4,2.857,2500000.0,1025000000.0\n"
    )
    assert landing.is_clean
    assert (bar["ticker"], bar["trading_date"], bar["currency"]) == ("0100.HK", date(2026, 7, 9), "HKD")
    assert (bar["volume_shares"], bar["turnover"]) == (2_500_000, Decimal(1_025_000_000))
    assert bar["price_precision"] == Decimal("0.1")


def test_tushare_daily_of_an_a_share_counts_lots_and_thousands(folders: Folders) -> None:
    # 8,976 lots are 897,600 shares; 131,900.5 thousand CNY are 131,900,500: 146.95 a share
    landing, (bar,) = land(folders, TUSHARE + "688256.SH,20210104,146.0,148.0,145.5,147.2,146.0,1.2,0.82,8976.0,131900.5\n")
    assert landing.is_clean
    assert (bar["ticker"], bar["currency"]) == ("688256.SH", "CNY")
    assert (bar["volume_shares"], bar["volume_precision_shares"]) == (897_600, 100)
    assert (bar["turnover"], bar["turnover_precision"]) == (Decimal("131900500"), Decimal(100))


def test_an_amount_that_is_missing_is_no_turnover(folders: Folders) -> None:
    landing, (bar,) = land(folders, TUSHARE + "02513.HK,20260706,1933.0,2198.0,1933.0,2100.0,2000.0,100.0,5.0,1000.0,\n")
    assert landing.is_clean
    assert (bar["ticker"], bar["turnover"], bar["turnover_precision"]) == ("2513.HK", None, None)


def test_a_hand_entered_amount_is_outside_the_days_range(folders: Folders) -> None:
    # 895,000 / 1,000 shares = 895, and the day traded from 1,933 to 2,198; the other row is kept
    text = TUSHARE + "02513.HK,20260630,1933.0,2198.0,1933.0,2100.0,2000.0,100.0,5.0,1000.0,895000.0\n"
    landing, rows = land(folders, text + "02513.HK,20260629,1933.0,2198.0,1933.0,2000.0,1990.0,10.0,0.5,1000.0,2000000.0\n")
    (fault,) = landing.faults
    assert (fault.file, fault.row) == ("inbox/prices/vendor.csv", 2)
    assert "turnover divided by volume lies outside low to high" in fault.reason
    assert [row["trading_date"] for row in rows] == [date(2026, 6, 29)]


def test_yfinance_with_adj_close_gives_the_unadjusted_prices(folders: Folders) -> None:
    text = (
        "Price,Adj Close,Close,High,Low,Open,Volume,Dividends,Stock Splits\n"
        "Ticker,1024.HK,1024.HK,1024.HK,1024.HK,1024.HK,1024.HK,1024.HK,1024.HK\n"
        "Date,,,,,,,,\n"
        "2021-02-05,298.04,310.0,345.0,301.79998779296875,338.0,55000000,0.0,0.0\n"
    )
    landing, rows = land(folders, text)
    assert landing.is_clean, landing.messages()
    assert (rows[0]["close"], rows[0]["low"], rows[0]["price_precision"]) == (Decimal(310), Decimal("301.8"), Decimal("0.001"))
    adjusted = text.replace("Adj Close,", "").replace("298.04,", "").replace("HK,1024.HK\n", "HK\n")
    landing, rows = land(folders, adjusted.replace("Dividends", "Capital Gains"))
    assert "dividend-adjusted; export with auto_adjust=False" in landing.refused[0].reason and rows == []
    landing, rows = land(folders, adjusted)  # no dividend in the file: the close is as traded
    assert landing.is_clean and rows[0]["close"] == 310


def test_a_split_in_a_yfinance_file_is_undone_before_it(folders: Folders) -> None:
    # 1.49 shares for one on 8 May: 150.00 the day before is exported as 100.67, 1,000,000 shares as 1,490,000
    text = (
        "Price,Adj Close,Close,High,Low,Open,Volume,Stock Splits\n"
        "Ticker,688256.SS,688256.SS,688256.SS,688256.SS,688256.SS,688256.SS,688256.SS\n"
        "Date,,,,,,,\n"
        "2026-05-07,100.671143,100.671143,100.671143,100.671143,100.671143,1490000,0.0\n"
        "2026-05-08,101.5,101.5,102.0,100.5,101.0,2000000,1.49\n"
    )
    landing, rows = land(folders, text)
    assert landing.is_clean, landing.messages()
    found = {(row["ticker"], row["trading_date"].day): (row["close"], row["volume_shares"]) for row in rows}
    assert found == {("688256.SH", 7): (Decimal(150), 1_000_000), ("688256.SH", 8): (Decimal("101.5"), 2_000_000)}
    landing, rows = land(folders, text.replace("Stock Splits", "Splits"))
    assert "by which its prices are divided; export with actions=True" in landing.refused[0].reason


HISTORY = "Date,Open,High,Low,Close,Volume,Dividends,Stock Splits\n"
HISTORY_BAR = "2026-07-08 00:00:00+08:00,1900.5,2010.0,1850.0,1999.5,1000000,0.0,0.0\n"


def test_yfinance_history_is_of_the_security_in_the_files_name(folders: Folders) -> None:
    landing, (bar,) = land(folders, HISTORY + HISTORY_BAR, "2513.HK.csv")
    assert landing.is_clean, landing.messages()
    assert (bar["ticker"], bar["trading_date"], bar["currency"]) == ("2513.HK", date(2026, 7, 8), "HKD")
    assert (bar["close"], bar["volume_shares"], bar["turnover"]) == (Decimal("1999.5"), 1_000_000, None)
    assert bar["table_ref"] == "row 2, as if no dividend came after 2026-07-08"
    # with Adj Close nothing is assumed
    text = HISTORY.replace("Close", "Close,Adj Close") + HISTORY_BAR.replace("1999.5", "1999.5,1990.1")
    landing, (bar,) = land(folders, text, "yfinance 2513.HK max.csv")
    assert landing.is_clean and (bar["close"], bar["table_ref"]) == (Decimal("1999.5"), "row 2")


def test_yfinance_prices_from_before_a_dividend_need_adj_close(folders: Folders) -> None:
    paid = HISTORY_BAR.replace("2026-07-08", "2026-07-09").replace("1000000,0.0", "1000000,2.5")
    landing, rows = land(folders, HISTORY + HISTORY_BAR + paid, "2513.HK.csv")
    (refused,) = landing.refused
    assert (
        "prices from before a dividend (row 3, Dividends: 2.5) and no Adj Close: export with auto_adjust=False" in refused.reason
    )
    assert rows == []
    # the day on which it goes ex, and those after it, are as traded
    landing, rows = land(folders, HISTORY + paid, "2513.HK.csv")
    assert landing.is_clean and len(rows) == 1


def test_akshare_hist_of_hong_kong_counts_shares(folders: Folders) -> None:
    # 1,920,000,000 HKD / 1,000,000 shares = 1,920 a share, within 1,850 to 2,010
    text = "日期,开盘,收盘,最高,最低,成交量,成交额,振幅,涨跌幅,涨跌额,换手率\n"
    row = "2026-07-08,1900.5,1999.5,2010.0,1850.0,1000000,1920000000.0,8.4,5.2,98.5,0.4\n"
    landing, (bar,) = land(folders, text + row, "akshare_02513.HK.csv")
    assert landing.is_clean, landing.messages()
    assert (bar["ticker"], bar["currency"], bar["open"], bar["close"]) == ("2513.HK", "HKD", Decimal("1900.5"), Decimal("1999.5"))
    assert (bar["high"], bar["low"], bar["volume_shares"], bar["turnover"]) == (2010, 1850, 1_000_000, 1_920_000_000)
    # adjusted prices are told by their turnover
    landing, rows = land(folders, text + row.replace("1850.0", "1930.0").replace("1900.5", "1930.0"), "2513.HK.csv")
    assert "turnover divided by volume lies outside low to high" in landing.faults[0].reason and rows == []


def test_akshare_hist_of_an_a_share_counts_lots_and_names_its_code(folders: Folders) -> None:
    # 8,976 lots are 897,600 shares; 131,900,500 CNY: 146.95 a share; pandas writes the number of the row first
    text = ",日期,股票代码,开盘,收盘,最高,最低,成交量,成交额,振幅,涨跌幅,涨跌额,换手率\n"
    landing, (bar,) = land(folders, text + "0,2021-01-04,688256,146.0,147.2,148.0,145.5,8976,131900500.0,1.7,0.8,1.2,2.2\n")
    assert landing.is_clean, landing.messages()
    assert (bar["ticker"], bar["currency"]) == ("688256.SH", "CNY")
    assert (bar["volume_shares"], bar["volume_precision_shares"], bar["turnover"]) == (897_600, 100, 131_900_500)


def test_akshare_daily_has_its_turnover_in_amount(folders: Folders) -> None:
    # the column `turnover` of stock_zh_a_daily is volume over shares outstanding
    text = "date,open,high,low,close,volume,amount,outstanding_share,turnover\n"
    row = "2026-07-08,1900.5,2010.0,1850.0,1999.5,1000000.0,1920000000.0,43032400.0,0.0232\n"
    landing, (bar,) = land(folders, text + row, "2513.HK.csv")
    assert landing.is_clean, landing.messages()
    assert (bar["ticker"], bar["volume_shares"], bar["turnover"]) == ("2513.HK", 1_000_000, 1_920_000_000)
    landing, (bar,) = land(
        folders, "date,open,high,low,close,volume\n2026-07-08,1900.5,2010,1850,1999.5,1000000.0\n", "2513.HK.csv"
    )
    assert landing.is_clean and (bar["volume_shares"], bar["turnover"]) == (1_000_000, None)


@pytest.mark.parametrize(
    ("name", "words"),
    [("akshare_stock_hk_daily.csv", "its name tells no security"), ("0100.HK_2513.HK.csv", "its name tells several securities")],
)
def test_an_export_whose_security_nothing_tells_is_refused_with_what_to_do(folders: Folders, name: str, words: str) -> None:
    for text in (
        HISTORY + HISTORY_BAR,
        "date,open,high,low,close,volume\n2026-07-08,1900.5,2010,1850,1999.5,1000000.0\n",
        "日期,开盘,收盘,最高,最低,成交量\n2026-07-08,1900.5,1999.5,2010,1850,1000000\n",
    ):
        landing, rows = land(folders, text, name)
        (refused,) = landing.refused
        assert words in refused.reason and "put the ticker into the name, such as 0100.HK.csv" in refused.reason and rows == []


@pytest.mark.parametrize("cell", ["1e999999", "sNaN", "1e39", "9" * 5000])
def test_a_cell_of_no_plausible_size_is_refused_not_raised(folders: Folders, cell: str) -> None:
    good = "02513.HK,20260708,1933.0,2198.0,1933.0,2100.0,2000.0,100.0,5.0,1000.0,2000000.0\n"
    for part in ("02513", "1000.0", "2198.0"):
        landing, rows = land(folders, TUSHARE + good.replace(part, cell) + good.replace("20260708", "20260709"))
        assert landing.faults and [row["trading_date"] for row in rows] == [date(2026, 7, 9)]


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (GOOD.replace("2513.HK", "4321.HK"), "ticker", "is no security that is known"),
        (GOOD.replace("HKD", "CNY"), "currency", "is not the currency in which 2513.HK trades (HKD)"),
        (GOOD.replace("2026-07-08", "2026-07-05"), "trading_date", "is no session of XHKG"),  # a Sunday
        (GOOD.replace("2026-07-08", "2026-07-01"), "trading_date", "is no session of XHKG"),  # a holiday
        (GOOD.replace("2026-07-08", "2026-01-07"), "trading_date", "is before 2513.HK was listed (2026-01-08)"),
        (GOOD.replace("2513.HK,2026-07-08", "0100.HK,2019-01-09"), "trading_date", "the ticker was another company's then"),
        (GOOD.replace("1850.0", "1950.0"), None, "the low is above the open, the high or the close"),
        (GOOD.replace("2010.0", "1960.0"), None, "the high is below the open, the low or the close"),
        (GOOD.replace("1000000", "1000"), None, "turnover divided by volume lies outside low to high"),  # thousands
        (GOOD.replace("1000000", "0"), None, "turnover without volume"),
        (GOOD.replace("1900.5", "-1900.5"), "open", "must be 0 or more"),
        (GOOD.replace("1900.5", "1.9E3"), "open", "is not a plain number"),
        (GOOD.replace("1900.5", "nan"), "open", "is not a plain number"),
        (GOOD.replace("1000000", "1000000.5"), "volume_shares", "is not a whole number"),
        (GOOD.replace("1000000", "-5"), "volume_shares", "must be 0 or more"),
    ],
)
def test_a_bar_that_cannot_be_is_quarantined_with_its_place(folders: Folders, row: str, column: str | None, words: str) -> None:
    landing, rows = land(folders, OWN + row + GOOD.replace("2026-07-08", "2026-07-09"))
    assert [fault.row for fault in landing.faults] == [2] * len(landing.faults)
    assert any(words in fault.reason and fault.column == column for fault in landing.faults), landing.faults
    assert [bar["trading_date"] for bar in rows] == [date(2026, 7, 9)]


def test_the_same_day_twice_in_a_file_is_told(folders: Folders) -> None:
    landing, rows = land(folders, OWN + GOOD + GOOD.replace("1999.5", "1998.5"))
    assert "repeats the key" in landing.faults[0].reason and landing.faults[0].row == 3
    assert [row["close"] for row in rows] == [Decimal("1999.5")]


def test_a_file_of_no_known_shape_is_refused_by_name(folders: Folders) -> None:
    landing, rows = land(folders, "Datum;Schluss\n2026-07-08;1999.5\n")
    assert landing.refused[0].file == "inbox/prices/vendor.csv" and "is the delimiter a comma?" in landing.refused[0].reason
    assert rows == []
