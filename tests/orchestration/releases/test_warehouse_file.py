"""A table that has not changed stays in the DuckDB file, which begins as a copy of the last release's; the others are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.releases import unchanged, warehouse_file
from orchestration.releases.publish import ReleaseContext, publish
from orchestration.releases.release import Release
from orchestration.releases.unchanged import Content, Update
from tests.orchestration.releases.test_releases import ask, build, release_id

#: What no build holds of which the rows are the same: whether a table was written shows in it.
MARK = "insert into landed.lockups by name select 'written' as ticker"
#: (schema, table, column) -> what a release says of it.
Comments = dict[tuple[str, str, str | None], str]


def published(
    data_dir: Path,
    number: int,
    *,
    statements: str = MARK,
    rows: str | None = "the same",
    full: bool = False,
    comments: Comments | None = None,
) -> Release:
    contents = {("landed", "lockups"): rows, ("main", "fct_number"): str(number)}
    told = {table: Content(text) for table, text in contents.items() if text is not None}
    context = ReleaseContext(
        data_dir=data_dir, release_id=release_id(number), contents=told, is_full=full, comments=comments or {}
    )
    return publish(build(data_dir, number, statements), context)


def is_written(release: Release) -> bool:
    return ask(release.warehouse, "select count(*) from landed.lockups where ticker = 'written'") == [(1,)]


def test_what_is_the_same_is_taken_from_the_last_file_and_the_rest_is_written(tmp_path: Path) -> None:
    published(tmp_path, 1, statements="")
    second = published(tmp_path, 2)
    assert not is_written(second)
    assert ask(second.warehouse, "select distinct number from fct_number") == [(2,)]
    assert ask(second.warehouse, "select release_id from dim_release") == [(release_id(2),)]
    assert second.warehouse.stat().st_mode & 0o777 == 0o444


@pytest.mark.parametrize("rows", ["other", None])
def test_other_rows_and_rows_that_nothing_tells_are_written(tmp_path: Path, rows: str | None) -> None:
    published(tmp_path, 1, statements="")
    assert is_written(published(tmp_path, 2, rows=rows))


def test_a_full_refresh_writes_all(tmp_path: Path) -> None:
    published(tmp_path, 1, statements="")
    assert is_written(published(tmp_path, 2, full=True))


def test_another_column_another_type_or_another_writer_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(tmp_path, 1, statements="")
    added = f"alter table landed.lockups add column note varchar; {MARK}"
    second = published(tmp_path, 2, statements=added)
    assert is_written(second)
    assert ask(second.warehouse, "select note from landed.lockups where ticker = 'written'") == [(None,)]
    monkeypatch.setattr(unchanged, "how_files_are_written", lambda: "otherwise")
    # the mark is in the last one's rows already
    third = published(tmp_path, 3, statements=f"{added}; delete from landed.lockups where ticker = 'written'")
    assert not is_written(third)


def test_a_last_file_that_is_gone_or_changed_is_not_begun_with(tmp_path: Path) -> None:
    first = published(tmp_path, 1, statements="")
    first.warehouse.chmod(0o644)
    with first.warehouse.open("r+b") as file:
        file.seek(5000)
        file.write(b"changed")
    second = published(tmp_path, 2)
    assert is_written(second)
    second.warehouse.unlink()
    assert is_written(published(tmp_path, 3))


def test_comments_follow_and_what_is_no_longer_built_goes(tmp_path: Path) -> None:
    comment = "select comment from duckdb_columns() where table_name = 'lockups' and column_name = 'ticker'"
    one: Comments = {("landed", "lockups", "ticker"): "one"}
    first = published(tmp_path, 1, statements="create table fct_more as select 1 as n", comments=one)
    assert ask(first.warehouse, comment) == [("one",)]
    assert ask(published(tmp_path, 2, statements="").warehouse, comment) == [(None,)]
    third = published(tmp_path, 3, statements="", comments={("landed", "lockups", "ticker"): "another"})
    assert ask(third.warehouse, comment) == [("another",)]
    assert ask(third.warehouse, "select count(*) from duckdb_tables() where table_name = 'fct_more'") == [(0,)]


def test_the_file_does_not_grow_with_the_releases(tmp_path: Path) -> None:
    rows = "create table fct_large as select range as n, hash(range) as h from range(200000)"
    sizes = [published(tmp_path, number, statements=rows).warehouse.stat().st_size for number in range(1, 6)]
    assert max(sizes) <= 1.1 * sizes[0]


def test_a_small_release_has_small_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = "select block_size from pragma_database_size() where database_name = current_database()"
    with monkeypatch.context() as before:
        # as DuckDB itself has them
        before.setattr(warehouse_file, "_SMALL_BLOCK_BYTES", 262_144)
        assert ask(published(tmp_path, 1).warehouse, blocks) == [(262_144,)]
    # one that begins as a copy has those of the last
    assert ask(published(tmp_path, 2).warehouse, blocks) == [(262_144,)]
    assert ask(published(tmp_path, 3, full=True).warehouse, blocks) == [(65_536,)]
    assert ask(published(tmp_path, 4).warehouse, blocks) == [(65_536,)]


def bars(days: int, shares: int) -> str:
    """The statements that make bars of three tickers and so many days of January, all with `shares`, retrieved on their day."""
    return f"""create table fct_bar as
        select ticker, trading_date, {shares} as shares, trading_date + interval 9 hour as retrieved_at
        from (select unnest(['a', 'b', 'c']) as ticker)
        cross join (select date '2026-01-01' + range::int as trading_date from range({days}));
        alter table fct_bar alter retrieved_at type timestamptz using retrieved_at at time zone 'UTC';
        create table landed.bars as from fct_bar;"""


def published_bars(data_dir: Path, number: int, bars: str, *, update: Update | None = None) -> list[list[tuple]]:
    """Day, number of bars and shares of each day of a release's marts, and of its landed bars, in their order."""
    landed = update and Update(update.before, "")
    contents = {("main", "fct_bar"): Content(str(number), update), ("landed", "bars"): Content(str(number), landed)}
    context = ReleaseContext(data_dir=data_dir, release_id=release_id(number), contents=contents)
    release = publish(build(data_dir, number, bars), context)
    days = "select day(trading_date), count(*), min(shares), max(shares) from {} group by all order by min(rowid)"
    parquet = f"from '{release.folder}/parquet/fct_bar.parquet' order by all"
    assert ask(release.warehouse, "from fct_bar order by all") == ask(release.warehouse, parquet)
    return [ask(release.warehouse, days.format(name)) for name in ("fct_bar", "landed.bars")]


def test_of_a_table_that_took_up_bars_these_are_written(tmp_path: Path) -> None:
    published_bars(tmp_path, 1, bars(20, 1))
    # shares tell which rows are written: of the mart those of the last two days, of the landed bars those retrieved since
    marts, landed = published_bars(tmp_path, 2, bars(22, 2), update=Update("1", "2026-01-20"))
    assert marts == [*((day, 3, 1, 1) for day in range(1, 20)), *((day, 3, 2, 2) for day in range(20, 23))]
    assert landed == [*((day, 3, 1, 1) for day in range(1, 21)), *((day, 3, 2, 2) for day in range(21, 23))]
    # a build that replaced nothing
    marts, landed = published_bars(tmp_path, 3, bars(22, 3), update=Update("2", "9999-12-31"))
    assert {shares for *_, shares in marts} == {shares for *_, shares in landed} == {1, 2}


@pytest.mark.parametrize(
    ("update", "changed"),
    [
        pytest.param(Update("0", "2026-01-20"), "", id="the last release has not the rows of before"),
        pytest.param(None, "", id="nothing tells which rows were replaced"),
        pytest.param(Update("1", "2026-01-20"), "alter table fct_bar add column more int", id="another column"),
    ],
)
def test_a_table_is_written_whole_unless_the_last_release_has_the_rest_of_it(
    tmp_path: Path, update: Update | None, changed: str
) -> None:
    published_bars(tmp_path, 1, bars(20, 1))
    marts, _ = published_bars(tmp_path, 2, f"{bars(22, 2)} {changed}", update=update)
    assert marts == [(day, 3, 2, 2) for day in range(1, 23)]


def test_a_table_of_which_much_was_replaced_is_written_whole(tmp_path: Path) -> None:
    published_bars(tmp_path, 1, bars(20, 1))
    # the last two thirds: what is before them would be of the last release
    marts, _ = published_bars(tmp_path, 2, bars(22, 2), update=Update("1", "2026-01-08"))
    assert marts == [(day, 3, 2, 2) for day in range(1, 23)]


def test_landed_rows_are_added_to_a_table_that_had_none(tmp_path: Path) -> None:
    published_bars(tmp_path, 1, bars(0, 1))
    _, landed = published_bars(tmp_path, 2, bars(2, 2), update=Update("1", "2026-01-01"))
    assert landed == [(1, 3, 2, 2), (2, 3, 2, 2)]
