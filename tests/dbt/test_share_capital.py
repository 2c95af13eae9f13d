"""The chain of issued capital over random lives: what companies did is what counts, whatever documents say it, in any order.

The models' own SQL, as the release was built with it, over statements made here. Each company has an opening, and days on which
one to four events change its capital; documents state them one by one, all in one with the total after each or with the total
of the day, twice, or added up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import duckdb
import polars as pl
import pytest

OPENED_ON = date(2026, 1, 8)
COMPANIES = 400
KINDS = ("option exercise", "award", "conversion", "placing", "cancellation")
SCHEMA = {
    "ticker": pl.String,
    "effective_on": pl.Date,
    "event": pl.String,
    "event_kind": pl.String,
    "share_class": pl.String,
    "shares_issued_delta": pl.Int64,
    "issue_price_hkd_value": pl.Decimal(28, 8),
    "total_shares_after": pl.Int64,
    "note": pl.String,
    "document_id": pl.String,
    "table_ref": pl.String,
    "source_file": pl.String,
    "source_row": pl.Int64,
    "known_on": pl.Date,
}


@dataclass(frozen=True)
class Event:
    """What a company did, and its total after that."""

    kind: str
    delta: int
    after: int


@dataclass(frozen=True)
class Statement:
    """What a document says."""

    ticker: str
    on: date
    document: str
    kind: str
    delta: int
    after: int


@dataclass(frozen=True)
class Company:
    """A company's days of events, and what documents say of them."""

    ticker: str
    days: dict[date, list[Event]]
    statements: list[Statement]

    @property
    def total(self) -> int:
        """What the company has in issue after all of it."""
        return self.days[max(self.days)][-1].after


def company(number: int, random: Random) -> Company:
    """A random life."""
    ticker = f"{number:04d}.HK"
    total = random.randrange(10**8, 10**9)
    days = {OPENED_ON: [Event("listing", total // 10, total)]}
    statements = [Statement(ticker, OPENED_ON, "return a", "listing", total // 10, total)]
    for week in range(1, random.randrange(2, 5)):
        on = OPENED_ON + timedelta(weeks=week)
        events: list[Event] = []
        only_issues = random.random() < 0.5
        for _ in range(random.randrange(1, 5)):
            kind = random.choice(KINDS[:4] if only_issues else KINDS)
            delta = random.randrange(1, 10**6) * (-1 if kind == "cancellation" else 1)
            total += delta
            events.append(Event(kind, delta, total))
        days[on] = events
        statements += stated(ticker, on, events, only_issues, random)
    return Company(ticker, days, statements)


def stated(ticker: str, on: date, events: list[Event], only_issues: bool, random: Random) -> Iterator[Statement]:
    """What documents say of a day: each event once or more, in one way or several."""
    names = [f"return {letter}" for letter in "abcdefgh"]
    random.shuffle(names)
    one_by_one = [Statement(ticker, on, names[place], event.kind, event.delta, event.after) for place, event in enumerate(events)]
    running = [replace(statement, document=names[5]) for statement in one_by_one]
    of_the_day = [replace(statement, document=names[6], after=events[-1].after) for statement in one_by_one]
    ways = [one_by_one, running, of_the_day]
    moved = sum(event.delta for event in events)
    if moved and (only_issues or random.random() < 0.5):
        # a sum of issues and cancellations is told to be one only by a document of a worse name than those that say more
        document = names[7] if only_issues else "return z"
        ways.append([Statement(ticker, on, document, "other", moved, events[-1].after)])
    yield from random.choice(ways[:3])
    for way in random.sample(ways, random.randrange(0, len(ways))):
        yield from (statement for statement in way)


def chain(companies: list[Company], release: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, random: Random) -> pl.DataFrame:
    """The chain that the models make of what is stated, in a random order of the rows."""
    statements = list(dict.fromkeys(one for each in companies for one in each.statements))
    random.shuffle(statements)
    # a document has its rows in an order of its own, never another's
    statements.sort(key=lambda one: one.document)
    rows = [
        (
            one.ticker,
            one.on,
            one.kind,
            one.kind,
            "H",
            one.delta,
            None,
            one.after,
            "",
            one.document,
            "t",
            one.document,
            row,
            one.on,
        )
        for row, one in enumerate(statements, 1)
    ]
    for name, frame in {
        "share_capital_events": pl.DataFrame(rows, SCHEMA, orient="row"),
        "documents": pl.DataFrame(
            [(name, 10, OPENED_ON, OPENED_ON) for name in {one.document for one in statements}],
            ["document_id", "rank", "published_on", "known_on"],
            orient="row",
        ),
    }.items():
        (folder / "landed" / name).mkdir(parents=True, exist_ok=True)
        frame.write_parquet(folder / "landed" / name / f"{name}.parquet")
    monkeypatch.chdir(folder)
    compiled = release / "build" / "dbt" / "compiled" / "freefloat" / "models" / "securities" / "intermediate"
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as build; create schema build.intermediate")
        connection.execute("create table build.intermediate.int_release as select date '2026-11-24' as as_of")
        connection.execute(f"attach '{release / 'build' / 'build.duckdb'}' as built (read_only)")
        for model in ("int_split", "int_share_class", "int_share_class_balance", "int_succession", "int_merger", "int_security"):
            connection.execute(f"create table build.intermediate.{model} as from built.intermediate.{model} limit 0")
        for model in ("int_share_capital_event", "int_share_capital_statement", "int_share_capital"):
            connection.execute(f"create table build.intermediate.{model} as {(compiled / f'{model}.sql').read_text()}")
        return connection.execute("from build.intermediate.int_share_capital").pl()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_total_is_the_opening_and_the_events_and_no_event_counts_twice(
    offline_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    random = Random(seed)
    companies = [company(number, random) for number in range(COMPANIES)]
    found = chain(companies, offline_release, tmp_path, monkeypatch, random)
    assert found.filter(pl.col("unexplained_shares") != 0).is_empty()
    by_ticker = found.sort("ticker", "effective_on", "event_number").partition_by("ticker", as_dict=True)
    for each in companies:
        rows = by_ticker[(each.ticker,)]
        for on, events in each.days.items():
            own = rows.filter(pl.col("effective_on") == on)
            assert sorted(own["issued_shares"]) == sorted(event.delta for event in events), (each.ticker, on)
            assert own["closing_shares"].unique().to_list() == [events[-1].after], (each.ticker, on)
        opening = each.days[OPENED_ON][0].after
        assert opening + rows.filter(pl.col("effective_on") > OPENED_ON)["issued_shares"].sum() == each.total
        assert rows["closing_shares"][-1] == each.total
