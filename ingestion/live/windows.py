"""Which days to ask a live source for, from what is landed and from the calendars."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from ingestion.dataset import Folders
from ingestion.live.feed import FIRST_DAY, Feed, Subject, Window
from ingestion.live.state import State
from ingestion.live.store import Store

#: Sessions before the last landed one that are asked for again: sources restate their newest bars.
OVERLAP_SESSIONS = 5


def sessions_by_exchange(folders: Folders) -> dict[str, list[date]]:
    """The sessions of each exchange, in order."""
    days = pl.read_parquet(folders.landed / "trading_days" / "trading_days.parquet").sort("trading_date")
    return {str(mic): frame["trading_date"].to_list() for (mic,), frame in days.group_by("exchange_mic")}


def window_to_ask(
    feed: Feed,
    subject: Subject,
    store: Store,
    state: State,
    sessions: dict[str, list[date]],
    now: datetime,
    between: tuple[date, date] | None,
) -> Window | None:
    """The days to ask for: those given, else from listing on the first time, then from a few sessions before the last.

    None if the days lie before the listing or after the last final bar.
    """
    if not feed.is_daily:
        return Window(store.last_day(subject.name) or FIRST_DAY, now.date(), now.date(), 0)
    today = now.astimezone(ZoneInfo(subject.time_zone)).date()
    days = sessions[subject.exchange_mic]
    opening = max(subject.listed_from or FIRST_DAY, FIRST_DAY)
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


def last_final_day(now: datetime, time_zone: str, bars_final_at: str) -> date:
    """The last local day whose bar, if it is a session, is final at `now`."""
    local = now.astimezone(ZoneInfo(time_zone))
    is_final = local.time() >= time.fromisoformat(bars_final_at)
    return local.date() if is_final else local.date() - timedelta(days=1)


def instruments(folders: Folders, now: datetime) -> list[Subject]:
    """Every landed instrument as a subject."""
    exchanges = pl.read_parquet(folders.landed / "exchanges" / "exchanges.parquet")
    frame = pl.read_parquet(folders.landed / "instruments" / "instruments.parquet").join(
        exchanges.select("exchange_mic", "time_zone", "bars_final_at"), on="exchange_mic", how="left"
    )
    return [
        Subject(
            name=row["ticker"],
            exchange_mic=row["exchange_mic"],
            currency=row["currency"],
            time_zone=row["time_zone"],
            kind=row["kind"],
            listed_from=row["listing_earliest_on"],
            final_on=last_final_day(now, row["time_zone"], row["bars_final_at"]),
        )
        for row in frame.sort("kind", "ticker").iter_rows(named=True)
    ]
