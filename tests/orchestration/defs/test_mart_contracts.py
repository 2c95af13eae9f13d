"""The audit of every mart before it is published: each promise of a column's name rejects what breaks it."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from orchestration.defs.mart_contracts import mart_faults

GOOD = {
    "ticker": "'2513.HK'",
    "first_tradable_on": "date '2026-07-08'",
    "shares": "1::bigint",
    "float_ratio": "0.5::double",
    "expansion_x": "2::double",
    "close_hkd": "1.5::double",
    "is_preferred": "true",
    "document_id": "'note'",
    "price_document_id": "null::varchar",
    "known_on": "date '2026-04-20'",
}


def audit(*rows: dict[str, str]) -> list[str]:
    """The faults of a mart of these rows, in a build as of 2026-04-20 that knows the document `note`."""
    node: dict[str, Any] = {
        "resource_type": "model",
        "alias": "fct_made_up",
        "fqn": ["freefloat", "lockups", "marts", "fct_made_up"],
        "columns": dict.fromkeys(GOOD),
        "config": {"meta": {"key": ["ticker", "first_tradable_on"]}},
    }
    with duckdb.connect() as connection:
        connection.execute("create table main.dim_release as select date '2026-04-20' as as_of")
        connection.execute("create table main.dim_document as select 'note' as document_id")
        selects = [", ".join(f"{value} as {name}" for name, value in (GOOD | row).items()) for row in rows]
        connection.execute("create table main.fct_made_up as " + " union all ".join(f"select {select}" for select in selects))
        faults, counts = mart_faults(connection, {"nodes": {"model": node}})
    assert counts == {"fct_made_up": len(rows)}
    return faults


def test_a_good_mart_has_no_faults() -> None:
    assert audit({}, {"first_tradable_on": "date '2026-07-09'", "price_document_id": "'note'"}) == []


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("ticker", "'zhipu'", "fct_made_up.ticker"),
        ("first_tradable_on", "'2026-07-08'", "fct_made_up.first_tradable_on"),
        ("first_tradable_on", "null::date", "fct_made_up.first_tradable_on"),
        ("shares", "-1::bigint", "fct_made_up.shares"),
        ("shares", "1::double", "fct_made_up.shares"),
        ("float_ratio", "'nan'::double", "is not a finite number"),
        ("expansion_x", "-2::double", "fct_made_up.expansion_x"),
        ("close_hkd", "'infinity'::double", "is not a finite number"),
        ("is_preferred", "null::boolean", "fct_made_up.is_preferred"),
        ("known_on", "date '2026-04-21'", "fct_made_up.known_on: 1 row(s) known later than 2026-04-20, the last on 2026-04-21"),
        ("document_id", "'gossip'", "fct_made_up.document_id: not in dim_document: gossip"),
        ("price_document_id", "'gossip'", "fct_made_up.price_document_id: not in dim_document: gossip"),
    ],
)
def test_what_breaks_the_promise_of_a_name_is_told(column: str, value: str, words: str) -> None:
    (fault,) = audit({column: value})
    assert words in fault


def test_a_repeated_key_is_told() -> None:
    assert any("repeats the key (ticker, first_tradable_on)" in fault for fault in audit({}, {}))


def test_a_column_without_documentation_is_told() -> None:
    faults = audit({"undocumented": "1"})
    assert faults == ["fct_made_up: its columns and their documentation differ: undocumented"]
