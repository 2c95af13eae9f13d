"""The command line: arguments, exit codes, which stream gets what, what is imported; settings and status behind it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import types
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from orchestration.cli import cli
from orchestration.project_files import data_dir
from orchestration.releases.lock import RefreshBusy, refresh_lock
from orchestration.releases.publish import ReleaseContext, publish
from orchestration.releases.release import ReleaseError
from orchestration.settings import COMMITTED_DIR, Settings, SettingsError
from tests.databases import database

FIRST, SECOND = "20260420T000000001Z", "20260421T000000002Z"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, as FREEFLOAT_DATA_DIR names it."""
    monkeypatch.setenv("FREEFLOAT_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def released(folder: Path) -> Path:
    """A data folder with two releases, the second current."""
    for number, release_id in enumerate((FIRST, SECOND), 1):
        path = folder / "build" / "build.duckdb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with database(path) as connection:
            connection.execute(
                f"""
                CREATE TABLE dim_release AS SELECT '{release_id}' AS release_id, DATE '2026-04-20' AS as_of,
                    TIMESTAMPTZ '2026-04-21 00:00:00+00' AS created_at;
                CREATE TABLE fct_lockup_expiry AS SELECT '2513.HK' AS ticker, range + {number} AS shares FROM range(3);
                CREATE TABLE mart_{number} AS SELECT 1 AS a;
                """
            )
        publish(path, ReleaseContext(data_dir=folder, release_id=release_id))
    return folder


def run(*arguments: str, stdin: bytes | str | None = None) -> Result:
    """Runs a command; fails on what would reach a user as a traceback."""
    result = CliRunner().invoke(cli, list(arguments), input=stdin, prog_name="freefloat")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_the_command_is_installed_under_its_name():
    command = Path(sys.executable).with_name("freefloat")
    answer = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert answer.stdout == "freefloat 0.1.0\n"


@pytest.mark.parametrize("command", [[], ["refresh"], ["query"], ["calendar"], ["status"], ["releases"], ["serve"]])
def test_every_command_has_help(command):
    result = run(*command, "--help")
    assert result.exit_code == 0 and result.stdout.startswith("Usage: freefloat")


def test_query_writes_each_format_to_standard_output(released):
    sql = "SELECT ticker, shares FROM fct_lockup_expiry ORDER BY shares LIMIT 1"
    assert run("query", sql, "--format", "csv").stdout == "ticker,shares\n2513.HK,2\n"
    assert json.loads(run("query", sql, "--format", "json").stdout) == [{"ticker": "2513.HK", "shares": 2}]
    assert run("query", sql).stdout == "ticker   shares\n-------  ------\n2513.HK       2\n(1 row)\n"
    parquet = run("query", sql, "--format", "parquet").stdout_bytes
    assert parquet[:4] == parquet[-4:] == b"PAR1"


def test_query_reads_standard_input_and_writes_files(released, tmp_path):
    output = tmp_path / "result.csv"
    result = run("query", "-", "--format", "csv", "--output", str(output), stdin="SELECT '智谱' AS a")
    assert (result.exit_code, result.stdout, output.read_text(encoding="utf-8")) == (0, "", "a\n智谱\n")
    result = run("query", "-", stdin=b"SELECT '\xff'")
    assert result.exit_code == 1 and "standard input is not UTF-8" in result.stderr


def test_a_query_that_fails_says_so_on_standard_error_only(released):
    result = run("query", "FROM fct_lockup_expiri", "--format", "json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == ("Error: there is no table fct_lockup_expiri; tables with a name close to it: fct_lockup_expiry\n")
    assert run("query", "SELECT 1", "--format", "xml").exit_code == 2


def test_without_a_release_query_and_status_say_what_to_do_and_exit_1(folder):
    query, status = run("query", "SELECT 1"), run("status")
    assert query.exit_code == status.exit_code == 1
    assert "freefloat refresh" in query.stderr and "freefloat refresh" in status.stdout
    assert "freefloat refresh" in run("releases", "list").stdout
    assert not folder.exists()


def test_output_closed_early_is_no_error(released):
    command = [sys.executable, "-m", "orchestration.cli", "query", "FROM range(3000000)", "--format", "csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        assert process.stdout.readline() == b"range\n"
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    "arguments", [["query", "SELECT 1"], ["status"], ["releases", "list"], ["query", "SELECT 1", "--format", "json"]]
)
def test_reading_a_release_imports_nothing_that_takes_long(released, arguments):
    code = (
        "import sys; from orchestration.cli import cli; cli(sys.argv[1:], standalone_mode=False)"
        if arguments[0] == "query"
        else "import sys; from orchestration.cli import cli\ntry: cli(sys.argv[1:])\nexcept SystemExit: pass"
    )
    code += "\nprint('modules', *{name.partition('.')[0] for name in sys.modules})"
    answer = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    modules = set(answer.stdout.splitlines()[-1].split())
    assert "duckdb" in modules
    assert not modules & {"dagster", "dbt", "pandera", "polars", "pandas", "numpy", "pyarrow", "pydantic", "rich"}


def test_status_reports_the_release_the_datasets_and_the_last_refresh(released):
    landed, quarantined = released / "landed" / "prices" / "year=2026", released / "quarantine" / "lockups"
    for path in (landed, quarantined, released / "landed" / "broken"):
        path.mkdir(parents=True)
    duckdb.sql("SELECT range AS a FROM range(7)").write_parquet(str(landed / "a.parquet"))
    duckdb.sql("SELECT range AS a FROM range(5)").write_parquet(str(landed / "b.parquet"))
    instant = datetime(2026, 4, 20, 1, 30, tzinfo=UTC).timestamp()
    for name, age in (("a.parquet", 60), ("b.parquet", 0)):
        os.utime(landed / name, (instant - age, instant - age))
    # row 3 has two faults and is one row
    duckdb.sql(
        """
        SELECT 'lockups' AS dataset, file, "row", 'shares' AS "column", value, 'is no number; write digits' AS reason,
            now() AS quarantined_at
        FROM (VALUES ('inbox/a.csv', 3, 'x'), ('inbox/a.csv', 3, NULL), ('inbox/a.csv', 4, chr(27) || '[2J'),
            ('inbox/b.csv', 3, 'y')) AS t(file, "row", value)
        """
    ).write_parquet(str(quarantined / "lockups.parquet"))
    (released / "landed" / "broken" / "broken.parquet").write_bytes(b"PAR1")
    refresh = {
        "started_at": "2026-04-20T01:29:00+00:00",
        "ended_at": "2026-04-20T01:31:00+00:00",
        "as_of": "2026-04-20",
        "outcome": "failed",
        "release_id": None,
        "error": "lockups: 3 rows in quarantine\nfix them",
        "refused": [{"dataset": "prices", "file": "inbox/p.csv", "reason": "has an unknown column"}],
        "stale_sources": [{"source": "yahoo", "since": "2026-04-19", "reason": "answered 503"}],
        "not_configured": [
            {"source": "openrouter rankings", "since": None, "setting": "FREEFLOAT_OPENROUTER_API_KEY"},
            {"source": "lakes levels", "since": "2026-04-18T12:00:00Z", "setting": "FREEFLOAT_LAKES_API_KEY"},
        ],
    }
    (released / "build" / "last_refresh.json").write_text(json.dumps(refresh))
    result = run("status", "--json")
    assert result.exit_code == 0
    status = json.loads(result.stdout)
    assert status["release"] == {"release_id": SECOND, "as_of": "2026-04-20", "created_at": "2026-04-21T00:00:00Z"}
    assert status["last_refresh"] == refresh
    datasets = {one["dataset"]: one for one in status["datasets"]}
    assert list(datasets) == ["broken", "lockups", "prices"]
    assert (datasets["prices"]["rows"], datasets["prices"]["landed_at"]) == (12, "2026-04-20T01:30:00Z")
    assert datasets["prices"]["quarantined_rows"] == 0 and datasets["prices"]["error"] is None
    assert (datasets["lockups"]["rows"], datasets["lockups"]["landed_at"]) == (0, None)
    assert datasets["lockups"]["quarantined_rows"] == 3
    assert datasets["lockups"]["first_reasons"][0] == {
        "file": "inbox/a.csv",
        "row": 3,
        "column": "shares",
        "value": "x",
        "reason": "is no number; write digits",
    }
    assert "broken.parquet" in datasets["broken"]["error"]
    text = run("status").stdout
    for words in (
        f"release       {SECOND}",
        "as of         2026-04-20",
        "last refresh  failed, 2026-04-20 01:31:00 UTC",
        "  lockups: 3 rows in quarantine\n  fix them",
        "refused: prices, inbox/p.csv: has an unknown column",
        "stale: yahoo, since 2026-04-19: answered 503",
        "  openrouter rankings: not configured (set FREEFLOAT_OPENROUTER_API_KEY)\n",
        "  lakes levels: not configured (set FREEFLOAT_LAKES_API_KEY); what is landed is of 2026-04-18T12:00:00Z\n",
        "prices     12  2026-04-20 01:30:00 UTC            0",
        "lockups     0  never                              3",
        "inbox/a.csv row 3, column shares: 'x' is no number; write digits",
        "broken can't be read:",
    ):
        assert words in text
    assert "\x1b" not in text


@pytest.mark.parametrize("content", ["{", "[]", '"text"'])
def test_status_survives_a_damaged_record_of_the_last_refresh(released, content):
    (released / "build" / "last_refresh.json").write_text(content)
    result = run("status")
    assert result.exit_code == 0 and "last_refresh.json can't be read" in result.stdout


def test_a_damaged_current_release_is_told_and_rolled_back(released):
    (released / "warehouse.duckdb").unlink()
    (released / "warehouse.duckdb").write_bytes(b"no database")
    status = run("status")
    assert status.exit_code == 1 and "releases rollback" in status.stdout
    listed = run("releases", "list")
    assert listed.exit_code == 0 and FIRST in listed.stdout and "can't be read" in listed.stderr
    assert run("releases", "rollback", FIRST).stdout == f"current release: {FIRST}, as of 2026-04-20\n"
    assert run("status").exit_code == 0


def test_releases_are_listed_compared_rolled_back_and_pruned(released):
    rows = [line.split() for line in run("releases", "list").stdout.splitlines()[2:]]
    assert [(row[0], row[-3:-1]) for row in rows] == [(FIRST, ["3", "5"]), ("*", ["3", "5"])]
    assert rows[1][1] == SECOND
    assert run("releases", "diff", FIRST, SECOND).stdout.splitlines() == [
        "table mart_2: added",
        "table mart_1: removed",
        "table              rows in A  rows in B  only in A  only in B",
        "-----------------  ---------  ---------  ---------  ---------",
        "fct_lockup_expiry          3          3          1          1",
        "0 tables the same",
    ]
    assert run("releases", "rollback", FIRST).exit_code == 0
    assert run("releases", "prune", "--keep", "1").stdout == "0 releases removed\n"
    assert run("releases", "rollback", SECOND).exit_code == 0
    assert run("releases", "prune", "--keep", "1").stdout == f"removed {FIRST}\n1 release removed\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rollback", "../../etc"], "is no release id"),
        (["rollback", "20250101T000000000Z"], "no release 20250101T000000000Z"),
        (["diff", FIRST, FIRST], "two different ones"),
        (["diff", FIRST, "20250101T000000000Z"], f"kept: {FIRST}, {SECOND}"),
    ],
)
def test_a_release_that_is_not_kept_is_told(released, arguments, words):
    result = run("releases", *arguments)
    assert result.exit_code == 1 and words in result.stderr


def test_rollback_and_prune_wait_for_no_refresh(released):
    # the lock is another thread's here: for the one that has it, it is open
    with refresh_lock(released), ThreadPoolExecutor() as pool:
        for arguments in (["rollback", FIRST], ["prune", "--keep", "1"]):
            result = pool.submit(run, "releases", *arguments).result()
            assert result.exit_code == 1 and f"process {os.getpid()} since" in result.stderr


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list:
    """What `refresh` and `serve` are asked for, in place of doing it; `refresh` ends with 3, `serve` with 4."""
    calls: list = []
    refresh = types.ModuleType("orchestration.defs.run_refresh")
    refresh.__dict__["run_refresh"] = lambda **options: calls.append(options) or 3
    serve = types.ModuleType("orchestration.defs.serve")
    serve.__dict__["serve"] = lambda host, port: calls.append((host, port)) or 4
    monkeypatch.setitem(sys.modules, "orchestration.defs.run_refresh", refresh)
    monkeypatch.setitem(sys.modules, "orchestration.defs.serve", serve)
    return calls


def test_refresh_passes_its_options_and_exit_code_on(folder, asked):
    assert run("refresh").exit_code == 3
    today = datetime.now(UTC).date().isoformat()
    assert (
        run("refresh", "--live", "--as-of", today, "--full", "--allow-quarantine", "--wait", "--engine", "spark").exit_code == 3
    )
    assert asked == [
        {"live": False, "as_of": None, "full": False, "engine": "duckdb", "allow_quarantine": False, "wait": False},
        {
            "live": True,
            "as_of": date.fromisoformat(today),
            "full": True,
            "engine": "spark",
            "allow_quarantine": True,
            "wait": True,
        },
    ]


@pytest.mark.parametrize("day", ["20260420", "2026-W17-1", "2026-13-01", "2026-02-30", "20.04.2026", "today", ""])
def test_as_of_must_be_a_day(folder, asked, day):
    result = run("refresh", "--as-of", day)
    assert result.exit_code == 2 and f"{day!r} is no day; write YYYY-MM-DD" in result.stderr
    assert asked == []


def test_as_of_must_not_be_in_the_future(folder, asked):
    day = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    result = run("refresh", "--as-of", day)
    assert result.exit_code == 2 and f"{day} is in the future" in result.stderr
    assert asked == []


@pytest.mark.parametrize(
    "error",
    [RefreshBusy(Path("x"), 7, "2026-04-20T00:00:00Z"), ReleaseError("disk full"), SettingsError("bad address")],
)
def test_errors_of_a_refresh_are_told_without_a_traceback(folder, asked, error):
    def fail(**_):
        raise error

    sys.modules["orchestration.defs.run_refresh"].__dict__["run_refresh"] = fail
    result = run("refresh")
    assert (result.exit_code, result.stderr) == (1, f"Error: {error}\n")


def test_serve_passes_host_and_port_on(asked):
    assert run("serve").exit_code == 4
    assert run("serve", "--host", "0.0.0.0", "--port", "8080").exit_code == 4
    assert asked == [("127.0.0.1", 3000), ("0.0.0.0", 8080)]
    assert run("serve", "--port", "0").exit_code == 2


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"FREEFLOAT_DATA_DIR": ""},
        {"FREEFLOAT_DATA_DIR": "some/where"},
        {"FREEFLOAT_DATA_DIR": "~/floats"},
        {"FREEFLOAT_DATA_DIR": "/tmp/x"},
        {"freefloat_data_dir": "/tmp/lower"},
    ],
)
def test_the_data_folder_is_the_one_of_the_settings(environment, monkeypatch):
    monkeypatch.delenv("FREEFLOAT_DATA_DIR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert data_dir() == Settings().data_dir
    assert data_dir().is_absolute() and "~" not in str(data_dir())
    if not any(environment.values()):
        assert data_dir() == COMMITTED_DIR == Path(__file__).parents[2] / "data"


def test_settings_name_the_rooms_of_the_data_folder(monkeypatch):
    monkeypatch.setenv("FREEFLOAT_DATA_DIR", "/tmp/x")
    settings = Settings()
    rooms = (
        settings.landed_dir,
        settings.quarantine_dir,
        settings.inbox_dir,
        settings.build_dir,
        settings.releases_dir,
    )
    assert [str(room) for room in rooms] == [f"/tmp/x/{name}" for name in ("landed", "quarantine", "inbox", "build", "releases")]
    assert settings.warehouse_path == Path("/tmp/x/warehouse.duckdb")
    assert settings.committed_dir == COMMITTED_DIR and (COMMITTED_DIR / "documents").is_dir()


def test_each_live_source_has_an_address_that_can_be_changed(monkeypatch):
    sources = ("yahoo", "eastmoney", "eastmoney_datacenter", "tencent", "openrouter", "epoch", "ecb")
    for source in sources:
        monkeypatch.delenv(f"FREEFLOAT_{source.upper()}_URL", raising=False)
    assert all(getattr(Settings(), f"{source}_url").startswith("https://") for source in sources)
    for source in sources:
        monkeypatch.setenv(f"FREEFLOAT_{source.upper()}_URL", f"http://127.0.0.1:8000/{source}/")
    assert [getattr(Settings(), f"{source}_url") for source in sources] == [
        f"http://127.0.0.1:8000/{source}" for source in sources
    ]


def test_a_setting_that_cannot_be_used_is_named(monkeypatch):
    monkeypatch.setenv("FREEFLOAT_YAHOO_URL", "query1.finance.yahoo.com")
    with pytest.raises(SettingsError, match=r"^FREEFLOAT_YAHOO_URL: 'query1\.finance\.yahoo\.com' is no address; write "):
        Settings()
