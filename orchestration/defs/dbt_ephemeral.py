"""The SQL of ephemeral models put before that of the model that reads them, as dbt puts it, but by looking at its first word.

dbt takes all of a model's SQL apart into its grammar to find that one place, which takes as long as running the model. This
stands in the place of its function in this process; what both give is the same (tests/orchestration/defs/test_dbt_ephemeral.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dbt import compilation
from dbt.contracts.graph.nodes import InjectedCTE

#: What dbt does by itself.
dbts_own = compilation.inject_ctes_into_sql
#: What SQL may begin with: blanks, then comments and more blanks, then a word or a bracket, which can be `with recursive`.
_BEGINNING = re.compile(
    r"(?P<blanks>\s*)(?:--[^\r\n]*(?:[\r\n]|\Z)|/\*.*?\*/|\s)*(?P<first>\w+|\()\s*(?:(?<=\s)recursive\b\s*)?",
    re.DOTALL | re.IGNORECASE,
)


def with_ephemeral_models(sql: str, ctes: Sequence[InjectedCTE]) -> str:
    """The SQL of a model with that of the ephemeral models in front, each a common table expression.

    Where it begins with something else than `with`, `select` or a bracket, what dbt's own function says.
    """
    found = _BEGINNING.match(sql)
    first = found["first"].lower() if found else ""
    before = ", ".join(cte.sql or "" for cte in ctes)
    if not ctes or not found or first not in ("with", "select", "("):
        return dbts_own(sql, list(ctes))
    if first == "with":
        place = found.end()
        return f"{sql[:place]}{before}, {sql[place:]}"
    place = found.end("blanks")
    return f"{sql[:place]}with{before} {sql[place:]}"


def install() -> None:
    """Has dbt use it in this process."""
    vars(compilation)["inject_ctes_into_sql"] = with_ephemeral_models
