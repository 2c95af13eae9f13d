"""A-share lock-up expiries as Tushare exports them: what a row becomes, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingestion.dataset import Folders, all_datasets
from ingestion.landing.land import Landing, land_dataset
from tests.conftest import PROJECT
from tests.shared_landings import SharedRun

HEADER = "ts_code,ann_date,float_date,float_share,float_ratio,holder_name,share_type\n"
ROW = "688991.SH,20260527,20270528,280000000.0,20.2,Fund X,首发原股东限售股份\n"


def land(tmp_path: Path, text: str) -> tuple[Landing, list[dict[str, Any]]]:
    folders = Folders(PROJECT / "data", tmp_path)
    path = folders.inbox / "share_float" / "export.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    run = SharedRun(folders, "documents", "share_float")
    land_dataset(all_datasets()["documents"], run)
    landing = land_dataset(all_datasets()["share_float"], run)
    return landing, pl.read_parquet(folders.landed / "share_float" / "share_float.parquet").to_dicts()


def test_a_row_of_an_export_lands_as_shares_and_a_ratio(tmp_path: Path) -> None:
    landing, (row,) = land(tmp_path, HEADER + ROW)
    assert landing.is_clean, landing.messages()
    assert (row["ticker"], row["free_on"], row["released_shares"]) == ("688991.SH", date(2027, 5, 28), 280_000_000)
    assert (row["released_of_total_ratio"], row["holder"], row["shares_type"]) == (
        Decimal("0.202"),
        "Fund X",
        "首发原股东限售股份",
    )
    # a file of the user's is a document by itself, and the announcement says since when the row was known
    assert (row["document_id"], row["known_on"]) == ("inbox/share_float/export.csv", date(2026, 5, 27))


def test_the_number_that_pandas_gives_each_row_is_passed_over(tmp_path: Path) -> None:
    landing, rows = land(tmp_path, f",{HEADER}0,{ROW}")
    assert landing.is_clean and len(rows) == 1


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (ROW.replace("688991.SH", "00100.HK"), "ticker", "must look like"),
        (ROW.replace("20270528", "2027"), "free_on", "is not a date"),
        (ROW.replace("280000000.0", "28000.5"), "released_shares", "is not a whole number"),
        (ROW.replace("20.2", "2020").replace("Fund X", "Fund Y"), None, "more than 100 percent of the total"),
        (ROW, None, "repeats the key"),  # once more: the same block would count twice
    ],
)
def test_a_row_that_cannot_be_is_told_with_its_place(tmp_path: Path, row: str, column: str | None, words: str) -> None:
    landing, rows = land(tmp_path, HEADER + ROW + row)
    (fault,) = landing.faults
    assert (fault.file, fault.row, fault.column) == ("inbox/share_float/export.csv", 3, column) and words in fault.reason
    assert len(rows) == 1
