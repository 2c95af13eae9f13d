"""Times the models of bars on a made-up market, beside a plain DuckDB query of the same rows, and one more day on top.

    python -m tests.benchmarks.bars [--bars 2000000 5000000 20000000] [--folder FOLDER] [--no-publish]

Run by `make benchmark-market`. For each size, in one run: the models from nothing, the plain query (plain_bars.sql), both checked
to give the same rows, single days on top, and what publishing costs, all of it and the new days. Each is a process of its own.
Ends with how much more a day costs with the longest history than with the shortest. Seconds are by the clock and of the
processor, which other work on the machine hardly changes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from orchestration.defs.run_refresh import run_refresh
from tests.benchmarks.bars_step import MODELS, OF_FEW_SECURITIES
from tests.benchmarks.made_up_bars import BARS_A_SESSION, TICKERS, Market

BARS = (2_000_000, 5_000_000, 20_000_000)
#: Single days that are timed; the quickest counts, since other work on the machine only adds to it.
TIMED_DAYS = 3
#: What a full build of the models may cost of the plain query, in time and memory, and a day with the longest history of one
#: with the shortest.
AT_MOST = {"time": 1.5, "memory": 1.5, "slope": 1.3}
#: Each published table, the plain query's of the same rows, and what is added up of it.
SAME = {
    "fct_turnover_daily": ("turnover_daily", ("close", "turnover", "turnover_20d", "volume_20d_shares", "return_ratio")),
    "fct_zero_volume_bar": ("zero_volume", ("source_securities", "source_securities_without_volume")),
    "fct_price_disagreement": ("disagreements", ("value", "other_value")),
    "fct_held_back_bar": ("held_back_bars", ("close",)),
}


def step(folder: Path, *arguments: str) -> dict[str, Any]:
    """Runs a step of `bars_step` in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.bars_step", str(folder), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def seconds(found: dict[str, Any], kind: str = "clock", but: tuple[str, ...] = OF_FEW_SECURITIES) -> float:
    """The sum of a step's seconds, by the `clock` or of the `processor`, without those of some models."""
    return sum(value for name, value in found[kind].items() if name not in but)


def told(words: str, clock: float, processor: float, memory: float | None = None) -> None:
    """Prints a row of the table."""
    print(f"  {words:<38}{clock:9.2f} s{processor:9.2f} s{'' if memory is None else f'{memory / 1e9:9.2f} GB'}", flush=True)


def told_of_few(found: dict[str, Any]) -> None:
    """Prints what the models of few securities' bars took beside."""
    told("beside them, bars of few securities", seconds(found, but=MODELS), seconds(found, "processor", MODELS))


def check_same(folder: Path) -> int:
    """Compares the plain query's tables with the published ones: rows, sums. Returns the bars; raises AssertionError."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{folder / 'build' / 'build.duckdb'}' as build (read_only)")
        connection.execute(f"attach '{folder / 'build' / 'plain.duckdb'}' as plain (read_only)")
        for mart, (table, columns) in SAME.items():
            # exact: doubles come out the same, and as decimals they add up in any order
            sums = ", ".join(f"sum(cast({name} as decimal(38, 9)))" for name in columns)
            ours, theirs = (
                connection.execute(f"select count(*), sum(hash(ticker, trading_date) % 1000003), {sums} from {name}").fetchone()
                for name in (f"build.main.{mart}", f"plain.main.{table}")
            )
            assert ours == theirs, (mart, ours, theirs)
        return connection.execute("select count(*) from build.intermediate.int_bar_candidate").fetchall()[0][0]


def measure(folder: Path, bars: int, *, is_published: bool) -> dict[str, float]:
    """Times one size in a data folder with a build; prints the table and returns its ratios, and the seconds of one day."""
    market = Market(folder)
    days = round(bars / BARS_A_SESSION)
    if days + TIMED_DAYS > len(market.sessions):
        raise SystemExit(f"{bars:,} bars would take {days:,} sessions; the calendar has {len(market.sessions):,}")
    market.land(days)
    full, plain = step(folder, "full"), step(folder, "plain")
    counted = check_same(folder)
    (folder / "build" / "plain.duckdb").unlink()
    published = step(folder, "publish") if is_published else None
    runs = []
    for session in range(days, days + TIMED_DAYS):
        market.land_bars(session, session, str(market.sessions[session]))
        runs.append(step(folder, "day"))
    day = min(runs, key=lambda run: seconds(run, "processor"))
    of_days = step(folder, "publish", str(market.sessions[days])) if is_published else None
    print(f"\n{counted:,} bars of {TICKERS:,} tickers, {days:,} sessions{'clock':>18}{'processor':>11}{'memory':>12}")
    for name in MODELS:
        told(name, full["clock"][name], full["processor"][name])
    told("the models, from nothing", seconds(full), seconds(full, "processor"), full["memory"])
    told_of_few(full)
    told("the plain query of the same rows", seconds(plain), seconds(plain, "processor"), plain["memory"])
    for name in MODELS:
        told(f"one new day: {name}", day["clock"][name], day["processor"][name])
    told("one new day: the models", seconds(day), seconds(day, "processor"), day["memory"])
    told_of_few(day)
    if published:
        told("publishing all of it", published["clock"]["publish"], published["processor"]["publish"], published["memory"])
    if published and of_days:
        told("publishing the new days on top", of_days["clock"]["publish"], of_days["processor"]["publish"], of_days["memory"])
        sizes = ", ".join(f"{name} {size / 1e9:.2f} GB" for name, size in published["bytes"].items())
        print(f"  {sizes}; copying the DuckDB file {published['clock']['copy']:.1f} s")
    ratios = {
        "clock": seconds(full) / seconds(plain),
        "processor": seconds(full, "processor") / seconds(plain, "processor"),
        "memory": full["memory"] / plain["memory"],
    }
    print("  the models / the plain query: " + ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items()), flush=True)
    return ratios | {"day": seconds(day), "day_processor": seconds(day, "processor")}


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bars", nargs="+", type=int, default=BARS, help="how many bars, about; one table for each")
    parser.add_argument("--folder", help="where the data are made; a temporary folder else (20 million bars need 25 GB)")
    parser.add_argument("--no-publish", action="store_true", help="without what publishing costs")
    arguments = parser.parse_args()
    sizes = sorted(arguments.bars)
    found = []
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        base = Path(name) / "base"
        os.environ["FREEFLOAT_DATA_DIR"] = str(base)
        # the calendar and all else that the models read
        assert run_refresh(live=False, as_of=None, full=True, allow_quarantine=False) == 0
        for bars in sizes:
            folder = Path(name) / str(bars)
            shutil.copytree(base / "landed", folder / "landed")
            (folder / "build").mkdir()
            shutil.copy(base / "build" / "build.duckdb", folder / "build")
            found.append(measure(folder, bars, is_published=not arguments.no_publish))
            shutil.rmtree(folder)
    print(f"\n{'bars':>12}{'models / plain: clock':>24}{'processor':>12}{'memory':>9}{'one new day':>14}{'processor':>12}")
    for bars, row in zip(sizes, found, strict=True):
        print(
            f"{bars:>12,}{row['clock']:>24.2f}{row['processor']:>12.2f}{row['memory']:>9.2f}"
            f"{row['day']:>12.2f} s{row['day_processor']:>10.2f} s"
        )
    slopes = {kind: found[-1][kind] / found[0][kind] for kind in ("day", "day_processor")}
    print(f"{sizes[-1] / sizes[0]:.0f} times the history: one day costs {slopes['day']:.2f} times as much by the clock, ", end="")
    print(f"{slopes['day_processor']:.2f} times of the processor")
    print("aimed at: " + ", ".join(f"{name} at most {limit}" for name, limit in AT_MOST.items()))


if __name__ == "__main__":
    main()
