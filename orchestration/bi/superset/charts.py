"""The parameters by which Superset draws a chart of dashboards.yml."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from orchestration.bi.superset.names import number_format

#: What dashboards.yml calls a chart -> what Superset calls it.
TYPES = {
    "bar": "echarts_timeseries_bar",
    "line": "echarts_timeseries_line",
    "step": "echarts_timeseries_step",
    "scatter": "echarts_timeseries_scatter",
    "table": "table",
}
_NUMBERS = ("BIGINT", "HUGEINT", "INTEGER", "DOUBLE", "DECIMAL")
Params = dict[str, Any]


def chart_params(chart: Mapping[str, Any], types: Mapping[str, str], headings: Mapping[str, str]) -> Params:
    """The parameters of a chart; `types` are the DuckDB types of the columns of its dataset, `headings` their names in words."""
    params = {
        "viz_type": TYPES[chart["type"]],
        "adhoc_filters": [_condition(*one) for one in chart.get("where", [])],
        "row_limit": chart.get("rows", 10000),
        "color_scheme": "freefloat",
    }
    drawn = _table(chart, types) if chart["type"] == "table" else _axes(chart, types, headings)
    return params | drawn | chart.get("params", {})


def _condition(column: str, operator: str, value: Any) -> Params:
    return {"expressionType": "SIMPLE", "clause": "WHERE", "subject": column, "operator": operator, "comparator": value}


def _table(chart: Mapping[str, Any], types: Mapping[str, str]) -> Params:
    """A row each row of the dataset, as it is."""
    formats = {column: {"d3NumberFormat": number_format(column)} for column in chart["columns"] if types[column] in _NUMBERS}
    return {
        "query_mode": "raw",
        "all_columns": chart["columns"],
        "order_by_cols": [json.dumps([column, rising]) for column, rising in chart.get("order", {}).items()],
        "column_config": formats,
        "table_timestamp_format": "%Y-%m-%d",
        "show_cell_bars": False,
        "include_search": False,
        "page_length": 0,
    }


def _axes(chart: Mapping[str, Any], types: Mapping[str, str], headings: Mapping[str, str]) -> Params:
    """Marks over one axis of days, numbers or names."""
    is_time = types[chart["x"]] in ("DATE", "TIMESTAMP")
    is_number = types[chart["x"]] in _NUMBERS
    params: Params = {
        "x_axis": chart["x"],
        "metrics": chart["metrics"],
        "groupby": chart.get("by", []),
        "order_desc": True,
        "y_axis_format": number_format(chart["metrics"][0]),
        "tooltipTimeFormat": "%Y-%m-%d",
        "rich_tooltip": True,
        "show_legend": len(chart["metrics"]) > 1 or bool(chart.get("by")),
        "legendType": "scroll",
        "legendOrientation": "top",
        "stack": "Stack" if chart.get("stacked") else None,
        "only_total": True,
        "truncateYAxis": False,
        "orientation": "horizontal" if chart.get("horizontal") else "vertical",
    }
    if is_time:
        params |= {
            "time_grain_sqla": chart.get("grain"),
            "x_axis_time_format": "%b %Y" if chart.get("grain") == "P1M" else "%Y-%m-%d",
            "x_axis_sort_asc": True,
            # level labels end in the last day, over the one before it
            "xAxisLabelRotation": 45,
        }
    elif is_number:
        params |= {"x_axis_sort_asc": True, "x_axis_title": headings[chart["x"]], "x_axis_title_margin": 30}
    elif chart.get("horizontal") and len(chart["metrics"]) == 1 and not chart.get("by"):
        # the largest at the top
        params |= {"xAxisForceCategorical": True, "x_axis_sort": chart["metrics"][0], "x_axis_sort_asc": True}
    else:
        params |= {"xAxisForceCategorical": True, "x_axis_sort": chart["x"], "x_axis_sort_asc": not chart.get("horizontal")}
    return params
