"""Times what minute bars of a whole market cost in the layout that docs/scale.md gives: one month of an exchange a file.

    python -m tests.benchmarks.minute_bars [tickers ...]

Run by `make benchmark-minute-bars`. For each number of tickers (default 500 and 2,000 of Hong Kong) it makes up a month of minutes,
writes it sorted by ticker and minute, adds it up to daily bars, which is all that the models read, and reads one ticker of it.
From these it says what 5 billion rows take.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import duckdb

#: Hong Kong trades 330 minutes a session (https://www.hkex.com.hk/Services/Trading-hours-and-Severe-Weather-Arrangements), of which
#: the made-up month has 22.
MINUTES, SESSIONS = 330, 22
DEFAULT_TICKERS = (500, 2_000)
WHOLE = 5_000_000_000

#: A price that moves by ticks of a cent, mostly none; a volume in lots of 100, none in every third minute.
_MADE_UP = f"""
    copy (
        select
            ticker, traded_at,
            (close - move_up / 100)::decimal(12, 3) as open,
            (close + move_up / 100)::decimal(12, 3) as high,
            (close - move_down / 100)::decimal(12, 3) as low,
            close,
            volume_shares
        from (
            select
                printf('%04d.HK', number) as ticker,
                make_timestamp(2026, 9, 1 + session::bigint, 1, 30, 0) + to_minutes(minute) as traded_at,
                (10 + number % 90 + round(sum((hash(number, session, minute) % 3)::bigint - 1) over movement / 100, 2))::decimal(12, 3) as close,
                hash(minute, number, session) % 3 as move_up,
                hash(minute, session, number) % 2 as move_down,
                ((hash(session, minute, number) % 3)::bigint * (1 + (hash(number, minute) % 400)::bigint) * 100) as volume_shares
            from range(1, $tickers + 1) as tickers(number), range({SESSIONS}) as sessions(session), range({MINUTES}) as minutes(minute)
            window movement as (partition by number order by session, minute)
        )
        order by ticker, traded_at
    ) to '$file' (format parquet, compression zstd, row_group_size 500000)
"""
_DAILY = """
    select
        ticker, traded_at::date as trading_date,
        arg_min(open, traded_at) as open, max(high) as high, min(low) as low, arg_max(close, traded_at) as close,
        sum(volume_shares) as volume_shares, sum(close * volume_shares) as turnover
    from read_parquet('$file')
    group by all
"""
_ONE_TICKER = "select count(*), sum(volume_shares) from read_parquet('$file') where ticker = '0250.HK'"


def measure(tickers: int, folder: Path) -> dict[str, float]:
    """Rows, bytes, and seconds to write, to add up to daily bars and to read one ticker, of a month of so many tickers."""
    file = folder / f"minutes-{tickers}.parquet"
    figures: dict[str, float] = {"rows": tickers * SESSIONS * MINUTES}
    with duckdb.connect() as connection:
        for name, sql in (
            ("write", _MADE_UP),
            ("daily", f"create table daily as {_DAILY}"),
            ("one ticker", _ONE_TICKER),
        ):
            started = time.perf_counter()
            connection.execute(sql.replace("$file", str(file)).replace("$tickers", str(tickers)))
            figures[name] = time.perf_counter() - started
        ((days,),) = connection.execute("select count(*) from daily").fetchall()
    if days != tickers * SESSIONS:
        raise RuntimeError(f"{days} daily bars of {tickers} tickers and {SESSIONS} sessions")
    figures["bytes"] = file.stat().st_size
    return figures


def main(arguments: list[str]) -> None:
    """Prints the figures of each number of tickers, and of the whole."""
    sizes = tuple(int(text) for text in arguments) or DEFAULT_TICKERS
    with tempfile.TemporaryDirectory() as folder:
        measured = [measure(tickers, Path(folder)) for tickers in sizes]
    print("tickers  million rows  bytes a row  made up and written s  to daily bars s  one ticker ms")
    for tickers, figures in zip(sizes, measured, strict=True):
        print(
            f"{tickers:7,}  {figures['rows'] / 1e6:12.1f}  {figures['bytes'] / figures['rows']:11.1f}  {figures['write']:21.1f}"
            f"  {figures['daily']:15.1f}  {figures['one ticker'] * 1e3:13.0f}"
        )
    last = measured[-1]
    growth = last["daily"] / measured[0]["daily"] / (last["rows"] / measured[0]["rows"])
    print(f"to daily bars: {growth:.2f}x per row at {last['rows'] / measured[0]['rows']:.0f}x the rows")
    whole = WHOLE / last["rows"]
    print(f"5 billion rows: {last['bytes'] * whole / 1e9:.0f} GB, {last['daily'] * whole / 60:.0f} minutes to daily bars, once")


if __name__ == "__main__":
    main(sys.argv[1:])
