"""The documentation says what is so: its queries give what it prints, its programs run, its links lead somewhere.

A block whose paragraph before it says *Example output* shows what depends on the day or on live sources (or on `make demo`, whose
market data is made up): its query is run, and only the names of the columns are compared.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.cli import cli
from tests.conftest import PROJECT

EXAMPLE = "*Example output*"
MOST_LINES_OF_README = 200
DOCS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md")])
#: Those whose queries are about the committed facts; docs/inbox.md asks for an invented company, which its reader adds first.
QUERIED = [path for path in DOCS if path.name != "inbox.md"]


@dataclass(frozen=True)
class Block:
    """A fenced block: in which document and line, of which language, its text, and whether its output is an example."""

    document: str
    line: int
    language: str
    text: str
    is_example: bool

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"


@dataclass(frozen=True)
class Command:
    """A command in the documentation, its words as a shell reads them, and what it prints (None if that isn't shown)."""

    place: str
    words: list[str]
    printed: str | None
    is_example: bool

    def __str__(self) -> str:
        return self.place


def blocks(path: Path) -> list[Block]:
    """The fenced blocks of a document."""
    text = path.read_text(encoding="utf-8")
    found = []
    for fence in re.finditer(r"^```([a-z]*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL):
        before = text[: fence.start()].rstrip("\n")
        paragraph = before.rpartition("\n\n")[2]
        line = before.count("\n") + 2
        found.append(Block(path.relative_to(PROJECT).as_posix(), line, fence[1], fence[2], EXAMPLE in paragraph))
    return found


def commands(block: Block) -> list[Command]:
    """The commands of a console block: what follows `$ `, up to where its quotes close, and the lines up to the next one."""
    starts = [match.start() for match in re.finditer(r"^\$ ", block.text, flags=re.MULTILINE)]
    found = []
    for start, end in pairwise([*starts, len(block.text)]):
        lines = block.text[start + 2 : end].splitlines(keepends=True)
        for count in range(1, len(lines) + 1):
            try:
                words = shlex.split("".join(lines[:count]))
            except ValueError:
                # a quote is still open
                continue
            place = f"{block}:{block.text[:start].count(chr(10))}"
            found.append(Command(place, words, "".join(lines[count:]), block.is_example))
            break
        else:
            raise AssertionError(f"{block}: a quote is never closed")
    return found


def written(path: Path) -> list[Command]:
    """The commands of a document: in console blocks, and, without output, as SQL blocks and as code within the text."""
    found = [command for block in blocks(path) if block.language == "console" for command in commands(block)]
    found += [
        Command(str(block), ["freefloat", "query", block.text], None, False) for block in blocks(path) if block.language == "sql"
    ]
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for code in re.findall(r"`(freefloat [^`]*)`", text):
        found.append(Command(f"{path.name}:{code[:60]}", shlex.split(code), None, is_example=False))
    return found


COMMANDS = [command for path in DOCS for command in written(path) if command.words[0] == "freefloat"]
QUERIES = [
    command
    for path in QUERIED
    for command in written(path)
    if command.words[:2] == ["freefloat", "query"] and command.words[2:] not in ([], ["SQL"])
]
PROGRAMS = [block for path in DOCS for block in blocks(path) if block.language == "python"]


def asked(data_dir: Path, arguments: list[str]) -> Result:
    """What the command line answers, in this process."""
    return CliRunner().invoke(cli, arguments, env={"FREEFLOAT_DATA_DIR": str(data_dir)})


def columns(table: str) -> list[str]:
    """The names of the columns of a printed table."""
    return table.partition("\n")[0].split()


def test_the_readme_has_five_queries_with_their_output_and_the_tour_many() -> None:
    printed = [query.place.partition(":")[0] for query in QUERIES if query.printed]
    assert printed.count("README.md") == 5
    assert printed.count("docs/tour.md") > 20
    # an example is the exception
    assert sum(query.is_example for query in QUERIES) < len(QUERIES) / 3


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_a_query_gives_what_the_documentation_prints(query: Command, offline_release: Path) -> None:
    answer = asked(offline_release, query.words[1:])
    assert answer.exit_code == 0, answer.stderr
    if query.printed and query.is_example:
        assert columns(answer.stdout) == columns(query.printed)
    elif query.printed:
        assert answer.stdout == query.printed


@pytest.mark.parametrize("block", PROGRAMS, ids=str)
def test_a_program_that_opens_the_release_runs(block: Block, offline_release: Path, tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(offline_release)
    # in a process of its own: what it leaves open would keep other tests of this one from the release
    done = subprocess.run(
        [sys.executable, "-c", block.text], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_a_command_in_the_documentation_is_one_that_there_is() -> None:
    assert {command.words[1] for command in COMMANDS if len(command.words) > 1} <= set(cli.commands)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_files_folders_and_tests_that_are_named_are_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"`((?:docs|ingestion|orchestration|dbt_project|tests)/[\w./-]*)`", text)
    assert [name for name in named if not (PROJECT / name).exists()] == []
    tests = "".join(file.read_text(encoding="utf-8") for file in (PROJECT / "tests").rglob("test_*.py"))
    functions = re.findall(r"`(test_\w+)`", text)
    assert [name for name in functions if f"def {name}(" not in tests] == []


def test_the_readme_is_short() -> None:
    lines = (PROJECT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= MOST_LINES_OF_README


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_relative_links_lead_somewhere(path: Path) -> None:
    # a link's words may run over a line's end
    links = re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
    for link in links:
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_readme_leads_to_every_document() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in (PROJECT / "docs").glob("*.md") if f"](docs/{path.name})" not in readme] == []
