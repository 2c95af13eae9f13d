"""A made-up market for the benchmark of bars: thousands of tickers with all that the models have to look for.

Of 6,400 tickers a quarter has a second source. Two bars in a hundred are missing, one has no volume, a few are a hundred times
what they should be or were restated, and one ticker in forty has a split. Half of the sessions come from one backfill, the others
from files of a month each, as a data folder keeps them (`ingestion/live/landed_files.py`).
"""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl

from ingestion.dataset import all_datasets

TICKERS = 6400
#: What each feed has: of which of so many tickers, and whether it tells turnover.
FEEDS = {"yahoo_prices": ("feed_yahoo_chart", 1, False), "eastmoney_prices": ("feed_eastmoney_kline", 4, True)}
EMPTY = ("tencent_prices", "prices")
#: Bars that all feeds give of a session, about.
BARS_A_SESSION = TICKERS * sum(1 / share for _, share, _ in FEEDS.values())

_NUMBERS = "hash(ticker, trading_date) % 100000 as number, hash(ticker, trading_date, '{name}') % 100000 as own_number"

_BARS = """
with places as (
    select ticker, trading_date, session, {numbers}
    from read_parquet('{folder}/tickers.parquet') as tickers
    cross join read_parquet('{folder}/sessions.parquet') as sessions
    where tickers.number % {share} = 0 and sessions.session between {first} and {last}
),

priced as (
    select
        *,
        -- what a share was worth before a split is twice of what it is worth after
        (1000 + hash(ticker) % 9000 + number % 200)
        * case when hash(ticker) % 40 = 0 and session < 40 + hash(ticker) % 100 then 2 else 1 end
        * case when own_number < 1 then 100 else 1 end as cents,
        case
            when number between 2000 and 2999 then 0
            else 100 * (1 + number + case when own_number % 500 = 1 then 1 else 0 end)
        end as shares
    from places
    where number >= 2000
),

versions as (
    select *, 0 as version from priced
    union all
    select *, 1 as version from priced where own_number % 1000 = 7
)

select
    ticker,
    trading_date,
    'HKD' as currency,
    cents / 100 as open,
    (cents + 10 + version) / 100 as high,
    (cents - 10) / 100 as low,
    cents / 100 as close,
    0.01 as price_precision,
    shares as volume_shares,
    1 as volume_precision_shares,
    {turnover} as turnover,
    {turnover_precision} as turnover_precision,
    '{document_id}' as document_id,
    'made up' as table_ref,
    trading_date as known_on,
    'made up' as source_file,
    1 as source_row,
    cast(greatest(trading_date, date '{retrieved}') || ' 09:00:00+00' as timestamp with time zone) + version * interval 3 hour
        as retrieved_at
from versions
"""


class Market:
    """Lands sessions in the data folder `folder`; `calendar` is what `trading_days` says of the exchange."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        calendar = pl.read_parquet(folder / "landed" / "trading_days" / "trading_days.parquet")
        hong_kong = calendar.filter(pl.col("exchange_mic") == "XHKG").sort("trading_date")["trading_date"]
        self.sessions: list[date] = hong_kong.to_list()

    def land(self, days: int) -> None:
        """Lands the tickers, their splits and bars of the first `days` sessions; the as-of day is after all sessions."""
        scratch = self.folder / "build"
        names = pl.DataFrame({"number": range(TICKERS)}).with_columns(
            ticker=pl.format("{}.HK", (pl.col("number") + 10_000).cast(pl.String))
        )
        names.write_parquet(scratch / "tickers.parquet")
        numbered = pl.DataFrame({"trading_date": self.sessions}).with_row_index("session")
        numbered.write_parquet(scratch / "sessions.parquet")
        listings = names.select("ticker", company="ticker").with_columns(
            sector=pl.lit("made up"),
            status=pl.lit("listed"),
            document_id=pl.lit("feed_yahoo_chart"),
            known_on=pl.lit(self.sessions[0]),
        )
        self._write("listing_events", "listing_events", listings)
        now = datetime.now(UTC)
        as_of = {"release_id": "benchmark", "as_of": self.sessions[-1], "created_at": now}
        pl.DataFrame([as_of]).write_parquet(scratch / "refresh.parquet")
        for name in (*FEEDS, *EMPTY, "yahoo_corporate_actions"):
            shutil.rmtree(self.folder / "landed" / name, ignore_errors=True)
            (self.folder / "landed" / name).mkdir()
        for name in EMPTY:
            self._write(name, "0000" if name not in EMPTY[1:] else name, pl.DataFrame())
        with self._connection() as connection:
            splits = connection.sql(
                f"""select ticker, trading_date as ex_on from read_parquet('{scratch}/tickers.parquet') as tickers
                inner join read_parquet('{scratch}/sessions.parquet') as sessions
                    on hash(ticker) % 40 = 0 and session = 40 + hash(ticker) % 100"""
            ).pl()
        splits = splits.with_columns(
            pl.lit(self.sessions[0]).cast(pl.Datetime("us", "UTC")).alias("retrieved_at"),
            action=pl.lit("split"),
            new_shares=pl.lit(2),
            old_shares=pl.lit(1),
            document_id=pl.lit("feed_yahoo_chart"),
            known_on="ex_on",
        )
        self._write("yahoo_corporate_actions", str(self.sessions[0]), splits)
        half = days // 2
        # named as the store of a live source names its files: by their retrieval
        self.land_bars(0, half - 1, str(self.sessions[half - 1]), retrieved=self.sessions[half - 1])
        months: dict[str, list[int]] = {}
        for session in range(half, days):
            months.setdefault(str(self.sessions[session])[:7], []).append(session)
        for month, places in months.items():
            self.land_bars(places[0], places[-1], month)

    def land_bars(self, first: int, last: int, file: str, *, retrieved: date = date.min) -> None:
        """Lands the bars of sessions number `first` to `last`, each retrieved on its day, or on `retrieved` if that is later."""
        with self._connection() as connection:
            for name, (document_id, share, has_turnover) in FEEDS.items():
                turnover = "cast(shares * cents / 100 as decimal(20, 2))" if has_turnover else "null"
                sql = _BARS.format(
                    folder=self.folder / "build",
                    numbers=_NUMBERS.format(name=name),
                    share=share,
                    first=first,
                    last=last,
                    turnover=turnover,
                    turnover_precision="0.01" if has_turnover else "null",
                    document_id=document_id,
                    retrieved=max(retrieved, self.sessions[0]),
                )
                types = _types(connection, name)
                columns = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in types.items())
                path = self.folder / "landed" / name / f"{file}.parquet"
                connection.execute(
                    f"""copy (select {columns} from ({sql}) as bars order by ticker, trading_date, retrieved_at)
                    to '{path}' (format parquet, compression zstd, row_group_size 10240)"""
                )

    @contextmanager
    def _connection(self) -> Generator[duckdb.DuckDBPyConnection]:
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'UTC'")
            yield connection

    def _write(self, name: str, file: str, frame: pl.DataFrame) -> None:
        """Writes a landed file in the dataset's own columns; those that are not given are null."""
        schema = pl.Schema(all_datasets()[name].polars_schema)
        columns = [pl.col(c) if c in frame.columns else pl.lit(None).alias(c) for c in schema]
        path = self.folder / "landed" / name / f"{file}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        landed = frame.select(columns).cast(schema) if frame.columns else pl.DataFrame(schema=schema)
        landed.write_parquet(path)


def _types(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    """DuckDB's types of the columns of a dataset, by name."""
    connection.register("empty", pl.DataFrame(schema=all_datasets()[name].polars_schema))
    return {column: kind for column, kind, *_ in connection.sql("describe select * from empty").fetchall()}
