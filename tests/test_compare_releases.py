"""Whether two warehouses hold the same: what is told, and how far doubles may differ."""

from pathlib import Path

import duckdb
import pytest

from tests.compare_releases import differences

TABLE = "create table fct_float_daily as select * from (values {rows}) as t (ticker, float_ratio)"


def warehouse(path: Path, *rows: str, of: str = TABLE) -> Path:
    with duckdb.connect(path) as connection:
        connection.execute(of.format(rows=", ".join(rows)))
    return path


@pytest.fixture
def first(tmp_path: Path) -> Path:
    return warehouse(tmp_path / "a.duckdb", "('0100.HK', 0.25::double)", "('2513.HK', null)", "('2513.HK', 'inf'::double)")


def test_doubles_may_differ_by_a_part_of_their_size_and_in_nothing_else(first: Path, tmp_path: Path) -> None:
    near = warehouse(
        tmp_path / "b.duckdb", "('2513.HK', 'inf'::double)", "('0100.HK', 0.25::double + 1e-11)", "('2513.HK', null)"
    )
    said: list[str] = []
    assert differences(first, near, relative=1e-9, say=said.append) == (1, 3, [])
    assert said == ["main.fct_float_daily: 3 rows, equal"]
    # exactly, they do differ
    assert len(differences(first, near)[2]) == 2


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("('0100.HK', 0.2501::double)", '"float_ratio" 0.25 and 0.2501'),
        ("('0100.HK', null)", '"float_ratio" 0.25 and None'),
        ("('0020.HK', 0.25::double)", "\"ticker\" '0100.HK' and '0020.HK'"),
    ],
)
def test_another_value_a_missing_one_and_another_key_are_told(first: Path, tmp_path: Path, row: str, words: str) -> None:
    other = warehouse(tmp_path / "b.duckdb", row, "('2513.HK', null)", "('2513.HK', 'inf'::double)")
    (told,) = differences(first, other, relative=1e-9)[2]
    assert told.startswith("main.fct_float_daily: 1 row(s) differ") and words in told


def test_a_missing_row_and_another_type_are_told(first: Path, tmp_path: Path) -> None:
    shorter = warehouse(tmp_path / "b.duckdb", "('0100.HK', 0.25::double)", "('2513.HK', null)")
    assert [told.partition(":")[0] for told in differences(first, shorter, relative=1e-9)[2]] == ["main.fct_float_daily"]
    typed = warehouse(tmp_path / "c.duckdb", "('0100.HK', 0.25::decimal(9, 4))", "('2513.HK', null)", "('2513.HK', null)")
    assert any("columns differ" in told for told in differences(first, typed, relative=1e-9)[2])
