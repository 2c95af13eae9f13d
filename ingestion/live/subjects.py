"""The instruments that live sources are asked about, from what is landed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from ingestion.dataset import Folders
from ingestion.live.source import Subject


def instruments(folders: Folders, now: datetime) -> list[Subject]:
    """Every landed instrument: the benchmarks, then the securities, by ticker. `now` is an aware instant.

    One whose exchange is not landed has no time zone, and no day whose bar is final.
    """
    exchanges = pl.read_parquet(folders.landed / "exchanges" / "exchanges.parquet")
    frame = pl.read_parquet(folders.landed / "instruments" / "instruments.parquet").join(
        exchanges.select("exchange_mic", "time_zone", "bars_final_at"), on="exchange_mic", how="left"
    )
    return [
        Subject(
            name=row["ticker"],
            exchange_mic=row["exchange_mic"],
            currency=row["currency"],
            time_zone=row["time_zone"] or "",
            kind=row["kind"],
            listed_from=row["listing_earliest_on"],
            final_on=last_final_day(now, row["time_zone"], row["bars_final_at"]) if row["time_zone"] else date.min,
        )
        for row in frame.sort("kind", "ticker").iter_rows(named=True)
    ]


def securities_known_to(code: Callable[[str], str | None]) -> Callable[[Folders, datetime], list[Subject]]:
    """The subjects of a source: the landed securities of whose ticker `code` makes what the source calls it."""
    return lambda folders, now: [
        subject for subject in instruments(folders, now) if subject.kind == "security" and code(subject.name)
    ]


def last_final_day(now: datetime, time_zone: str, bars_final_at: str) -> date:
    """The last local day whose bar, if it is a session, is final at `now`; `bars_final_at` is local, HH:MM."""
    local = now.astimezone(ZoneInfo(time_zone))
    is_final = local.time() >= time.fromisoformat(bars_final_at)
    return local.date() if is_final else local.date() - timedelta(days=1)
