"""Dates as they are printed: every form that the source documents use, worked by hand, and what must be refused."""

from __future__ import annotations

import calendar
import time
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.printed_text.dates import NotADate, find_dates, parse_date


def rows(table: str) -> list[tuple[str, ...]]:
    """The lines of a table, cells separated by `|`."""
    return [tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]


def reason_of(printed: str) -> str:
    with pytest.raises(NotADate) as refused:
        parse_date(printed)
    assert refused.value.reason in str(refused.value)
    return refused.value.reason


DAYS = """
2020-02-29
2021-02-05
2021-08-05
2021-12-30
2022-06-30
2024-10-24
2025-04-24
2025-12-05
2025-12-17
2026-01-02
2026-01-08
2026-01-09
2026-01-14
2026-02-04
2026-03-31
2026-04-06
2026-04-20
2026-07-07
2026-07-08
2026-07-09
2026-07-13
2026-09-16
2027-01-07
2027-01-08
2028-01-08
"""

# printed | earliest | latest
PRINTED = """
July 7, 2026 (6 Months Post-IPO) | 2026-07-07 | 2026-07-07
July 8, 2026 (6 Months Post-IPO) | 2026-07-08 | 2026-07-08
January 7, 2027 (12 Months Post-IPO) | 2027-01-07 | 2027-01-07
January 8, 2027 (12 Months Post-IPO) | 2027-01-08 | 2027-01-08
October 8, 2026 (9 Months Post-IPO) | 2026-10-08 | 2026-10-08
22 May 2026 | 2026-05-22 | 2026-05-22
8 Jun 2026 | 2026-06-08 | 2026-06-08
Mar31 2026 | 2026-03-31 | 2026-03-31
Apr 15 2026 | 2026-04-15 | 2026-04-15
22-May-2026 | 2026-05-22 | 2026-05-22
1st May 2026 | 2026-05-01 | 2026-05-01
Sept. 3rd, 2026 | 2026-09-03 | 2026-09-03
29 February 2028 | 2028-02-29 | 2028-02-29
as of 2026-04-20 | 2026-04-20 | 2026-04-20
as of Mar31 2026 | 2026-03-31 | 2026-03-31
year to date at 2026-04-20 | 2026-04-20 | 2026-04-20
on 2026-03-20 | 2026-03-20 | 2026-03-20
May-23 | 2023-05-01 | 2023-05-31
Jan-23 | 2023-01-01 | 2023-01-31
Jan-24 | 2024-01-01 | 2024-01-31
Feb-24 | 2024-02-01 | 2024-02-29
Oct-24 | 2024-10-01 | 2024-10-31
Mar-25 | 2025-03-01 | 2025-03-31
Sep-25 | 2025-09-01 | 2025-09-30
Feb-26 | 2026-02-01 | 2026-02-28
Apr-26 | 2026-04-01 | 2026-04-30
Jun-26 | 2026-06-01 | 2026-06-30
Jul-26 | 2026-07-01 | 2026-07-31
Aug-26 | 2026-08-01 | 2026-08-31
Oct-26 | 2026-10-01 | 2026-10-31
Jan-27 | 2027-01-01 | 2027-01-31
Jan-30 | 2030-01-01 | 2030-01-31
Dec-79 | 2079-12-01 | 2079-12-31
Jan-00 | 2000-01-01 | 2000-01-31
Feb 2026 | 2026-02-01 | 2026-02-28
Feb 2030 | 2030-02-01 | 2030-02-28
Feb-2026 | 2026-02-01 | 2026-02-28
Apr 2026 | 2026-04-01 | 2026-04-30
Mar 2025 | 2025-03-01 | 2025-03-31
Mar 2026 | 2026-03-01 | 2026-03-31
Dec 2025 | 2025-12-01 | 2025-12-31
March 2026 | 2026-03-01 | 2026-03-31
in Feb 2026 | 2026-02-01 | 2026-02-28
Apr-May 2026 | 2026-04-01 | 2026-05-31
April to June 2026 | 2026-04-01 | 2026-06-30
1H26 | 2026-01-01 | 2026-06-30
2H26 | 2026-07-01 | 2026-12-31
1H2026 | 2026-01-01 | 2026-06-30
H2 2026 | 2026-07-01 | 2026-12-31
Q3 2026 | 2026-07-01 | 2026-09-30
3Q26 | 2026-07-01 | 2026-09-30
1Q2028 | 2028-01-01 | 2028-03-31
4Q26 | 2026-10-01 | 2026-12-31
2020 | 2020-01-01 | 2020-12-31
2021 | 2021-01-01 | 2021-12-31
2026 | 2026-01-01 | 2026-12-31
Early Jul-26 | 2026-07-01 | 2026-07-10
early February 2026 | 2026-02-01 | 2026-02-10
Mid Jul-26 | 2026-07-11 | 2026-07-20
mid-July 2026 | 2026-07-11 | 2026-07-20
late Nov 2025 | 2025-11-21 | 2025-11-30
Late Feb-28 | 2028-02-21 | 2028-02-29
end-Jun 2026 | 2026-06-30 | 2026-06-30
end of February 2028 | 2028-02-29 | 2028-02-29
First week of Jun-26 | 2026-06-01 | 2026-06-07
First week of Aug-26 | 2026-08-01 | 2026-08-07
second week of August 2026 | 2026-08-08 | 2026-08-14
3rd week of Aug-26 | 2026-08-15 | 2026-08-21
the fourth week of Aug-26 | 2026-08-22 | 2026-08-28
Last week of Aug-26 | 2026-08-25 | 2026-08-31
last week of Feb 2026 | 2026-02-22 | 2026-02-28
end-2025 | 2025-12-31 | 2025-12-31
end of 2025 | 2025-12-31 | 2025-12-31
year-end 2026 | 2026-12-31 | 2026-12-31
beginning of 2024 | 2024-01-01 | 2024-01-31
start of 2026 | 2026-01-01 | 2026-01-31
early 2024 | 2024-01-01 | 2024-03-31
mid-2024 | 2024-04-01 | 2024-09-30
late 2024 | 2024-10-01 | 2024-12-31
"""

# printed | earliest | latest
APPROXIMATE = """
~Jul-26 | 2026-07-01 | 2026-07-31
Around Oct-26 | 2026-10-01 | 2026-10-31
around October 2026 | 2026-10-01 | 2026-10-31
about 22 May 2026 | 2026-05-22 | 2026-05-22
roughly mid-2024 | 2024-04-01 | 2024-09-30
as of ~2026-04-20 | 2026-04-20 | 2026-04-20
"""


@pytest.mark.parametrize("printed", DAYS.split())
def test_an_iso_day_is_itself(printed: str) -> None:
    interval = parse_date(printed)
    year, month, day = map(int, printed.split("-"))
    assert interval.earliest_on == interval.latest_on == date(year, month, day)
    assert (interval.printed, interval.is_approximate) == (printed, False)


@pytest.mark.parametrize(
    ("is_approximate", "printed", "earliest", "latest"),
    [(approximate, *row) for approximate, table in ((False, PRINTED), (True, APPROXIMATE)) for row in rows(table)],
)
def test_printed_dates_are_the_days_they_can_mean(is_approximate: bool, printed: str, earliest: str, latest: str) -> None:
    interval = parse_date(printed)
    assert (interval.earliest_on.isoformat(), interval.latest_on.isoformat()) == (earliest, latest)
    assert (interval.printed, interval.is_approximate) == (printed, is_approximate)


def test_typographic_dashes_and_spaces() -> None:
    assert parse_date("Apr–May\u00a02026").latest_on == date(2026, 5, 31)
    assert parse_date(" 22  May\u20092026 ").earliest_on == date(2026, 5, 22)


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("ongoing", "words, not a date"),
        ("At IPO", "words, not a date"),
        ("At listing", "words, not a date"),
        ("Likely over time", "words, not a date"),
        ("near-certain", "words, not a date"),
        ("", "not available"),
        ("NA", "not available"),
        ("-", "not available"),
        ("Around Oct", "no year"),
        ("Early Jul", "no year"),
        ("July 7", "no year"),
        ("7 July", "no year"),
        ("Jan 24", "no year"),
        ("Apr-May", "no year"),
        ("First week of June", "no year"),
        ("2H", "no year"),
        ("Q3", "no year"),
        ("year-end", "no year"),
        ("07/08/2026", "a numeric date that can be read in more than one way; write YYYY-MM-DD"),
        ("07-08-26", "a numeric date that can be read in more than one way; write YYYY-MM-DD"),
        ("07.08.2026", "a numeric date that can be read in more than one way; write YYYY-MM-DD"),
        ("2026/04/06", "a numeric date that can be read in more than one way; write YYYY-MM-DD"),
        ("2026-04", "a numeric date that can be read in more than one way; write YYYY-MM-DD"),
        ("46210", "a bare number, perhaps a spreadsheet's count of days; write YYYY-MM-DD"),
        ("46210.5", "a bare number, perhaps a spreadsheet's count of days; write YYYY-MM-DD"),
        ("20260406", "a bare number, perhaps a spreadsheet's count of days; write YYYY-MM-DD"),
        ("22-May-26", "a day with a two-digit year; write YYYY-MM-DD"),
        ("Feb-80", "a two-digit year from 80 to 99 may be of either century; write four digits"),
        ("1H99", "a two-digit year from 80 to 99 may be of either century; write four digits"),
        ("2026-02-30", "there is no such day in February 2026; write a day as YYYY-MM-DD"),
        ("2026-02-29", "there is no such day in February 2026; write a day as YYYY-MM-DD"),
        ("31 June 2026", "there is no such day in June 2026; write a day as YYYY-MM-DD"),
        ("Jul 0 2026", "there is no such day in July 2026; write a day as YYYY-MM-DD"),
        ("2026-13-01", "there is no month 13; write a day as YYYY-MM-DD"),
        ("2026-00-01", "there is no month 0; write a day as YYYY-MM-DD"),
        ("Feb-30", "February has no day 30; write a day as YYYY-MM-DD, the month as February 2030"),
        ("Apr-31", "April has no day 31; write a day as YYYY-MM-DD, the month as April 2031"),
        ("1500", "not a year from 1900 to 2099; write a day as YYYY-MM-DD"),
        ("2100-01-01", "not a year from 1900 to 2099; write a day as YYYY-MM-DD"),
        (
            "Nov-Feb 2026",
            "a span of months that does not run forwards in one year; write each month with its year",
        ),
        (
            "beginning of Jul-26",
            "'beginning' says nothing definite of a month; write early, mid, late or a day as YYYY-MM-DD",
        ),
        ("２０２６-04-06", "digits other than 0-9; write them as 0-9"),
        ("2026-04-06\x00", "holds a NUL character; remove it"),
        ("y" * 501, "longer than 500 characters; give it alone, and the words elsewhere"),
    ],
)
def test_what_is_not_one_date_is_refused_with_a_reason(printed: str, reason: str) -> None:
    assert reason_of(printed) == reason


@pytest.mark.parametrize(
    "printed",
    [
        "FY26",
        "2030E",
        "22 May 2026 results; 8 Jun 2026 effective",
        "Early Jul-26: 5.8%",
        "2026-04-06T12:00:00",
        "5.8%",
        "$2026",
        "5th week of Aug-26",
        "2026-04-06 2026-04-07",
        "ſep 2026",
    ],
)
def test_anything_else_says_what_to_write(printed: str) -> None:
    assert reason_of(printed) == "not one date alone; write YYYY-MM-DD, or a period like Feb-26, 2H26, Early Jul-26"


# text -> (printed, earliest, latest, label) of each date
TEXTS: dict[str, list[tuple[str, str, str, str]]] = {
    "22 May 2026 results; 8 Jun 2026 effective": [
        ("22 May 2026", "2026-05-22", "2026-05-22", "results"),
        ("8 Jun 2026", "2026-06-08", "2026-06-08", "effective"),
    ],
    "Early Jul-26: 5.8%": [("Early Jul-26", "2026-07-01", "2026-07-10", "5.8%")],
    "Jan-27: 90.3%": [("Jan-27", "2027-01-01", "2027-01-31", "90.3%")],
    "~250mn ARR as of Mar31 2026": [("Mar31 2026", "2026-03-31", "2026-03-31", "250mn ARR as of")],
    "~25B ARR (Feb 2026)": [("Feb 2026", "2026-02-01", "2026-02-28", "")],
    "~$800B (press report of Apr 15 2026); ~$380B (Series G Feb 2026)": [
        ("Apr 15 2026", "2026-04-15", "2026-04-15", "press report of"),
        ("Feb 2026", "2026-02-01", "2026-02-28", "Series G"),
    ],
    "~$852B (post-money Mar 2026)": [("Mar 2026", "2026-03-01", "2026-03-31", "post-money")],
    "+34% effective 2026-04-18": [("2026-04-18", "2026-04-18", "2026-04-18", "34% effective")],
    "closed to new subscriptions on 2026-03-20": [("2026-03-20", "2026-03-20", "2026-03-20", "closed to new subscriptions on")],
    "1H26 results": [("1H26", "2026-01-01", "2026-06-30", "results")],
    "Series E in Mar 2025": [("Mar 2025", "2025-03-01", "2025-03-31", "Series E in")],
    "year-end 2026 API ARR priced in": [("year-end 2026", "2026-12-31", "2026-12-31", "API ARR priced in")],
    "Zhipu GLM-4.7 at the start of 2026": [("start of 2026", "2026-01-01", "2026-01-31", "Zhipu GLM-4.7 at the")],
    "tokens a day from early 2024 to March 2026": [
        ("early 2024", "2024-01-01", "2024-03-31", "tokens a day from to"),
        ("March 2026", "2026-03-01", "2026-03-31", "to"),
    ],
    "run-rate growth from end-2025 to 2026-04-06": [
        ("end-2025", "2025-12-31", "2025-12-31", "run-rate growth from to"),
        ("2026-04-06", "2026-04-06", "2026-04-06", "to"),
    ],
    "conditional release around October 2026": [("around October 2026", "2026-10-01", "2026-10-31", "conditional release")],
    "float after the July 2026 release adds": [("July 2026", "2026-07-01", "2026-07-31", "float after the release adds")],
    "net HK$31,374.95m; monthly return 2026-07-31: H 241,094,605": [
        ("2026-07-31", "2026-07-31", "2026-07-31", "monthly return H 241,094,605")
    ],
    "over-allotment exercised in full (announced 2026-01-11)": [("2026-01-11", "2026-01-11", "2026-01-11", "announced")],
    "mandatory lock-up ends July 8, 2026; voluntary lock-up ends January 8, 2027": [
        ("July 8, 2026", "2026-07-08", "2026-07-08", "mandatory lock-up ends"),
        ("January 8, 2027", "2027-01-08", "2027-01-08", "voluntary lock-up ends"),
    ],
    "earlier of (1) October 8, 2026 (9 Months Post-IPO) and (2) the 20th trading day": [
        ("October 8, 2026", "2026-10-08", "2026-10-08", "")
    ],
    "earlier of (i) the 20th trading day starting from the date, and (ii) 2026-10-08": [
        ("2026-10-08", "2026-10-08", "2026-10-08", "")
    ],
    "revenue of 2024 and 2025": [
        ("2024", "2024-01-01", "2024-12-31", "revenue of"),
        ("2025", "2025-01-01", "2025-12-31", ""),
    ],
    "results  in\nFeb  2026": [("Feb 2026", "2026-02-01", "2026-02-28", "results in")],
}


@pytest.mark.parametrize("text", TEXTS)
def test_dates_in_running_text(text: str) -> None:
    found = [
        (each.date.printed, each.date.earliest_on.isoformat(), each.date.latest_on.isoformat(), each.label)
        for each in find_dates(text)
    ]
    assert found == TEXTS[text]


@pytest.mark.parametrize(
    "text",
    [
        "Around Oct: 18.2% (conditional)",
        "over 2000 customers",
        "RMB 2000 and $2026",
        "2026 shares, 2026x, 2026mn and 2026%",
        "2,026 and 2026.5 and 12026",
        "2030E Revenue",
        "GLM-2026",
        "2026-02-30",
        "31 Jun 2026",
        "07/08/2026",
        "2026-04-06T12:00:00",
        "6M, 6-month lock-up",
        "Rule 18C.14, 24 months",
        "ſep 26",
        "",
    ],
)
def test_what_only_looks_like_a_date_is_not_found(text: str) -> None:
    assert find_dates(text) == []


MONTHS_OF_YEARS = st.tuples(st.integers(2000, 2079), st.integers(1, 12))
PREFIXES = st.sampled_from(
    ["", "~", "Around ", "as of ", "early ", "Mid-", "mid ", "late ", "end-", "End of "]
    + ["first week of ", "Second week of ", "3rd week of ", "fourth week of ", "Last week of "]
)


@settings(deadline=None)
@given(year_and_month=MONTHS_OF_YEARS, prefix=PREFIXES, form=st.sampled_from(["{name} {year}", "{abbreviation}-{year}"]))
def test_a_month_stays_within_itself(year_and_month: tuple[int, int], prefix: str, form: str) -> None:
    year, month = year_and_month
    name, abbreviation = calendar.month_name[month], calendar.month_abbr[month]
    interval = parse_date(prefix + form.format(name=name, abbreviation=abbreviation, year=year))
    assert interval.earliest_on <= interval.latest_on
    assert {(day.year, day.month) for day in (interval.earliest_on, interval.latest_on)} == {(year, month)}
    assert interval.is_approximate == (prefix in ("~", "Around "))


@settings(deadline=None)
@given(year_and_month=MONTHS_OF_YEARS)
def test_early_mid_and_late_divide_a_month_and_halves_and_quarters_a_year(year_and_month: tuple[int, int]) -> None:
    year, month = year_and_month
    name = f"{calendar.month_name[month]} {year}"
    for parts, whole in (
        ([f"early {name}", f"mid-{name}", f"late {name}"], name),
        ([f"early {year}", f"mid-{year}", f"late {year}"], str(year)),
        ([f"1H{year}", f"2H{year}"], str(year)),
        ([f"{quarter}Q{year % 100:02}" for quarter in (1, 2, 3, 4)], str(year)),
    ):
        intervals = [parse_date(part) for part in parts]
        assert intervals[0].earliest_on == parse_date(whole).earliest_on
        assert intervals[-1].latest_on == parse_date(whole).latest_on
        for before, after in pairwise(intervals):
            assert after.earliest_on == before.latest_on + timedelta(days=1)


@settings(deadline=None)
@given(day=st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_way_to_print_a_day_is_that_day(day: date) -> None:
    name, abbreviation = calendar.month_name[day.month], calendar.month_abbr[day.month]
    for printed in (
        day.isoformat(),
        f"{day.day} {name} {day.year}",
        f"{name} {day.day}, {day.year}",
        f"{abbreviation}{day.day:02} {day.year}",
        f"{abbreviation} {day.day} {day.year} (remark)",
    ):
        interval = parse_date(printed)
        assert interval.earliest_on == interval.latest_on == day


PIECES = st.lists(
    st.sampled_from(
        [
            "2026",
            "26",
            "1",
            "30",
            "Feb",
            "July",
            "May",
            "-",
            "–",
            " ",
            "/",
            ",",
            "~",
            "early ",
            "mid-",
            "end of ",
            "1H",
            "Q3",
        ]
        + [
            "first week of ",
            "last ",
            "year-end ",
            "as of ",
            "around ",
            "(",
            ")",
            "2026-04-06",
            "to",
            "%",
            "ſ",
            "K",
            "１",
        ]
    ),
    max_size=10,
).map("".join)
ANY_TEXT = st.text(max_size=80) | PIECES


@settings(max_examples=250, deadline=None)
@given(printed=ANY_TEXT)
def test_nothing_but_a_refusal_is_raised(printed: str) -> None:
    try:
        interval = parse_date(printed)
    except NotADate as refused:
        assert refused.printed == printed and refused.reason
        return
    assert interval.printed == printed
    assert date(1900, 1, 1) <= interval.earliest_on <= interval.latest_on <= date(2099, 12, 31)


@settings(max_examples=250, deadline=None)
@given(text=ANY_TEXT)
def test_what_is_found_in_text_stands_in_it_and_parses_alone(text: str) -> None:
    spaced = " ".join(text.split())
    for found in find_dates(text):
        assert " ".join(found.date.printed.split()) in spaced
        assert parse_date(found.date.printed) == found.date


def test_the_reason_of_a_long_text_does_not_repeat_it() -> None:
    with pytest.raises(NotADate) as refused:
        parse_date("5" * 100_000)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("piece", ["2026 ", "1", "Jan-", "mid-", "Mar31 ", "()", "first week of ", "~", "2026-04-06", "- "])
def test_long_text_does_not_hang(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    started = time.perf_counter()
    find_dates(text)
    with pytest.raises(NotADate):
        parse_date(text)
    assert time.perf_counter() - started < 10
