"""The contract of every mart: exactly the documented columns, a key, and what the columns' names promise.

Names carry the unit (DESIGN's naming rules): `_on` is a date, `_shares` a whole number, `_ratio` and `_x` finite numbers,
money a number in the currency that its name ends in, `is_` true or false. They carry the origin too: `known_on` is never
later than the release's as-of day, and `document_id`, alone or at the end of a name, is a document of `dim_document`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pandera.polars as pa
import polars as pl

from orchestration.defs import dbt_runner as dbt_project

#: A difference or a change may be negative; any other count of shares may not.
SIGNED_SHARES = {"difference_shares", "issued_shares", "unexplained_shares"}
_MONEY = ("_hkd", "_usd", "_cny")


def column_contract(name: str, *, is_key: bool = False) -> pa.Column | None:
    """What the name of a mart column promises; None where it promises nothing. No part of a key is empty."""
    finite = pa.Check(lambda data: data.lazyframe.select(pl.col(data.key).is_finite()), error="is not a finite number")
    nullable = not is_key
    if name.endswith("_on") or name in ("as_of", "trading_date"):
        return pa.Column(pl.Date, nullable=nullable)
    if name.endswith("_shares") or name == "shares":
        return pa.Column(pl.Int64, [] if name in SIGNED_SHARES else pa.Check.ge(0), nullable=nullable)
    if name.endswith("_x"):
        return pa.Column(pl.Float64, [finite, pa.Check.ge(0)], nullable=nullable)
    if name.endswith(("_ratio", *_MONEY)):
        return pa.Column(pl.Float64, finite, nullable=nullable)
    if name.startswith("is_"):
        return pa.Column(pl.Boolean)
    if name == "ticker":
        pattern = r"^[0-9A-Z][0-9A-Z\-]{0,11}\.[A-Z]{1,4}$"
        return pa.Column(pl.String, pa.Check.str_matches(pattern), nullable=nullable)
    return pa.Column(nullable=False) if is_key else None


def mart_contract(name: str, columns: list[str], key: list[str]) -> pa.DataFrameSchema:
    """The pandera schema of a mart with these columns and this grain."""
    contracts = {column: column_contract(column, is_key=column in key) for column in columns}
    unique = pa.Check(
        lambda data: data.lazyframe.select(pl.struct(key).is_first_distinct()),
        name="key",
        error=f"repeats the key ({', '.join(key)})",
    )
    return pa.DataFrameSchema({c: contract for c, contract in contracts.items() if contract}, checks=unique, name=name)


def mart_faults(connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> tuple[list[str], dict[str, int]]:
    """Checks every mart of the build database (schema `main`): (faults in words, rows of each mart)."""
    faults: list[str] = []
    rows: dict[str, int] = {}
    marts = {
        node["alias"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and dbt_project.layer(node) == "marts"
    }
    (as_of,) = connection.execute("select as_of from main.dim_release").fetchall()[0]
    documents = connection.table("main.dim_document").pl()["document_id"]
    for name, node in sorted(marts.items()):
        frame = connection.table(f"main.{name}").pl()
        rows[name] = frame.height
        differing = sorted(set(frame.columns) ^ set(node["columns"]))
        if differing:
            faults.append(f"{name}: its columns and their documentation differ: {', '.join(differing)}")
        try:
            mart_contract(name, frame.columns, node["config"]["meta"]["key"]).validate(frame, lazy=True)
        except pa.errors.SchemaErrors as error:
            for case in error.failure_cases.head(20).iter_rows(named=True):
                place = f"{name}.{case['column']}" if case["column"] else name
                faults.append(f"{place} row {case['index']}: {case['failure_case']} {case['check']}")
        faults += _origin_faults(name, frame, as_of, documents)
    return faults, rows


def _origin_faults(name: str, frame: pl.DataFrame, as_of: date, documents: pl.Series) -> Iterator[str]:
    """What in a mart was not known yet on the as-of day, or comes from no document."""
    if "known_on" in frame.columns:
        late = frame.filter(pl.col("known_on") > as_of)
        if late.height:
            yield f"{name}.known_on: {late.height} row(s) known later than {as_of}, the last on {late['known_on'].max()}"
    for column in frame.columns:
        if column.endswith("document_id"):
            unknown = sorted(set(frame[column].drop_nulls().unique()) - set(documents))
            if unknown:
                yield f"{name}.{column}: not in dim_document: {', '.join(unknown[:5])}"
