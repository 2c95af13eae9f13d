"""How far a source's bars are behind the exchanges: counted in sessions, so that a holiday is never stale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from ingestion.dataset import Dataset, Folders
from ingestion.live.landed_files import EMPTY_FILE
from ingestion.live.subjects import instruments


@dataclass(frozen=True)
class Behind:
    """An instrument whose newest bar is `sessions` sessions older than the last one that is over, which may be provisional."""

    ticker: str
    last_on: date
    expected_on: date
    sessions: int
    is_provisional: bool = False

    def __str__(self) -> str:
        missed = f"{self.sessions} session{'' if self.sessions == 1 else 's'}"
        words = ", which its exchange has not announced (inbox/exchange_closures/)" if self.is_provisional else ""
        return f"{self.ticker} ends on {self.last_on}, {missed} before {self.expected_on}{words}"


def behind(folders: Folders, dataset: Dataset, now: datetime) -> list[Behind]:
    """The instruments of a feed's landed bars that lack the last session that is over at `now` (an aware instant).

    Only instruments of which there are bars: one that a source never had is told by its answers. One whose exchange has no
    time zone or no sessions misses none: that it can't be asked about is told by its answers too.
    """
    files = sorted(path for path in (folders.landed / dataset.name).glob("*.parquet") if path.name != EMPTY_FILE)
    if not files:
        return []
    last = dict(pl.scan_parquet(files).group_by("ticker").agg(pl.col("trading_date").max()).collect().iter_rows())
    sessions = pl.read_parquet(folders.landed / "trading_days" / "trading_days.parquet")
    late = []
    for subject in instruments(folders, now):
        last_on = last.get(subject.name)
        if last_on is None:
            continue
        missed = sessions.filter(
            (pl.col("exchange_mic") == subject.exchange_mic)
            & (pl.col("trading_date") > last_on)
            & (pl.col("trading_date") <= subject.final_on)
        ).sort("trading_date")
        if len(missed):
            newest = missed.row(-1, named=True)
            late.append(Behind(subject.name, last_on, newest["trading_date"], len(missed), newest["is_provisional"]))
    return late
