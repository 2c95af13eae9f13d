"""Makes an import bundle of dashboards.yml and of what a release says of its columns, for Superset's import of assets.

The same release gives the same bundle. Things keep their UUIDs, so that a later bundle replaces what an earlier one made, and
leaves alone whatever somebody added.
"""

from __future__ import annotations

import re
import sys
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.bi.superset.charts import chart_params
from orchestration.bi.superset.names import heading, number_format
from orchestration.project_files import data_dir
from orchestration.releases.catalog import quoted
from orchestration.releases.release import WAREHOUSE, NoRelease, ReleaseError

#: UUIDs are made from names in this name space, which must never change.
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "freefloat:superset")
_MART = re.compile(r"\b(?:dim|fct|mart)_\w+")
_TIMES = ("DATE", "TIMESTAMP")
DATABASE = "freefloat"
#: What a connection may: read the release, and nothing else of the machine.
CONNECT_ARGS = {"read_only": True, "config": {"enable_external_access": "false"}}
Row = dict[str, Any]


@cache
def design() -> Row:
    """What dashboards.yml says."""
    return yaml.safe_load((Path(__file__).parent / "dashboards.yml").read_text(encoding="utf-8"))


def selection(name: str) -> str:
    """The query of a dataset: its own, or the mart of that name whole."""
    return design()["datasets"][name].get("sql") or f"SELECT * FROM {name}"


def marts_of(dashboard: str) -> list[str]:
    """The marts that the charts and filters of a dashboard query, by name."""
    shown = design()["dashboards"][dashboard]
    charts = [design()["charts"][name] for name in chart_names(shown)]
    datasets = {one["dataset"] for one in (*charts, *shown["filters"])}
    return sorted({mart for name in datasets for mart in _MART.findall(selection(name))})


def chart_names(dashboard: Mapping[str, Any]) -> list[str]:
    """The charts of a dashboard, in their order."""
    return [name for row in dashboard["rows"] for name in row if name not in ("height", "heading")]


def bundle(connection: duckdb.DuckDBPyConnection, uri: str) -> dict[str, str]:
    """The files of the bundle by their paths in it, of the release that is open; `uri` is where Superset finds it.

    Raises duckdb.Error if the release lacks what a dataset selects.
    """
    comments = _comments(connection)
    datasets = {name: _dataset(connection, name, comments) for name in design()["datasets"]}
    database = {
        "database_name": DATABASE,
        "sqlalchemy_uri": uri,
        "uuid": _id("database", DATABASE),
        "expose_in_sqllab": True,
        "allow_dml": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_csv_upload": False,
        "extra": {"engine_params": {"connect_args": CONNECT_ARGS}, "allows_virtual_table_explore": True},
    }
    files: dict[str, Row] = {
        # the format wants an instant; the same release gives the same bundle
        "metadata.yaml": {"type": "assets", "timestamp": "2026-01-01T00:00:00+00:00"},
        f"databases/{DATABASE}.yaml": database,
    }
    files |= {f"datasets/{DATABASE}/{name}.yaml": found for name, found in datasets.items()}
    files |= {f"charts/{name}.yaml": _chart(name, datasets[chart["dataset"]]) for name, chart in design()["charts"].items()}
    files |= {f"dashboards/{name}.yaml": _dashboard(name, shown) for name, shown in design()["dashboards"].items()}
    return {
        path: yaml.safe_dump({"version": "1.0.0"} | content, sort_keys=False, allow_unicode=True)
        for path, content in files.items()
    }


def write_bundle(warehouse: Path, target: Path, uri: str | None = None) -> Path:
    """Writes the bundle as a file that Superset imports; returns its path.

    `uri` is where Superset finds the release, if not in `warehouse`. Raises ReleaseError if the release can't be read or lacks
    what is drawn.
    """
    try:
        with duckdb.connect(warehouse, read_only=True) as connection:
            files = bundle(connection, uri or f"duckdb:///{warehouse}")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise ReleaseError(f"{warehouse}: the dashboards can't draw this release ({reason}): run `freefloat refresh`") from error
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            # a fixed time: the same release gives the same bytes
            archive.writestr(zipfile.ZipInfo(f"freefloat/{path}"), text)
    return target


def _id(kind: str, name: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{kind}:{name}"))


def _comments(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str | None, str]]:
    """Mart -> column -> what the release says of it; column None is the mart."""
    found: dict[str, dict[str | None, str]] = {}
    for table, column, words in connection.execute(
        """
        SELECT table_name, NULL, comment FROM duckdb_tables() WHERE schema_name = 'main'
        UNION ALL SELECT table_name, column_name, comment FROM duckdb_columns() WHERE schema_name = 'main'
        """
    ).fetchall():
        found.setdefault(table, {})[column] = words or ""
    return found


def _dataset(connection: duckdb.DuckDBPyConnection, name: str, comments: Mapping[str, Mapping[str | None, str]]) -> Row:
    said = design()["datasets"][name]
    sql = selection(name)
    types = {column: str(kind) for column, kind, *_ in connection.execute(f"DESCRIBE {sql}").fetchall()}
    marts = list(dict.fromkeys(_MART.findall(sql)))
    words = {column: text for mart in reversed(marts) for column, text in comments[mart].items()} | said.get("added", {})
    headings = said.get("headings", {})
    return {
        "table_name": name,
        "schema": "main",
        "sql": said.get("sql"),
        "description": said.get("description") or words[None],
        "uuid": _id("dataset", name),
        "database_uuid": _id("database", DATABASE),
        "main_dttm_col": said.get("time"),
        "columns": [
            {
                "column_name": column,
                "verbose_name": headings.get(column) or heading(column),
                "description": words[column],
                "type": kind,
                "is_dttm": kind in _TIMES,
                "groupby": True,
                "filterable": True,
            }
            for column, kind in types.items()
        ],
        "metrics": [
            {
                "metric_name": column,
                "verbose_name": headings.get(column) or heading(column),
                "description": words[column],
                "expression": f"{how.upper()}({quoted(column)})",
                "d3format": number_format(column),
            }
            for column, how in said.get("metrics", {}).items()
        ],
    }


def _chart(name: str, dataset: Row) -> Row:
    chart = design()["charts"][name]
    types = {column["column_name"]: column["type"] for column in dataset["columns"]}
    headings = {column["column_name"]: column["verbose_name"] for column in dataset["columns"]}
    params = chart_params(chart, types, headings)
    return {
        "slice_name": chart["title"],
        "description": chart["says"],
        "viz_type": params["viz_type"],
        "params": params,
        "uuid": _id("chart", name),
        "dataset_uuid": dataset["uuid"],
    }


def _dashboard(name: str, shown: Row) -> Row:
    charts = chart_names(shown)
    numbers = {chart: number for number, chart in enumerate(charts, start=1)}
    return {
        "dashboard_title": shown["title"],
        "description": shown["reads"],
        "slug": f"freefloat-{name}",
        "uuid": _id("dashboard", name),
        "published": True,
        "css": (Path(__file__).parent / "dashboard.css").read_text(encoding="utf-8"),
        "position": dict(_positions(shown, numbers)),
        "metadata": {
            "color_scheme": "freefloat",
            "label_colors": design().get("colours", {}),
            "native_filter_configuration": [_filter(one, numbers) for one in shown["filters"]],
            # above the charts, so that they have the whole width
            "filter_bar_orientation": "HORIZONTAL",
            "cross_filters_enabled": False,
            "show_chart_timestamps": False,
        },
    }


def _positions(shown: Row, numbers: Mapping[str, int]) -> Iterator[tuple[str, Any]]:
    """Superset's tree of a dashboard: rows of charts, and the words at the top."""
    rows = {f"ROW-{number}": row for number, row in enumerate(shown["rows"], start=1)}
    yield "DASHBOARD_VERSION_KEY", "v2"
    yield "ROOT_ID", {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]}
    yield "GRID_ID", {"type": "GRID", "id": "GRID_ID", "parents": ["ROOT_ID"], "children": list(rows)}
    yield "HEADER_ID", {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": shown["title"]}}
    for row_id, row in rows.items():
        parts = {f"{'MARKDOWN' if part == 'heading' else 'CHART'}-{part}": part for part in row if part != "height"}
        yield (
            row_id,
            {
                "type": "ROW",
                "id": row_id,
                "parents": ["ROOT_ID", "GRID_ID"],
                "children": list(parts),
                "meta": {"background": "BACKGROUND_TRANSPARENT"},
            },
        )
        for part_id, part in parts.items():
            meta: Row = {"width": row[part], "height": row["height"]}
            if part == "heading":
                meta["code"] = shown["reads"]
            else:
                meta |= {"uuid": _id("chart", part), "chartId": numbers[part], "sliceName": design()["charts"][part]["title"]}
            yield (
                part_id,
                {
                    "type": part_id.split("-")[0],
                    "id": part_id,
                    "parents": ["ROOT_ID", "GRID_ID", row_id],
                    "children": [],
                    "meta": meta,
                },
            )


def _filter(one: Row, numbers: Mapping[str, int]) -> Row:
    chosen = one.get("default", [])
    of = one.get("of") or [chart for chart in numbers if chart not in one.get("leaves_out", [])]
    clause = {"filters": [{"col": one["column"], "op": "IN", "val": chosen}]} if chosen else {}
    return {
        "id": "NATIVE_FILTER-" + _id("filter", one["name"]),
        "name": one["name"],
        "type": "NATIVE_FILTER",
        "filterType": "filter_select",
        "targets": [{"datasetUuid": _id("dataset", one["dataset"]), "column": {"name": one["column"]}}],
        "defaultDataMask": {"extraFormData": clause, "filterState": {"value": chosen} if chosen else {}, "ownState": {}},
        "controlValues": {
            "multiSelect": True,
            "enableEmptyFilter": False,
            "defaultToFirstItem": False,
            "inverseSelection": False,
        },
        "scope": {"rootPath": ["ROOT_ID"], "excluded": [number for chart, number in numbers.items() if chart not in of]},
        "cascadeParentIds": [],
        "description": "",
    }


def main() -> int:
    """Writes freefloat-superset.zip for a Superset of your own; the argument is the address at which it finds the release."""
    try:
        if not (data_dir() / WAREHOUSE).exists():
            raise NoRelease(data_dir())
        uri = sys.argv[1] if len(sys.argv) > 1 else None
        print(write_bundle(data_dir() / WAREHOUSE, data_dir() / "build" / "superset" / "freefloat-superset.zip", uri))
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
