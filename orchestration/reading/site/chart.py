"""A chart of a page: a query, how its rows are drawn, and the records from which the template makes picture, table and file."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from orchestration.reading.connection import records
from orchestration.reading.query import csv_text
from orchestration.reading.text import json_text, text

_MART = re.compile(r"\b(?:dim|fct|mart)_\w+")
Row = dict[str, Any]
#: What research notes print, with the verdict on it where it follows from other figures.
_CLAIMS = """\
SELECT DISTINCT figure.subject, figure.metric, figure.printed, reconciliation.verdict, reconciliation.derived
FROM fct_printed_figure AS figure
JOIN dim_document AS document ON figure.document_id = document.document_id AND document.document_type = 'research note'
LEFT JOIN fct_reconciliation AS reconciliation
    ON figure.figure_id = reconciliation.figure_id AND reconciliation.basis = 'document'
WHERE figure.printed IS NOT NULL AND ($claim)
ORDER BY figure.subject, figure.metric, figure.printed"""


@dataclass(frozen=True)
class Column:
    """A column of the table beside a chart: of the query's result, under which heading, and of which kind.

    Kinds: `text`, `day`, `month`, `count`, `money`, `ratio` (shown in %), `x`, `yes`, `ticker` (which leads to its page).
    """

    name: str
    heading: str
    kind: str = "text"


@dataclass(frozen=True)
class Chart:
    """Rows of one query with the pictures of them; without a picture it is a table.

    A picture is a Vega-Lite view whose data are named `rows`, or one of `more` (further queries, by name), or `as_of`.
    """

    key: str
    title: str
    sql: str
    columns: Sequence[Column]
    wanted: str
    pictures: Sequence[Mapping[str, Any]] = ()
    more: Mapping[str, str] = field(default_factory=dict)
    says: str = ""
    #: Which printed figures a research note gives on this: a condition on fct_printed_figure, named `figure`.
    claim: str = ""
    #: How many rows are shown at once; the others are in the page for a filter to find.
    first: int | None = None
    is_filtered: bool = False


def shown(value: Any, kind: str) -> str:
    """A value as a table of a page shows it. Decimals keep their digits; the file beside the table has every value whole."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case date() if kind == "month":
            return f"{value:%Y-%m}"
        case int():
            return f"{value:,}"
        case Decimal():
            return f"{value:,f}" if kind != "ratio" else f"{100 * value:,f} %"
        case float() if kind == "ratio":
            return f"{100 * value:,.1f} %"
        case float() if kind == "x":
            return f"{value:,.2f}x"
        case float():
            return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"
        case _:
            return text(value)


def queries(chart: Chart) -> list[str]:
    """Every query of a chart: its rows, those of its pictures, and what research notes print of it."""
    claims = [_CLAIMS.replace("$claim", chart.claim)] if chart.claim else []
    return [chart.sql, *chart.more.values(), *claims]


def drawn(
    connection: duckdb.DuckDBPyConnection,
    chart: Chart,
    as_of: date,
    documents: Mapping[str, Row],
    history: Sequence[Row] = (),
) -> Row:
    """What the template needs of a chart.

    `documents` are the rows of dim_document by id, `history` rows of other releases, by the name `history`. A picture without
    rows is not drawn, and named as lacking. Raises duckdb.Error.
    """
    rows = records(connection, chart.sql)
    sets = {"rows": rows} | {name: records(connection, sql) for name, sql in chart.more.items()}
    sets["history"] = list(history)
    filled = [spec for spec in chart.pictures if all(sets[name] for name in _named(spec) if name in sets)]
    every = [row for found in sets.values() for row in found]
    named = dict.fromkeys(row[name] for row in every for name in row if name.endswith("document_id") and row[name] in documents)
    claims = records(connection, _CLAIMS.replace("$claim", chart.claim)) if chart.claim else []
    asked = [chart.sql, *chart.more.values()]
    return {
        "chart": chart,
        "rows": rows,
        "cells": [[(shown(row[column.name], column.kind), column) for column in chart.columns] for row in rows],
        "claims": claims,
        "pictures": [_picture(spec, sets, as_of) for spec in filled] if rows else [],
        "is_lacking": len(filled) < len(chart.pictures),
        "csv": b64encode(csv_text([tuple(row) for row in rows[:1]] + [tuple(row.values()) for row in rows]).encode()).decode(),
        "documents": [documents[document_id] for document_id in named],
        "marts": sorted({mart for sql in asked for mart in _MART.findall(sql)}),
        "queries": asked,
    }


def _named(spec: Mapping[str, Any]) -> set[str]:
    """The names of the data that a view draws; of a set of rules over another one it may do without."""
    first = spec if "data" in spec else spec["layer"][0]
    return {first["data"]["name"]}


def _picture(spec: Mapping[str, Any], sets: Mapping[str, list[Row]], as_of: date) -> str:
    """A view with its data as JSON that can stand in a script element: columns that it doesn't name are left out."""
    if isinstance(spec["height"], Mapping):
        # so many pixels a row
        spec = {**spec, "height": spec["height"]["step"] * len(sets["rows"])}
    words = json.dumps(spec)
    tables = {}
    for name, found in ({**sets, "as_of": [{"as_of": as_of}]}).items():
        if f'"name": "{name}"' in words:
            columns = [column for column in (found[0] if found else ()) if re.search(rf"\b{column}\b", words)]
            tables[name] = {"columns": columns, "rows": [[row[column] for column in columns] for row in found]}
    members = {"spec": words, "tables": json_text(tables)}
    body = "{" + ", ".join(f'"{name}": {member}' for name, member in members.items()) + "}"
    return body.replace("<", "\\u003c")
