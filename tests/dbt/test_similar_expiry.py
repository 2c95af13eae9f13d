"""What a market's expiries are compared with: every one that has an outcome, and of the others the last hundred before each."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb

#: The day of the first expiry; each of the others is a day after the one before.
FIRST_ON = date(2026, 1, 1)


def test_of_expiries_without_an_outcome_the_last_hundred_are_compared_and_of_the_others_all(offline_release: Path) -> None:
    # as large as the one that they are compared with: the first, which has an outcome, and the next 30, of which the last is the
    # hundredth before it; the others are twice as large, and of those as far off the later comes first
    expiries = [("SEEN.HK", FIRST_ON, 50)]
    expiries += [(f"{number:04d}.HK", FIRST_ON + timedelta(days=number), 50 if number <= 30 else 100) for number in range(1, 130)]
    target_on = FIRST_ON + timedelta(days=130)
    compiled = offline_release / "build" / "dbt" / "compiled" / "freefloat" / "models" / "events" / "marts"
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as build; create schema build.intermediate")
        connection.execute(f"attach '{offline_release / 'build' / 'build.duckdb'}' as built (read_only)")
        for model in ("int_event_expiry", "int_event_run_up", "int_event_study"):
            connection.execute(f"create table build.intermediate.{model} as from built.intermediate.{model} limit 0")
        connection.execute("create table build.intermediate.int_release as select date '2026-11-29' as as_of")
        connection.executemany(
            "insert into build.intermediate.int_event_expiry by name select ? as ticker, ? as first_tradable_on, "
            "? as released_shares, 50 as float_before_shares, true as is_date_certain, 'employees' as holder_kind, "
            "'filing' as document_id, date '2026-01-01' as known_on",
            [*expiries, ("9999.HK", target_on, 50)],
        )
        connection.execute(
            "insert into build.intermediate.int_event_study by name select 'SEEN.HK' as ticker, ? as first_tradable_on, "
            "'[-1,+1]' as event_window, true as is_main_result, true as is_complete, 0.1 as cumulative_abnormal_return_ratio, "
            "date '2026-02-01' as known_on",
            [FIRST_ON],
        )
        sql = (compiled / "mart_similar_expiry.sql").read_text()
        found = connection.execute(
            f"select similar_ticker, round(difference_x, 3) from ({sql}) where ticker = '9999.HK' order by similar_number"
        ).fetchall()
    # the run-up of none is known: 1; twice as large is ln 2 away
    assert found == [("SEEN.HK", 1.0), ("0030.HK", 1.0), ("0129.HK", 1.693), ("0128.HK", 1.693), ("0127.HK", 1.693)]
