"""Exposures name what pages and dashboards query, no less and no more: compared with the queries that are run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.bi.superset.bundle import chart_names, design, selection
from orchestration.defs.exposures import exposures
from orchestration.reading.calendar import CATALYSTS
from orchestration.reading.connection import connect
from orchestration.reading.report import QUERIES
from orchestration.reading.site import chart, write
from orchestration.releases.catalog import literal
from orchestration.settings import Settings

STATED = {exposure.name: set(exposure.marts) for exposure in exposures()}


def named(sqls: list[str]) -> set[str]:
    """The tables that queries name, as DuckDB reads them."""
    found, ctes = set(), set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if node.get("type") == "BASE_TABLE":
                found.add(node["table_name"])
            ctes.update(one["key"] for one in (node.get("cte_map") or {}).get("map", []))
        for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            walk(part)

    with duckdb.connect() as connection:
        for sql in sqls:
            tree = json.loads(connection.execute(f"SELECT json_serialize_sql({literal(sql)})").fetchall()[0][0])
            assert not tree["error"], tree
            walk(tree)
    return found - ctes


def test_the_marts_of_a_dashboard_are_those_that_its_selections_name() -> None:
    for name, dashboard in design()["dashboards"].items():
        datasets = [design()["charts"][one]["dataset"] for one in chart_names(dashboard)]
        datasets += [one["dataset"] for one in dashboard["filters"]]
        assert STATED[f"superset_{name}"] == named([selection(dataset) for dataset in datasets])


def test_the_marts_of_report_and_calendar_are_those_that_they_read() -> None:
    assert STATED["page_report"] == named(list(QUERIES.values()))
    assert STATED["calendar"] == named([CATALYSTS])


def test_every_exposure_is_known_to_dbt_with_what_it_depends_on(parsed_project: Path) -> None:
    from orchestration.defs.dbt_runner import parse

    found = parse(Settings(data_dir=parsed_project)).manifest["exposures"].values()
    assert {one["name"]: {name.split(".")[-1] for name in one["depends_on"]["nodes"]} for one in found} == STATED


def test_the_marts_of_a_page_are_those_that_it_reads(offline_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run: list[str] = []

    def noting(records: Callable[..., Any]) -> Callable[..., Any]:
        def noted(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
            run.append(sql)
            return records(connection, sql)

        return noted

    for module in (chart, write):
        monkeypatch.setattr(module, "records", noting(module.records))
    read: dict[str, set[str]] = {}
    with connect(offline_release) as connection:
        common: set[str] = set()
        for page, queries, draw in write._pages(connection, []):
            draw()
            # the queries of every page stand before those of the first one
            common = common or named(run[: len(write.PAGE_QUERIES)])
            read[page] = common | named(run)
            # by what a page says that it is made from it is known whether it stays
            assert read[page] == named(queries), page
            run.clear()
    pages = {"index.html": "page_market", "figures.html": "page_figures", "valuation.html": "page_valuation"}
    for page, marts in read.items():
        assert marts == STATED[pages.get(page, "page_company")], page
    assert len(read) > len(pages)
