"""The SQL of ephemeral models is put before a model's own as dbt puts it, without dbt's reading of all of the model."""

import pytest
from dbt import compilation
from dbt.contracts.graph.nodes import InjectedCTE

from orchestration.defs import dbt_ephemeral, dbt_runner

CTES = [
    InjectedCTE(id="model.one", sql=" __dbt__cte__one as (\nselect 1 as one\n)"),
    InjectedCTE(id="model.two", sql=" __dbt__cte__two as (\nselect 'with' as two -- select\n)"),
]
NOTE = "-- with a note; and a 'quote\n"
#: How SQL can begin, and what of it could be taken for a place of them.
SHAPES = (
    "select * from __dbt__cte__one",
    f"\n\n  {NOTE}\n{NOTE}SELECT *, 'with' as word from __dbt__cte__one -- with\nwhere one in (with a as (select 1) from a)\n",
    f"{NOTE}with a as (select 1)\nselect * from a, __dbt__cte__one",
    "/* with\nselect */ WITH\n  -- the first\n  a as (select 1) select * from a\n",
    "with/* a comment */a as (select 1) select * from a",
    "with RECURSIVE\n  a as (select 1)\nselect * from a",
    f"{NOTE}WITH\nrecursive a as (select 1) select 'select' from a",
    "(select 1) union all (select 2)",
    "select",
)


@pytest.mark.parametrize("sql", SHAPES)
@pytest.mark.parametrize("count", [0, 1, 2])
def test_it_puts_them_where_dbt_puts_them(sql: str, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    said = dbt_ephemeral.dbts_own(sql, CTES[:count])
    # by itself: nothing is left to dbt where there is something to put
    monkeypatch.setattr(dbt_ephemeral, "dbts_own", lambda sql, ctes: None if ctes else sql)
    assert dbt_ephemeral.with_ephemeral_models(sql, CTES[:count]) == said


@pytest.mark.parametrize("sql", ["from __dbt__cte__one", "", NOTE, "values (1)"])
def test_what_begins_in_another_way_is_left_to_dbt(sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbt_ephemeral, "dbts_own", lambda *told: told)
    assert dbt_ephemeral.with_ephemeral_models(sql, CTES) == (sql, CTES)


def test_it_is_what_dbt_asks() -> None:
    assert dbt_runner.dbt_ephemeral is dbt_ephemeral
    assert compilation.inject_ctes_into_sql is dbt_ephemeral.with_ephemeral_models
    # the name by which dbt's compiler, of the pinned release, looks for it
    assert "inject_ctes_into_sql" in compilation.Compiler._recursively_prepend_ctes.__code__.co_names
