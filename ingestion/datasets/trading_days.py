"""Sessions of the exchanges, from the exchange_calendars package; known closures that it misses are corrections."""

from functools import cache

import exchange_calendars
from exchange_calendars.errors import CalendarError

from ingestion.columns import Day, Flag, Text
from ingestion.dataset import HISTORY_STARTS_ON, Dataset, Given, Source
from ingestion.files.csv import RawRow, RefusedFile

CALENDAR_STARTS_ON = HISTORY_STARTS_ON.isoformat()


@cache
def _calendar(code: str, ends_on: str) -> exchange_calendars.ExchangeCalendar:
    return exchange_calendars.get_calendar(code, start=CALENDAR_STARTS_ON, end=ends_on)


def read(given: Given, dataset: Dataset) -> Source:
    """The sessions of every landed exchange to the end that is stated for it."""
    exchanges = given.frames["exchanges"]
    rows: list[RawRow] = []
    refused: list[RefusedFile] = []
    for mic, code, ends_on in exchanges.select("exchange_mic", "calendar", "calendar_ends_on").iter_rows():
        try:
            calendar = _calendar(code, ends_on.isoformat())
        except (CalendarError, ValueError) as error:
            refused.append(RefusedFile(f"exchange_calendars {code}", f"has no calendar for {mic} to {ends_on}: {error}"))
            continue
        half_days = {session.date() for session in calendar.early_closes}
        for session in calendar.sessions:
            day = session.date()
            cells = {
                "exchange_mic": mic,
                "trading_date": day.isoformat(),
                "is_half_day": "true" if day in half_days else "false",
                "document_id": "package_exchange_calendars",
            }
            rows.append(RawRow(f"exchange_calendars {code}", len(rows) + 1, cells))
    return Source(rows, refused)


DATASET = Dataset(
    name="trading_days",
    grain="one session of one exchange",
    group="reference",
    columns=(
        Text("exchange_mic", pattern=r"^[A-Z]{4}$"),
        Day("trading_date"),
        Flag("is_half_day"),
        Text("document_id"),
    ),
    key=("exchange_mic", "trading_date"),
    has_lineage=False,
    inbox=False,
    read=read,
    reads=("exchanges",),
)
