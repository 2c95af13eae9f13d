"""What is told of bars: those that are held back, jumps that nothing explains, prices by a split's factor and back."""

from __future__ import annotations

import duckdb

from ingestion.dataset import all_datasets
from ingestion.live.source import all_sources
from orchestration.reading.doubts import LISTED_WHOLE, doubts_of


def lines(setup: str) -> list[str]:
    with duckdb.connect() as connection:
        connection.execute(setup)
        return doubts_of(connection)


def test_held_back_bars_are_told_by_source_and_reason_and_where_none_counts() -> None:
    found = lines(
        "create table fct_held_back_bar (ticker varchar, trading_date date, document_id varchar, close double, "
        "counted_document_id varchar, reason varchar);"
        "insert into fct_held_back_bar values "
        "('1.HK', '2026-08-03', 'yahoo', 1038, null, '100 times what its bars before it say'),"
        "('1.HK', '2026-08-04', 'yahoo', 1040, 'east money', '100 times what its bars before it say'),"
        "('1.HK', '2026-08-05', 'yahoo', 10, 'east money', 'a user distrusts the source for the day: a draft')"
    )
    more = "; fct_held_back_bar names them; one that is true counts if inbox/prices/ states it with a document of a rank below 40"
    assert found == [
        "1.HK: 2 bars of yahoo are held back, the newest of 2026-08-04 (close 1040: 100 times what its bars before it say), and "
        "on 1 of their days no other bar counts" + more,
        "1.HK: 1 bars of yahoo are held back, the newest of 2026-08-05 (close 10: a user distrusts the source for the day: a "
        "draft)" + more,
    ]


def test_a_jump_that_stays_and_one_that_goes_by_a_splits_factor_and_back_are_told() -> None:
    # 2.HK doubles for a day, the factor of a split that is to come; 3.HK's doubling lasts, as a share's can; 4.HK's prices before
    # a split of 1.49 for 1 are multiplied by it twice
    found = lines(
        "create table fct_corporate_action (ticker varchar, ex_on date, action varchar, split_factor_x double, "
        "document_id varchar);"
        "insert into fct_corporate_action values ('2.HK', '2026-09-01', 'split', 2, 'yahoo'), "
        "('3.HK', '2026-09-01', 'split', 2, 'yahoo'), ('4.HK', '2026-08-04', 'split', 1.49, 'yahoo');"
        "create table fct_turnover_daily (ticker varchar, trading_date date, close double, return_ratio double, "
        "document_id varchar);"
        "insert into fct_turnover_daily values "
        "('1.HK', '2026-08-03', 8, 0.25, 'yahoo'), ('1.HK', '2026-08-04', 80, 9, 'yahoo'), "
        "('1.HK', '2026-08-05', 8, -0.9, 'yahoo'), "
        "('2.HK', '2026-08-03', 8, 0, 'yahoo'), ('2.HK', '2026-08-04', 16, 1, 'yahoo'), "
        "('2.HK', '2026-08-05', 8, -0.5, 'yahoo'), "
        "('3.HK', '2026-08-04', 16, 1, 'yahoo'), ('3.HK', '2026-08-05', 16, 0, 'yahoo'), "
        "('4.HK', '2026-08-04', 8, 1 / 1.49 - 1, 'yahoo')"
    )
    explained = (
        "and no split that is known explains it: if it was one, state it in inbox/corporate_actions/; if the bar is wrong, "
    )
    assert found == [
        f"1.HK: the close of 2026-08-04, 80, is 10 times the one before (yahoo), {explained}in inbox/distrusted_bars/",
        f"1.HK: the close of 2026-08-05, 8, is 0.1 times the one before (yahoo), {explained}in inbox/distrusted_bars/",
        "2.HK: the close of 2026-08-04, 16 (yahoo), goes by 2, the factor of the split of 2026-09-01, and back on the session "
        "after; if it is wrong, distrust it in inbox/distrusted_bars/",
        "4.HK: across the split of 2026-08-04, 1.49 times the shares by yahoo, prices move as if those before it had been "
        "multiplied once too often or not at all; if its bars before that day are wrong, distrust them in inbox/distrusted_bars/",
    ]


def test_rows_that_a_feed_has_taken_back_are_told_together_by_the_newest_version_of_each() -> None:
    # of three rows one is listed again, two are not: of them the later since 20 November
    found = lines(
        "create schema landed; create table landed.eastmoney_lift_stages (ticker varchar, free_on date, shares_type varchar, "
        "document_id varchar, known_on date, retrieved_at timestamp, not_listed_since date);"
        "insert into landed.eastmoney_lift_stages values "
        "('1.SZ', '2027-01-04', 'offer', 'lifts', '2026-11-01', '2026-11-01', null),"
        "('1.SZ', '2027-01-04', 'offer', 'lifts', '2026-11-18', '2026-11-18', '2026-11-18'),"
        "('1.SZ', '2027-02-01', 'offer', 'lifts', '2026-11-20', '2026-11-20', '2026-11-20'),"
        "('1.SZ', '2027-03-01', 'offer', 'lifts', '2026-11-18', '2026-11-18', '2026-11-18'),"
        "('1.SZ', '2027-03-01', 'offer', 'lifts', '2026-11-25', '2026-11-25', null)"
    )
    assert found == [
        "1.SZ: 2 of its rows are no longer listed by lifts, the newest since 2026-11-20: they do not count "
        "(eastmoney_lift_stages)"
    ]


def test_every_list_that_a_source_is_asked_for_whole_is_looked_through_by_its_own_key() -> None:
    # a reader of releases may not import the datasets
    stated = {table: tuple(key.split(", ")) for table, _, key in LISTED_WHOLE}
    whole = {name for source in all_sources().values() for name in source.listed_whole}
    assert stated == {name: all_datasets()[name].key for name in whole - {"yahoo_corporate_actions"}}
