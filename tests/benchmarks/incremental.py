"""Times the models of bars on made-up ones: all of them, then one more day on top, at two lengths of history.

Run by `make benchmark-market`. What one day costs may not grow with the history: the last line says by how much it does.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from ingestion.dataset import all_datasets
from orchestration.defs.dbt_runner import PROJECT_DIR
from orchestration.defs.run_refresh import run_refresh

SYMBOLS = 200
LENGTHS = (500, 2000)
#: Days that were landed one by one, each into its own file, after a backfill of all the days before.
DAILY_FILES = 100
#: Single days that are timed; the quickest counts, since other work on the machine only adds to it.
TIMED_DAYS = 3
FEEDS = {
    "yahoo_prices": "feed_yahoo_chart",
    "eastmoney_prices": "feed_eastmoney_kline",
    "tencent_prices": "feed_tencent_kline",
}
MODELS = (
    "int_bar_candidate",
    "int_zero_volume_bar",
    "fct_zero_volume_bar",
    "int_price_bar",
    "fct_turnover_daily",
    "fct_price_disagreement",
)


def write(folder: Path, name: str, file: str, frame: pl.DataFrame) -> None:
    """Writes a landed file in the dataset's own columns; those that are not given are null."""
    schema = pl.Schema(all_datasets()[name].polars_schema)
    columns = [pl.col(c) if c in frame.columns else pl.lit(None).alias(c) for c in schema]
    path = folder / "landed" / name / f"{file}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.select(columns).cast(schema).write_parquet(path)


def land(folder: Path, days: int) -> list[tuple[date, dict[str, pl.DataFrame]]]:
    """Lands instruments and `days` sessions of bars. Returns the bars of the TIMED_DAYS sessions after them, by feed."""
    calendar = pl.read_parquet(folder / "landed" / "trading_days" / "trading_days.parquet")
    sessions = calendar.filter(pl.col("exchange_mic") == "XHKG").sort("trading_date")["trading_date"][: days + TIMED_DAYS]
    tickers = pl.Series("ticker", [f"{number:04d}.HK" for number in range(7001, 7001 + SYMBOLS)])
    listings = pl.DataFrame({"ticker": tickers}).with_columns(
        pl.lit("made up").alias("sector"),
        pl.lit("listed").alias("status"),
        pl.lit("feed_yahoo_chart").alias("document_id"),
        company="ticker",
        known_on=pl.lit(sessions[0]),
    )
    write(folder, "listing_events", "listing_events", listings)
    as_of = {"release_id": "benchmark", "as_of": sessions[-1], "created_at": datetime.now(UTC)}
    pl.DataFrame([as_of]).write_parquet(folder / "build" / "refresh.parquet")
    number = pl.struct("ticker", "trading_date").hash(1) % 100
    bars = (
        pl.DataFrame({"trading_date": sessions})
        .join(pl.DataFrame({"ticker": tickers}), how="cross")
        .with_columns(close=(2000 + number) / 100, volume_shares=1000 + 100 * number, retrieved_on=pl.col("trading_date"))
        .with_columns(
            pl.col("close").alias("open"),
            (pl.col("close") + 0.1).alias("high"),
            (pl.col("close") - 0.1).alias("low"),
            pl.lit("HKD").alias("currency"),
            pl.lit("0.01").alias("price_precision"),
            pl.lit(1).alias("volume_precision_shares"),
            # a bar in a hundred differs between the feeds, one in a hundred has no volume, one in ten is missing
            pl.when(number == 1).then(0).otherwise(pl.col("volume_shares")).alias("volume_shares"),
            pl.max_horizontal("trading_date", pl.lit(sessions[days - DAILY_FILES])).alias("retrieved_on"),
            table_ref=pl.lit("made up"),
            known_on="trading_date",
            source_file=pl.lit("made up"),
            source_row=pl.lit(1),
        )
        .filter(number % 10 > 0)
    )
    later: dict[date, dict[str, pl.DataFrame]] = {day: {} for day in sessions[days:]}
    for place, (name, document_id) in enumerate(FEEDS.items()):
        shutil.rmtree(folder / "landed" / name, ignore_errors=True)
        feed = bars.with_columns(
            document_id=pl.lit(document_id),
            volume_shares=pl.col("volume_shares") + pl.when(number == 2).then(place).otherwise(0),
            turnover=pl.when(pl.lit(place > 0)).then(pl.col("close") * pl.col("volume_shares")).round(2),
            turnover_precision=pl.when(pl.lit(place > 0)).then(pl.lit("0.01")),
            retrieved_at=pl.col("retrieved_on").cast(pl.Datetime("us", "UTC")) + pl.duration(hours=9, seconds=place),
        )
        for (day,), rows in feed.filter(pl.col("trading_date") < min(later)).group_by("retrieved_on"):
            write(folder, name, str(day), rows)
        for day, feeds in later.items():
            feeds[name] = feed.filter(pl.col("trading_date") == day)
    return list(later.items())


class Build:
    """dbt on one data folder, parsed once."""

    def __init__(self, folder: Path) -> None:
        self.paths = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR), "--log-level", "none"]
        self.paths += ["--target-path", str(folder / "build" / "dbt"), "--log-path", str(folder / "build" / "dbt")]
        parsed = dbtRunner().invoke(["parse", *self.paths]).result
        assert isinstance(parsed, Manifest)
        self.manifest = parsed

    def seconds(self, *arguments: str) -> dict[str, float]:
        """Runs models; returns how long each took."""
        try:
            result = dbtRunner(self.manifest.deepcopy()).invoke(["run", *arguments, "--no-write-json", *self.paths])
        finally:
            DuckDBConnectionManager.close_all_connections()
        assert isinstance(result.result, RunExecutionResult) and result.success, result.exception
        return {run.node.name: run.execution_time for run in result.result.results if run.node.name in MODELS}


def main() -> None:
    """Prints the figures."""
    totals = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["FREEFLOAT_DATA_DIR"] = name
        # the calendar and all else that the models read
        assert run_refresh(live=False, as_of=None, full=True, allow_quarantine=False) == 0
        build = Build(folder)
        for days in LENGTHS:
            later = land(folder, days)
            full = build.seconds("--full-refresh", "--select", *(f"+{model}" for model in MODELS))
            runs = []
            for day, feeds in later:
                for feed, rows in feeds.items():
                    write(folder, feed, str(day), rows)
                runs.append(build.seconds("--select", *MODELS))
            one_day = min(runs, key=lambda run: sum(run.values()))
            print(f"{SYMBOLS} symbols x {days} days of {len(FEEDS)} feeds{'all':>12}{'one day':>10}")
            for model in MODELS:
                print(f"  {model:<40}{full[model]:8.2f} s{one_day[model]:8.2f} s")
            whole, part = sum(full.values()), sum(one_day.values())
            totals.append(part)
            print(f"  {'together':<40}{whole:8.2f} s{part:8.2f} s  {part / whole:.2f} of all")
    print(f"{LENGTHS[1] / LENGTHS[0]:.0f} times the history: one day costs {totals[1] / totals[0]:.2f} times as much")


if __name__ == "__main__":
    main()
