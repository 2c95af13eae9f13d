"""Publishing and the releases kept: what is published, what survives a failure or a kill, and the refresh lock."""

from __future__ import annotations

import errno
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.reading.status import calendar_warnings, read_status, status_text
from orchestration.releases import keep, log, pointer, warehouse_file
from orchestration.releases import publish as publishing
from orchestration.releases.diff import diff
from orchestration.releases.keep import Pruned, client_warnings, prune
from orchestration.releases.lock import RefreshBusy, refresh_lock
from orchestration.releases.log import read_log
from orchestration.releases.pointer import rollback
from orchestration.releases.publish import ReleaseContext, publish
from orchestration.releases.release import NotDurable, Release, ReleaseError, current, list_releases, release_id_of, size
from tests.databases import database

#: The steps at which a publish can fail or be killed, in their order.
STEPS = (
    "write_warehouse",
    "copy_tables",
    "set_comments",
    "export_parquet",
    "seal",
    "write_manifest",
    "move_into_releases",
    "link_next",
    "replace_current",
)
#: Those that are part of writing the DuckDB file.
IN_WAREHOUSE_FILE = ("copy_tables", "set_comments", "export_parquet")


def release_id(number: int) -> str:
    return f"20260420T{number:09d}Z"


def build(data_dir: Path, number: int, statements: str = "") -> Path:
    """A build database whose `fct_number` holds `number` in every row."""
    path = data_dir / "build" / "build.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with database(path) as connection:
        connection.execute(
            f"""
            CREATE TABLE dim_release AS SELECT '{release_id(number)}' AS release_id, DATE '2026-04-20' AS as_of,
                TIMESTAMPTZ '2026-11-24 08:11:22.345678+08' AS created_at;
            CREATE TABLE fct_number AS SELECT {number} AS number, range AS row_number FROM range(1000);
            CREATE SCHEMA landed;
            CREATE TABLE landed.lockups AS SELECT 'a' AS ticker, 1 AS shares;
            {statements}
            """
        )
    return path


def published(data_dir: Path, number: int, statements: str = "") -> Release:
    context = ReleaseContext(data_dir=data_dir, release_id=release_id(number))
    return publish(build(data_dir, number, statements), context)


def ask(path: Path, sql: str) -> list[tuple]:
    with database(path, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def current_id(data_dir: Path) -> str | None:
    release = current(data_dir)
    return release.release_id if release else None


def kept(data_dir: Path) -> list[str]:
    return [release.release_id for release in list_releases(data_dir)]


def files(data_dir: Path) -> set[str]:
    """Every path under the data folder but the build database and the log."""
    everything = {str(path.relative_to(data_dir)) for path in data_dir.rglob("*")}
    return everything - {"build/build.duckdb", "releases/log.jsonl"}


def test_release_ids_are_utc_to_the_millisecond_and_sort_by_time():
    instant = datetime(2026, 11, 24, 0, 11, 22, 345_999, UTC)
    assert release_id_of(instant) == "20261124T001122345Z"
    assert release_id_of(instant) < release_id_of(instant + timedelta(milliseconds=1)) < release_id_of(instant.replace(day=25))


def test_no_release_before_the_first_publish(tmp_path):
    assert current(tmp_path) is None
    assert list_releases(tmp_path) == []


def test_publish_copies_marts_and_landed_tables_and_nothing_else(tmp_path):
    release = published(
        tmp_path,
        1,
        """
        CREATE SCHEMA intermediate; CREATE TABLE intermediate.int_hidden AS SELECT 1 AS a;
        CREATE VIEW mart_view AS SELECT number FROM fct_number LIMIT 3;
        CREATE VIEW landed.unqualified AS SELECT number FROM fct_number LIMIT 2;
        CREATE TEMP TABLE scratch AS SELECT 1 AS a;
        """,
    )
    tables = ask(release.warehouse, "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal ORDER BY ALL")
    assert tables == [
        ("landed", "lockups"),
        ("landed", "unqualified"),
        ("main", "dim_release"),
        ("main", "fct_number"),
        ("main", "mart_view"),
    ]
    assert ask(release.warehouse, "SELECT number FROM landed.unqualified") == [(1,), (1,)]
    assert ask(release.warehouse, "SELECT count(*) FROM duckdb_views() WHERE NOT internal") == [(0,)]
    assert ask(
        release.warehouse, "SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = current_database()"
    ) == [("v1.2.0+",)]
    exported = {path.name for path in (release.folder / "parquet").iterdir()}
    assert exported == {
        "dim_release.parquet",
        "fct_number.parquet",
        "landed.lockups.parquet",
        "landed.unqualified.parquet",
        "mart_view.parquet",
    }


def test_current_is_what_the_warehouse_itself_says(tmp_path):
    release = published(tmp_path, 1)
    assert current(tmp_path) == release
    assert list_releases(tmp_path) == [release]
    assert release.as_of == date(2026, 4, 20)
    assert release.created_at.isoformat() == "2026-11-24T00:11:22.345678+00:00"
    assert (tmp_path / "warehouse.duckdb").read_bytes() == release.warehouse.read_bytes()


def test_publish_keeps_rows_in_order_and_types(tmp_path):
    # more rows than one row group holds, so that they are copied by several threads
    release = published(
        tmp_path,
        1,
        """
        CREATE TABLE fct_order AS SELECT range AS a FROM range(260000) ORDER BY hash(range);
        CREATE TABLE fct_types AS
        SELECT 170141183460469231731687303715 AS h, 12.340::DECIMAL(9, 3) AS d,
            TIMESTAMPTZ '2026-04-20 09:30:00+08' AS i;
        """,
    )
    exported = release.folder / "parquet"
    expected = ask(tmp_path / "build" / "build.duckdb", "SELECT a FROM fct_order")
    assert ask(release.warehouse, "SELECT a FROM fct_order") == expected
    assert duckdb.sql(f"SELECT a FROM '{exported}/fct_order.parquet'").fetchall() == expected
    values = [(170141183460469231731687303715, Decimal("12.340"), datetime.fromisoformat("2026-04-20T01:30"))]
    assert ask(release.warehouse, "SELECT h, d, i FROM fct_types") == values
    assert duckdb.sql(f"SELECT h::HUGEINT, d, i FROM '{exported}/fct_types.parquet'").fetchall() == values


def test_no_published_column_needs_a_time_zone_to_be_fetched(tmp_path):
    release = published(
        tmp_path, 1, 'CREATE VIEW mart_view AS SELECT TIMESTAMPTZ \'2026-04-20 00:00:00.5+08\' AS "at ""noon""", 1 AS n'
    )
    # midnight in Hong Kong is the day before in UTC, wherever the client is
    asked = "SET TimeZone = 'Asia/Hong_Kong'; SELECT * FROM"
    for table in ("mart_view", f"'{release.folder}/parquet/mart_view.parquet'"):
        assert ask(release.warehouse, f"{asked} {table}") == [(datetime.fromisoformat("2026-04-19T16:00:00.500"), 1)]
        described = ask(release.warehouse, f"DESCRIBE FROM {table}")
        assert [(name, type_) for name, type_, *_ in described] == [('at "noon"', "TIMESTAMP"), ("n", "INTEGER")]
    assert release.manifest["tables"]["dim_release"]["columns"]["created_at"] == "TIMESTAMP"
    assert ask(release.warehouse, "SELECT created_at FROM dim_release") == [
        (datetime.fromisoformat("2026-11-24T00:11:22.345678"),)
    ]
    assert release.created_at == datetime(2026, 11, 24, 0, 11, 22, 345_678, UTC)


def test_tables_columns_and_views_have_the_comments_that_are_told(tmp_path):
    comments: dict[tuple[str, str, str | None], str] = {
        ("landed", "lockups", None): "Lock-ups, as landed.",
        ("landed", "lockups", "ticker"): "The ticker.",
        ("main", "fct_number", None): "It's a fact",
        ("main", "fct_number", "number"): 'The "number"',
        ("main", "mart_view", None): "A view",
        ("main", "mart_view", "number"): "A column of a view",
        ("landed", "not_there", "x"): "passed over",
    }
    statements = "CREATE VIEW mart_view AS SELECT number FROM fct_number"
    context = ReleaseContext(data_dir=tmp_path, release_id=release_id(1), comments=comments)
    release = publish(build(tmp_path, 1, statements), context)
    tables = ask(release.warehouse, "SELECT table_name, comment FROM duckdb_tables() WHERE comment IS NOT NULL")
    assert dict(tables) == {"fct_number": "It's a fact", "mart_view": "A view", "lockups": "Lock-ups, as landed."}
    columns = ask(release.warehouse, "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE comment IS NOT NULL")
    assert {(table, column): comment for table, column, comment in columns} == {
        ("fct_number", "number"): 'The "number"',
        ("mart_view", "number"): "A column of a view",
        ("lockups", "ticker"): "The ticker.",
    }


def test_files_are_read_only_and_no_log_is_left_beside_them(tmp_path):
    release = published(tmp_path, 1)
    paths = [path for path in release.folder.rglob("*") if path.is_file()] + [tmp_path / "warehouse.duckdb"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o444}
    assert not [name for name in files(tmp_path) if ".wal" in name or ".tmp" in name or ".next" in name]


def test_manifest_says_what_the_release_holds(tmp_path):
    published(tmp_path, 1)
    context = ReleaseContext(
        data_dir=tmp_path,
        release_id=release_id(2),
        versions={"calendar": "4.13"},
        documents=[{"document_id": "note", "published_on": date(2026, 4, 20)}],
        checks=[{"name": "unique", "status": "pass"}],
        quarantined={"lockups": 2},
        stale_sources=[{"source": "yahoo", "since": "2026-04-19"}],
        allow_quarantine=True,
    )
    manifest = publish(build(tmp_path, 2), context).manifest
    assert manifest["release_id"] == release_id(2)
    assert manifest["previous_release_id"] == release_id(1)
    assert (manifest["as_of"], manifest["created_at"]) == ("2026-04-20", "2026-11-24T00:11:22.345678Z")
    assert manifest["versions"]["duckdb"] == duckdb.__version__ and manifest["versions"]["calendar"] == "4.13"
    assert manifest["documents"] == [{"document_id": "note", "published_on": "2026-04-20"}]
    assert manifest["checks"] == [{"name": "unique", "status": "pass"}]
    assert manifest["quarantined"] == {"lockups": 2} and manifest["allow_quarantine"] is True
    assert manifest["stale_sources"] == [{"source": "yahoo", "since": "2026-04-19"}]
    fact = manifest["tables"]["fct_number"]
    assert (fact["rows"], fact["columns"]) == (1000, {"number": "INTEGER", "row_number": "BIGINT"})
    assert set(manifest["tables"]) == {"dim_release", "fct_number", "landed.lockups"}
    folder = tmp_path / "releases" / release_id(2)
    sums = subprocess.run(
        ["sha256sum", folder / "warehouse.duckdb", folder / "parquet" / "fct_number.parquet"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert [line.split()[0] for line in sums.splitlines()] == [manifest["warehouse"]["sha256"], fact["sha256"]]
    assert manifest["warehouse"]["bytes"] == (folder / "warehouse.duckdb").stat().st_size


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("DROP TABLE dim_release", "dim_release"),
        ("DELETE FROM dim_release", "must be one row"),
        ("INSERT INTO dim_release FROM dim_release", "must be one row"),
        ("UPDATE dim_release SET release_id = '20250101T000000000Z'", "20250101T000000000Z"),
    ],
)
def test_a_build_that_is_not_this_release_is_refused(tmp_path, spoil, words):
    published(tmp_path, 1)
    before = files(tmp_path)
    with pytest.raises(ReleaseError, match=words):
        published(tmp_path, 2, spoil)
    assert (current_id(tmp_path), files(tmp_path)) == (release_id(1), before)


def test_a_missing_build_database_and_a_release_id_used_before_are_refused(tmp_path):
    release = published(tmp_path, 1)
    with pytest.raises(ReleaseError, match="exists already"):
        published(tmp_path, 1)
    with pytest.raises(ReleaseError, match=r"gone\.duckdb"):
        publish(tmp_path / "gone.duckdb", ReleaseContext(data_dir=tmp_path, release_id=release_id(2)))
    assert current(tmp_path) == release and kept(tmp_path) == [release_id(1)]


@pytest.mark.parametrize("bad", ["", "../../etc", "20260420T000000001Z/..", "20260420T000000001Z\n", "latest"])
def test_only_a_release_id_becomes_a_path(tmp_path, bad):
    published(tmp_path, 1)
    for attempt in (
        lambda: rollback(tmp_path, bad),
        lambda: diff(tmp_path, bad, release_id(1)),
        lambda: publish(tmp_path / "x.duckdb", ReleaseContext(data_dir=tmp_path, release_id=bad)),
    ):
        with pytest.raises(ReleaseError, match="is no release id"):
            attempt()


@pytest.mark.parametrize("step", STEPS)
def test_a_publish_that_fails_leaves_the_last_release_as_it_was(tmp_path, monkeypatch, step):
    published(tmp_path, 1)
    before = files(tmp_path)
    module = warehouse_file if step in IN_WAREHOUSE_FILE else publishing
    real = getattr(module, step)

    def full_disk(*arguments):
        if step not in ("replace_current", "write_warehouse"):
            real(*arguments)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, step, full_disk)
    with pytest.raises(ReleaseError, match=r"No space left on device.*the last release stands"):
        published(tmp_path, 2)
    assert (current_id(tmp_path), kept(tmp_path), files(tmp_path)) == (release_id(1), [release_id(1)], before)
    assert ask(tmp_path / "warehouse.duckdb", "SELECT DISTINCT number FROM fct_number") == [(1,)]
    monkeypatch.undo()
    published(tmp_path, 2)
    assert current_id(tmp_path) == release_id(2)


def test_a_disk_that_does_not_confirm_the_last_rename_is_told_and_the_release_stands(tmp_path, monkeypatch):
    published(tmp_path, 1)
    real = log.sync

    def dying_disk(path):
        if path == tmp_path:
            raise OSError(errno.EIO, "Input/output error")
        real(path)

    monkeypatch.setattr(log, "sync", dying_disk)
    with pytest.raises(NotDurable, match=r"is done but may not outlast a loss of power.*Input/output error"):
        published(tmp_path, 2)
    assert current_id(tmp_path) == release_id(2)
    monkeypatch.undo()
    published(tmp_path, 3)
    assert [entry["release_id"] for entry in read_log(tmp_path)] == [release_id(1), release_id(2), release_id(3)]


def test_an_error_of_duckdb_while_writing_is_reported_without_its_traceback(tmp_path, monkeypatch):
    published(tmp_path, 1)

    def full_disk(*_):
        raise duckdb.IOException("IO Error: Could not write all bytes to file: wanted=262144 wrote=0")

    monkeypatch.setattr(warehouse_file, "export_parquet", full_disk)
    with pytest.raises(ReleaseError, match=rf"release {release_id(2)} is not published: IO Error: Could not write"):
        published(tmp_path, 2)
    assert current_id(tmp_path) == release_id(1)


KILLED = f"""
import os, signal, sys
from pathlib import Path
from orchestration.releases import publish as publishing, warehouse_file

data_dir, release_id, step = sys.argv[1:]
setattr(warehouse_file if step in {IN_WAREHOUSE_FILE!r} else publishing, step, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
context = publishing.ReleaseContext(data_dir=Path(data_dir), release_id=release_id)
publishing.publish(Path(data_dir) / "build" / "build.duckdb", context)
"""


@pytest.mark.parametrize("step", [*STEPS, "record_change"])
def test_a_publish_that_is_killed_before_a_step_is_not_believed_and_is_swept(tmp_path, step):
    published(tmp_path, 1)
    build(tmp_path, 2)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), release_id(2), step], check=False)
    assert killed.returncode == -signal.SIGKILL
    # either the old release stands or the new one does, whole; in between the new one is kept but not current
    now = 2 if step == "record_change" else 1
    assert current_id(tmp_path) == release_id(now)
    assert ask(tmp_path / "warehouse.duckdb", "SELECT DISTINCT number FROM fct_number") == [(now,)]
    is_kept = step in ("link_next", "replace_current", "record_change")
    assert kept(tmp_path) == ([release_id(1), release_id(2)] if is_kept else [release_id(1)])
    published(tmp_path, 3)
    assert current_id(tmp_path) == release_id(3)
    assert kept(tmp_path) == [release_id(number) for number in ((1, 2, 3) if step == "record_change" else (1, 3))]
    assert not [name for name in files(tmp_path) if "publish-" in name or ".next" in name]


def test_a_folder_without_its_own_manifest_is_no_release(tmp_path):
    release = published(tmp_path, 1)
    bare = tmp_path / "releases" / release_id(2)
    bare.mkdir()
    (bare / "warehouse.duckdb").write_bytes(release.warehouse.read_bytes())
    foreign = tmp_path / "releases" / release_id(3)
    foreign.mkdir()
    (foreign / "manifest.json").write_text((release.folder / "manifest.json").read_text())
    torn = tmp_path / "releases" / release_id(4)
    torn.mkdir()
    (torn / "manifest.json").write_text('{"release_id": ')
    assert kept(tmp_path) == [release_id(1)]
    for number in (2, 3, 4):
        with pytest.raises(ReleaseError, match=rf"no release {release_id(number)}.*kept: {release_id(1)}"):
            rollback(tmp_path, release_id(number))


def test_leftovers_of_a_killed_publish_and_prune_are_swept(tmp_path):
    for name in (f"publish-{release_id(8)}", f"prune-{release_id(9)}"):
        (tmp_path / "build" / name / "parquet").mkdir(parents=True)
        (tmp_path / "build" / name / "warehouse.duckdb").write_bytes(b"half")
    (tmp_path / "build" / "last_refresh.json").write_text("{}")
    (tmp_path / ".warehouse.duckdb.next").write_bytes(b"half")
    published(tmp_path, 1)
    assert {path.name for path in (tmp_path / "build").iterdir()} == {"build.duckdb", "last_refresh.json"}
    assert not (tmp_path / ".warehouse.duckdb.next").exists()


@pytest.mark.parametrize("ending", [".wal", ".wal.checkpoint", ".wal.recovery"])
def test_a_stale_log_beside_the_warehouse_is_removed(tmp_path, ending):
    published(tmp_path, 1)
    stale = tmp_path / f"warehouse.duckdb{ending}"
    stale.write_bytes(b"a log of another file")
    published(tmp_path, 2)
    assert not stale.exists()
    stale.write_bytes(b"a log of another file")
    rollback(tmp_path, release_id(1))
    assert not stale.exists()


def test_a_real_log_of_the_old_file_is_not_replayed_into_the_new_one(tmp_path):
    published(tmp_path, 1)
    scratch = tmp_path / "scratch" / "warehouse.duckdb"
    scratch.parent.mkdir()
    scratch.write_bytes((tmp_path / "warehouse.duckdb").read_bytes())
    writer = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import duckdb, os; c = duckdb.connect({str(scratch)!r}); c.execute('UPDATE fct_number SET number = 99');"
            "os._exit(0)",
        ],
        check=False,
    )
    assert writer.returncode == 0
    os.replace(scratch.with_name("warehouse.duckdb.wal"), tmp_path / "warehouse.duckdb.wal")
    published(tmp_path, 2)
    assert ask(tmp_path / "warehouse.duckdb", "SELECT DISTINCT number FROM fct_number") == [(2,)]


def test_where_no_hard_link_can_be_made_a_copy_is(tmp_path, monkeypatch):
    def no_links(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    release = published(tmp_path, 1)
    warehouse = tmp_path / "warehouse.duckdb"
    assert not os.path.samefile(warehouse, release.warehouse)
    assert warehouse.read_bytes() == release.warehouse.read_bytes()
    assert stat.S_IMODE(warehouse.stat().st_mode) == 0o444


def test_a_damaged_current_file_is_reported_and_does_not_stop_the_next_publish(tmp_path):
    published(tmp_path, 1)
    (tmp_path / "warehouse.duckdb").unlink()
    (tmp_path / "warehouse.duckdb").write_bytes(b"no database")
    with pytest.raises(ReleaseError, match=r"can't be read.*rollback"):
        current(tmp_path)
    assert published(tmp_path, 2).manifest["previous_release_id"] is None
    assert current_id(tmp_path) == release_id(2)


#: A client that opens a file for writing, and writes once it is told to.
WRITER = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
print('open', flush=True)
sys.stdin.readline()
connection.execute('CREATE TABLE scratch AS SELECT 1 AS number')
print('written', flush=True)
sys.stdin.readline()
"""


def test_a_client_that_holds_the_file_for_writing_is_told_and_stops_no_publish(tmp_path):
    first = published(tmp_path, 1)
    warehouse = tmp_path / "warehouse.duckdb"
    # what root can do to a read-only file, as in a container
    warehouse.chmod(0o644)
    command = [sys.executable, "-c", WRITER, str(warehouse)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdin and client.stdout and client.stdout.readline() == "open\n"
        with pytest.raises(ReleaseError):
            current(tmp_path)
        (warning,) = client_warnings(tmp_path, first)
        assert "holds" in warning and "mount" in warning
        second = published(tmp_path, 2)
        assert second.manifest["previous_release_id"] == first.release_id
        assert prune(tmp_path, keep=1).held == [first]
        # what it writes from now on lies beside the new release, and DuckDB shows it to every reader
        client.stdin.write("\n")
        client.stdin.flush()
        assert client.stdout.readline() == "written\n"
        (warning,) = client_warnings(tmp_path, second)
        assert f"{warehouse}.wal" in warning and "delete the file" in warning
        client.kill()
    third = published(tmp_path, 3)
    assert current(tmp_path) == third
    assert client_warnings(tmp_path, third) == []


def test_a_file_that_a_client_changed_is_told_by_its_checksum_and_stops_no_publish(tmp_path):
    first = published(tmp_path, 1)
    warehouse = tmp_path / "warehouse.duckdb"
    warehouse.chmod(0o644)
    with duckdb.connect(warehouse) as connection:
        connection.execute("UPDATE fct_number SET number = 7")
    (warning,) = client_warnings(tmp_path, first)
    assert "has changed since release" in warning and first.manifest["warehouse"]["sha256"] in warning
    assert warning in status_text(read_status(tmp_path))
    assert client_warnings(tmp_path, published(tmp_path, 2)) == []


@pytest.mark.parametrize(
    ("today", "words"),
    [
        # 90 days before 31 December 2026 is 2 October
        (date(2026, 10, 1), None),
        (date(2026, 10, 2), "(XSHG) ends on 2026-12-31"),
        (date(2027, 1, 1), "(XSHG) ended on 2026-12-31"),
    ],
)
def test_the_end_of_a_calendar_is_told_90_days_before(tmp_path, today, words):
    assert calendar_warnings(tmp_path, today) == []
    exchanges = "(VALUES ('XSHG', 'Shanghai'), ('XHKG', 'Hong Kong')) AS t(exchange_mic, exchange)"
    sessions = (
        "(VALUES ('XSHG', DATE '2026-12-31', false), ('XSHG', DATE '2027-01-04', true), "
        "('XHKG', DATE '2027-12-31', false)) AS t(exchange_mic, trading_date, is_provisional)"
    )
    for name, rows in (("exchanges", exchanges), ("trading_days", sessions)):
        (tmp_path / "landed" / name).mkdir(parents=True)
        duckdb.sql(f"FROM {rows}").write_parquet(str(tmp_path / "landed" / name / f"{name}.parquet"))
    warnings = calendar_warnings(tmp_path, today)
    assert [words in warning for warning in warnings] == ([True] if words else [])


def test_rollback_makes_an_old_release_current_and_repairs_the_current_one(tmp_path):
    first = published(tmp_path, 1)
    published(tmp_path, 2)
    assert rollback(tmp_path, release_id(1)) == first
    assert current(tmp_path) == first
    assert ask(tmp_path / "warehouse.duckdb", "SELECT DISTINCT number FROM fct_number") == [(1,)]
    # to the release that is current already: nothing changes and nothing is left over
    before = files(tmp_path)
    rollback(tmp_path, release_id(1))
    assert files(tmp_path) == before
    assert kept(tmp_path) == [release_id(1), release_id(2)]


def test_rollback_to_a_file_that_has_changed_is_refused(tmp_path):
    first = published(tmp_path, 1)
    published(tmp_path, 2)
    first.warehouse.chmod(0o644)
    with first.warehouse.open("r+b") as file:
        file.seek(5000)
        file.write(b"changed")
    with pytest.raises(ReleaseError, match="has changed since it was published"):
        rollback(tmp_path, release_id(1))
    assert current_id(tmp_path) == release_id(2)


def test_rollback_that_fails_leaves_the_current_release(tmp_path, monkeypatch):
    published(tmp_path, 1)
    published(tmp_path, 2)
    before = files(tmp_path)

    def full_disk(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pointer, "replace_current", full_disk)
    with pytest.raises(ReleaseError, match="No space left"):
        rollback(tmp_path, release_id(1))
    assert (current_id(tmp_path), files(tmp_path)) == (release_id(2), before)


def test_prune_keeps_the_newest_and_the_current(tmp_path):
    for number in range(1, 6):
        published(tmp_path, number)
    rollback(tmp_path, release_id(2))
    assert [release.release_id for release in prune(tmp_path, keep=2).removed] == [release_id(1), release_id(3)]
    assert kept(tmp_path) == [release_id(2), release_id(4), release_id(5)]
    assert current_id(tmp_path) == release_id(2)
    assert prune(tmp_path, keep=2) == Pruned([], [])
    with pytest.raises(ReleaseError, match="keep 1 or more"):
        prune(tmp_path, keep=0)


OPENER = """
import sys
import duckdb

with duckdb.connect(sys.argv[1], read_only=True) as connection:
    print(connection.execute("SELECT release_id FROM dim_release").fetchone()[0], flush=True)
    sys.stdin.readline()
    print(connection.execute("SELECT min(number) FROM fct_number").fetchone()[0], flush=True)
"""


@contextmanager
def opened(warehouse: Path) -> Generator[subprocess.Popen[str]]:
    """Another process that has a warehouse open until it gets a line."""
    command = [sys.executable, "-c", OPENER, str(warehouse)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin and reader.stdout and reader.stdout.readline().strip()
        try:
            yield reader
        finally:
            reader.kill()


@pytest.mark.parametrize("path", ["warehouse.duckdb", "releases/{id}/warehouse.duckdb"])
def test_prune_keeps_what_a_reader_holds_open_by_either_name(tmp_path, path):
    published(tmp_path, 1)
    with opened(tmp_path / path.format(id=release_id(1))) as reader:
        published(tmp_path, 2)
        published(tmp_path, 3)
        pruned = prune(tmp_path, keep=1)
        assert [release.release_id for release in pruned.removed] == [release_id(2)]
        assert [release.release_id for release in pruned.held] == [release_id(1)]
        assert kept(tmp_path) == [release_id(1), release_id(3)]
        assert reader.stdin and reader.stdout
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == "1\n"
        reader.wait()
    assert [release.release_id for release in prune(tmp_path, keep=1).removed] == [release_id(1)]


def test_a_reader_that_comes_as_its_release_is_being_removed_keeps_it(tmp_path, monkeypatch):
    published(tmp_path, 1)
    published(tmp_path, 2)
    # nobody holds it when it is looked at first, somebody does once it has been moved away
    answers = iter([False, True])
    monkeypatch.setattr(keep, "is_held", lambda warehouse: next(answers))
    assert [release.release_id for release in prune(tmp_path, keep=1).held] == [release_id(1)]
    assert kept(tmp_path) == [release_id(1), release_id(2)]
    assert rollback(tmp_path, release_id(1)).release_id == release_id(1)


def test_the_oldest_are_removed_until_the_rest_fits_on_the_disk(tmp_path):
    sizes = [size(published(tmp_path, number)) for number in range(1, 5)]
    assert sizes[0] == sum(path.stat().st_size for path in (tmp_path / "releases" / release_id(1)).rglob("*.*") if path.is_file())
    assert prune(tmp_path, max_bytes=sum(sizes)) == Pruned([], [])
    assert [release.release_id for release in prune(tmp_path, max_bytes=sum(sizes[1:]) - 1).removed] == [
        release_id(1),
        release_id(2),
    ]
    assert [release.release_id for release in prune(tmp_path, max_bytes=1).removed] == [release_id(3)]
    assert kept(tmp_path) == [release_id(4)] == [current_id(tmp_path)]


def test_a_change_that_was_killed_before_it_was_recorded_is_recorded_by_the_next(tmp_path, monkeypatch):
    published(tmp_path, 1)
    published(tmp_path, 2)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(pointer, "record_change", killed)
        with pytest.raises(KeyboardInterrupt):
            rollback(tmp_path, release_id(1))
        assert current_id(tmp_path) == release_id(1)
    log = tmp_path / "releases" / "log.jsonl"
    with log.open("a") as file:
        file.write('{"at": "2026-04-20T0')  # a line that a kill cut short
    published(tmp_path, 3)
    assert [(entry["action"], entry["release_id"]) for entry in read_log(tmp_path)] == [
        ("publish", release_id(1)),
        ("publish", release_id(2)),
        ("rollback", release_id(1)),
        ("publish", release_id(3)),
    ]
    with monkeypatch.context() as patched:
        patched.setattr(keep, "record_change", lambda *_: None)  # as on a disk that is full
        prune(tmp_path, keep=1)
    published(tmp_path, 4)
    assert [(entry["action"], entry["release_id"]) for entry in read_log(tmp_path)][4:] == [
        ("prune", release_id(1)),
        ("prune", release_id(2)),
        ("publish", release_id(4)),
    ]


def test_bytes_are_on_the_disk_before_their_names_and_names_before_the_release_is_current(tmp_path, monkeypatch):
    published(tmp_path, 1)
    synced: list[Path] = []
    renamed: list[tuple[Path, set[Path]]] = []
    fsync, rename, replace = os.fsync, os.rename, os.replace

    def note_sync(handle):
        synced.append(Path(os.readlink(f"/proc/self/fd/{handle}")))
        fsync(handle)

    def note(move):
        def moved(source, target):
            move(source, target)
            renamed.append((Path(target), set(synced)))

        return moved

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(os, "rename", note(rename))
    monkeypatch.setattr(os, "replace", note(replace))
    release = published(tmp_path, 2)

    private = tmp_path / "build" / f"publish-{release_id(2)}"
    (manifest, before_manifest), (folder, before_folder), (warehouse, before_current) = renamed
    # the manifest, which makes the folder a release, comes after every file and folder that it speaks of
    assert manifest == private / "manifest.json"
    data = {private / path.relative_to(release.folder) for path in release.folder.rglob("*") if path.name != "manifest.json"}
    assert {private / "warehouse.duckdb", private / "parquet", private / "parquet" / "fct_number.parquet"} <= data
    assert data <= before_manifest
    assert any(path.name.startswith(".manifest.json") for path in before_manifest)
    # the release comes after the names in its folder, the current release after the name of the folder
    assert folder == release.folder and private in before_folder
    assert warehouse == tmp_path / "warehouse.duckdb" and release.folder.parent in before_current
    # last the name of the current release itself, then the record
    assert synced.index(tmp_path) > max(synced.index(path) for path in before_current)
    assert synced.index(tmp_path / "releases" / "log.jsonl") > synced.index(tmp_path)


def test_the_log_tells_publishes_rollbacks_and_prunes(tmp_path):
    published(tmp_path, 1)
    published(tmp_path, 2)
    rollback(tmp_path, release_id(1))
    published(tmp_path, 3)
    prune(tmp_path, keep=1)
    entries = [json.loads(line) for line in (tmp_path / "releases" / "log.jsonl").read_text().splitlines()]
    assert [(entry["action"], entry["release_id"]) for entry in entries] == [
        ("publish", release_id(1)),
        ("publish", release_id(2)),
        ("rollback", release_id(1)),
        ("publish", release_id(3)),
        ("prune", release_id(1)),
        ("prune", release_id(2)),
    ]
    assert all(entry["at"].endswith("Z") for entry in entries)


def test_diff_tells_tables_columns_and_rows_apart(tmp_path):
    published(
        tmp_path,
        1,
        """
        CREATE TABLE gone AS SELECT 1 AS a;
        CREATE TABLE same AS SELECT range AS a FROM range(10);
        CREATE TABLE changed AS SELECT * FROM (VALUES (1, 'x', 1), (1, 'x', 1), (2, 'y', 1)) AS t(a, b, dropped);
        CREATE TABLE retyped AS SELECT 1 AS a, 7 AS b;
        CREATE TABLE no_common_type AS SELECT {'k': 1} AS a, 1 AS b;
        """,
    )
    published(
        tmp_path,
        2,
        """
        CREATE TABLE come AS SELECT 1 AS a;
        CREATE TABLE same AS SELECT range AS a FROM range(10) ORDER BY range DESC;
        CREATE TABLE changed AS SELECT * FROM (VALUES (1, 'x', 9), (2, 'z', 9), (3, 'w', 9)) AS t(a, b, added);
        CREATE TABLE retyped AS SELECT 1::BIGINT AS a, 7 AS b;
        CREATE TABLE no_common_type AS SELECT [1] AS a, 2 AS b;
        DROP TABLE landed.lockups; CREATE TABLE landed.lockups AS SELECT 'b' AS ticker, 1 AS shares;
        """,
    )
    difference = diff(tmp_path, release_id(1), release_id(2))
    assert (difference.tables_added, difference.tables_removed) == (["come"], ["gone"])
    assert "dim_release" not in difference.tables
    # the numbers of a row that is there twice count; the order of rows doesn't
    changed = difference.tables["changed"]
    assert (changed.rows_a, changed.rows_b, changed.rows_only_in_a, changed.rows_only_in_b) == (3, 3, 2, 2)
    assert (changed.columns_added, changed.columns_removed, changed.is_same) == (["added"], ["dropped"], False)
    assert difference.tables["same"].is_same
    retyped = difference.tables["retyped"]
    assert retyped.columns_retyped == {"a": ("INTEGER", "BIGINT")} and not retyped.is_same
    assert (retyped.rows_only_in_a, retyped.rows_only_in_b) == (0, 0)
    other = difference.tables["no_common_type"]
    assert list(other.columns_retyped) == ["a"] and (other.rows_only_in_a, other.rows_only_in_b) == (1, 1)
    landed = difference.tables["landed.lockups"]
    assert (landed.rows_only_in_a, landed.rows_only_in_b) == (1, 1)
    with pytest.raises(ReleaseError, match="two different ones"):
        diff(tmp_path, release_id(1), release_id(1))


def test_diff_tells_documents_and_headline_figures(tmp_path):
    headlines = "CREATE TABLE mart_headline AS SELECT * FROM (VALUES {}) AS t(headline, subject, value, unit)"
    documents = "; CREATE TABLE dim_document AS SELECT unnest({}) AS document_id"
    free, moved = "('free float', '1.HK', {}::DOUBLE, 'fraction')", "('market value', '1.HK', {}::DOUBLE, '{}')"
    rows = [free.format(0.1 + 0.2), moved.format(5, "HKD"), "('scarcity premium', '1.HK', 0.2, 'fraction')"]
    published(tmp_path, 1, headlines.format(", ".join(rows)) + documents.format(["filing", "note"]))
    # the last bit of a double is no change; 0.2 is a tenth more; another unit is another figure
    rows = [free.format(0.3), moved.format(5, "USD"), "('scarcity premium', '1.HK', 0.22, 'fraction')"]
    published(tmp_path, 2, headlines.format(", ".join(rows)) + documents.format(["note", "return"]))
    changes = diff(tmp_path, release_id(1), release_id(2))
    assert (changes.documents_added, changes.documents_removed) == (["return"], ["filing"])
    assert [(change.headline, change.unit, change.value_a, change.value_b) for change in changes.headlines] == [
        ("market value", "HKD", 5, None),
        ("market value", "USD", None, 5),
        ("scarcity premium", "fraction", 0.2, 0.22),
    ]
    assert changes.a.as_of == changes.b.as_of == date(2026, 4, 20)


def test_a_reader_that_holds_the_old_file_keeps_reading_it(tmp_path):
    published(tmp_path, 1)
    with duckdb.connect(tmp_path / "warehouse.duckdb", read_only=True) as connection:
        published(tmp_path, 2)
        assert connection.execute("SELECT DISTINCT number FROM fct_number").fetchall() == [(1,)]
    assert current_id(tmp_path) == release_id(2)


HOLDER = """
import sys, time
from pathlib import Path
from orchestration.releases.lock import refresh_lock

with refresh_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_refresh_lock_names_its_holder_and_is_free_once_that_is_dead(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        message = rf"process {holder.pid} since \d{{4}}-\d\d-\d\dT.*Z"
        with pytest.raises(RefreshBusy, match=message) as busy, refresh_lock(tmp_path):
            raise AssertionError("two processes hold the lock")
        assert busy.value.pid == holder.pid
    finally:
        holder.kill()
        holder.wait()
    with refresh_lock(tmp_path):
        written = json.loads((tmp_path / "build" / "refresh.lock").read_text())
        assert written["pid"] == os.getpid()
    assert (tmp_path / "build" / "refresh.lock").read_text() == ""


def test_the_refresh_lock_is_freed_by_an_error_and_can_be_taken_again(tmp_path):
    with pytest.raises(ValueError, match="inside"), refresh_lock(tmp_path):
        raise ValueError("inside")
    # the thread that has it may take it again, another may not
    with refresh_lock(tmp_path), refresh_lock(tmp_path), ThreadPoolExecutor() as pool, pytest.raises(RefreshBusy):
        pool.submit(lambda: refresh_lock(tmp_path).__enter__()).result()
    with refresh_lock(tmp_path):
        pass


def test_a_lock_file_that_was_removed_while_it_was_waited_for_locks_nothing(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    path = tmp_path / "build" / "refresh.lock"
    try:
        assert holder.stdout and holder.stdout.readline() == "held\n"

        def waiting(busy):
            path.unlink()
            holder.kill()

        with refresh_lock(tmp_path, waiting), ThreadPoolExecutor() as pool, pytest.raises(RefreshBusy):
            pool.submit(lambda: refresh_lock(tmp_path).__enter__()).result()
    finally:
        holder.kill()
        holder.wait()


def test_who_waits_for_the_refresh_lock_is_told_for_whom_and_then_gets_it(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        told = []

        def waiting(busy):
            told.append(busy.pid)
            holder.kill()

        with refresh_lock(tmp_path, waiting):
            assert told == [holder.pid]
            assert json.loads((tmp_path / "build" / "refresh.lock").read_text())["pid"] == os.getpid()
    finally:
        holder.kill()
        holder.wait()
