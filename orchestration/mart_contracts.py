"""The contract of every mart, read from its columns' names: a suffix says what a column may hold (DESIGN's naming rules).

A mart has exactly the columns that its model documents; `_on` is a date, `_shares` a whole number, `_ratio` and `_x`
finite numbers, money a number in the currency that its name ends in, `is_` true or false.
"""

from __future__ import annotations

from typing import Any

import duckdb
import pandera.polars as pa
import polars as pl

#: A difference or a change may be negative; any other count of shares may not.
SIGNED_SHARES = {"difference_shares", "issued_shares", "unexplained_shares"}
_MONEY = ("_hkd", "_usd", "_cny")


def column_contract(name: str) -> pa.Column | None:
    """What the name of a mart column promises; None where it promises nothing."""
    finite = pa.Check(lambda data: data.lazyframe.select(pl.col(data.key).is_finite()), error="is not a finite number")
    if name.endswith("_on") or name in ("as_of", "trading_date"):
        return pa.Column(pl.Date, nullable=True)
    if name.endswith("_shares") or name == "shares":
        return pa.Column(pl.Int64, [] if name in SIGNED_SHARES else pa.Check.ge(0), nullable=True)
    if name.endswith("_x"):
        return pa.Column(pl.Float64, [finite, pa.Check.ge(0)], nullable=True)
    if name.endswith(("_ratio", *_MONEY)):
        return pa.Column(pl.Float64, finite, nullable=True)
    if name.startswith("is_"):
        return pa.Column(pl.Boolean)
    if name == "ticker":
        return pa.Column(pl.String, pa.Check.str_matches(r"^[0-9A-Z][0-9A-Z\-]{0,11}\.[A-Z]{1,4}$"), nullable=True)
    return None


def mart_faults(connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> tuple[list[str], dict[str, int]]:
    """Checks every mart in schema `main` of the build database: (faults, rows of each mart)."""
    faults: list[str] = []
    rows: dict[str, int] = {}
    marts = {node["alias"]: node for node in manifest["nodes"].values() if node["schema"] == "main" and node["resource_type"] == "model"}
    for name, node in sorted(marts.items()):
        frame = connection.table(f"main.{name}").pl()
        rows[name] = frame.height
        undocumented = sorted(set(frame.columns) ^ set(node["columns"]))
        if undocumented:
            faults.append(f"{name}: columns of the table and of its documentation differ: {', '.join(undocumented)}")
        columns = {column: contract for column in frame.columns if (contract := column_contract(column)) is not None}
        try:
            pa.DataFrameSchema(columns, name=name).validate(frame, lazy=True)
        except pa.errors.SchemaErrors as error:
            for case in error.failure_cases.head(20).iter_rows(named=True):
                faults.append(f"{name}.{case['column']} row {case['index']}: {case['failure_case']} {case['check']}")
    return faults, rows
