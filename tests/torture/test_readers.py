"""Readers while releases are published, the quick version; and that the harness notices what a reader would."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from orchestration.releases import publish as publishing
from orchestration.releases.catalog import literal
from orchestration.releases.publish import publish
from orchestration.releases.release import MANIFEST, WAREHOUSE, Release, list_releases
from tests.conftest import PROJECT
from tests.torture import readers
from tests.torture.readers import HOLDER, READERS, RELEASE, STAMPED, Answer, MadeCurrent, Parts, Stop, Torture, follow, judge


@pytest.fixture(scope="module")
def build(offline_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build database with the real marts that the readers ask for and no others, so that it is published quickly."""
    path = tmp_path_factory.mktemp("readers") / "build.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute(f"ATTACH {literal(offline_release / 'build' / 'build.duckdb')} AS whole (READ_ONLY)")
        connection.execute("CREATE SCHEMA landed")
        for table in (RELEASE, *STAMPED):
            connection.execute(f"CREATE TABLE {table} AS FROM whole.{table}")
    return path


def test_no_reader_notices(build: Path, tmp_path: Path) -> None:
    torture = Torture(build, tmp_path / "data", count=6, rollback_every=3)
    torture.run()
    assert not torture.faults, torture.report()
    assert (len(torture.made_current), torture.rollbacks) == (8, 2)
    for reader in torture.readers:
        assert reader.process.returncode == 0
        assert len(reader.answers) >= 3, reader.name
        seen, _ = follow(reader.answers, torture.made_current)
        assert seen == {0} if reader.name == HOLDER else len(seen) >= 3, reader.name
    # the second prune left the 3 newest, and the first of all, which was held open
    kept = [release.release_id for release in list_releases(tmp_path / "data")]
    published = sorted({made.release_id for made in torture.made_current})
    assert kept[0] == published[0] and kept[-3:] == published[-3:] and torture.removed >= 1


def test_a_release_copied_over_the_old_one_is_noticed(
    build: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def copy_in_place(data_dir: Path) -> None:
        shutil.copyfile(data_dir / f".{WAREHOUSE}.next", data_dir / WAREHOUSE)

    made: list[Torture] = []

    def torture(*arguments) -> Torture:
        made.append(Torture(*arguments, names=("DuckDB", HOLDER)))
        return made[0]

    monkeypatch.setattr(publishing, "replace_current", copy_in_place)
    monkeypatch.setattr(readers, "refresh", lambda folder: build)
    monkeypatch.setattr(readers, "Torture", torture)
    assert readers.main(["--releases", "4"]) == 1
    holders = [fault for fault in made[0].faults if fault.startswith(f"{HOLDER}: ")]
    # DuckDB crashes when it takes an answer from blocks of two files, if it does not find out or answer from both
    signs = ("failed", "torn", "one connection", "ended by itself")
    assert any(sign in fault for fault in holders for sign in signs), made[0].faults
    assert holders[0][:100] in capsys.readouterr().out


@pytest.mark.parametrize(
    ("number", "faults"),
    [
        (signal.SIGKILL, ["DuckDB: it ended by itself with code -9"]),
        (signal.SIGSTOP, ["DuckDB: it gave no answer for", "DuckDB: it did not end within", "nobody saw"]),
    ],
)
def test_a_reader_that_dies_or_hangs_is_a_fault(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, faults: list[str]
) -> None:
    torture = Torture(build, tmp_path / "data", count=20, names=("DuckDB",))

    def publish_and_signal(*arguments) -> Release:
        if len(torture.made_current) == 1:
            torture.readers[0].process.send_signal(number)
            monkeypatch.setattr(readers, "ANSWERS_WITHIN", 1.0)
            monkeypatch.setattr(readers, "ENDS_WITHIN", 0.5)
        return publish(*arguments)

    monkeypatch.setattr(readers, "publish", publish_and_signal)
    torture.run()
    for words in faults:
        assert any(fault.startswith(words) for fault in torture.faults), torture.faults
    assert len(torture.made_current) <= 3
    assert torture.readers[0].process.returncode is not None


def test_waiting_for_somebody_to_see_a_release_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "SEEN_WITHIN", 0.1)
    torture = Torture(Path(), Path(), count=1, made_current=[MadeCurrent(A, 10, 11)])
    with pytest.raises(Stop, match=f"waited 0 s in vain until a reader has seen {A}"):
        torture._wait_until_seen()


STOPPED = """
import sys
from functools import partial
from pathlib import Path
from tests.torture import readers

readers.refresh = lambda folder: Path(sys.argv[1])
readers.Torture = partial(readers.Torture, names=("DuckDB",))
sys.exit(readers.main(["--releases", "1000"]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_and_no_folder_is_left_when_the_command_is_stopped(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    process = subprocess.Popen(
        [sys.executable, "-c", STOPPED, str(build)], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        limit = time.monotonic() + 60
        while not any(answers.stat().st_size for answers in tmp_path.glob("*/data/readers/*.jsonl")):
            assert process.poll() is None and time.monotonic() < limit, process.communicate()
            time.sleep(0.02)
        process.send_signal(number)
        # readers share this output: it ends when the last of them has ended
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
    if number == signal.SIGKILL:
        assert process.returncode == -signal.SIGKILL
    else:
        assert (process.returncode, errors) == (130, "stopped\n")
        assert not list(tmp_path.iterdir())


A, B, C = "20260420T000000001Z", "20260420T000000002Z", "20260420T000000003Z"
EXPECTED = {RELEASE: 1, "main.fct_a": 5, "landed.b": 7}


def line(parts: Parts) -> str:
    return json.dumps({"opening": 1.0, "opened": 2.0, "began": 3.0, "ended": 4.0, "parts": parts})


def whole(release_id: str) -> Parts:
    parts = {RELEASE: 1, "main.fct_a": 5, "landed.b": 7, "joined main.fct_a": 5, MANIFEST: 1, "Parquet landed.b": 7}
    return {part: {release_id: rows} for part, rows in parts.items()}


def test_a_whole_answer_is_of_its_release() -> None:
    assert judge(line(whole(A)), EXPECTED) == Answer(1.0, 2.0, 3.0, 4.0, release_id=A)


@pytest.mark.parametrize(
    ("part", "found", "words"),
    [
        (RELEASE, {B: 1}, "not of one release"),
        ("landed.b", {B: 7}, "not of one release"),
        ("landed.b", {A: 6, B: 1}, "not of one release"),
        (MANIFEST, {B: 1}, "not of one release"),
        ("Parquet landed.b", {B: 7}, "not of one release"),
        ("main.fct_a", {A: 4}, "main.fct_a has {'20260420T000000001Z': 4}"),
        ("main.fct_a", {A: 10}, "not 5 rows"),
        ("landed.b", {}, "landed.b has {}"),
        ("joined main.fct_a", {}, "joined main.fct_a has {}"),
        (RELEASE, {A: 2}, "not 1 rows"),
    ],
)
def test_a_torn_answer_is_flagged(part: str, found: dict[str, int], words: str) -> None:
    answer = judge(line(whole(A) | {part: found}), EXPECTED)
    assert answer.torn and words in answer.torn and answer.release_id is None


def test_an_answer_without_a_table_and_a_failed_one_are_flagged() -> None:
    parts = whole(A)
    del parts["landed.b"], parts["Parquet landed.b"]
    assert judge(line(parts), EXPECTED).torn == "nothing on landed.b"
    assert judge(line({}), EXPECTED).torn
    failed = judge('{"opening": 1, "opened": 2, "began": 3, "ended": 4, "error": "IOException: no such file"}', EXPECTED)
    assert (failed.failed, failed.release_id) == ("IOException: no such file", None)


#: A until 21 at the latest, B from 20 to 31, A again from 30 to 41, C from 40.
MADE = [MadeCurrent(A, 10, 11), MadeCurrent(B, 20, 21), MadeCurrent(A, 30, 31), MadeCurrent(C, 40, 41)]


def answers(*seen: tuple[str, float], opening: float | None = None) -> list[Answer]:
    """Answers of the releases, each in a connection of its own that took an instant to open, or in one."""
    return [Answer(opening or at, opening or at, at, at + 1, release_id) for release_id, at in seen]


def test_releases_seen_in_order_with_a_rollback_are_told_apart() -> None:
    assert follow(answers((A, 12), (B, 22), (A, 32), (A, 33), (C, 42)), MADE) == ({0, 1, 2, 3}, [])
    # while the next is being made current either may be seen
    assert follow(answers((A, 20.5), (B, 20.6)), MADE) == ({0, 1}, [])
    # a connection stays with the release that it opened
    assert follow(answers((A, 12), (A, 25), (A, 50), opening=12), MADE) == ({0}, [])


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (answers((A, 12), (A, 22)), f"it opened {A} when that was not current"),
        (answers((B, 12)), f"it opened {B} when that was not current"),
        (answers(("20260420T000000009Z", 22)), "it opened 20260420T000000009Z when that was not current"),
        (answers((B, 20.5), (A, 20.6)), f"it saw {A} after {B}, which came later"),
        (answers((A, 20.5), (B, 22), opening=20.5), f"one connection answered from {A} and then from {B}"),
    ],
)
def test_an_old_release_a_future_one_and_a_change_within_a_connection_are_flagged(seen: list[Answer], words: str) -> None:
    _, faults = follow(seen, MADE)
    assert faults == [words]


def test_every_way_of_reading_is_put_to_the_test() -> None:
    assert list(READERS) == ["DuckDB", "SQLAlchemy", "ADBC", "freefloat and files", HOLDER]
    assert Torture(Path(), Path(), count=1).names == tuple(READERS)
