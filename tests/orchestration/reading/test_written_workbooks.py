"""Results and marts as workbooks: read back by another library they have the same values, and no text of them runs."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from orchestration.reading import workbook
from orchestration.reading.connection import QueryError
from orchestration.reading.export import run_export
from orchestration.reading.query import run_query
from orchestration.releases.publish import ReleaseContext, publish
from orchestration.releases.release import NoRelease

RELEASE_ID = "20260420T000000001Z"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one release of two marts."""
    folder = tmp_path_factory.mktemp("data")
    database = folder / "build.duckdb"
    with duckdb.connect(database) as connection:
        connection.execute(
            f"""
            CREATE TABLE dim_release AS SELECT '{RELEASE_ID}' AS release_id, DATE '2026-04-20' AS as_of,
                TIMESTAMP '2026-04-20 00:00:00' AS created_at;
            CREATE TABLE dim_document AS SELECT * FROM (VALUES
                ('results', 'Results', 'Acme', 'allotment results', DATE '2026-03-02', NULL, 'quoted'),
                ('note', '=HYPERLINK("x")', 'Bank', 'research note', DATE '2026-04-20', 'https://example.com', 'quoted'),
                ('other', 'Other', 'Bank', 'research note', DATE '2026-04-20', NULL, 'quoted')
            ) AS t(document_id, title, producer, document_type, published_on, url, licence);
            CREATE TABLE mart_float AS SELECT * FROM (VALUES
                ('9999.HK', DATE '2026-03-02', 12000000, 'results', NULL),
                ('9999.HK', DATE '2026-03-25', 15000000, 'results', 'note')
            ) AS t(ticker, trading_date, float_shares, document_id, overruled_by_document_id);
            CREATE TABLE fct_sums AS SELECT 1.5 AS amount;
            CREATE SCHEMA landed; CREATE TABLE landed.mart_secret AS SELECT 1 AS a;
            """
        )
    publish(database, ReleaseContext(data_dir=folder, release_id=RELEASE_ID))
    return folder


def result(data_dir: Path, sql: str, tmp_path: Path) -> list[list[object]]:
    run_query(data_dir, sql, "xlsx", tmp_path / "result.xlsx")
    book = load_workbook(tmp_path / "result.xlsx")
    assert book.sheetnames == ["result"]
    return [[cell.value for cell in row] for row in book["result"].rows]


def test_values_keep_their_types_and_all_digits(data_dir: Path, tmp_path: Path) -> None:
    rows = result(
        data_dir,
        "SELECT 465623090 AS shares, 0.1::DOUBLE AS ratio, 12.50::DECIMAL(18, 6) AS price, 9007199254740993 AS big, "
        "12345678901234567890.5::DECIMAL(38, 10) AS exact, true AS flag, DATE '2026-01-08' AS day, DATE '1899-12-31' AS old, "
        "TIMESTAMPTZ '2026-01-08 09:30:00+08' AS instant, '智谱' AS words, '0100.HK' AS ticker, '' AS empty, NULL AS nothing, "
        "[1, 2] AS list, 'nan'::DOUBLE AS nan",
        tmp_path,
    )
    values = dict(zip(rows[0], rows[1], strict=True))
    assert values == {
        "shares": 465_623_090,
        "ratio": 0.1,
        "price": 12.5,
        # a spreadsheet would keep 15 digits
        "big": "9007199254740993",
        "exact": "12345678901234567890.5000000000",
        "flag": True,
        "day": datetime.fromisoformat("2026-01-08"),
        "old": "1899-12-31",
        "instant": datetime.fromisoformat("2026-01-08T01:30"),
        "words": "智谱",
        "ticker": "0100.HK",
        "empty": "",
        "nothing": None,
        "list": "[1, 2]",
        "nan": "nan",
    }
    sheet = load_workbook(tmp_path / "result.xlsx")["result"]
    assert (sheet["G2"].number_format, sheet["I2"].number_format) == ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:O2")


@pytest.mark.parametrize(
    "words", ["=1+1", "+1+1", "-1+1", "@SUM(1)", '=cmd|"/c calc"!A1', "＝1+1", "\t=1+1", "-5%", "http://example.com"]
)
def test_no_text_is_a_formula_or_a_link(data_dir: Path, tmp_path: Path, words: str) -> None:
    (_, (value,)) = result(data_dir, "SELECT '" + words.replace("'", "''") + f'\' AS "={words[:1]}1"', tmp_path)
    assert value == words
    sheet = load_workbook(tmp_path / "result.xlsx")["result"]
    assert (sheet["A1"].data_type, sheet["A2"].data_type, sheet["A2"].hyperlink) == ("s", "s", None)
    # a spreadsheet takes it for text also after an edit
    assert sheet["A2"].quotePrefix is not words.startswith("http")
    with zipfile.ZipFile(tmp_path / "result.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_what_no_sheet_holds_is_refused_and_leaves_no_file(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "result.xlsx"
    with pytest.raises(QueryError, match=r"result, row 2, long: a cell holds 32,767 letters, not 40,000"):
        run_query(data_dir, "SELECT CASE WHEN range = 1 THEN repeat('x', 40000) END AS long FROM range(2)", "xlsx", target)
    with pytest.raises(QueryError, match=r"a sheet holds 16,384 columns, and these are 16,385: select fewer"):
        run_query(data_dir, f"SELECT {', '.join(f'1 AS c{number}' for number in range(16385))}", "xlsx", target)
    monkeypatch.setattr(workbook, "_ROWS", 100)
    with pytest.raises(QueryError, match=r"a sheet holds 99 rows: add a LIMIT"):
        run_query(data_dir, "FROM range(100)", "xlsx", target)
    run_query(data_dir, "FROM range(99)", "xlsx", target)
    assert [path.name for path in tmp_path.iterdir()] == ["result.xlsx"]


def test_an_export_has_a_sheet_for_each_mart_and_one_of_their_documents(data_dir: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    assert run_export(data_dir, ["mart_float", "fct_sums", "mart_float"], target) == ["mart_float", "fct_sums"]
    book = load_workbook(target)
    assert book.sheetnames == ["mart_float", "fct_sums", "sources"]
    assert [[cell.value for cell in row] for row in book["mart_float"].rows][1] == [
        "9999.HK",
        datetime.fromisoformat("2026-03-02"),
        12_000_000,
        "results",
        None,
    ]
    head, *rows = [[cell.value for cell in row] for row in book["sources"].rows]
    assert head[:3] + head[-2:] == ["sheet", "document_id", "title", "release_id", "as_of"]
    day = datetime.fromisoformat("2026-04-20")
    # documents of both columns, each once; a document that no row names is no source of the sheet
    assert [[*row[:3], *row[-2:]] for row in rows] == [
        ["mart_float", "note", '=HYPERLINK("x")', RELEASE_ID, day],
        ["mart_float", "results", "Results", RELEASE_ID, day],
        ["fct_sums", None, None, RELEASE_ID, day],
    ]
    assert book["sources"]["C2"].data_type == "s"
    assert run_export(data_dir, [], target) == ["mart_float"]


def test_an_export_that_can_not_be_made_is_told_and_leaves_the_file_as_it_was(data_dir: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    target.write_text("mine")
    for marts, to, words in (
        (["mart_flaot"], target, "there is no mart mart_flaot; close to it: mart_float"),
        (["landed.mart_secret"], target, "there is no mart landed.mart_secret"),
        (['mart_float" --'], target, "there is no mart"),
        ([], tmp_path / "out.csv", "only workbooks are exported: name a file that ends in .xlsx"),
        ([], tmp_path / "none" / "out.xlsx", "can't be written: No such file or directory"),
    ):
        with pytest.raises(QueryError, match=words):
            run_export(data_dir, marts, to)
    assert target.read_text() == "mine"
    with pytest.raises(NoRelease):
        run_export(tmp_path, [], target)


def test_the_commands(data_dir: Path, tmp_path: Path) -> None:
    freefloat = Path(sys.executable).with_name("freefloat")
    environment = {**os.environ, "FREEFLOAT_DATA_DIR": str(data_dir)}
    run = [str(freefloat), "export", "mart_float", "--to", "out.xlsx"]
    done = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "out.xlsx: mart_float, sources\n"
    piped = subprocess.run(
        [str(freefloat), "query", "SELECT 1 AS a", "--format", "xlsx"], env=environment, capture_output=True, check=True
    )
    (tmp_path / "piped.xlsx").write_bytes(piped.stdout)
    assert load_workbook(tmp_path / "piped.xlsx")["result"]["A2"].value == 1
    closed = f"{freefloat} query 'FROM range(200000)' --format xlsx | head -c 4"
    told = subprocess.run(["bash", "-c", closed], env=environment, capture_output=True, text=False, check=False)
    assert told.stdout == b"PK\x03\x04" and b"Traceback" not in told.stderr
