"""As of a day of each leak there was, a build is that of what was known by then; `make torture-time-travel` draws other days."""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl
import pytest

from tests.torture.time_travel import FIRST_DAY, LAST_DAY, TimeMachine, _differences, _later_than, _without

#: A Sunday on which a price ends, a listing is not known though its shares trade, a change over 20 sessions is not over, and
#: files are there that were changed later.
TELLING_DAY = date(2026, 11, 8)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, parsed_models: None) -> TimeMachine:
    return TimeMachine(tmp_path_factory.mktemp("time_travel"))


def test_a_build_as_of_a_day_is_the_build_of_what_was_known_by_then(machine: TimeMachine) -> None:
    compared = machine.compare(TELLING_DAY)
    assert compared.rows > 10_000
    assert compared.leaks == [], f"python -m tests.torture.time_travel --on {TELLING_DAY}"


def test_days_are_drawn_at_what_became_known(machine: TimeMachine) -> None:
    boundaries = machine.boundaries()
    # the note, a filing, a user's row, and a restated price list that was seen on a later day
    assert {date(2026, 4, 20), date(2026, 1, 8), date(2026, 9, 14), date(2026, 11, 20)} <= set(boundaries)
    days = machine.draw(40, 7)
    assert days == machine.draw(40, 7) and len(set(days)) == 40
    assert all(FIRST_DAY <= day <= LAST_DAY.replace(month=12) for day in days)
    near = [day for day in days if any(abs((day - boundary).days) <= 1 for boundary in boundaries)]
    assert 20 < len(near) < 40


def test_the_facts_hold_what_became_known_late(machine: TimeMachine) -> None:
    landed = machine.everything.landed
    capital = pl.read_parquet(landed / "share_capital_events" / "share_capital_events.parquet")
    corrected = capital.filter(pl.col("ticker") == "9999.HK", pl.col("effective_on") == date(2026, 10, 12))
    assert corrected["shares_issued_delta"].to_list() == [2_000_000]
    bars = pl.read_parquet(sorted((landed / "yahoo_prices").glob("*.parquet")))
    assert bars.filter(pl.col("known_on") > pl.col("trading_date")).height >= 2  # restated
    known = pl.col("known_on") <= TELLING_DAY
    assert bars.filter(known, pl.col("ticker") == "0777.HK").height > 20
    prices = pl.read_parquet(landed / "package_token_prices" / "package_token_prices.parquet")
    assert prices.filter(known, pl.col("effective_to") == TELLING_DAY).height > 5
    stages = pl.read_parquet(sorted((landed / "eastmoney_lift_stages").glob("*.parquet")))
    later = stages.filter(known, pl.col("free_on") == date(2026, 10, 20))
    assert later["change_after_20d_ratio"].null_count() == 0 and later.height == 1
    documents = pl.read_parquet(landed / "documents" / "documents.parquet")
    assert documents.filter(known, pl.col("published_on") > TELLING_DAY).height == 1


def test_rows_are_taken_out_and_the_others_keep_their_numbers() -> None:
    text = 'a,b\n1,"two\nlines"\n2,x\n3,y\n'
    # rows are known by the line on which they end: 3, 4 and 5
    assert _without(text, {3}) == "a,b\n\n\n2,x\n3,y\n"
    assert _without(text, {4}) == 'a,b\n1,"two\nlines"\n\n3,y\n'


def test_every_way_to_leak_is_seen() -> None:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as everything; attach ':memory:' as known_then")
        for name in ("everything", "known_then"):
            connection.execute(f"create table {name}.same as select unnest([1, 2, 2]) as n")
            connection.execute(f"create table {name}.dim_release as select '{name}' as release_id")
        assert _differences(connection) == (1, 3, [])
        connection.execute("create table everything.late as select 1 as n, date '2026-05-02' as known_on, null as note")
        connection.execute("create table known_then.late as select 1 as n, date '2026-05-01' as known_on, null as note")
        # the same values, one of them once more
        connection.execute("create table everything.twice as select unnest([1, 1, 2]) as n")
        connection.execute("create table known_then.twice as select unnest([1, 2]) as n")
        connection.execute("create table everything.more as select 1 as published_on_day, date '2026-05-03' as published_on")
        assert _differences(connection)[2] == [
            "main.more is in one of the builds only",
            "main.late: 1 row(s) only with later facts, the first n: 1, known_on: 2026-05-02",
            "main.late: 1 row(s) only without them, the first n: 1, known_on: 2026-05-01",
            "main.twice: 1 row(s) only with later facts, the first n: 1",
        ]
        assert sorted(_later_than(connection, date(2026, 5, 1))) == [
            "main.late: 1 row(s) with a known_on after 2026-05-01",
            "main.more: 1 row(s) with a published_on after 2026-05-01",
        ]
        assert _later_than(connection, date(2026, 5, 3)) == []
