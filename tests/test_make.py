"""What `make` does to a machine: only the target that is named for it installs anything outside the project."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from tests.chromium import MISSING, NAMES
from tests.conftest import PROJECT
from tests.running_order import FULL_BUILDS, LONG, pytest_collection_modifyitems

TARGETS = re.findall(r"^([a-z][a-z-]*):", (PROJECT / "Makefile").read_text(), flags=re.MULTILINE)


def would_run(target: str) -> str:
    """The commands that `make` would run for a target, with all that it depends on."""
    done = subprocess.run(
        ["make", "--dry-run", "--always-make", target], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def test_targets_are_found() -> None:
    assert {"refresh", "test", "check", "browser"} <= set(TARGETS)


@pytest.mark.parametrize("target", [target for target in TARGETS if target != "browser"])
def test_a_target_installs_nothing_outside_the_project(target: str) -> None:
    assert not re.search(r"\b(sudo|apt-get|apt|dnf|brew)\b", would_run(target))


def test_a_browser_is_installed_by_its_own_target_which_ci_calls_first() -> None:
    assert "apt-get" in would_run("browser")
    # nothing is installed where the tests find one
    assert f"for name in {' '.join(NAMES)};" in would_run("browser")
    commands = (PROJECT / ".ci" / "run").read_text().splitlines()
    assert commands.index("make browser") < commands.index("make test")


def test_without_a_browser_make_and_the_tests_of_pages_say_what_to_install(tmp_path: Path) -> None:
    # the same Python, on a machine with no other programs
    environment = os.environ | {"PATH": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-m", "tests.chromium"], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stderr) == (1, f"{MISSING}. Until then they fail.\n")
    page = "tests/orchestration/reading/test_report.py::test_without_its_script_the_page_still_explains"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", page],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert MISSING in done.stdout and "1 error" in done.stdout
    assert "make browser" in MISSING


@dataclass
class Collected:
    """As much of a collected test as is needed to mark it and to give it its place."""

    nodeid: str
    fixturenames: list[str]
    marks: list[str] = field(default_factory=list)

    def add_marker(self, mark: Any) -> None:
        self.marks.append(mark.name)


def test_what_builds_is_marked_by_its_fixtures_left_out_of_the_fast_loop_and_begun_with_otherwise() -> None:
    assert 'pytest -m "not full_build"' in would_run("test-fast")
    assert "-m" not in would_run("test").split()[would_run("test").split().index(".venv/bin/pytest") :]
    tests = [
        Collected("a.py::test_text[null::date]", ["tmp_path"]),
        Collected("b.py::test_first", []),
        Collected("b.py::test_reads_the_release[1::2]", ["tmp_path", "released", "offline_release"]),
        Collected("c.py::TestLive::test_one", ["live", "refresh_in", "parsed_models", "parsed_project"]),
        Collected("c.py::TestLive::test_two", ["tmp_path"]),
        Collected("c.py::test_text", []),
        Collected(f"{LONG[-1]}::test_one", []),
        Collected("c.py::test_more", []),
        Collected(f"{LONG[3]}::test_one", ["offline_release"]),
        Collected(f"{LONG[2]}::test_one", ["offline_release"]),
    ]
    collected = list(tests)
    pytest_collection_modifyitems(cast("list[pytest.Item]", collected))
    # a module or a class stays together, in its order
    assert [test.nodeid for test in collected] == [
        "c.py::TestLive::test_one", "c.py::TestLive::test_two",
        f"{LONG[2]}::test_one", f"{LONG[3]}::test_one", "b.py::test_first", "b.py::test_reads_the_release[1::2]",
        f"{LONG[-1]}::test_one", "c.py::test_text", "c.py::test_more", "a.py::test_text[null::date]",
    ]  # fmt: skip
    assert [test.nodeid for test in tests if test.marks == ["full_build"]] == [
        "b.py::test_reads_the_release[1::2]", "c.py::TestLive::test_one", f"{LONG[3]}::test_one", f"{LONG[2]}::test_one",
    ]  # fmt: skip


@pytest.mark.parametrize("scope", LONG)
def test_what_is_begun_first_is_there(scope: str) -> None:
    """A module or class that is renamed would come in its turn, and could run alone at the end."""
    path, _, name = scope.partition("::")
    assert f"class {name}" in (PROJECT / path).read_text(encoding="utf-8") if name else (PROJECT / path).is_file()


def test_the_fixtures_that_build_are_there() -> None:
    """A fixture that is renamed would take its tests into the fast loop."""
    text = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "tests").rglob("*.py"))
    found = set(re.findall(r"@pytest\.fixture(?:\([^)]*\))?\ndef (\w+)\(", text))
    assert found >= FULL_BUILDS
