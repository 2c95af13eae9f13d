"""Random lives of companies: on each day on which something becomes known, the float is what it is by what is known, and no more.

The models' own SQL, as the release was built with it, over files that are landed here (tests/dbt/lives.py).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import polars as pl
import pytest

from ingestion.dataset import Folders, all_datasets
from ingestion.landing.land import LandingRun, land_dataset
from tests.conftest import PROJECT
from tests.dbt import lives, lives_drawn

#: A seed and its companies; more of them by `make torture-lives`.
SEEDS = [int(one) for one in os.environ.get("LIVES_SEEDS", "1").split()]
COMPANIES = int(os.environ.get("LIVES_COMPANIES", "40"))
#: What the steps of the float are compared with each other by: everything but the day on which it was known.
_WANTED = ("int_float_step", "int_listing_end", "int_share_capital", "int_share_class_opening")
#: No company of these has a bar: what reads bars has none.
_WITHOUT_BARS = ("int_price_bar",)
#: What the audit reads of the same.
_AUDITED = (*_WANTED, "fct_lockup_tranche", "fct_share_capital", "int_share_class_balance", "int_lot_restriction")
_LANDED = ("documents", *lives.HEADS)


@dataclass
class House:
    """A folder of landed rows, and the models in their order, each with its SQL."""

    folder: Path
    models: list[tuple[str, str, str]]
    audits: dict[str, str]
    release: Path
    kept: dict[date, duckdb.DuckDBPyConnection] = field(default_factory=dict)

    def as_of(self, known: date) -> duckdb.DuckDBPyConnection:
        """The tables as of a day, from all that is landed: built once for all tests, which only read them."""
        if known not in self.kept:
            self.kept[known] = self.build(known, self.folder)
        os.chdir(self.folder)
        return self.kept[known]

    def build(self, as_of: date, folder: Path) -> duckdb.DuckDBPyConnection:
        """The tables as of a day, from what is landed in a folder."""
        connection = duckdb.connect()
        connection.execute("set threads = 1; attach ':memory:' as build; create schema build.intermediate; use build")
        connection.execute(f"attach '{self.release / 'build' / 'build.duckdb'}' as built (read_only)")
        connection.execute(f"create table build.intermediate.int_release as select date '{as_of}' as as_of")
        os.chdir(folder)
        for schema, name, sql in self.models:
            connection.execute(f"create table build.{schema}.{name} as {sql}")
        return connection


def models_of(release: Path, manifest: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What `_AUDITED` are made of, in order: schema, name, and the SQL as it was compiled."""
    nodes = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    keys = {node["name"]: key for key, node in nodes.items()}
    found: dict[str, tuple[str, str, str]] = {}

    def take(key: str) -> None:
        node = nodes[key]
        if node["name"] in found or node["name"] == "int_release":
            return
        if node["name"] in _WITHOUT_BARS:
            found[node["name"]] = ("intermediate", node["name"], f"from built.intermediate.{node['name']} limit 0")
            return
        for parent in node["depends_on"]["nodes"]:
            if parent in nodes:
                take(parent)
        if node["config"]["materialized"] != "ephemeral":
            path = release / "build" / "dbt" / "compiled" / "freefloat" / node["original_file_path"]
            found[node["name"]] = (node["schema"], node["name"], path.read_text())

    for name in _AUDITED:
        take(keys[name])
    return list(found.values())


def audits_of(release: Path, manifest: dict[str, Any], models: set[str]) -> dict[str, str]:
    """The audit's own tests that read none but these models, with their SQL as it was compiled."""
    found = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test" and node["name"].startswith("assert_"):
            read = {key.split(".")[-1] for key in node["depends_on"]["nodes"]}
            if {name for name in read if name.startswith(("int_", "fct_", "dim_", "mart_"))} <= models | {"int_release"}:
                path = release / "build" / "dbt" / "compiled" / "freefloat" / node["original_file_path"]
                found[node["name"]] = path.read_text()
    return found


@pytest.fixture(scope="module", params=SEEDS)
def told(request: pytest.FixtureRequest) -> list[lives.Life]:
    """The lives of a seed."""
    return [lives_drawn.life(request.param, number) for number in range(COMPANIES)]


@pytest.fixture(scope="module")
def house(told: list[lives.Life], offline_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The lives, landed as a user's files, without the project's own companies."""
    folder = tmp_path_factory.mktemp("lives")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        found = landed(told, offline_release, folder)
        yield found
        for connection in found.kept.values():
            connection.close()


def landed(told: list[lives.Life], offline_release: Path, folder: Path) -> House:
    """The lives as landed rows in a folder, with the models of a release."""
    for name, text in lives_drawn.files(told).items():
        path = folder / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    shutil.copytree(offline_release / "landed", folder / "landed")
    folders = Folders(committed=PROJECT / "data", data=folder)
    run = LandingRun(folders, datetime.now(UTC))
    for name, dataset in all_datasets().items():
        if name in _LANDED or (name.startswith("release_rule") and not dataset.feed):
            messages = land_dataset(dataset, run).messages()
            assert messages == [], (name, messages[:3])
    for path in (folder / "landed").glob("*/*.parquet"):
        frame = pl.read_parquet(path)
        if "ticker" in frame.columns:
            frame.filter(pl.col("ticker").str.contains(r"^9[6789]\d{3}\.HK$")).write_parquet(path)
    manifest = json.loads((offline_release / "build" / "dbt" / "manifest.json").read_text())
    models = models_of(offline_release, manifest)
    return House(folder, models, audits_of(offline_release, manifest, {name for _, name, _ in models}), offline_release)


_STEPS = """
    select steps.ticker, steps.step_on, steps.float_shares, steps.listed_shares, steps.total_shares, ends.ended_on, policy
    from build.intermediate.int_float_step as steps
    left join build.intermediate.int_listing_end as ends on steps.ticker = ends.ticker
    where is_preferred order by steps.ticker, steps.step_on
"""


def test_a_build_as_of_a_day_is_the_build_from_what_was_known_then(house: House) -> None:
    for known in lives.KNOWN_ON:
        then = house.folder / "then"
        shutil.copytree(house.folder / "landed", then / "landed", dirs_exist_ok=True)
        for name in lives.HEADS:
            path = then / "landed" / name / f"{name}.parquet"
            pl.read_parquet(path).filter(pl.col("known_on") <= known).write_parquet(path)
        all_of_it = house.as_of(known)
        with house.build(known, then) as only_then:
            for schema, table, _ in house.models:
                found, expected = (
                    one.execute(f"from build.{schema}.{table} order by all").fetchall() for one in (all_of_it, only_then)
                )
                assert found == expected, (table, known)
                assert found or table not in _WANTED or table == "int_listing_end", (table, known)


def test_each_day_knows_what_it_can_and_counts_each_share_once(told: list[lives.Life], house: House) -> None:
    draw = Random(1)
    sessions = (
        pl.read_parquet(house.folder / "landed" / "trading_days" / "*.parquet")
        .filter(pl.col("exchange_mic") == "XHKG", pl.col("trading_date").is_between(lives.LISTED_ON, date(2026, 3, 31)))[
            "trading_date"
        ]
        .to_list()
    )
    wrong: list[str] = []
    for known in lives.KNOWN_ON:
        connection = house.as_of(known)
        rows = connection.execute(_STEPS).fetchall()
        unexplained = connection.execute(
            "select ticker, effective_on, event, unexplained_shares from build.intermediate.int_share_capital "
            "where unexplained_shares <> 0"
        ).fetchall()
        refused = {
            name: found
            for name, sql in house.audits.items()
            if known == lives.KNOWN_ON[-1] and (found := connection.execute(sql).fetchall())
        }
        assert unexplained == []
        # nothing in these lives is to be refused
        assert refused == {} and len(house.audits) >= 8, (refused, list(house.audits))
        steps: dict[tuple[str, str], list[tuple]] = {}
        for ticker, *step, policy in rows:
            steps.setdefault((ticker, policy), []).append(tuple(step))
        for one in told:
            tickers = [ticker for ticker, _, known_on, until in one.codes if known_on <= known < until]
            tickers += [one.acquirer.ticker] if one.acquirer else []
            changes = {step[0] for ticker in tickers for step in steps[ticker, "unlocked"]}
            # the sessions at which a step stands first and last, and some others
            days = {day for place, day in enumerate(sessions) if changes & set(sessions[place : place + 2])}
            for day in sorted(days | set(draw.sample(sessions, 5))):
                code, *expected = one.standing(known, day)
                found = {}
                for ticker in tickers:
                    past = [step for step in steps[ticker, "unlocked"] if step[0] <= day < (step[4] or date.max)]
                    if past:
                        found[ticker] = list(past[-1][1:4])
                        early = [step for step in steps[ticker, "unlocked_earliest"] if step[0] <= day][-1]
                        assert past[-1][1] <= early[1] <= early[2] <= early[3], (ticker, known, day)
                is_gone = one.ended[0] <= known and day >= one.ended[1]
                count = {} if is_gone else {code: [int(shares) for shares in expected]}
                if one.acquirer:
                    count[one.acquirer.ticker] = [int(shares) for shares in one.acquirer.standing(one, known, day)]
                if found != count:
                    wrong.append(f"as of {known}, on {day}: {found}, not {count} {one.told}")
    assert wrong == [], "\n".join(wrong[:5])
