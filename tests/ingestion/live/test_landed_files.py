"""The landed files of a live source: read by what a question needs, merged by day and month without losing a version."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from ingestion.dataset import all_datasets
from ingestion.live.landed_files import LandedFiles

DATASET = all_datasets()["yahoo_prices"]
FIRST = date(2026, 9, 28)


def bars(retrieved_on: date, tickers: tuple[str, ...], days: list[date], close: str = "10") -> pl.DataFrame:
    rows = [
        {
            "ticker": ticker,
            "trading_date": day,
            "close": close,
            "known_on": retrieved_on,
            "retrieved_at": datetime(retrieved_on.year, retrieved_on.month, retrieved_on.day, 9, tzinfo=UTC),
        }
        for ticker in tickers
        for day in days
    ]
    schema = pl.Schema(DATASET.polars_schema)
    given = pl.DataFrame(rows, schema_overrides={"retrieved_at": pl.Datetime("us", "UTC")})
    columns = [pl.col(name) if name in given.columns else pl.lit(None).alias(name) for name in schema]
    return given.select(columns).cast(schema)


def names(files: LandedFiles) -> list[str]:
    return [path.name for path in sorted(files.folder.glob("*.parquet"))]


def closes(rows: pl.DataFrame) -> list[tuple[str, date, float]]:
    return sorted(
        (ticker, day, float(close)) for ticker, day, close in rows.select("ticker", "trading_date", "close").iter_rows()
    )


@pytest.fixture
def files(tmp_path: Path) -> LandedFiles:
    """Two tickers, each answered by itself on four days at the end of September 2026 and on two of October."""
    files = LandedFiles(DATASET, tmp_path / "yahoo_prices")
    for number in range(6):
        day = FIRST + timedelta(days=number)
        for ticker in ("0100.HK", "2513.HK"):
            files.add(bars(day, (ticker,), [day]), day)
    return files


def test_the_answers_of_a_day_become_a_file_and_a_month_that_is_over_one(files: LandedFiles) -> None:
    before = closes(files.versions())
    files.merge(FIRST)
    assert names(files) == ["0000.parquet"] + [f"2026-{day}.parquet" for day in ("09-28", "09-29", "09-30")] + ["2026-10.parquet"]
    files.merge(date(2026, 11, 2))
    assert names(files) == ["0000.parquet", "2026-09.parquet", "2026-10.parquet"]
    assert closes(files.versions()) == before == closes(LandedFiles(DATASET, files.folder).versions())
    assert files.rows == LandedFiles(DATASET, files.folder).rows == 12


def test_a_file_is_named_by_the_day_or_month_in_which_its_rows_were_retrieved(files: LandedFiles) -> None:
    with pytest.raises(ValueError, match=r"retrieved at 2026-10-05 09:00:00.* can't be in a file of 2026-10-06"):
        files.add(bars(date(2026, 10, 5), ("0100.HK",), [FIRST]), date(2026, 10, 6))
    files.merge(FIRST)
    for path in sorted(files.folder.glob("2026-*.parquet")):
        retrieved = pl.read_parquet(path)["retrieved_at"].dt.to_string("%Y-%m-%d")
        assert retrieved.len() > 0 and retrieved.str.starts_with(path.stem).all()


def test_every_version_of_a_row_keeps_since_when_it_is_known(files: LandedFiles) -> None:
    files.add(bars(date(2026, 10, 5), ("0100.HK",), [FIRST], close="11"), date(2026, 10, 5))
    files.merge(date(2026, 12, 1))
    versions = files.versions("0100.HK").filter(pl.col("trading_date") == FIRST).sort("known_on")
    assert versions["known_on"].to_list() == [FIRST, date(2026, 10, 5)]
    assert [float(close) for close in versions["close"]] == [10, 11]


def test_a_question_gets_its_ticker_from_its_day_on_and_opens_no_older_file(
    files: LandedFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.merge(date(2026, 12, 1))
    opened: list[Path] = []
    scan = pl.scan_parquet
    monkeypatch.setattr(pl, "scan_parquet", lambda paths: (opened.extend(paths), scan(paths))[1])
    assert closes(files.versions("2513.HK", date(2026, 10, 2))) == [
        ("2513.HK", date(2026, 10, 2), 10.0),
        ("2513.HK", date(2026, 10, 3), 10.0),
    ]
    assert [path.name for path in opened] == ["2026-10.parquet"]


def test_a_question_opens_no_file_of_another_ticker(files: LandedFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    # each answer of a refresh is a file of its own until all are asked
    opened: list[Path] = []
    scan = pl.scan_parquet
    monkeypatch.setattr(pl, "scan_parquet", lambda paths: (opened.extend(paths), scan(paths))[1])
    assert closes(files.versions("2513.HK", date(2026, 10, 3))) == [("2513.HK", date(2026, 10, 3), 10.0)]
    assert len(opened) == 1
    assert files.versions("1024.HK").height == 0


def test_the_ends_of_a_subject_count_what_was_added_since(files: LandedFiles) -> None:
    assert files.days_of("0100.HK") == (FIRST, date(2026, 10, 3))
    files.add(bars(date(2026, 10, 6), ("0100.HK", "9999.HK"), [date(2026, 9, 1), date(2026, 10, 6)]), date(2026, 10, 6))
    assert files.days_of("0100.HK") == (date(2026, 9, 1), date(2026, 10, 6)) == files.days_of("9999.HK")
    assert files.days_of("1024.HK") is None


def test_what_a_kill_left_unmerged_is_read_and_overwritten_by_nothing(files: LandedFiles) -> None:
    again = LandedFiles(DATASET, files.folder)
    again.add(bars(FIRST, ("1024.HK",), [FIRST]), FIRST)
    assert again.rows == 13
    again.merge(date(2026, 12, 1))
    assert closes(again.versions("1024.HK")) == [("1024.HK", FIRST, 10.0)]
    assert again.versions().height == 13
