"""What a filing gave holds for the code that read it: whatever module of it changes, every filing is read anew."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import ingestion
from ingestion.filings import kept

INGESTION = Path(ingestion.__file__).parent


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the code that reads filings, of which the version is asked."""
    for room in ("filings", "printed_text"):
        shutil.copytree(INGESTION / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(kept, "__file__", str(tmp_path / "filings" / "kept.py"))
    return tmp_path


def version() -> str:
    """The version, which is otherwise asked once in a process."""
    return kept.reader_version.__wrapped__()


def test_a_change_in_any_module_makes_another_reader(reader: Path) -> None:
    modules = sorted(path.relative_to(reader).as_posix() for path in reader.rglob("*.py"))
    assert {"filings/lines.py", "filings/over_allotment/words.py", "printed_text/dates.py"} <= set(modules)
    seen = {version()}
    for number, module in enumerate(modules):
        with (reader / module).open("a", encoding="utf-8") as file:
            file.write("# changed\n")
        seen.add(version())
        assert len(seen) == number + 2, f"a change of {module} is not seen"


def test_the_same_code_is_the_same_reader(reader: Path) -> None:
    assert version() == kept.reader_version()
