"""Days on which an exchange is closed, or open, other than its calendar says: a typhoon, an announced year, a make-up session.

A row decides over the calendar of the package; the sessions that follow from all of it are `trading_days`. It holds for every
exchange that follows the calendar of the one it names (Shenzhen and Beijing follow Shanghai's) and has no row of its own. What
is announced counts before what is estimated. Like the calendar itself, closures have no day from which they are known: a release
as of an earlier day has them too.

The estimated rows are holidays of the mainland that nobody has announced yet. Their festivals are those of the State Council's
regulation, the days beside them follow from the principle that its General Office stated for all years
(`notice_public_holidays_mainland_2025`); the days of the lunar calendar are worked out.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from ingestion.columns import Day, Flag, Text
from ingestion.dataset import HISTORY_STARTS_ON, YEARS_AHEAD, Dataset, Frames, RowFault


def check_closures(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The rows of no known exchange, and those of a day to which no calendar reaches: an announced session in a mistyped year
    would make all sessions before it announced. `frames` holds `exchanges`."""
    known = sorted(frames["exchanges"]["exchange_mic"])
    faults = [
        RowFault(index, "exchange_mic", mic, f"is no exchange that is known; known are {', '.join(known)}")
        for index, mic in enumerate(frame["exchange_mic"])
        if mic not in known
    ]
    announced_until = max(frames["exchanges"]["calendar_ends_on"].drop_nulls())
    last_on = date(announced_until.year + YEARS_AHEAD, 12, 31)
    words = f"is a day to which no calendar reaches ({HISTORY_STARTS_ON} to {last_on}); check the year"
    days = enumerate(frame["closure_on"])
    return faults + [
        RowFault(index, "closure_on", str(day), words) for index, day in days if not HISTORY_STARTS_ON <= day <= last_on
    ]


DATASET = Dataset(
    name="exchange_closures",
    grain="one day on which an exchange is closed, or open, other than its calendar says",
    folder="reference",
    group="reference",
    columns=(
        Text("exchange_mic", pattern=r"^[A-Z]{4}$"),
        Day("closure_on"),
        Flag("is_session"),
        Text("basis", isin=("announced", "estimated")),
        Text("reason"),
        Text("document_id"),
    ),
    key=("exchange_mic", "closure_on", "basis"),
    has_lineage=False,
    reads=("exchanges",),
    check=check_closures,
    words={
        "closure_on": "the day, the exchange's local date",
        "is_session": "true if the exchange is open on the day, false if it is closed",
        "basis": "`announced` by the exchange, and so are all its sessions before an announced session; or `estimated`",
        "reason": "why, in words: a holiday, a typhoon, a session in place of another",
    },
)
