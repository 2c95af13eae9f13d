"""Readers, put to the test: while release after release is published, none may notice.

Five processes read one data folder. Three open `warehouse.duckdb`, ask several marts and close, again and again, with DuckDB,
SQLAlchemy and ADBC; one does so as `freefloat query` does and reads the release's manifest and Parquet files besides; one
holds its first connection open all the while. Every row that they ask for carries the id of its release, so that an answer
shows whether it is whole, and whether its release was the current one. As a command it publishes a real release many times
over and prints a table:

python -m tests.torture.readers --releases 200
"""

from __future__ import annotations

import argparse
import json
import select
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.reading.connection import connect, execute
from orchestration.reading.text import aligned
from orchestration.releases.catalog import literal
from orchestration.releases.keep import prune
from orchestration.releases.lock import refresh_lock
from orchestration.releases.pointer import rollback
from orchestration.releases.publish import ReleaseContext, publish
from orchestration.releases.release import MANIFEST, WAREHOUSE, Release, ReleaseError, list_releases, release_id_of
from tests.conftest import PROJECT, freefloat

#: Tables with rows and a `table_ref`, which holds the id of the release here.
STAMPED = (
    "main.fct_printed_figure",
    "main.fct_reconciliation",
    "main.fct_token_price",
    "main.mart_effective_token_price",
    "main.mart_value_chain",
    "landed.lockups",
)
RELEASE = "main.dim_release"
#: A prune keeps so many releases.
KEPT = 3
#: Seconds between a reader's answers, and between those of the reader that holds its connection open.
PAUSE, HOLDERS_PAUSE = 0.25, 1.0
#: Seconds within which somebody must see a new release, a reader must answer again, and a reader must end once it is told to.
SEEN_WITHIN, ANSWERS_WITHIN, ENDS_WITHIN = 60.0, 60.0, 20.0
_SHOWN_FAULTS = 20

Ask = Callable[[str], list[tuple[Any, ...]]]
#: What an answer found: part -> release id -> rows. A part is a table, alone or after a word on how it was asked.
Parts = dict[str, dict[str, int]]


@contextmanager
def with_duckdb(data_dir: Path) -> Generator[Ask]:
    with duckdb.connect(data_dir / WAREHOUSE, read_only=True) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


@contextmanager
def with_sqlalchemy(data_dir: Path) -> Generator[Ask]:
    import sqlalchemy

    engine = sqlalchemy.create_engine(f"duckdb:///{data_dir / WAREHOUSE}", connect_args={"read_only": True})
    try:
        with engine.connect() as connection:
            yield lambda sql: [tuple(row) for row in connection.execute(sqlalchemy.text(sql))]
    finally:
        engine.dispose()


@contextmanager
def with_adbc(data_dir: Path) -> Generator[Ask]:
    import adbc_driver_duckdb
    from adbc_driver_manager import dbapi

    options = {"path": str(data_dir / WAREHOUSE), "access_mode": "READ_ONLY"}
    driver, entrypoint = adbc_driver_duckdb.driver_path(), "duckdb_adbc_init"
    with dbapi.connect(driver=driver, entrypoint=entrypoint, db_kwargs=options, autocommit=True) as connection:

        def ask(sql: str) -> list[tuple[Any, ...]]:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()

        yield ask


@contextmanager
def with_freefloat(data_dir: Path) -> Generator[Ask]:
    with connect(data_dir) as connection:

        def ask(sql: str) -> list[tuple[Any, ...]]:
            execute(connection, sql)
            return connection.fetchall()

        yield ask


WITH_FILES, HOLDER = "freefloat and files", "held open"
READERS: dict[str, Callable[[Path], Any]] = {
    "DuckDB": with_duckdb,
    "SQLAlchemy": with_sqlalchemy,
    "ADBC": with_adbc,
    WITH_FILES: with_freefloat,
    HOLDER: with_duckdb,
}


def read(name: str, data_dir: Path, answers: Path) -> None:
    """What a reader's process does: answers until its standard input ends, as it also does when the parent is gone.

    An answer is a line of JSON: when its connection was `opening` and `opened`, when the answer `began` and `ended` (seconds of
    a clock that all processes share), and `parts` or an `error`.
    """
    with answers.open("w", encoding="utf-8", buffering=1) as file:

        def note(found: Mapping[str, Any]) -> None:
            times = {"opening": opening, "opened": opened, "began": began, "ended": time.monotonic()}
            file.write(json.dumps({**times, **found}) + "\n")

        while not told_to_stop(PAUSE):
            opening = opened = began = time.monotonic()
            try:
                with READERS[name](data_dir) as ask:
                    opened = time.monotonic()
                    parts = ask_everything(ask)
                    if name == WITH_FILES:
                        parts |= read_files(data_dir / "releases" / next(iter(parts[RELEASE])))
                    is_over = name != HOLDER
                    while not is_over:
                        note({"parts": parts})
                        is_over = told_to_stop(HOLDERS_PAUSE)
                        began = time.monotonic()
                        forget(ask)
                        parts = ask_everything(ask)
                note({"parts": parts})
            except Exception as error:
                note({"error": f"{type(error).__name__}: {error}".partition("\n")[0]})


def told_to_stop(seconds: float) -> bool:
    """Waits so long, or less if the parent lets go of our standard input; True then."""
    return bool(select.select([sys.stdin], [], [], seconds)[0])


def forget(ask: Ask) -> None:
    """Has DuckDB let go of what it has read, so that it must read the file again."""
    # a thread that still clears up after the last statement can stand in the way of the last bytes
    with suppress(duckdb.OutOfMemoryException):
        ask("SET memory_limit = '1KB'")
    ask("SET memory_limit = '1GB'")


def ask_everything(ask: Ask) -> Parts:
    """Each table by a statement of its own, then all of them joined by one."""
    parts: Parts = {RELEASE: dict(ask(f"SELECT release_id, count(*) FROM {RELEASE} GROUP BY ALL"))}
    for table in STAMPED:
        parts[table] = dict(ask(f"SELECT table_ref, count(*) FROM {table} GROUP BY ALL"))
    joins = " ".join(
        f"JOIN (SELECT table_ref AS release_id, count(*) FROM {table} GROUP BY ALL) AS t{number}(release_id, rows_{number})"
        " USING (release_id)"
        for number, table in enumerate(STAMPED)
    )
    counts = ", ".join(f"rows_{number}" for number in range(len(STAMPED)))
    joined = ask(f"SELECT release_id, {counts} FROM {RELEASE} {joins}")
    # tables of two releases have no id in common: no row
    for number, table in enumerate(STAMPED, 1):
        parts[f"joined {table}"] = {row[0]: row[number] for row in joined}
    return parts


def read_files(folder: Path) -> Parts:
    """What the manifest and the Parquet files of a release say."""
    parts: Parts = {MANIFEST: {json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["release_id"]: 1}}
    with duckdb.connect() as connection:
        for table in STAMPED:
            file = literal(folder / "parquet" / f"{table.removeprefix('main.')}.parquet")
            found = connection.execute(f"SELECT table_ref, count(*) FROM read_parquet({file}) GROUP BY ALL")
            parts[f"Parquet {table}"] = dict(found.fetchall())
    return parts


@dataclass(frozen=True)
class Answer:
    """An answer as the parent judges it: of one release, or `failed` or `torn` in words."""

    opening: float
    opened: float
    began: float
    ended: float
    release_id: str | None
    failed: str | None = None
    torn: str | None = None


def judge(line: str, expected: Mapping[str, int]) -> Answer:
    """An answer from its line; `expected` has the rows of every table that must be in it."""
    told = json.loads(line)
    times = (told["opening"], told["opened"], told["began"], told["ended"])
    if "error" in told:
        return Answer(*times, release_id=None, failed=told["error"])
    torn = find_tear(told["parts"], expected)
    return Answer(*times, release_id=None if torn else next(iter(told["parts"][RELEASE])), torn=torn)


def find_tear(parts: Parts, expected: Mapping[str, int]) -> str | None:
    """In words why the parts are not all of one whole release; None if they are."""
    release_ids = sorted({release_id for found in parts.values() for release_id in found})
    if len(release_ids) != 1:
        return f"not of one release: {parts}"
    tables = {part: part.rpartition(" ")[2] for part in parts}
    if missing := expected.keys() - set(tables.values()):
        return f"nothing on {', '.join(sorted(missing))}"
    for part, found in parts.items():
        rows = 1 if part == MANIFEST else expected[tables[part]]
        if found != {release_ids[0]: rows}:
            return f"{part} has {found} in release {release_ids[0]}, not {rows} rows"
    return None


@dataclass(frozen=True)
class MadeCurrent:
    """A release that was published or rolled back to, at an instant between `began` and `ended`."""

    release_id: str
    began: float
    ended: float


def follow(answers: Sequence[Answer], made_current: Sequence[MadeCurrent]) -> tuple[set[int], list[str]]:
    """The places in `made_current` of the releases that one reader saw, and what is wrong with their order in words.

    A whole answer must be of a release that was current while its connection opened, and all answers of a connection alike.
    """
    seen: list[int] = []
    faults = []
    opening, release_id = None, None
    for answer in answers:
        if answer.release_id is None:
            continue
        if answer.opening == opening and answer.release_id != release_id:
            faults.append(f"one connection answered from {release_id} and then from {answer.release_id}")
        opening, release_id = answer.opening, answer.release_id
        places = [
            place
            for place, made in enumerate(made_current)
            if made.release_id == answer.release_id
            and made.began <= answer.opened
            and (place + 1 == len(made_current) or answer.opening <= made_current[place + 1].ended)
        ]
        if not places:
            faults.append(f"it opened {answer.release_id} when that was not current")
        elif seen and places[-1] < seen[-1]:
            faults.append(f"it saw {answer.release_id} after {made_current[seen[-1]].release_id}, which came later")
        else:
            seen.append(places[-1])
    return set(seen), faults


class Reader:
    """A reader's process and the answers that it has given so far."""

    def __init__(self, name: str, data_dir: Path, folder: Path) -> None:
        self.name = name
        self.answers: list[Answer] = []
        self._lines = folder / f"{name}.jsonl"
        self._errors = folder / f"{name}.stderr"
        self._offset = 0
        self._heard_at = time.monotonic()
        with self._errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.torture.readers", "--read", name, str(data_dir), str(self._lines)],
                cwd=PROJECT,
                stdin=subprocess.PIPE,
                stderr=errors,
                # Ctrl-C is for the parent alone, which then ends its readers
                start_new_session=True,
            )

    def collect(self, expected: Mapping[str, int]) -> None:
        """Reads the answers that are new."""
        if not self._lines.exists():
            return
        with self._lines.open("rb") as file:
            file.seek(self._offset)
            whole, end, _ = file.read().rpartition(b"\n")
        if end:
            self._offset += len(whole) + 1
            self._heard_at = time.monotonic()
            self.answers += [judge(line, expected) for line in whole.decode().split("\n")]

    def find_trouble(self) -> str | None:
        """In words why no more answers are to be expected; None as long as they are."""
        if self.process.poll() is not None:
            errors = self._errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            return f"it ended by itself with code {self.process.returncode}: {errors[-1] if errors else 'without a word'}"
        silent = time.monotonic() - self._heard_at
        return f"it gave no answer for {silent:.0f} s" if silent > ANSWERS_WITHIN else None

    def tell_to_stop(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()

    def wait_for_end(self) -> str | None:
        """Waits until the process that was told to stop has ended, and kills it if it does not; returns that in words."""
        try:
            code = self.process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return f"it did not end within {ENDS_WITHIN:.0f} s"
        return None if code == 0 else self.find_trouble()


class Stop(Exception):
    """There is no sense in going on; the message says why."""


@dataclass
class Torture:
    """One run: `count` publishes of a build database into a new data folder, before the eyes of the readers.

    After every `rollback_every` publishes there is a rollback and then a prune.
    """

    build_database: Path
    data_dir: Path
    count: int
    rollback_every: int = 10
    names: Sequence[str] = tuple(READERS)
    readers: list[Reader] = field(default_factory=list)
    made_current: list[MadeCurrent] = field(default_factory=list)
    expected: dict[str, int] = field(default_factory=dict)
    rollbacks: int = 0
    removed: int = 0
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def run(self) -> None:
        """Publishes with all readers looking on, and leaves in `faults` everything that one of them could notice."""
        started = time.monotonic()
        folder = self.data_dir / "readers"
        folder.mkdir(parents=True)
        self.data_dir.joinpath("build").mkdir()
        shutil.copyfile(self.build_database, self._build)
        try:
            self._publish()
            self.readers = [Reader(name, self.data_dir, folder) for name in self.names]
            self._wait_until("every reader has answered", lambda: all(reader.answers for reader in self.readers))
            for number in range(2, self.count + 1):
                self._publish()
                self._wait_until_seen()
                if number % self.rollback_every == 0:
                    self._roll_back()
                    self._wait_until_seen()
                    self._prune()
                if number % 20 == 0:
                    print(f"{number} of {self.count} published ...", flush=True)
        except (Stop, ReleaseError) as error:
            self.faults.append(str(error))
        finally:
            self._end_readers()
        self._judge_all()
        self.seconds = time.monotonic() - started

    @property
    def _build(self) -> Path:
        return self.data_dir / "build" / "build.duckdb"

    def _publish(self) -> None:
        release_id = release_id_of(datetime.now(UTC))
        with duckdb.connect(self._build) as connection:
            connection.execute(f"UPDATE {RELEASE} SET release_id = '{release_id}', created_at = now()")
            self.expected[RELEASE] = 1
            for table in STAMPED:
                rows = connection.execute(f"UPDATE {table} SET table_ref = '{release_id}'").fetchall()[0][0]
                if not rows:
                    raise Stop(f"{table} is empty and can't show of which release it is: choose another table")
                self.expected[table] = rows
        context = ReleaseContext(data_dir=self.data_dir, release_id=release_id)
        self._make_current(release_id, lambda: publish(self._build, context))

    def _roll_back(self) -> None:
        """Makes current the release before the one before."""
        release_id = list_releases(self.data_dir)[-3].release_id
        self._make_current(release_id, lambda: rollback(self.data_dir, release_id))
        self.rollbacks += 1

    def _make_current(self, release_id: str, make: Callable[[], Release]) -> None:
        began = time.monotonic()
        with refresh_lock(self.data_dir):
            make()
        self.made_current.append(MadeCurrent(release_id, began, time.monotonic()))

    def _prune(self) -> None:
        with refresh_lock(self.data_dir):
            self.removed += len(prune(self.data_dir, keep=KEPT).removed)
        held = self.made_current[0].release_id
        if held not in {release.release_id for release in list_releases(self.data_dir)}:
            raise Stop(f"prune removed release {held}, which a reader holds open")

    def _wait_until_seen(self) -> None:
        made = self.made_current[-1]
        # the last answers will do: the release stays current while we wait
        self._wait_until(
            f"a reader has seen {made.release_id}",
            lambda: any(
                answer.release_id == made.release_id and answer.opened >= made.began
                for reader in self.readers
                for answer in reader.answers[-1:]
            ),
        )

    def _wait_until(self, what: str, is_so: Callable[[], bool]) -> None:
        limit = time.monotonic() + SEEN_WITHIN
        while True:
            for reader in self.readers:
                reader.collect(self.expected)
                if trouble := reader.find_trouble():
                    raise Stop(f"{reader.name}: {trouble}")
            if is_so():
                return
            if time.monotonic() > limit:
                raise Stop(f"waited {SEEN_WITHIN:.0f} s in vain until {what}")
            time.sleep(0.02)

    def _end_readers(self) -> None:
        for reader in self.readers:
            reader.tell_to_stop()
        for reader in self.readers:
            trouble = reader.wait_for_end()
            reader.collect(self.expected)
            if trouble and (fault := f"{reader.name}: {trouble}") not in self.faults:
                self.faults.append(fault)

    def _judge_all(self) -> None:
        seen_by_anyone: set[int] = set()
        for reader in self.readers:
            for number, answer in enumerate(reader.answers, 1):
                if answer.failed:
                    self.faults.append(f"{reader.name}: answer {number} failed: {answer.failed}")
                if answer.torn:
                    self.faults.append(f"{reader.name}: answer {number} is torn: {answer.torn}")
            seen, faults = follow(reader.answers, self.made_current)
            seen_by_anyone |= seen
            self.faults += [f"{reader.name}: {fault}" for fault in faults]
            if not reader.answers:
                self.faults.append(f"{reader.name}: it never answered")
        self.faults += [
            f"nobody saw {made.release_id}, number {place + 1} of those made current"
            for place, made in enumerate(self.made_current)
            if place not in seen_by_anyone
        ]

    def report(self) -> str:
        """A line a reader, the run in a line or two, and the faults."""
        names = ["reader", "answers", "failed", "torn", "releases seen", "median ms", "99 % ms", "slowest ms"]
        rows = []
        for reader in self.readers:
            answers = reader.answers
            # the first answer is not timed: a client is imported then
            took = sorted(1000 * (answer.ended - answer.began) for answer in answers[1:]) or [0.0]
            counts = (
                len(answers),
                sum(bool(answer.failed) for answer in answers),
                sum(bool(answer.torn) for answer in answers),
                len(follow(answers, self.made_current)[0]),
            )
            times = (statistics.median(took), took[int(0.99 * (len(took) - 1))], took[-1])
            rows.append([reader.name, *(f"{count:,}" for count in counts), *(f"{time_:.0f}" for time_ in times)])
        table = aligned(names, rows, [False] + [True] * (len(names) - 1))
        published = len(self.made_current) - self.rollbacks
        lines = [
            f"{published} of {self.count} releases published, {self.rollbacks} rolled back to, {self.removed} pruned, "
            f"in {self.seconds:.0f} s",
            f"{len(self.faults)} fault(s)",
            *(f"  {fault[:500]}" for fault in self.faults[:_SHOWN_FAULTS]),
        ]
        return table + "\n".join(lines)


def refresh(folder: Path) -> Path:
    """Makes a release in `folder`, as a user does, and returns the build database that it was published from."""
    done = freefloat(folder, "refresh")
    if done.returncode:
        raise Stop(f"there is nothing to publish, since `freefloat refresh` failed:\n{done.stderr.strip()}")
    return folder / "build" / "build.duckdb"


def main(arguments: Sequence[str] | None = None) -> int:
    """Publishes a real release many times over, prints what the readers saw; returns 1 if one could notice."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture.readers", description=__doc__)
    parser.add_argument("--releases", type=int, default=200, help="how many releases to publish")
    parser.add_argument("--read", nargs=3, metavar=("NAME", "DATA_DIR", "ANSWERS"), help="be one of the readers")
    options = parser.parse_args(arguments)
    if options.read:
        name, data_dir, answers = options.read
        read(name, Path(data_dir), Path(answers))
        return 0
    # a polite kill is like Ctrl-C: readers are ended, the folder is removed
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with tempfile.TemporaryDirectory(prefix="freefloat-readers-") as folder:
            torture = Torture(refresh(Path(folder) / "refreshed"), Path(folder) / "data", options.releases)
            torture.run()
            print(torture.report())
    except Stop as error:
        print(error, file=sys.stderr)
        return 1
    except (KeyboardInterrupt, RuntimeError) as error:
        # DuckDB makes a RuntimeError of an interrupt that comes during a statement
        if isinstance(error, RuntimeError) and not isinstance(error.__cause__, KeyboardInterrupt):
            raise
        print("stopped", file=sys.stderr)
        return 130
    finally:
        signal.signal(signal.SIGTERM, before)
    return 1 if torture.faults else 0


if __name__ == "__main__":
    sys.exit(main())
