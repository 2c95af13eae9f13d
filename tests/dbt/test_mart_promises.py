"""The audit of every mart before it is published (dbt_project/tests/marts): each promise rejects what breaks it.

One build of a small project with the real macros and tests, and one made-up mart for each way to break a promise.
"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime

import pytest

from orchestration.defs import dbt_build, dbt_runner
from orchestration.run import RefreshRun
from orchestration.settings import Settings

GOOD = {
    "ticker": "'2513.HK'",
    "first_tradable_on": "date '2026-07-08'",
    "shares": "1::bigint",
    "difference_shares": "(-1)::bigint",
    "float_ratio": "0.5::double",
    "expansion_x": "2::double",
    "close_hkd": "1.5::double",
    "is_preferred": "true",
    "document_id": "'note'",
    "price_document_id": "null::varchar",
    "known_on": "date '2026-04-20'",
}
KEY = ("ticker", "first_tradable_on")
NAMES = "assert_every_column_of_a_mart_holds_what_its_name_promises"
DOCUMENTS = "assert_every_document_that_a_mart_names_is_in_dim_document"
COLUMNS = "assert_every_mart_has_the_columns_that_its_yaml_documents"
KEYS = "assert_every_row_of_a_mart_has_a_key_of_its_own"
KNOWN = "assert_nothing_in_a_mart_is_known_later_than_the_release"
#: A cell that breaks a promise: the column, its value, the test that must fail, and what its failing row must say.
BAD_CELLS = [
    ("ticker", "'zhipu'", NAMES, "ticker is zhipu, not a ticker with the suffix of its exchange"),
    ("first_tradable_on", "'2026-07-08'", NAMES, "first_tradable_on is varchar, not a day"),
    ("first_tradable_on", "null::date", KEYS, "key_values: 2513.HK, empty, rows_with_it: 1"),
    ("shares", "(-1)::bigint", NAMES, "shares is -1, not a whole number that is not negative"),
    ("shares", "1::double", NAMES, "shares is double, not a whole number that is not negative"),
    ("difference_shares", "1.5", NAMES, "difference_shares is decimal(2,1), not a whole number"),
    ("float_ratio", "'nan'::double", NAMES, "float_ratio is nan, not a finite number"),
    ("expansion_x", "(-2)::double", NAMES, "expansion_x is -2.0, not a finite number that is not negative"),
    ("expansion_x", "'infinity'::double", NAMES, "expansion_x is inf, not a finite number that is not negative"),
    ("close_hkd", "'infinity'::double", NAMES, "close_hkd is inf, not a finite number"),
    ("is_preferred", "null::boolean", NAMES, "is_preferred is empty, not true or false"),
    ("known_on", "date '2026-04-21'", KNOWN, "key_values: 2513.HK, 2026-07-08, known_on: 2026-04-21"),
    ("document_id", "'gossip'", DOCUMENTS, "column_name: document_id, document_id: gossip, rows_with_it: 1"),
    ("price_document_id", "'gossip'", DOCUMENTS, "column_name: price_document_id, document_id: gossip, rows_with_it: 1"),
    ("undocumented", "1", COLUMNS, "undocumented is not documented"),
]


def mart_of(*rows: dict[str, str]) -> str:
    """The SQL of a mart of these rows, each the good one but for what is given."""
    return "\nunion all\n".join(
        "select " + ", ".join(f"{value} as {name}" for name, value in (GOOD | row).items()) for row in rows
    )


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The failing rows of each of the tests, in a build as of 2026-04-20 that knows the document `note`."""
    marts = {f"fct_bad_{number}": mart_of({column: value}) for number, (column, value, _, _) in enumerate(BAD_CELLS)}
    marts |= {
        "fct_good": mart_of(
            {}, {"first_tradable_on": "date '2026-07-09'", "price_document_id": "'note'", "close_hkd": "null::double"}
        ),
        "fct_repeated": mart_of({}, {}),
        "fct_incomplete": "select '2513.HK' as ticker",
        "dim_document": "select 'note' as document_id",
    }
    columns = dict.fromkeys(marts, GOOD) | {"dim_document": {"document_id": ""}}
    keys = dict.fromkeys(marts, KEY) | {"dim_document": ("document_id",)}
    project = tmp_path_factory.mktemp("promises") / "dbt_project"
    shutil.copytree(dbt_runner.PROJECT_DIR / "macros", project / "macros")
    shutil.copytree(dbt_runner.PROJECT_DIR / "tests" / "marts", project / "tests")
    shutil.copy(dbt_runner.PROJECT_DIR / "profiles.yml", project)
    (project / "macros" / "marts.sql").write_text(f"{{% macro marts() %}}{{{{ return({sorted(marts)}) }}}}{{% endmacro %}}")
    head = {"name": "freefloat", "config-version": 2, "profile": "freefloat", "flags": {"send_anonymous_usage_stats": False}}
    (project / "dbt_project.yml").write_text(json.dumps(head | {"models": {"+materialized": "table"}}))
    (project / "models").mkdir()
    (project / "models" / "int_release.sql").write_text("select date '2026-04-20' as as_of")
    # what tells which bars are looked at: there are none
    for name in ("int_bar_candidate", "int_price_adjustment", "int_fx_rate"):
        (project / "models" / f"{name}.sql").write_text(
            "select current_timestamp as retrieved_at, today() as trading_date, today() as rate_on limit 0"
        )
    # the checks stand on dim_release in Dagster
    (project / "models" / "dim_release.sql").write_text("select * from {{ ref('int_release') }}")
    described = [
        {"name": name, "config": {"meta": {"key": keys[name]}}, "columns": [{"name": column} for column in columns[name]]}
        for name in marts
    ]
    (project / "models" / "marts.yml").write_text(json.dumps({"version": 2, "models": described}))
    for name, sql in marts.items():
        (project / "models" / f"{name}.sql").write_text(sql)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dbt_runner, "PROJECT_DIR", project)
        patch.setattr(dbt_build, "SHOWN_ROWS", 1000)
        settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
        run = RefreshRun(settings=settings, started_at=datetime(2026, 4, 20, 12, tzinfo=UTC), as_of=date(2026, 4, 20))
        found = dbt_build.build(dbt_runner.parse(settings), run, lambda event: None, as_of=run.as_of)
        return {test.name: test.rows for test in found.failed}


def rows_of(failed: dict[str, list[str]], mart: str) -> dict[str, list[str]]:
    """The failing rows that tell of one mart, by test."""
    found = {test: [row for row in rows if row.startswith(f"mart: {mart}, ")] for test, rows in failed.items()}
    return {test: rows for test, rows in found.items() if rows}


def test_a_good_mart_breaks_no_promise(failed: dict[str, list[str]]) -> None:
    assert rows_of(failed, "fct_good") == {}
    assert rows_of(failed, "dim_document") == {}


@pytest.mark.parametrize("number", range(len(BAD_CELLS)), ids=[f"{column} {value}" for column, value, _, _ in BAD_CELLS])
def test_what_breaks_a_promise_is_told_by_its_test_alone(failed: dict[str, list[str]], number: int) -> None:
    _, _, test, words = BAD_CELLS[number]
    found = rows_of(failed, f"fct_bad_{number}")
    assert list(found) == [test]
    (row,) = found[test]
    assert row.endswith(words)


def test_a_repeated_key_is_told(failed: dict[str, list[str]]) -> None:
    told = "mart: fct_repeated, key_columns: ticker, first_tradable_on, key_values: 2513.HK, 2026-07-08, rows_with_it: 2"
    assert rows_of(failed, "fct_repeated") == {KEYS: [told]}


def test_a_documented_column_that_is_not_there_is_told(failed: dict[str, list[str]]) -> None:
    told = rows_of(failed, "fct_incomplete")[COLUMNS]
    assert "mart: fct_incomplete, fault: known_on is documented and not there" in told
    assert "mart: fct_incomplete, fault: first_tradable_on is part of the key and not there" in told
