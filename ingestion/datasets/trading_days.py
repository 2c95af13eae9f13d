"""Sessions of the exchanges, from the exchange_calendars package; `exchange_closures` decide over it.

Beyond the last day that an exchange has announced they are provisional: the package's projection or, where it has none, weekdays,
both less the closures that are expected. A date that rests on one can move by a day or two.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any

from ingestion.columns import Day, Flag, Text
from ingestion.dataset import HISTORY_STARTS_ON, YEARS_AHEAD, Dataset, Given, Source
from ingestion.files.csv import RawRow, RefusedFile

CALENDAR_STARTS_ON = HISTORY_STARTS_ON.isoformat()


@cache
def _calendar(code: str, ends_on: date, last_on: date) -> tuple[dict[date, bool], date]:
    """The sessions of a calendar to `last_on`, or to the end of what the package knows: session -> is a half day; and that end.

    Raises ValueError if the package has no such calendar, or none to `ends_on`.
    """
    # it brings pandas: a refresh in which the sessions stay as they landed does without
    import exchange_calendars
    from exchange_calendars.errors import CalendarError

    try:
        return _sessions(exchange_calendars.get_calendar, code, ends_on, last_on)
    except CalendarError as error:
        raise ValueError(str(error)) from error


def _sessions(get_calendar: Callable[..., Any], code: str, ends_on: date, last_on: date) -> tuple[dict[date, bool], date]:
    calendar = get_calendar(code, start=CALENDAR_STARTS_ON, end=ends_on.isoformat())
    bound = calendar.bound_max()
    known_to = last_on if bound is None else min(last_on, bound.date())
    if known_to > ends_on:
        calendar = get_calendar(code, start=CALENDAR_STARTS_ON, end=known_to.isoformat())
    half_days = set(calendar.early_closes)
    return {session.date(): session in half_days for session in calendar.sessions}, max(known_to, ends_on)


def _stated(closures: list[dict[str, Any]], code: str, mic: str) -> dict[date, dict[str, Any]]:
    """The row that decides over each day of an exchange: what is announced before what is estimated, and the exchange's own row
    before that of the exchange whose calendar it follows."""
    stated: dict[date, dict[str, Any]] = {}
    for basis in ("estimated", "announced"):
        for exchange in (code, mic):
            stated |= {row["closure_on"]: row for row in closures if (row["basis"], row["exchange_mic"]) == (basis, exchange)}
    return stated


def _rows(mic: str, code: str, ends_on: date, last_on: date, stated: dict[date, dict[str, Any]]) -> list[dict[str, str]]:
    """The sessions of one exchange in order, as source cells. Raises what `_calendar` raises."""
    half_days, known_to = _calendar(code, ends_on, last_on)
    later = (known_to + timedelta(days=ahead) for ahead in range(1, (last_on - known_to).days + 1))
    sessions = half_days.keys() | {day for day in later if day.weekday() < 5}
    # who announces a session has announced those before it
    announced_to = max([ends_on, *(day for day, row in stated.items() if row["is_session"] and row["basis"] == "announced")])
    sessions |= {day for day, row in stated.items() if row["is_session"]}
    sessions -= {day for day, row in stated.items() if not row["is_session"]}
    return [
        {
            "exchange_mic": mic,
            "trading_date": day.isoformat(),
            "is_half_day": "true" if half_days.get(day) else "false",
            "is_provisional": "true" if day > announced_to else "false",
            # a release as of a day before a closure was known has it too, but not its document
            "document_id": "package_exchange_calendars",
        }
        for day in sorted(sessions)
    ]


def read(given: Given, dataset: Dataset) -> Source:
    """The sessions of every landed exchange: to the end of its calendar, then weekdays; closures decide over both."""
    last_on = date(given.now.year + YEARS_AHEAD, 12, 31)
    closures = given.frames["exchange_closures"].to_dicts()
    rows: list[RawRow] = []
    refused: list[RefusedFile] = []
    for mic, code, ends_on in given.frames["exchanges"].select("exchange_mic", "calendar", "calendar_ends_on").iter_rows():
        try:
            sessions = _rows(mic, code, ends_on, last_on, _stated(closures, code, mic))
        except ValueError as error:
            refused.append(RefusedFile(f"exchange_calendars {code}", f"has no calendar for {mic} to {ends_on}: {error}"))
            continue
        rows += [RawRow(f"exchange_calendars {code}", len(rows) + number, cells) for number, cells in enumerate(sessions, 1)]
    return Source(rows, refused)


DATASET = Dataset(
    name="trading_days",
    grain="one session of one exchange",
    group="reference",
    columns=(
        Text("exchange_mic", pattern=r"^[A-Z]{4}$"),
        Day("trading_date"),
        Flag("is_half_day"),
        Flag("is_provisional"),
        Text("document_id"),
    ),
    key=("exchange_mic", "trading_date"),
    words={"is_provisional": "true if the exchange has not announced the session: the day can still become none"},
    has_lineage=False,
    inbox=False,
    read=read,
    reads=("exchanges", "exchange_closures"),
)
