"""The house: which room may import which, that each says what belongs in it, and that no file grows into several."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
ROOMS = sorted(path.parent for room in ("ingestion", "orchestration") for path in (PROJECT / room).rglob("__init__.py"))
MODULES = sorted(path for room in ("ingestion", "orchestration") for path in (PROJECT / room).rglob("*.py"))
SQL = sorted(path for room in ("macros", "models", "tests") for path in (PROJECT / "dbt_project" / room).rglob("*.sql"))
#: As ruff has it for Python (pyproject.toml).
MOST_CHARACTERS = 130
#: A file of more lines is looked at again: is it one thing? Those that are stand here, each with the reason.
MOST_LINES = 300
LONGER = {
    "ingestion/glossary.py": "one line for each landed column",
    "ingestion/printed_text/figures.py": "one grammar: what a printed figure is, and where one stands in a text",
    "orchestration/cli.py": "the arguments and help of every command, and nothing else",
}


def test_each_room_imports_only_what_it_may() -> None:
    """The contracts stand in pyproject.toml, under [tool.importlinter]."""
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(lint), "--no-cache"], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_each_room_opens_with_what_belongs_in_it(room: Path) -> None:
    docstring = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert len(docstring.splitlines()) >= 3, f"{room}/__init__.py: say what belongs in the room, what doesn't, what it imports"


def test_no_file_is_longer_than_one_thing_is() -> None:
    lengths = {str(path.relative_to(PROJECT)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    longer = {name: lines for name, lines in lengths.items() if lines > MOST_LINES}
    assert longer.keys() == LONGER.keys(), f"split these, or say in LONGER why each is one thing: {longer}"


def test_no_line_of_sql_is_too_long_to_read() -> None:
    lines = [(path, number, line) for path in SQL for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)]
    assert [f"{path.name}:{number}" for path, number, line in lines if len(line) > MOST_CHARACTERS] == []
    assert len(SQL) > 200
