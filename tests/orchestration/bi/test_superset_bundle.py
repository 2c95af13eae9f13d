"""The bundle for Superset: nothing in it names what no mart has, and what it says of columns is what the marts say."""

from __future__ import annotations

import copy
import io
import os
import re
import runpy
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
import yaml
from sqlalchemy.engine import make_url

from orchestration.bi.superset import bundle as made
from orchestration.bi.superset.bundle import bundle, chart_names, design, marts_of, selection, write_bundle
from orchestration.bi.superset.charts import TYPES
from orchestration.bi.superset.names import heading, number_format
from orchestration.releases.catalog import literal, quoted
from orchestration.releases.release import ReleaseError
from tests.conftest import PROJECT

MARTS = sorted((PROJECT / "dbt_project" / "models").glob("*/marts/*.yml"))
Names = dict[str, list[str]]


def type_of(column: str) -> str:
    """The kind of column that a name says: enough for a query to be understood."""
    return (
        "DATE"
        if column.endswith("_on") or column in ("as_of", "trading_date")
        else "BOOLEAN"
        if column.startswith("is_")
        else "DOUBLE"
    )


@pytest.fixture(scope="module")
def described() -> Names:
    """The columns of each mart, as its description lists them."""
    models = [model for path in MARTS for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]]
    return {model["name"]: [column["name"] for column in model["columns"]] for model in models}


def release_of(described: Names) -> duckdb.DuckDBPyConnection:
    """A release of marts with these columns and no rows, each column with a comment."""
    connection = duckdb.connect()
    statements = ["BEGIN"]
    for mart, columns in described.items():
        # what is joined with text is text, whatever its name
        types = {
            name: "VARCHAR"
            if re.search(r"company|issuer|ticker|measure|scenario|benchmark$|basis|sector|model|series", name)
            else type_of(name)
            for name in columns
        }
        statements.append(f"CREATE TABLE {quoted(mart)} ({', '.join(f'{quoted(name)} {kind}' for name, kind in types.items())})")
        statements.append(f"COMMENT ON TABLE {quoted(mart)} IS {literal(f'What {mart} is')}")
        statements += [f"COMMENT ON COLUMN {quoted(mart)}.{quoted(name)} IS {literal(f'{mart}: {name}')}" for name in columns]
    connection.execute("; ".join([*statements, "COMMIT"]))
    return connection


def read(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    return {path: yaml.safe_load(text) for path, text in bundle(connection, "duckdb:////data/warehouse.duckdb").items()}


@pytest.fixture(scope="module")
def files(described: Names) -> dict[str, Any]:
    """The bundle of the marts as they are described."""
    with release_of(described) as connection:
        return read(connection)


def unknown(files: dict[str, Any]) -> Iterator[str]:
    """What dashboards.yml names and the marts, the datasets or the charts don't have."""
    columns = {
        path.split("/")[-1].removesuffix(".yaml"): {column["column_name"] for column in content["columns"]}
        for path, content in files.items()
        if path.startswith("datasets/")
    }
    for name, dataset in design()["datasets"].items():
        for part in ("metrics", "headings", "added"):
            yield from (f"dataset {name}, {part}: {column}" for column in dataset.get(part, {}) if column not in columns[name])
        if (time := dataset.get("time")) and time not in columns[name]:
            yield f"dataset {name}, time: {time}"
    for name, chart in design()["charts"].items():
        metrics = design()["datasets"][chart["dataset"]].get("metrics", {})
        yield from (f"chart {name}: no metric {metric}" for metric in chart.get("metrics", []) if metric not in metrics)
        named = [
            *chart.get("columns", []),
            *chart.get("by", []),
            *chart.get("order", []),
            *(one[0] for one in chart.get("where", [])),
        ]
        named += [chart["x"]] if "x" in chart else []
        yield from (f"chart {name}: no column {column}" for column in named if column not in columns[chart["dataset"]])
    for name, dashboard in design()["dashboards"].items():
        charts = chart_names(dashboard)
        yield from (f"dashboard {name}: no chart {chart}" for chart in charts if chart not in design()["charts"])
        for one in dashboard["filters"]:
            if one["column"] not in columns[one["dataset"]]:
                yield f"dashboard {name}, filter {one['name']}: no column {one['column']}"
            named = [*one.get("of", []), *one.get("leaves_out", [])]
            yield from (f"dashboard {name}, filter {one['name']}: no chart {chart}" for chart in named if chart not in charts)


def test_nothing_in_the_dashboards_names_what_the_marts_do_not_have(files: dict[str, Any]) -> None:
    assert list(unknown(files)) == []


@pytest.mark.parametrize(
    ("mart", "column"),
    [
        ("mart_supply_calendar", "released_hkd"),  # of a selection
        ("fct_lockup_expiry", "days_to_absorb"),  # a metric and an axis
        ("fct_catalyst", "timing_printed"),  # of a table
        ("mart_issuer", "sector"),  # of a filter
        ("mart_value_chain", "is_total"),  # of a condition
    ],
)
def test_a_column_that_is_gone_is_found(described: Names, mart: str, column: str) -> None:
    without = described | {mart: [name for name in described[mart] if name != column]}
    with release_of(without) as connection:
        try:
            gone = list(unknown(read(connection)))
        except (duckdb.BinderException, KeyError) as error:
            gone = [str(error)]
    assert any(column in one for one in gone)


def test_a_chart_a_metric_and_a_filter_that_name_nothing_are_found(
    files: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = copy.deepcopy(design())
    changed["charts"]["float_path"]["metrics"] = ["gone_ratio"]
    changed["charts"]["value_chain"]["where"] = [["gone", "IS TRUE", None]]
    changed["dashboards"]["valuation"]["filters"][0]["column"] = "gone"
    changed["dashboards"]["supply"]["rows"].append({"gone": 12, "height": 40})
    monkeypatch.setattr(f"{__name__}.design", lambda: changed)
    assert list(unknown(files)) == [
        "chart float_path: no metric gone_ratio",
        "chart value_chain: no column gone",
        "dashboard supply: no chart gone",
        "dashboard valuation, filter Company: no column gone",
    ]


def test_no_figure_is_computed_in_the_dashboards(files: dict[str, Any]) -> None:
    """A metric is a plain sum, max or min of its own column; a selection adds and multiplies nothing."""
    for path, content in files.items():
        for metric in content.get("metrics", []) if path.startswith("datasets/") else []:
            assert re.fullmatch(r'(SUM|MAX|MIN)\("' + metric["metric_name"] + r'"\)', metric["expression"]), (path, metric)
    for name in design()["datasets"]:
        sql = re.sub(r"'[^']*'", "''", selection(name)).replace("SELECT * ", "SELECT ")
        assert not re.search(r" [-+*/] |\b(sum|avg|min|max|count|median|round)\(", sql, flags=re.IGNORECASE), name


def test_each_chart_is_on_a_dashboard_of_a_known_kind_and_rows_are_full() -> None:
    shown = [chart for dashboard in design()["dashboards"].values() for chart in chart_names(dashboard)]
    assert set(shown) == design()["charts"].keys()
    assert {chart["dataset"] for chart in design()["charts"].values()} <= design()["datasets"].keys()
    assert {chart["type"] for chart in design()["charts"].values()} <= TYPES.keys()
    for dashboard in design()["dashboards"].values():
        assert [sum(width for part, width in row.items() if part != "height") for row in dashboard["rows"]] == [12] * len(
            dashboard["rows"]
        )
        for row in dashboard["rows"]:
            # the rest are drawn over the whole width, for phones
            assert len(row) == 2


def test_a_column_is_described_and_headed_as_its_mart_says(files: dict[str, Any]) -> None:
    dataset = files["datasets/freefloat/next_expiries.yaml"]
    columns = {column["column_name"]: column for column in dataset["columns"]}
    assert columns["float_expansion_x"]["description"] == "fct_lockup_expiry: float_expansion_x"
    assert columns["sector"]["description"] == "mart_issuer: sector"
    assert (columns["first_tradable_on"]["is_dttm"], columns["ticker"]["is_dttm"]) == (True, False)
    assert columns["price_on"]["verbose_name"] == "Price on"
    metrics = {metric["metric_name"]: metric for metric in dataset["metrics"]}
    assert metrics["days_to_absorb"]["description"] == "fct_lockup_expiry: days_to_absorb"
    assert files["datasets/freefloat/dim_release.yaml"]["description"] == "What dim_release is"


def test_names_say_how_they_are_headed_and_written() -> None:
    assert [heading(name) for name in ("release_value_hkd", "float_expansion_x", "latest_arr_as_of", "float_ratio")] == [
        *("Release value, HKD", "Float expansion", "Latest ARR as of", "Float")
    ]
    written = {name: number_format(name) for name in ("float_ratio", "p_arr_x", "released_shares", "price_hkd", "supply_hkd")}
    assert written == {
        **{"float_ratio": ".1%", "p_arr_x": ",.2f", "released_shares": ",d"},
        **{"price_hkd": ",.2f", "supply_hkd": "SMART_NUMBER"},
    }


def test_the_database_is_opened_to_be_read_and_nothing_else_of_the_machine(files: dict[str, Any]) -> None:
    database = files["databases/freefloat.yaml"]
    assert database["extra"]["engine_params"]["connect_args"] == made.CONNECT_ARGS
    assert made.CONNECT_ARGS == {"read_only": True, "config": {"enable_external_access": "false"}}
    assert not any(database[may] for may in ("allow_dml", "allow_ctas", "allow_cvas", "allow_csv_upload"))


def test_a_connection_follows_the_current_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings are read in Superset's environment; what they import of it is stood in for."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "secret_key").write_text("secret")
    monkeypatch.setenv("SUPERSET_HOME", str(tmp_path / "home"))
    monkeypatch.setitem(sys.modules, "superset.config", SimpleNamespace(THEME_DEFAULT={}))
    settings = runpy.run_path(str(PROJECT / "orchestration" / "bi" / "superset" / "superset_config.py"))
    current = tmp_path / "warehouse.duckdb"

    def opened() -> str:
        return settings["DB_CONNECTION_MUTATOR"](make_url(f"duckdb:///{current}"), {"one": 1}, None, None, None)[0].database

    for release in ("20261129T000000001Z", "20261129T000000002Z"):
        own = tmp_path / "releases" / release / "warehouse.duckdb"
        own.parent.mkdir(parents=True)
        own.write_text(release)
        current.unlink(missing_ok=True)
        os.link(own, current)
        assert opened() == str(own)
    # a copy, as where there are no hard links, is opened itself; so is any other database
    current.unlink()
    current.write_text(release)
    assert opened() == str(current)
    other = make_url("duckdb:////elsewhere/other.duckdb")
    assert settings["DB_CONNECTION_MUTATOR"](other, {}, None, None, None) == (other, {})


def test_the_marts_of_a_dashboard_are_those_that_its_charts_query() -> None:
    assert {"mart_supply_calendar", "mart_issuer", "dim_release", "fct_catalyst"} <= set(marts_of("supply"))
    assert "mart_tripwire" not in marts_of("supply") and "mart_tripwire" in marts_of("valuation")


class TestOfARelease:
    def test_every_selection_has_its_columns_described_and_the_bundle_stays_the_same(self, offline_release: Path, tmp_path: Path):
        first = write_bundle(offline_release / "warehouse.duckdb", tmp_path / "one" / "bundle.zip")
        second = write_bundle(offline_release / "warehouse.duckdb", tmp_path / "two" / "bundle.zip")
        assert first.read_bytes() == second.read_bytes()
        with zipfile.ZipFile(io.BytesIO(first.read_bytes())) as archive:
            contents = {name: yaml.safe_load(archive.read(name)) for name in archive.namelist()}
        assert contents["freefloat/metadata.yaml"]["type"] == "assets"
        database = contents["freefloat/databases/freefloat.yaml"]
        assert database["sqlalchemy_uri"] == f"duckdb:///{offline_release / 'warehouse.duckdb'}"
        datasets = [content for name, content in contents.items() if "/datasets/" in name]
        assert len(datasets) == len(design()["datasets"])
        for dataset in datasets:
            assert dataset["description"]
            assert [column["column_name"] for column in dataset["columns"] if not column["description"]] == []

    def test_a_file_that_is_no_such_release_is_named(self, tmp_path: Path):
        with duckdb.connect(tmp_path / "warehouse.duckdb") as connection:
            connection.execute("CREATE TABLE dim_release (release_id VARCHAR, as_of DATE)")
        with pytest.raises(
            ReleaseError, match=r"warehouse\.duckdb: the dashboards can't draw this release .*mart_supply_calendar"
        ):
            write_bundle(tmp_path / "warehouse.duckdb", tmp_path / "bundle.zip")
