"""Time travel, put to the test: a build as of a day must equal the build from only what was known by that day.

Two builds a day. One lands everything there is (the committed facts, a user's files and three live refreshes of a made-up
market) and is built as of the day. The other lands the same files with what became known later taken out, and is built as of
the same day. Any row that differs, in any table, has leaked. As a command it draws days and prints what differs:

python -m tests.torture.time_travel --days 20
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import yaml

from ingestion.dataset import Dataset, Folders, Given, all_datasets
from ingestion.landing.land import LandingRun, land_dataset, write_parquet
from ingestion.landing.source_files import inbox_label, read_files
from ingestion.live.http import HttpClient
from ingestion.live.land import land_source
from ingestion.live.source import Live, all_sources
from orchestration.defs import dbt_runner
from orchestration.settings import COMMITTED_DIR, Settings
from tests.standins import labs
from tests.standins.market import SHANGHAI, TENCENT, Market
from tests.standins.market import sessions as market_sessions
from tests.standins.server import StandIns

FIRST_DAY, LAST_DAY = date(2025, 12, 1), date(2026, 11, 23)
#: The days on which the live sources are asked; between two of them they restate what they said.
ASKED_ON = (date(2026, 3, 31), date(2026, 7, 24), date(2026, 11, 20))
#: Datasets whose rows become known day by day, so that every day is a boundary of theirs.
DAILY = {"fx_rates", "ecb_fx_rates", "openrouter_token_usage", "yahoo_prices", "eastmoney_prices", "tencent_prices", "prices"}
#: What packages carry: there is no file to take rows out of, so they are taken out of what has landed.
PACKAGES = {"fx_rates", "package_token_prices", "trading_days"}
_LINE = "9999.HK,Late Robotics"
#: A user's files: name -> (day on which it was last changed, text). Their rows become known on different days.
INBOX = {
    "documents/late_filing_2026_05_11.yml": (
        date(2026, 5, 11),
        "document_id: late_filing_2026_05_11\ntitle: Announcement\nproducer: Late Robotics\ndocument_type: announcement\n"
        "published_on: 2026-05-11\nlicence: invented\nrank: 9\n",
    ),
    # the offer is corrected later, and a placing follows; the rows of a day are known on that day
    "share_capital_events/late.csv": (
        date(2026, 10, 30),
        "ticker,issuer,effective_date,event,share_class,shares_issued_delta,issue_price_hkd,total_shares_after,note,known_on\n"
        f'{_LINE},2026-03-02,listing,H,"20,000,000",25.00,"100,000,000","in\ntwo lines",2026-02-25\n'
        f'{_LINE},2026-06-15,placing,H,"1,000,000",30.00,"101,000,000",,2026-06-16\n'
        f'{_LINE},2026-10-12,over-allotment,H,"3,000,000",25.00,"104,000,000",to be corrected,2026-10-12\n',
    ),
    # the same listing in a better document, with another price and company name
    "share_capital_events/late_filing.csv": (
        date(2026, 5, 12),
        "ticker,issuer,effective_date,event,share_class,shares_issued_delta,issue_price_hkd,total_shares_after,document_id\n"
        '9999.HK,Late Robotics Holdings,2026-03-03,listing,H,"20,000,000",26.00,"100,000,000",'
        "late_filing_2026_05_11\n",
    ),
    "lockups/late.csv": (
        date(2026, 8, 20),
        "ticker,issuer,expiry,holder_category,holders,shares,pct_of_post_ipo,cumulative_pct,known_on\n"
        f'{_LINE},At IPO,public float,,"12,000,000",12.0%,12.0%,2026-03-10\n'
        f'{_LINE},"September 1, 2026 (6 Months Post-IPO)",cornerstone investors,,"20,000,000",20.0%,32.0%,2026-03-10\n'
        f'{_LINE},"earlier of (1) December 1, 2026 and (2) the 20th trading day starting from the date of inclusion as an '
        'eligible stock of Stock Connect",remaining pre-IPO investors,,"18,000,000",18.0%,50.0%,2026-06-01\n'
        f'{_LINE},12 months from listing,founders,,"50,000,000",50.0%,100.0%,2026-08-15\n',
    ),
    "filing_lockups/late.csv": (
        date(2026, 5, 12),
        "ticker,issuer,holder,category,share_class,shares,last_day_locked,rule,document_id\n"
        f'{_LINE},Founder Limited,controlling shareholder,unlisted domestic,"40,000,000",2027-03-01,12 months,'
        "late_filing_2026_05_11\n"
        f'{_LINE},Example Asset Management,cornerstone investor,H,"20,000,000",2026-09-01,6 months,late_filing_2026_05_11\n',
    ),
    "share_classes/late.csv": (
        date(2026, 7, 1),
        "ticker,share_class,is_listed,reason,known_on\n"
        "9999.HK,H,true,traded,2026-03-01\n9999.HK,unlisted domestic,false,not admitted,2026-07-01\n",
    ),
    "corporate_events/late.csv": (
        date(2026, 11, 2),
        "ticker,event,status,date,note,known_on\n"
        "9999.HK,stock_connect_eligibility,expected,Sep-26,expected,2026-03-10\n"
        "9999.HK,stock_connect_eligibility,past,2026-09-07,included,\n"
        "0100.HK,stock_connect_eligibility,past,2026-08-05,included,\n",
    ),
    # the last of them is known long after it has begun to trade
    "listing_events/late.csv": (
        date(2026, 11, 12),
        "sector,company,ticker,date,status,known_on\n"
        "LLM,StepFun,,2H26,expected,2026-05-02\nLLM,Kimi (Moonshot AI),0998.HK,2026-09-28,listed,2026-09-14\n"
        "robotics,Unnoticed,0777.HK,2026-10-05,listed,2026-11-12\n",
    ),
    "corporate_actions/late.csv": (
        date(2026, 6, 1),
        "ticker,ex_on,action,new_shares,old_shares,known_on\n9999.HK,2026-06-08,split,2,1,2026-05-20\n",
    ),
    "prices/late.csv": (
        date(2026, 9, 30),
        "ticker,trading_date,currency,open,high,low,close,volume_shares,turnover,known_on\n"
        "9999.HK,2026-03-03,HKD,50.0,53.5,49.8,52.0,3100000,160890000,\n"
        "9999.HK,2026-03-04,HKD,52.0,53.5,49.8,53.0,3000000,156000000,2026-03-05\n"
        "9999.HK,2026-08-31,HKD,26.0,27.5,24.8,26.0,5100000,132000000,\n"
        "9999.HK,2026-09-01,HKD,26.0,27.5,24.8,25.0,5100000,131000000,2026-09-30\n",
    ),
    "arr_observations/late.csv": (
        date(2026, 8, 3),
        "company,as_of,arr,basis,known_on\n"
        "Zhipu AI,2026-06-30,$450mn,run-rate revenue,2026-07-20\nZhipu AI,2025-12-31,$190mn,run-rate revenue,2026-08-01\n"
        "MiniMax,Jun 2026,~$300mn,,2026-07-02\n",
    ),
    "funding_rounds/late.csv": (
        date(2026, 7, 2),
        "company,date,round,post_money_valuation,reported_or_estimated_arr,known_on\n"
        "Anthropic,May-26,Series H,$965 billion,~$30 billion,2026-06-02\n"
        "Late Robotics,Nov-25,Series C,$1.2 billion,,2026-07-01\n",
    ),
    "catalysts/late.csv": (
        date(2026, 8, 1),
        "timing,event,subject,channel,expected_direction,condition,known_on\n"
        "Sep-26,potential index inclusion,MiniMax,flow,positive,,2026-06-05\n"
        "2H27,potential listing,sector,scarcity,mixed,,2026-08-01\n",
    ),
    "text_claims/late.csv": (
        date(2026, 6, 10),
        "table_ref,subject,quantity,printed,known_on\n"
        "text,Late Robotics,market cap (HKD),HKD 10bn,2026-04-01\ntext,Late Robotics,revenue (HKD),HKD 2.0bn,2026-06-10\n"
        "text,Late Robotics,price to sales,5.0x,2026-04-01\n",
    ),
    # how facts are read holds from every day on, so that what it is applied to decides
    "derived_figures/late.csv": (
        date(2026, 9, 9),
        "document,table_ref,subject,metric,formula,inputs,remark\n"
        "inbox/text_claims/late.csv,text,Late Robotics,price to sales,ratio,[market cap (HKD)] [revenue (HKD)],\n",
    ),
    "relative_valuation/late.csv": (
        date(2026, 6, 20),
        "scenario,us_combined,china,china_pct_of_us,known_on\nUS labs 30% lower,~$0.86tn,~$90bn,10.5%,2026-06-18\n",
    ),
    "token_consumption/late.csv": (
        date(2026, 7, 9),
        "region,as_of,tokens_per_day,known_on\nChina,2026-06-30,~200 trillion,2026-07-09\n",
    ),
    "value_chain/late.csv": (
        date(2026, 8, 8),
        "region,layer,company,market_cap_or_valuation,category,extra,pct_of_value_chain,known_on\n"
        "China,LLM,StepFun,$12bn,,,,2026-08-08\n",
    ),
}
#: A correction of a row that becomes known late, so that it has to go with its row.
CORRECTION: dict[str, Any] = {
    "dataset": "share_capital_events",
    "match": {"ticker": "9999.HK", "effective_date": "2026-10-12"},
    "set": {"shares_issued_delta": "2,000,000", "total_shares_after": "103,000,000"},
    "reason": "the announcement was corrected",
    "evidence": "invented",
}


@dataclass(frozen=True)
class Compared:
    """What differs between the two builds as of a day, one line a difference, and how many tables and rows are the same."""

    day: date
    leaks: list[str]
    tables: int
    rows: int
    seconds: float

    def __str__(self) -> str:
        head = f"{self.day}  {self.tables} tables, {self.rows:,} rows  {self.seconds:.1f} s  "
        return head + ("the same" if not self.leaks else "\n  ".join([f"{len(self.leaks)} leak(s)", *self.leaks]))


class TimeMachine:
    """A folder in which both builds of a day are made. Everything is landed once, in the constructor."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.everything = Folders(folder / "everything" / "committed", folder / "everything" / "data")
        #: Where dbt works, on one landed folder after the other, so that it parses the project once.
        self.settings = Settings(data_dir=folder / "build_here")
        self.project = dbt_runner.parse(self.settings)
        _copy_committed(self.everything)
        _write_inbox(self.everything)
        _land_files(self.everything)
        _ask_live_sources(self.everything)

    def boundaries(self) -> list[date]:
        """The days on which something became known that is not of every day."""
        days: set[date] = set()
        for name, dataset in all_datasets().items():
            if name not in DAILY and "known_on" in dataset.landed:
                days |= set(_landed(self.everything, dataset)["known_on"].drop_nulls())
        return sorted(day for day in days if FIRST_DAY <= day <= LAST_DAY)

    def draw(self, count: int, seed: int) -> list[date]:
        """Days to compare, three of four at a boundary or a day beside it, the others anywhere."""
        chance = random.Random(seed)
        boundaries, days = self.boundaries(), set[date]()
        while len(days) < min(count, (LAST_DAY - FIRST_DAY).days):
            if chance.random() < 0.75:
                days.add(chance.choice(boundaries) + timedelta(days=chance.choice((-1, 0, 1))))
            else:
                days.add(FIRST_DAY + timedelta(days=chance.randrange((LAST_DAY - FIRST_DAY).days + 1)))
        return sorted(days)

    def compare(self, day: date) -> Compared:
        """Builds the day twice and compares every table of both but `dim_release`."""
        started = time.monotonic()
        then = Folders(self.folder / "then" / "committed", self.folder / "then" / "data")
        shutil.rmtree(self.folder / "then", ignore_errors=True)
        _land_what_was_known(self.everything, then, day)
        with_all, with_then = self._build(self.everything, day, "everything"), self._build(then, day, "then")
        with duckdb.connect() as connection:
            connection.execute(f"attach '{with_all}' as everything (read_only)")
            connection.execute(f"attach '{with_then}' as known_then (read_only)")
            tables, rows, leaks = _differences(connection)
            leaks += _later_than(connection, day)
        return Compared(day, leaks, tables, rows, time.monotonic() - started)

    def _build(self, folders: Folders, day: date, name: str) -> Path:
        """Runs the models, not the tests, as of a day on what is landed in `folders`; returns the database."""
        link = self.settings.landed_dir
        link.unlink(missing_ok=True)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(folders.landed, target_is_directory=True)
        context = {"release_id": ["time travel"], "as_of": [day], "created_at": [datetime(2026, 1, 1, tzinfo=UTC)]}
        frame = pl.DataFrame(context, schema_overrides={"created_at": pl.Datetime("us", "UTC")})
        write_parquet(frame, self.settings.build_dir / "refresh.parquet")
        self.project.database.unlink(missing_ok=True)
        result = dbt_runner.invoke(self.project, ["run", "--no-write-json"])
        failed = [f"{run.node.name}: {run.message}" for run in result.result or () if run.status != "success"]
        if result.exception or failed:
            raise RuntimeError(f"the models fail as of {day} ({name}): {result.exception or '; '.join(failed)}")
        return self.project.database.replace(self.folder / f"{name}.duckdb")


def _copy_committed(folders: Folders) -> None:
    """The committed facts, and a correction of one of the user's rows."""
    for name in ("documents", "reference", "transcribed"):
        shutil.copytree(COMMITTED_DIR / name, folders.committed / name)
    corrections = yaml.safe_load((COMMITTED_DIR / "corrections.yml").read_text(encoding="utf-8"))
    _write_corrections(folders, [*corrections, CORRECTION])


def _write_corrections(folders: Folders, corrections: list[dict[str, Any]]) -> None:
    (folders.committed / "corrections.yml").write_text(yaml.safe_dump(corrections, allow_unicode=True), encoding="utf-8")


def _write_inbox(folders: Folders) -> None:
    for name, (changed_on, text) in INBOX.items():
        path = folders.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        _set_changed_on(path, datetime(changed_on.year, changed_on.month, changed_on.day, 12, tzinfo=UTC).timestamp())


def _set_changed_on(path: Path, instant: float) -> None:
    os.utime(path, (instant, instant))


def _files_first() -> Iterator[Dataset]:
    """Every dataset that is no feed's, documents before all others."""
    yield from sorted((d for d in all_datasets().values() if not d.feed), key=lambda dataset: dataset.name != "documents")


def _land_files(folders: Folders) -> None:
    run = LandingRun(folders, datetime.now(UTC))
    for dataset in _files_first():
        _land(dataset, run)


def _land(dataset: Dataset, run: LandingRun) -> None:
    landing = land_dataset(dataset, run)
    if not landing.is_clean:
        raise RuntimeError(f"{dataset.name}: {'; '.join(landing.messages())}")


def _ask_live_sources(folders: Folders) -> None:
    """Asks stand-ins of the live sources on three days; they restate bars, rates of use, scores and prices between."""
    market = Market(starts_on=date(2025, 11, 3))
    market.add("9999.HK", listed_on=date(2026, 3, 2), price=50)
    market.split("9999.HK", date(2026, 6, 8), 2, 1)
    market.add("0998.HK", listed_on=date(2026, 9, 28), price=30)
    market.add("0777.HK", listed_on=date(2026, 10, 5), price=15)
    _, middle, last = ASKED_ON
    stated = {name: list(getattr(market.labs, name)) for name in ("revenue_reports", "funding_rounds", "usage_reports")}
    with StandIns(market) as stand_ins:
        names = {name.removeprefix("FREEFLOAT_").lower(): word for name, word in stand_ins.environment.items()}
        settings = Settings(**names)
        for asked_on in ASKED_ON:
            market.upto = asked_on
            for name, records in stated.items():
                setattr(market.labs, name, [record for record in records if record["Report date"] <= str(asked_on)])
            if asked_on == middle:
                market.restate("2513.HK", date(2026, 3, 25), close="790")
                market.restate("688256.SH", date(2026, 3, 30), source=TENCENT, volume="1200000")
                market.labs.capability_index[6] |= {"ECI Score": "151.5"}
                market.labs.restated_tokens[labs.MINIMAX, date(2026, 3, 29)] = 1_234_000_000_000
            if asked_on == last:
                # the calendar has this one only when the 20 sessions after it are over too
                market.lift_stages.append(replace(market.lift_stages[-2], free_on=date(2026, 10, 20)))
                market.restate("0100.HK", date(2026, 7, 21), close="700")
                market.labs.models[0]["pricing"] |= {"prompt": "0.0000004", "completion": "0.0000015"}
                market.labs.capability_index[0] |= {"ECI Score": "127"}
                stated["funding_rounds"][1]["Valuation (post-money)"] = "381000000000.0"
            now = datetime(asked_on.year, asked_on.month, asked_on.day, 12, tzinfo=UTC)
            with HttpClient(timeout_seconds=10, attempts=2, requests_per_second=1000) as client:
                for source in all_sources().values():
                    landed = land_source(source, folders, Live(client, settings.addresses, now, settings.keys))
                    if landed.failed:
                        raise RuntimeError(f"{asked_on}: {landed.failed}")


def _land_what_was_known(everything: Folders, then: Folders, day: date) -> None:
    """Lands in `then` what `everything` has, without what became known after `day`."""
    for name in ("documents", "reference", "transcribed"):
        shutil.copytree(everything.committed / name, then.committed / name)
    shutil.copytree(everything.inbox, then.inbox)
    documents = pl.read_parquet(everything.landed / "documents" / "documents.parquet")
    later_documents = set(documents.filter(pl.col("known_on") > day)["document_id"])
    for folder in (then.committed / "documents", then.inbox / "documents"):
        for path in folder.glob("*.yml"):
            if path.stem in later_documents:
                path.unlink()
    for dataset in _files_first():
        _blank_later_rows(dataset, everything, then, day)
    _write_corrections(then, list(_corrections_that_match(everything, then)))
    run = LandingRun(then, datetime.now(UTC))
    for dataset in _files_first():
        if dataset.name in PACKAGES:
            frame = _landed(everything, dataset)
            write_parquet(_known_by(dataset.name, frame, day), then.landed / dataset.name / f"{dataset.name}.parquet")
        else:
            _land(dataset, run)
    for dataset in (d for d in all_datasets().values() if d.feed):
        for path in sorted((everything.landed / dataset.name).glob("*.parquet")):
            frame = _known_by(dataset.name, pl.read_parquet(path), day)
            if dataset.name == "eastmoney_lift_stages":
                # a change of price over 20 sessions was known when they were over, the expiry's own day being the first
                sessions = [on for on in market_sessions(SHANGHAI) if on <= day]
                is_over = pl.col("free_on") <= sessions[-20]
                frame = frame.with_columns(pl.when(is_over).then("change_after_20d_ratio").alias("change_after_20d_ratio"))
            write_parquet(frame, then.landed / dataset.name / path.name)


def _known_by(dataset: str, frame: pl.DataFrame, day: date) -> pl.DataFrame:
    """The landed rows that were known by a day; the end of a price was known when the next one began."""
    if "known_on" in frame.columns:
        frame = frame.filter(pl.col("known_on").is_null() | (pl.col("known_on") <= day))
    if dataset == "package_token_prices":
        frame = frame.with_columns(pl.when(pl.col("effective_to") < day).then("effective_to").alias("effective_to"))
    return frame


def _blank_later_rows(dataset: Dataset, everything: Folders, then: Folders, day: date) -> None:
    """Empties the lines of a dataset's files whose rows became known later; lines stay, so that rows keep their numbers."""
    files = {f"{dataset.folder}/{dataset.name}.csv": then.committed / dataset.folder / f"{dataset.name}.csv"}
    files |= {inbox_label(dataset.name, path): path for path in (then.inbox / dataset.name).glob("*.csv")}
    if "source_row" in dataset.landed:
        landed = _landed(everything, dataset).filter(pl.col("known_on") > day).select("source_file", "source_row")
        later = set(landed.iter_rows())
    elif "known_on" in dataset.landed and dataset.read is None:
        rows = read_files(Given(everything, datetime.now(UTC), {}), dataset).rows
        later = {(row.file, row.number) for row in rows if row.cells["known_on"] > str(day)}
    else:
        return
    for label, path in files.items():
        numbers = {number for file, number in later if file == label}
        if numbers:
            instant = path.stat().st_mtime
            path.write_text(_without(path.read_text(encoding="utf-8"), numbers), encoding="utf-8", newline="")
            _set_changed_on(path, instant)


def _without(text: str, numbers: set[int]) -> str:
    """A CSV text with the lines of some rows emptied; a row is known by the number of its last line."""
    lines = text.split("\n")
    reader = csv.reader(io.StringIO(text, newline=""))
    last = 0
    for _ in reader:
        if reader.line_num in numbers:
            lines[last : reader.line_num] = [""] * (reader.line_num - last)
        last = reader.line_num
    return "\n".join(lines)


def _corrections_that_match(everything: Folders, then: Folders) -> Iterator[dict[str, Any]]:
    """The corrections whose row is still there."""
    for correction in yaml.safe_load((everything.committed / "corrections.yml").read_text(encoding="utf-8")):
        dataset = all_datasets()[correction["dataset"]]
        if dataset.read is None or "source_row" in dataset.landed:
            rows = read_files(Given(then, datetime.now(UTC), {}), dataset).rows
            match = correction["match"].items()
            if not any(all(row.cells.get(column) == value for column, value in match) for row in rows):
                continue
        yield correction


def _landed(folders: Folders, dataset: Dataset) -> pl.DataFrame:
    return pl.read_parquet(sorted((folders.landed / dataset.name).glob("*.parquet")))


def _differences(connection: duckdb.DuckDBPyConnection) -> tuple[int, int, list[str]]:
    """Every table that is in one build only or differs in a row: (tables compared, their rows, leaks in words)."""
    sql = "select schema_name || '.' || table_name from duckdb_tables() where database_name = ?"
    names, others = (
        {name for (name,) in connection.execute(sql, [database]).fetchall()} for database in ("everything", "known_then")
    )
    leaks = [f"{name} is in one of the builds only" for name in sorted(names ^ others)]
    rows = 0
    for name in sorted((names & others) - {"main.dim_release"}):
        left, right = f"everything.{name}", f"known_then.{name}"
        sums = [
            connection.execute(f"select count(*), sum(cast(hash(compared) as hugeint)) from {side} as compared").fetchall()
            for side in (left, right)
        ]
        rows += sums[1][0][0]
        if sums[0] == sums[1]:
            continue
        for side, one, other in (("only with later facts", left, right), ("only without them", right, left)):
            found = connection.sql(f"select * from {one} except all select * from {other}")
            count = found.aggregate("count(*)").fetchall()[0][0]
            if count:
                row = dict(zip(found.columns, found.order("all").limit(1).fetchall()[0], strict=True))
                words = ", ".join(f"{column}: {value}" for column, value in row.items() if value is not None)
                leaks.append(f"{name}: {count} row(s) {side}, the first {words}")
    return len(names & others) - 1, rows, leaks


def _later_than(connection: duckdb.DuckDBPyConnection, day: date) -> list[str]:
    """The rows of the marts and of the landed tables that say themselves that they were known or published after the day."""
    sql = (
        "select schema_name || '.' || table_name, column_name from duckdb_columns() where database_name = 'everything' "
        "and schema_name in ('main', 'landed') and (column_name like '%known_on' or column_name = 'published_on')"
    )
    leaks = []
    for name, column in connection.execute(sql).fetchall():
        late = connection.execute(f'select count(*) from everything.{name} where "{column}" > ?', [day]).fetchall()[0][0]
        if late:
            leaks.append(f"{name}: {late} row(s) with a {column} after {day}")
    return leaks


def main() -> int:
    """Draws days, compares each, prints a line a day and a summary; returns 1 if anything leaked."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.time_travel", description=__doc__)
    parser.add_argument("--days", type=int, default=20, help="how many days to draw")
    parser.add_argument("--seed", type=int, default=None, help="draws the same days again; a new one is printed")
    parser.add_argument("--on", type=date.fromisoformat, nargs="*", help="these days instead of drawn ones")
    options = parser.parse_args()
    seed = random.SystemRandom().randrange(1_000_000) if options.seed is None else options.seed
    with tempfile.TemporaryDirectory(prefix="freefloat-time-travel-") as folder:
        machine = TimeMachine(Path(folder))
        days = options.on or machine.draw(options.days, seed)
        print(f"seed {seed}: {len(days)} days, {len(machine.boundaries())} boundaries", flush=True)
        compared = []
        for day in days:
            compared.append(machine.compare(day))
            print(compared[-1], flush=True)
    leaking = [one for one in compared if one.leaks]
    rows = sum(one.rows for one in compared)
    print(f"{len(compared)} days compared, {rows:,} rows; {len(leaking)} day(s) with a leak")
    return 1 if leaking else 0


if __name__ == "__main__":
    sys.exit(main())
