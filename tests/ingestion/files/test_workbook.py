"""Workbooks of the inbox: read as the CSV of the same rows would be, and what is unclear or dangerous is refused by name."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook

from ingestion.dataset import Folders
from ingestion.files import workbook as module
from ingestion.files.csv import RefusedFile
from ingestion.files.workbook import read_workbook
from tests.conftest import PROJECT, land_now
from tests.ingestion.files.workbooks import with_part, workbook

SHEET = "xl/worksheets/sheet1.xml"
ROWS = [["a", "b"], ["x", 1]]


def read(path: Path, *names: str, sheet: str = "lockups") -> list[dict[str, str]]:
    return [row.cells for row in read_workbook(path, "t.xlsx", sheet, names or ("a", "b"), ())]


def refusal(path: Path, *names: str) -> str:
    with pytest.raises(RefusedFile) as refused:
        read(path, *names)
    return str(refused.value)


def test_days_percentages_and_numbers_are_what_the_cells_show(tmp_path: Path) -> None:
    def shape(table: Any) -> None:
        table["B2"].number_format, table["C2"].number_format = "0.00%", "#,##0"

    path = workbook(
        tmp_path / "t.xlsx", [["day", "pct", "shares"], [date(2026, 3, 2), 0.4892, 25_681_600], ["", None, None]], change=shape
    )
    assert read(path, "day", "pct", "shares") == [{"day": "2026-03-02", "pct": "48.92%", "shares": "25681600"}]


def test_the_sheet_of_the_datasets_name_is_read_else_the_first(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", ROWS, sheet="Notes")
    assert read(path) == [{"a": "x", "b": "1"}]
    book = load_workbook(path)
    other = book.create_sheet("Lockups")
    for row in (["a", "b"], ["y", 2]):
        other.append(row)
    book.save(path)
    assert read(path) == [{"a": "y", "b": "2"}]


def test_rows_keep_their_number_and_a_bad_cell_its_column(tmp_path: Path) -> None:
    def shape(table: Any) -> None:
        table["B4"].number_format = "0.0"

    rows = [[None, None], ["a", "b"], ["x", 1], ["y", 1.25], [None, None], ["z", "#N/A"], ["a", "b"], ["v", 1, "more"], ["w"]]
    path = workbook(tmp_path / "t.xlsx", rows, change=shape)
    found = read_workbook(path, "t.xlsx", "lockups", ("a", "b"), ())
    assert [(row.number, row.fault_column, row.fault_value) for row in found if row.fault_column] == [
        (4, "b", "1.25"),
        (6, "b", "#N/A"),
    ]
    faults = [row.fault for row in found if row.fault]
    assert faults[0] == "shows 1.2 and holds 1.25; show all digits, or round it to those that are printed"
    assert "is an error of the spreadsheet" in str(faults[1])
    assert faults[2:] == ["is the header again; remove it", "has a cell beyond the header, in column 3: 'more'"]
    assert [(row.number, row.cells) for row in found if not row.fault] == [(3, {"a": "x", "b": "1"}), (9, {"a": "w", "b": ""})]


def test_a_formula_is_its_saved_value_and_refused_without_one(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", [["a", "b"], ["x", "=1+1"]])
    (row,) = read_workbook(path, "t.xlsx", "lockups", ("a", "b"), ())
    assert (row.number, row.fault_column) == (2, "b")
    assert "is a formula that was never computed" in str(row.fault)
    with_part(
        path,
        SHEET,
        lambda text: text.replace(b"<v></v>", b"<v>2</v>").replace(b"<v/>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>"),
    )
    assert read(path) == [{"a": "x", "b": "2"}]


def test_a_sheet_that_lies_about_its_size_is_read_whole(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", [*ROWS, ["y", 2]])
    with_part(path, SHEET, lambda text: text.replace(b'ref="A1:B3"', b'ref="A1:A2"'))
    assert read(path) == [{"a": "x", "b": "1"}, {"a": "y", "b": "2"}]


def test_merged_cells_and_headers_are_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "merged.xlsx", [*ROWS, [None, 2]], change=lambda table: table.merge_cells("A2:A3"))
    assert "has merged cells (A2:A3) in its sheet 'Sheet1'" in refusal(path)
    assert "lacks the column c" in refusal(workbook(tmp_path / "lacks.xlsx", ROWS), "a", "b", "c")
    assert "has a column that is not known: b" in refusal(workbook(tmp_path / "unknown.xlsx", ROWS), "a")
    assert "has a column twice: a" in refusal(workbook(tmp_path / "twice.xlsx", [["a", "a"]]))
    assert "has a header and no rows" in refusal(workbook(tmp_path / "header.xlsx", ROWS[:1]))
    assert "has nothing in its sheet" in refusal(workbook(tmp_path / "empty.xlsx", []))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", ROWS)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media.bin", "w") as part:
        for _ in range(65):
            part.write(bytes(1024 * 1024))
    assert path.stat().st_size < 1024 * 1024
    assert "unpacks to 68," in refusal(path)
    assert "at most 67,108,864 are read" in refusal(path)
    many = workbook(tmp_path / "many.xlsx", ROWS)
    with zipfile.ZipFile(many, "a") as archive:
        for number in range(2_001):
            archive.writestr(f"x{number}", b"")
    assert "parts; at most 2,000 are read" in refusal(many)


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/media/other.bin"])
def test_entities_are_refused_wherever_they_stand(tmp_path: Path, part: str) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    path = with_part(workbook(tmp_path / "t.xlsx", ROWS), part, lambda text: bomb + text)
    assert f"has a part that no spreadsheet writes ({part})" in refusal(path)
    wide = with_part(workbook(tmp_path / "w.xlsx", ROWS), part, lambda text: (bomb + text).decode().encode("utf-16"))
    assert f"has a part that no spreadsheet writes ({part})" in refusal(wide)


def test_rows_and_columns_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = workbook(tmp_path / "wide.xlsx", ROWS, change=lambda table: table.cell(2, 16_384, "x"))
    assert "has 16,384 columns (row 2); at most 1,000 are read" in refusal(wide)
    long = workbook(tmp_path / "long.xlsx", ROWS, change=lambda table: table.cell(1_048_576, 1, "x"))
    assert "has more than 500,000 rows" in refusal(long)
    monkeypatch.setattr(module, "MAX_BYTES", 10)
    assert "at most 10 are read" in refusal(wide)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "is an old Excel workbook, or has a password; save it anew as .xlsx"),
        (b"a,b\n1,2\n", "is no workbook that can be read (BadZipFile)"),
        (b"", "is no workbook that can be read (BadZipFile)"),
        (b"PK\x03\x04" + b"\x00" * 100, "is no workbook that can be read (BadZipFile)"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(content)
    assert words in refusal(path)


def test_a_workbook_with_any_byte_changed_or_cut_off_is_read_or_refused_by_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", ROWS)
    whole = path.read_bytes()
    for place in range(0, len(whole), 101):
        for content in (whole[:place], whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]):
            path.write_bytes(content)
            with suppress(RefusedFile):
                assert read(path) == [{"a": "x", "b": "1"}]
    for part in ("xl/workbook.xml", SHEET, "xl/styles.xml"):
        path.write_bytes(whole)
        assert "t.xlsx: is no workbook that can be read" in refusal(with_part(path, part, lambda text: text[: len(text) // 2]))


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(committed=PROJECT / "data", data=tmp_path)


LISTING = [
    ["ticker", "effective_date", "event", "shares_issued_delta", "issue_price_hkd", "total_shares_after"],
    ["9999.HK", datetime.fromisoformat("2026-03-02"), "listing", 25_000_000, 5.25, 100_000_000],
]


def test_a_workbook_of_the_inbox_lands_as_its_csv_would(folders: Folders) -> None:
    inbox = folders.inbox / "share_capital_events"
    workbook(inbox / "acme.xlsx", LISTING)
    assert land_now("share_capital_events", folders).is_clean
    frame = pl.read_parquet(folders.landed / "share_capital_events" / "share_capital_events.parquet").filter(
        pl.col("ticker") == "9999.HK"
    )
    (row,) = frame.iter_rows(named=True)
    assert (str(row["effective_on"]), row["shares_issued_delta"], row["issue_price_hkd_printed"]) == (
        "2026-03-02",
        25_000_000,
        "5.25",
    )
    assert (row["source_file"], row["source_row"], row["document_id"]) == (
        "inbox/share_capital_events/acme.xlsx",
        2,
        "inbox/share_capital_events/acme.xlsx",
    )
    # the same table as CSV beside it would state everything twice
    (inbox / "acme.csv").write_text("ticker\n")
    told = [str(refused) for refused in land_now("share_capital_events", folders).refused]
    assert (
        "inbox/share_capital_events/acme.xlsx: has the name of inbox/share_capital_events/acme.csv, which states its rows "
        "already; keep one of them, or rename one"
    ) in told


def test_a_bad_cell_and_a_formula_in_text_are_told_by_file_row_and_column(folders: Folders) -> None:
    def shape(table: Any) -> None:
        table["E2"].number_format = "0"

    rows = [*LISTING, ["9998.HK", datetime.fromisoformat("2026-03-02"), "=HYPERLINK(1)", 1, 1, 100]]
    path = workbook(folders.inbox / "share_capital_events" / "acme.xlsx", rows, change=shape)
    with_part(
        path,
        SHEET,
        lambda text: text.replace(b"<f>HYPERLINK(1)</f><v></v>", b"<v>1</v>").replace(b"<f>HYPERLINK(1)</f><v/>", b"<v>1</v>"),
    )
    workbook(folders.inbox / "share_capital_events" / "text.xlsx", [LISTING[0], ["9997.HK", "2026-03-02", "@SUM(1)", 1, 1, 100]])
    told = "\n".join(land_now("share_capital_events", folders).messages())
    assert "inbox/share_capital_events/acme.xlsx row 2, column issue_price_hkd: '5.25' shows 5 and holds 5.25" in told
    assert "inbox/share_capital_events/text.xlsx row 2, column event: '@SUM(1)' begins with @, which a spreadsheet runs" in told


def test_prices_in_a_workbook_have_our_shape(folders: Folders, tmp_path: Path) -> None:
    from ingestion.dataset import all_datasets
    from ingestion.landing.source_files import read_rows

    head = ["ticker", "trading_date", "currency", "open", "high", "low", "close", "volume_shares"]
    path = workbook(tmp_path / "bars.xlsx", [head, ["9999.HK", date(2026, 3, 2), "HKD", 5.2, 5.5, 5.1, 5.25, 1_000_000]])
    (row,) = read_rows(all_datasets()["prices"], path, "inbox/prices/bars.xlsx")
    assert (row.cells["trading_date"], row.cells["close"], row.cells["volume_shares"]) == ("2026-03-02", "5.25", "1000000")
