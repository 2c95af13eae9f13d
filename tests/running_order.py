"""Which tests need a full build, which come first, what one worker runs as a whole: hooks that tests/conftest.py takes over."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

#: The fixtures of whatever builds the whole warehouse, or takes as long. A test that uses one, or a fixture that does, is marked
#: `full_build` by itself. Who runs the models in this process asks for `parsed_models`.
FULL_BUILDS = frozenset({"offline_release", "parsed_project", "wheel"})
#: What takes longest of all that one worker runs as a whole (`scope_of`), the longest first.
LONG = (
    "tests/test_wheel.py",
    "tests/torture/test_time_travel.py",
    "tests/orchestration/defs/test_live_refresh.py::TestALiveRefresh",
    "tests/orchestration/defs/test_refresh.py",
    "tests/torture/test_crash.py",
    "tests/orchestration/defs/test_serve.py",
    "tests/torture/test_kept_builds.py",
    "tests/dbt/test_unit_tests.py",
    "tests/dbt/test_incremental.py",
    "tests/orchestration/defs/test_midnight.py",
    "tests/dbt/test_reconciliation.py::TestAUsersDocument",
    "tests/orchestration/defs/test_filing_refresh.py",
    "tests/ingestion/live/test_live.py",
    "tests/bad_input/test_bad_input.py",
    "tests/orchestration/reading/test_report.py",
    "tests/ingestion/datasets/test_contracts.py",
    "tests/orchestration/releases/test_releases.py",
    "tests/orchestration/releases/test_object_store.py",
    "tests/orchestration/defs/test_landing_assets.py",
    "tests/ingestion/test_landing.py",
    "tests/ingestion/test_kept_landings.py",
    "tests/bad_input/test_any_bytes.py",
    "tests/ingestion/filings/test_refusals.py",
    "tests/bad_input/test_bad_answers.py",
    "tests/orchestration/bi/test_superset_bundle.py",
    "tests/ingestion/datasets/test_filings.py",
    "tests/orchestration/reading/test_written_workbooks.py",
    "tests/dbt/test_mart_promises.py",
    "tests/ingestion/live/test_source.py",
)


def scope_of(nodeid: str) -> str:
    """What one worker runs as a whole: the test's class, or its module if it is in none."""
    # a parameter may hold :: too
    return nodeid.partition("[")[0].rpartition("::")[0]


class Scopes(LoadScopeScheduling):
    """xdist's own way to share out tests by scope, but for parameters that hold `::`."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scopes | None:
    """How the tests are shared out among the workers."""
    return Scopes(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests that need a full build and puts them first: what takes long must not run alone at the end.

    Before those that share the offline release come those that build for themselves, so that the workers don't begin by
    waiting for one of them; after both the others. Of each of the three what takes longest comes first, then, of the others,
    the larger module. What one worker runs as a whole, a class or a module, stays together and in its order.
    """
    places: dict[str, int] = {}
    sizes = Counter(scope_of(item.nodeid) for item in items)
    ranks = {scope: rank for rank, scope in enumerate(LONG)}
    for item in items:
        builds = FULL_BUILDS.intersection(getattr(item, "fixturenames", ()))
        if builds:
            item.add_marker(pytest.mark.full_build)
        place = 2 if not builds else 1 if "offline_release" in builds else 0
        scope = scope_of(item.nodeid)
        places[scope] = min(place, places.get(scope, place))

    def place_of(item: pytest.Item) -> tuple[int, int, int]:
        scope = scope_of(item.nodeid)
        return places[scope], ranks.get(scope, len(LONG)), -sizes[scope] if places[scope] == 2 else 0

    items.sort(key=place_of)
