"""Which days to ask a live source for, from what is landed and from the calendars."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl

from ingestion.dataset import HISTORY_STARTS_ON, Folders
from ingestion.live.source import LiveSource, Subject, Window
from ingestion.live.state import State
from ingestion.live.store import Store

#: Sessions before the last landed one that are asked for again: sources restate their newest bars. A week of sessions, a
#: choice of the project; a bar that is restated later is seen only by who asks for its month again.
OVERLAP_SESSIONS = 5


class CannotAsk(Exception):
    """A subject of which it can't be told which days to ask for; `reason` says why in words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def sessions_by_exchange(folders: Folders) -> dict[str, list[date]]:
    """The landed sessions by exchange (MIC), in order; an exchange without any is left out."""
    days = pl.read_parquet(folders.landed / "trading_days" / "trading_days.parquet").sort("trading_date")
    return {str(mic): frame["trading_date"].to_list() for (mic,), frame in days.group_by("exchange_mic")}


def window_to_ask(
    source: LiveSource,
    subject: Subject,
    store: Store,
    state: State,
    sessions: dict[str, list[date]],
    now: datetime,
    between: tuple[date, date] | None,
) -> Window | None:
    """The days to ask for: those given, else from listing on the first time, then from a few sessions before the last.

    `store` is that of the source's first dataset, `sessions` are by exchange. None if the days lie before the listing or
    after the last final bar. Raises CannotAsk if a source that is asked from a day on is to be asked about a subject
    whose exchange has no time zone or no sessions.
    """
    if not source.is_daily:
        return Window(store.last_day(subject.name) or HISTORY_STARTS_ON, now.date(), now.date(), 0)
    if not subject.time_zone:
        raise CannotAsk(f"not asked: its exchange {subject.exchange_mic} is not among the landed exchanges (see exchanges)")
    days = sessions.get(subject.exchange_mic)
    if not days:
        raise CannotAsk(f"not asked: its exchange {subject.exchange_mic} has no landed session (see trading_days)")
    today = now.astimezone(ZoneInfo(subject.time_zone)).date()
    opening = max(subject.listed_from or HISTORY_STARTS_ON, HISTORY_STARTS_ON)
    last_landed = store.last_day(subject.name)
    asked = state.asked(subject.name)
    if between:
        first_on, last_on = max(between[0], opening), min(between[1], subject.final_on)
    elif last_landed is None or asked is None or asked[0] > opening:
        first_on, last_on = opening, subject.final_on
    else:
        overlap = [day for day in days if day <= min(last_landed, asked[1])][-OVERLAP_SESSIONS:]
        first_on, last_on = max([opening, *overlap[:1]]), subject.final_on
    if first_on > last_on:
        return None
    return Window(first_on, last_on, today, sum(first_on <= day <= today for day in days))
