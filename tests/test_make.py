"""What `make` does to a machine: only the target that is named for it installs anything outside the project."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chromium import MISSING
from tests.conftest import PROJECT

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
