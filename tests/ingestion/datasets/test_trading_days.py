"""Sessions: what is announced, what is provisional beyond it, and closures and sessions that a user states."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import exchange_calendars
import polars as pl
import pytest
from exchange_calendars import lunisolar_holidays as lunar
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.dataset import Folders, all_datasets
from ingestion.datasets._bars import check_bars
from ingestion.datasets.trading_days import CALENDAR_STARTS_ON, _rows, _stated
from ingestion.landing.land import land_dataset
from tests.conftest import PROJECT, land_now
from tests.shared_landings import SharedRun

HEADER = "exchange_mic,closure_on,is_session,basis,reason,document_id\n"
NAMES = ("documents", "exchanges", "exchange_closures", "trading_days")
MAINLAND = ("XSHG", "XSHE", "BJSE")


def landed(data: Path, closures: str = "", *, now: datetime | None = None) -> pl.DataFrame:
    """The sessions that land with these rows of the inbox, at an instant or now."""
    folders = Folders(PROJECT / "data", data)
    if closures:
        (folders.inbox / "exchange_closures").mkdir(parents=True)
        (folders.inbox / "exchange_closures" / "mine.csv").write_text(HEADER + closures)
    run = SharedRun(folders, *NAMES, now=now)
    for name in NAMES:
        landing = land_dataset(all_datasets()[name], run)
        assert landing.is_clean, landing
    return pl.read_parquet(folders.landed / "trading_days" / "trading_days.parquet")


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """The sessions of the project's own facts."""
    return landed(tmp_path_factory.mktemp("days"))


def of(days: pl.DataFrame, exchange: str) -> dict[date, bool]:
    """The sessions of one exchange, and whether each is provisional."""
    return dict(days.filter(exchange_mic=exchange).select("trading_date", "is_provisional").iter_rows())


def closures_by_the_notice(year: int) -> dict[date, bool]:
    """The weekdays around the mainland's festivals of a year on which the principle of the notice has exchanges closed, and
    whether each is a statutory day: worked out anew from the lunar calendar."""

    def day_of(festivals: Iterable[Any]) -> date:
        return next(day.date() for day in festivals if day.year == year)

    def on_from(first: date, days: int, statutory: int) -> dict[date, bool]:
        return {first + timedelta(days=ahead): ahead < statutory for ahead in range(days)}

    new_year, mid_autumn = date(year, 1, 1), day_of(lunar.mid_autumn_festival_dates)
    three = [new_year, day_of(lunar.qingming_festival_dates), day_of(lunar.dragon_boat_festival_dates)]
    closed = on_from(day_of(lunar.chinese_lunar_new_year_dates) - timedelta(days=1), 8, 4) | on_from(date(year, 5, 1), 5, 2)
    closed |= on_from(date(year, 10, 1), 7, 3)
    if mid_autumn in on_from(date(year, 10, 1), 8, 0):
        closed |= {date(year, 10, 8): False} | {mid_autumn: True}
    else:
        three.append(mid_autumn)
    for festival in three:
        closed[festival] = True
        # Monday 0: beside a weekend already; Tuesday: the Monday before; Thursday: the Friday after; on a weekend: the Monday
        beside = {1: -1, 3: 1, 5: 2, 6: 1}.get(festival.weekday())
        if beside:
            closed[festival + timedelta(days=beside)] = False
    return {day: statutory for day, statutory in closed.items() if day.weekday() < 5}


def test_the_notice_gives_each_closure_that_was_announced_since_it() -> None:
    calendar = exchange_calendars.get_calendar("XSHG", start="2024-12-30", end="2026-12-31")
    announced = {day.date() for day in calendar.sessions}
    expected = closures_by_the_notice(2025) | closures_by_the_notice(2026)
    weekdays = {date(2025, 1, 1) + timedelta(days=ahead) for ahead in range(730)}
    assert {day for day in weekdays if day.weekday() < 5} - announced == set(expected)


def test_the_estimated_closures_are_those_that_the_notice_gives_and_say_where_from() -> None:
    rows = pl.read_csv(PROJECT / "data" / "reference" / "exchange_closures.csv", try_parse_dates=True)
    assert rows["exchange_mic"].unique().to_list() == ["XSHG"]
    # no exchange has announced any of them, and none claims to be
    assert rows["basis"].unique().to_list() == ["estimated"] and not rows["is_session"].any()
    expected: dict[date, bool] = {}
    for year in range(2027, 2032):
        expected |= {day: statutory for day, statutory in closures_by_the_notice(year).items() if day.year < 2031}
    documents = {True: "regulation_public_holidays_mainland", False: "notice_public_holidays_mainland_2025"}
    found = dict(rows.select("closure_on", "document_id").iter_rows())
    assert found == {day: documents[statutory] for day, statutory in sorted(expected.items())}


def test_beyond_the_announced_year_weekdays_less_the_expected_holidays_are_provisional(days: pl.DataFrame) -> None:
    for exchange in MAINLAND:
        sessions = of(days, exchange)
        assert sessions[date(2026, 12, 31)] is False
        # Friday 1 January 2027 is a holiday, Monday the 4th a weekday that nobody has announced
        assert date(2027, 1, 1) not in sessions and sessions[date(2027, 1, 4)] is True
        # Spring Festival is on 6 February 2027: eight days from its eve, Friday the 5th to Friday the 12th
        assert sessions[date(2027, 2, 4)] and sessions[date(2027, 2, 15)]
        assert not {date(2027, 2, day) for day in range(5, 15)} & sessions.keys()
        # 12, 24 and 36 months after 28 May 2026: a Friday, a Sunday before a day in place of the Dragon Boat's, a Monday
        assert sessions[date(2027, 5, 28)] and sessions[date(2028, 5, 30)] and sessions[date(2029, 5, 28)]
        assert date(2028, 5, 29) not in sessions
    hong_kong = of(days, "XHKG")
    assert hong_kong[date(2027, 12, 31)] is False and hong_kong[date(2028, 1, 3)] is True
    # days that calendar packages had wrong: typhoon Saola and the black rainstorm; trading in severe weather; a half day
    assert not {date(2023, 9, 1), date(2023, 9, 8)} & hong_kong.keys()
    assert {date(2024, 11, 14), date(2025, 9, 23), date(2025, 9, 24), date(2024, 2, 9)} <= hong_kong.keys()


def test_hong_kong_is_closed_on_the_general_holidays_of_2027_as_gazetted(days: pl.DataFrame) -> None:
    # those of the gazette that fall on a weekday
    gazetted = "01-01 02-08 02-09 03-26 03-29 04-05 05-13 06-09 07-01 09-16 10-01 10-08 12-27"
    weekdays = {date(2027, 1, 1) + timedelta(days=ahead) for ahead in range(365)}
    closed = {day for day in weekdays if day.weekday() < 5} - of(days, "XHKG").keys()
    assert closed == {date.fromisoformat(f"2027-{day}") for day in gazetted.split()}


@settings(deadline=None)
@given(
    ends_on=st.sampled_from([date(2025, 12, 31), date(2026, 6, 30), date(2026, 12, 31)]),
    years=st.integers(0, 8),
    closed=st.dictionaries(st.dates(date(2024, 1, 1), date(2034, 12, 31)), st.sampled_from(["announced", "estimated"])),
)
def test_provisional_sessions_are_no_weekends_and_no_known_holidays_and_announced_ones_stay(
    ends_on: date, years: int, closed: dict[date, str]
) -> None:
    closures = [{"exchange_mic": "XSHG", "closure_on": day, "is_session": False, "basis": basis} for day, basis in closed.items()]
    last_on = date(ends_on.year + years, 12, 31)
    rows = _rows("BJSE", "XSHG", ends_on, last_on, _stated(closures, "XSHG", "BJSE"))
    provisional = {date.fromisoformat(row["trading_date"]) for row in rows if row["is_provisional"] == "true"}
    announced = {date.fromisoformat(row["trading_date"]) for row in rows if row["is_provisional"] == "false"}
    assert all(ends_on < day <= last_on and day.weekday() < 5 for day in provisional)
    assert not provisional & closed.keys()
    calendar = exchange_calendars.get_calendar("XSHG", start=CALENDAR_STARTS_ON, end="2026-12-31")
    assert announced == {day.date() for day in calendar.sessions if day.date() <= ends_on} - closed.keys()


def test_closures_and_sessions_of_the_inbox_decide_over_the_calendar(tmp_path: Path) -> None:
    closures = (
        "XHKG,2027-08-24,false,announced,typhoon signal no. 10,package_exchange_calendars\n"
        "XSHG,2027-01-05,false,announced,as announced,package_exchange_calendars\n"
        'XSHG,2027-02-11,true,announced,"open after all, where a holiday was expected",package_exchange_calendars\n'
        "XSHE,2027-01-06,false,announced,Shenzhen alone,package_exchange_calendars\n"
    )
    days = landed(tmp_path, closures)
    shanghai, shenzhen, beijing, hong_kong = (of(days, exchange) for exchange in ("XSHG", "XSHE", "BJSE", "XHKG"))
    assert date(2027, 8, 24) not in hong_kong and date(2027, 8, 24) in shanghai
    # Shenzhen and Beijing follow Shanghai's calendar, but for what they state themselves
    assert not [sessions for sessions in (shanghai, shenzhen, beijing) if date(2027, 1, 5) in sessions]
    assert [date(2027, 1, 6) in sessions for sessions in (shanghai, shenzhen, beijing)] == [True, False, True]
    # what is announced beats what is estimated, and the sessions up to an announced one are announced
    assert shanghai[date(2027, 2, 11)] is False and shanghai[date(2027, 1, 4)] is False
    assert date(2027, 2, 10) not in shanghai and date(2027, 2, 12) not in shanghai and shanghai[date(2027, 2, 15)] is True
    assert beijing[date(2027, 2, 11)] is False


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("XXXX,2027-08-24,false,announced,typhoon,project_assumptions", "exchange_mic", "known are BJSE, XHKG, XSHE, XSHG"),
        ("XSHG,2027-02-09,false,perhaps,Spring Festival,project_assumptions", "basis", "announced, estimated"),
        ("XSHG,9 February,false,announced,Spring Festival,project_assumptions", "closure_on", "write it YYYY-MM-DD"),
        ("XSHG,2027-02-09,closed,announced,Spring Festival,project_assumptions", "is_session", "is neither true nor false"),
    ],
)
def test_a_closure_that_can_t_be_is_refused(tmp_path: Path, row: str, column: str, words: str) -> None:
    folders = Folders(PROJECT / "data", tmp_path)
    (folders.inbox / "exchange_closures").mkdir(parents=True)
    (folders.inbox / "exchange_closures" / "mine.csv").write_text(HEADER + row + "\n")
    for name in ("documents", "exchanges"):
        land_now(name, folders)
    (fault,) = land_now("exchange_closures", folders).faults
    assert fault.column == column and fault.value in row.split(",")
    assert words in fault.reason


def test_bars_of_january_2027_land_and_one_of_an_expected_holiday_is_told_what_to_do(tmp_path: Path) -> None:
    instruments = pl.DataFrame(
        {
            "ticker": ["688991.SH", "920991.BJ"],
            "exchange_mic": ["XSHG", "BJSE"],
            "currency": "CNY",
            "listing_earliest_on": date(2026, 5, 28),
        }
    )
    # a refresh on Friday 15 January 2027, from a calendar that ends in 2026
    trading_days = landed(tmp_path, now=datetime(2027, 1, 15, 12, tzinfo=UTC))
    frames = {"instruments": instruments, "trading_days": trading_days}
    bars = pl.DataFrame({"ticker": ["688991.SH", "920991.BJ"], "currency": "CNY"})
    january = [day for day in range(4, 16) if date(2027, 1, day).weekday() < 5]
    assert [check_bars(frames, bars.with_columns(trading_date=date(2027, 1, day))) for day in january] == [[]] * 10
    # New Year
    first, second = check_bars(frames, bars.with_columns(trading_date=date(2027, 1, 1)))
    assert first.reason == (
        "is expected to be no session of XSHG, whose calendar is announced to 2026-12-31; "
        "if it was open, add the day to inbox/exchange_closures/"
    )
    assert "of BJSE" in second.reason
    # a day before the end of what is announced is none, not expected to be none
    first, _ = check_bars(frames, bars.with_columns(trading_date=date(2026, 10, 1)))
    assert first.reason == "is no session of XSHG; if it was open, add the day to inbox/exchange_closures/"
    # five years ahead there are sessions still
    assert trading_days["trading_date"].max() == date(2032, 12, 31)
