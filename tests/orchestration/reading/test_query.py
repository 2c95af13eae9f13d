"""Queries on the current release: each format read back gives the same values, and nothing but reading is possible."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
import threading
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import duckdb
import pyarrow.parquet
import pytest

from orchestration.reading import query
from orchestration.reading.connection import _CONFIG, QueryError, connect
from orchestration.reading.query import run_query
from orchestration.reading.text import aligned, width
from orchestration.releases.publish import ReleaseContext, publish
from orchestration.releases.release import NoRelease
from tests.databases import database

RELEASE_ID = "20260420T000000001Z"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one release."""
    folder = tmp_path_factory.mktemp("data")
    database = folder / "build.duckdb"
    with duckdb.connect(database) as connection:
        connection.execute(
            f"""
            CREATE TABLE dim_release AS SELECT '{RELEASE_ID}' AS release_id, DATE '2026-04-20' AS as_of,
                TIMESTAMP '2026-04-20 00:00:00' AS created_at;
            CREATE TABLE fct_values AS FROM (VALUES
                (1, 9007199254740993, 12345678901234567890.1234567890::DECIMAL(38, 10), 0.1::DOUBLE, true,
                 DATE '2026-01-08', TIMESTAMPTZ '2026-01-08 09:30:00.5+08', '智谱, "AI"' || chr(10) || 'x', [1, 2],
                 {{'k': 1.50::DECIMAL(4, 2), 'd': DATE '2026-01-08'}}, 170141183460469231731687303715::HUGEINT),
                (2, -5, -0.5000000000::DECIMAL(38, 10), 1e300::DOUBLE, false, DATE '2026-07-08',
                 TIMESTAMPTZ '2026-07-08 00:00:00+00', '', [], {{'k': NULL, 'd': NULL}}, -1::HUGEINT),
                (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
            ) AS t(id, big, exact, approximate, flag, day, instant, words, list, record, huge);
            CREATE TABLE fct_lockup_tranche AS SELECT '2513.HK' AS ticker, 1000 AS shares;
            CREATE TABLE fct_lockup_expiry AS SELECT '2513.HK' AS ticker;
            CREATE SCHEMA landed; CREATE TABLE landed.share_capital_events AS SELECT 1 AS a;
            """
        )
    publish(database, ReleaseContext(data_dir=folder, release_id=RELEASE_ID))
    return folder


def written(data_dir: Path, sql: str, format_: str, tmp_path: Path) -> bytes:
    output = tmp_path / "result"
    run_query(data_dir, sql, format_, output)
    return output.read_bytes()


def test_json_reads_back_equal(data_dir, tmp_path):
    answer = json.loads(written(data_dir, "FROM fct_values ORDER BY id", "json", tmp_path), parse_float=Decimal)
    assert answer == [
        {
            "id": 1,
            "big": 9007199254740993,
            "exact": Decimal("12345678901234567890.1234567890"),
            "approximate": Decimal("0.1"),
            "flag": True,
            "day": "2026-01-08",
            "instant": "2026-01-08T01:30:00.500000",
            "words": '智谱, "AI"\nx',
            "list": [1, 2],
            "record": {"k": Decimal("1.50"), "d": "2026-01-08"},
            "huge": 170141183460469231731687303715,
        },
        {
            "id": 2,
            "big": -5,
            "exact": Decimal("-0.5000000000"),
            "approximate": Decimal("1E+300"),
            "flag": False,
            "day": "2026-07-08",
            "instant": "2026-07-08T00:00:00",
            "words": "",
            "list": [],
            "record": {"k": None, "d": None},
            "huge": -1,
        },
        dict.fromkeys(answer[0]) | {"id": 3},
    ]
    assert type(answer[0]["big"]) is int and type(answer[0]["huge"]) is int


def test_json_of_no_rows_of_many_rows_and_of_what_json_has_no_number_for(data_dir, tmp_path):
    assert json.loads(written(data_dir, "SELECT 1 AS a WHERE false", "json", tmp_path)) == []
    many = json.loads(written(data_dir, "SELECT range AS a FROM range(25000)", "json", tmp_path))
    assert many == [{"a": number} for number in range(25000)]
    odd = "SELECT 'nan'::DOUBLE AS a, '-inf'::DOUBLE AS b, 'ab'::BLOB AS c, MAP {1: 'x'} AS d"
    assert json.loads(written(data_dir, odd, "json", tmp_path)) == [{"a": None, "b": None, "c": "6162", "d": {"1": "x"}}]
    zoned = "SELECT TIMESTAMPTZ '2026-01-08 09:30:00+08' AS a"
    assert json.loads(written(data_dir, zoned, "json", tmp_path)) == [{"a": "2026-01-08T01:30:00Z"}]


def test_csv_reads_back_equal(data_dir, tmp_path):
    text = written(data_dir, "FROM fct_values ORDER BY id", "csv", tmp_path).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    first, second, third = rows
    assert (int(first["big"]), Decimal(first["exact"]), float(first["approximate"])) == (
        9007199254740993,
        Decimal("12345678901234567890.1234567890"),
        0.1,
    )
    assert (first["flag"], date.fromisoformat(first["day"])) == ("true", date(2026, 1, 8))
    assert first["instant"] == "2026-01-08T01:30:00.500000"  # 09:30 in Hong Kong, in UTC
    assert first["words"] == '智谱, "AI"\nx'
    assert json.loads(first["record"], parse_float=Decimal) == {"k": Decimal("1.50"), "d": "2026-01-08"}
    assert (second["flag"], float(second["approximate"]), second["huge"]) == ("false", 1e300, "-1")
    assert set(third.values()) == {"3", ""}
    # DuckDB reads an empty text and no value as different things
    path = tmp_path / "result"
    assert duckdb.sql(f"SELECT words FROM read_csv('{path}', allow_quoted_nulls = false) ORDER BY id").fetchall() == [
        ('智谱, "AI"\nx',),
        ("",),
        (None,),
    ]


def test_csv_of_one_column_keeps_a_row_without_a_value(data_dir, tmp_path):
    text = written(data_dir, "SELECT NULL AS a UNION ALL SELECT 1", "csv", tmp_path).decode()
    assert [row for row in csv.reader(io.StringIO(text)) if row] == [["a"], [""], ["1"]]
    assert written(data_dir, "SELECT 1 AS a WHERE false", "csv", tmp_path) == b"a\n"


def test_parquet_reads_back_equal(data_dir, tmp_path):
    written(data_dir, "FROM fct_values ORDER BY id", "parquet", tmp_path)
    with duckdb.connect(data_dir / "warehouse.duckdb", read_only=True) as connection:
        rows = connection.execute("FROM fct_values ORDER BY id").fetchall()
    read_back = f"SELECT * REPLACE (huge::HUGEINT AS huge) FROM read_parquet('{tmp_path / 'result'}')"
    assert duckdb.sql(read_back).fetchall() == rows
    schema = pyarrow.parquet.read_schema(tmp_path / "result")
    assert str(schema.field("exact").type) == "decimal128(38, 10)" and str(schema.field("day").type) == "date32[day]"
    many = written(data_dir, "SELECT range AS a FROM range(250000)", "parquet", tmp_path)
    assert pyarrow.parquet.read_table(io.BytesIO(many))["a"].to_pylist() == list(range(250000))


def test_table_elsewhere_than_on_a_terminal_is_plain_and_aligned(data_dir, tmp_path):
    sql = "SELECT * FROM (VALUES (1, '智谱', 1.50), (1000, NULL, NULL)) AS t(shares, issuer, price)"
    assert written(data_dir, sql, "table", tmp_path).decode().splitlines() == [
        "shares  issuer  price",
        "------  ------  -----",
        "     1  智谱     1.50",
        "  1000  NULL     NULL",
        "(2 rows)",
    ]
    assert written(data_dir, "SELECT 1 AS a WHERE false", "table", tmp_path) == b"a\n-\n(0 rows)\n"


def test_data_cannot_break_a_line_nor_move_the_cursor_nor_turn_the_text():
    assert aligned(["a"], [["a\x1b[31m\nb\x9bc"]], [False]).splitlines()[2] == "a\\x1b[31m\\nb\\x9bc"
    assert aligned(["智谱"], [["é 智谱"]], [False]) == "智谱\n------\né 智谱\n"
    # U+202E shows what follows from right to left: `MiniMax<U+202E>txt.exe` would read `MiniMaxexe.txt`
    turned = aligned(["name\u2066"], [["MiniMax\u202etxt.exe"]], [False])
    assert turned == "name\\u2066\n--------------------\nMiniMax\\u202etxt.exe\n"
    assert aligned(["a"], [["x\ny"]], [False]) == "a\n----\nx\\ny\n"
    assert width("智谱") == 4 and width("ab") == 2 and width("e\u0301") == 1


def on_terminal(data_dir: Path, columns: int, *arguments: str) -> str:
    """What the command prints when its output is a terminal of so many columns."""
    leader, follower = pty.openpty()
    environment = os.environ | {"FREEFLOAT_DATA_DIR": str(data_dir), "COLUMNS": str(columns), "TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", "query", *arguments],
        stdout=follower,
        stderr=follower,
        env=environment,
    ) as process:
        os.close(follower)
        chunks = []
        try:
            while chunk := os.read(leader, 65536):
                chunks.append(chunk)
        except OSError:
            pass  # Linux's way to say that the other end is closed
        process.wait()
    os.close(leader)
    return b"".join(chunks).decode().replace("\r\n", "\n")


def test_table_on_a_terminal_is_drawn_if_it_fits_and_else_one_record_after_the_other(data_dir):
    sql = "SELECT ticker, shares, '[bold]x' AS words FROM fct_lockup_tranche"
    drawn = on_terminal(data_dir, 80, sql)
    assert "│ 2513.HK │   1000 │ [bold]x │" in drawn and "(1 row)" in drawn
    assert on_terminal(data_dir, 20, sql) == ("--- row 1 ---\nticker  2513.HK\nshares  1000\nwords   [bold]x\n(1 row)\n")


def test_parquet_is_not_written_to_a_terminal(data_dir):
    assert "--output" in on_terminal(data_dir, 80, "FROM fct_values", "--format", "parquet")


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("FROM fct_lockup_tranche", 1),
        ("WITH t AS (SELECT 1 AS a) SELECT * FROM t;", 1),
        ("VALUES (1), (2)", 2),
        ("DESCRIBE fct_lockup_tranche", 2),
        ("SUMMARIZE fct_lockup_tranche", 2),
        ("SHOW TABLES", 4),
        ("TABLE landed.share_capital_events -- a comment", 1),
        ("PIVOT fct_lockup_tranche ON ticker USING sum(shares)", 1),
        ("SELECT comment FROM duckdb_columns() WHERE table_name = 'fct_lockup_expiry'", 1),
        ('SELECT \'query (1)\' AS words, "query" FROM (SELECT 1 AS "query") AS query', 1),
        ("FROM query_table('fct_lockup_expiry')", 1),
    ],
)
def test_every_way_to_read_is_open(data_dir, tmp_path, sql, rows):
    assert len(json.loads(written(data_dir, sql, "json", tmp_path))) == rows


@pytest.fixture(scope="module")
def web():
    """The address of a web server that counts who asks it."""

    class Handler(BaseHTTPRequestHandler):
        asked = 0

        def do_GET(self):
            Handler.asked += 1
            self.send_response(200)
            self.end_headers()

        do_HEAD = do_GET

        def log_message(self, format, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", Handler
    server.shutdown()
    server.server_close()


FORBIDDEN = (
    # files
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('{secret}')",
    "SELECT * FROM read_blob('{secret}')",
    "SELECT * FROM read_json('{secret}')",
    "SELECT * FROM read_parquet('{parquet}')",
    "SELECT * FROM '{parquet}'",
    "SELECT * FROM sniff_csv('{secret}')",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM parquet_metadata('{parquet}')",
    "SELECT * FROM query('SELECT * FROM read_text(''{secret}'')')",
    "SELECT * FROM read_text('/proc/self/environ')",
    "SELECT * FROM read_ndjson_objects('{secret}')",
    "SELECT * FROM parquet_schema('{parquet}')",
    "SELECT * FROM parquet_kv_metadata('{parquet}')",
    "SELECT * FROM read_duckdb('{other}', table_name = 'secret')",
    "SELECT * FROM '{other}'",
    "PIVOT (FROM read_text('{secret}')) ON content USING count(*)",
    "SELECT (SELECT content FROM read_text('{secret}'))",
    "SELECT * FROM duckdb_extensions()",
    # the network
    "SELECT * FROM read_text('{web}/x')",
    "SELECT * FROM read_csv('{web}/x.csv')",
    "SELECT * FROM '{web}/x.parquet'",
    "SELECT * FROM read_parquet('s3://bucket/x.parquet')",
    # writing files
    "COPY fct_values TO '{folder}/out.csv'",
    "COPY fct_values TO '{warehouse}'",
    "COPY fct_values TO '{warehouse}' (USE_TMP_FILE false)",
    "COPY fct_values TO '{warehouse}.wal'",
    "COPY (SELECT 1) TO '{warehouse}.tmp/x.csv'",
    "EXPLAIN ANALYZE COPY fct_values TO '{warehouse}.wal'",
    "EXPLAIN ANALYZE COPY fct_values TO '{warehouse}.wal' (USE_TMP_FILE false)",
    "EXPORT DATABASE '{folder}/export'",
    "IMPORT DATABASE '{folder}'",
    "PRAGMA import_database('{folder}')",
    # other databases
    "ATTACH '{folder}/new.duckdb' AS new",
    "ATTACH '{warehouse}' AS again",
    "ATTACH ':memory:' AS memory_too",
    "ATTACH '{web}/x.duckdb' AS web",
    "ATTACH '{other}' AS other (TYPE sqlite)",
    "ATTACH 'host=127.0.0.1' AS other (TYPE postgres)",
    "DETACH warehouse",
    "USE landed",
    # extensions
    "INSTALL httpfs",
    "FORCE INSTALL httpfs FROM '{web}'",
    "INSTALL httpfs FROM community",
    "LOAD httpfs",
    "LOAD '{folder}/x.duckdb_extension'",
    "UPDATE EXTENSIONS",
    # settings
    "SET threads = 1",
    "SET GLOBAL enable_external_access = true",
    "SET lock_configuration = false",
    "SET temp_directory = '{folder}'",
    "SET home_directory = '{folder}'",
    "SET secret_directory = '{folder}'",
    "SET extension_directory = '{folder}'",
    "SET custom_extension_repository = '{web}'",
    "SET allowed_directories = ['{folder}']",
    "SET profiling_output = '{folder}/profile.txt'",
    "SET memory_limit = '1TB'",
    "RESET enable_external_access",
    "RESET threads",
    "SET VARIABLE x = 1",
    "PRAGMA threads = 1",
    "PRAGMA memory_limit = '1GB'",
    "PRAGMA enable_profiling",
    "SELECT * FROM enable_profiling(save_location = '{folder}/profile.txt')",
    "CALL enable_logging()",
    "SELECT * FROM enable_logging(storage_path = '{folder}')",
    """SELECT * FROM "Enable_Logging" /* of /* all */ */ -- it
       (storage_path = '{folder}')""",
    "SELECT * FROM system.main.disable_logging()",
    # hidden in a text
    "SELECT * FROM query('FROM enab' || 'le_logging(storage_path = ''{folder}'')')",
    "SELECT * FROM QUERY\u3000('FROM enab' || 'le_profiling()')",
    """SELECT * FROM json_execute_serialized_sql(
           replace(json_serialize_sql('FROM x()')::VARCHAR, '"x"', '"enable' || '_logging"')::JSON)""",
    "SELECT write_log('x')",
    # writing to the release
    "CREATE TABLE t AS SELECT 1",
    "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE VIEW v AS SELECT 1",
    "CREATE MACRO f() AS 1",
    "CREATE SECRET s (TYPE http)",
    "INSERT INTO fct_lockup_expiry VALUES ('x')",
    "UPDATE fct_lockup_expiry SET ticker = 'x'",
    "DELETE FROM fct_lockup_expiry",
    "MERGE INTO fct_lockup_expiry USING fct_values ON false WHEN NOT MATCHED THEN INSERT VALUES ('x')",
    "TRUNCATE fct_lockup_expiry",
    "DROP TABLE fct_lockup_expiry",
    "ALTER TABLE fct_lockup_expiry ADD COLUMN a INT",
    "COMMENT ON TABLE fct_lockup_expiry IS 'x'",
    "CHECKPOINT",
    "FORCE CHECKPOINT",
    "VACUUM",
    "BEGIN TRANSACTION",
    # more than one statement
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE fct_lockup_expiry",
    "CREATE TEMP TABLE t AS SELECT 1; SELECT * FROM t",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "CALL duckdb_settings()",
)


@pytest.mark.parametrize("template", FORBIDDEN)
def test_nothing_but_reading_the_release_is_possible(data_dir, tmp_path, web, template):
    address, handler = web
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "schema.sql").write_text("SELECT 1;")
    duckdb.sql("SELECT 1 AS a").write_parquet(str(tmp_path / "x.parquet"))
    with database(tmp_path / "other.duckdb") as other:
        other.execute("CREATE TABLE secret AS SELECT 'secret' AS secret")
    warehouse = data_dir / "warehouse.duckdb"
    before = ({path.name for path in tmp_path.iterdir()}, {path.name for path in data_dir.iterdir()})
    content = warehouse.read_bytes()
    sql = template.format(
        secret=tmp_path / "secret",
        parquet=tmp_path / "x.parquet",
        other=tmp_path / "other.duckdb",
        folder=tmp_path,
        warehouse=warehouse,
        web=address,
    )
    with pytest.raises(QueryError) as refused:
        run_query(data_dir, sql, "json", tmp_path / "result")
    assert "only reads the release" in str(refused.value)
    assert ({path.name for path in tmp_path.iterdir()}, {path.name for path in data_dir.iterdir()}) == before
    assert warehouse.read_bytes() == content
    assert handler.asked == 0


def test_settings_stay_as_they_were_set(data_dir):
    with connect(data_dir) as connection:
        settings = dict(connection.execute("SELECT name, value FROM duckdb_settings()").fetchall())
    assert {
        name: settings[name]
        for name in (
            "enable_external_access",
            "autoinstall_known_extensions",
            "autoload_known_extensions",
            "lock_configuration",
            "TimeZone",
            "temp_directory",
            "allowed_directories",
            "allow_persistent_secrets",
        )
    } == {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "lock_configuration": "true",
        "TimeZone": "UTC",
        "temp_directory": "",
        "allowed_directories": "[]",
        "allow_persistent_secrets": "false",
    }


def test_a_query_that_needs_more_memory_than_there_is_ends_and_leaves_no_file(data_dir, tmp_path, monkeypatch):
    monkeypatch.setitem(_CONFIG, "memory_limit", "60MB")
    before = sorted(data_dir.iterdir())
    with pytest.raises(QueryError, match=r"Out of Memory Error.*: select less, or copy warehouse\.duckdb") as refused:
        run_query(
            data_dir, "SELECT hash(range) AS a, repeat('x', 99) || range FROM range(9999999) ORDER BY a", "csv", tmp_path / "x"
        )
    assert "SET " not in str(refused.value), "settings are locked, so there is no use in naming them"
    assert sorted(data_dir.iterdir()) == before and list(tmp_path.iterdir()) == []


def test_a_table_is_written_up_to_a_number_of_rows_and_refused_beyond(data_dir, tmp_path, monkeypatch):
    monkeypatch.setattr(query, "_TABLE_ROWS", 10)
    assert written(data_dir, "SELECT range AS a FROM range(10)", "table", tmp_path).endswith(b"(10 rows)\n")
    with pytest.raises(QueryError, match="more than 10 rows are no table to read: add a LIMIT, or write --format csv"):
        run_query(data_dir, "SELECT range AS a FROM range(11)", "table", tmp_path / "result")
    assert len(written(data_dir, "SELECT range AS a FROM range(11)", "csv", tmp_path).splitlines()) == 12


INTERRUPTED = """
import os, signal, sys, threading
from pathlib import Path
from orchestration.reading.query import run_query

threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
run_query(Path(sys.argv[1]), "SELECT sum(a.range * b.range) FROM range(300000) a, range(30000000) b", "csv", Path(sys.argv[2]))
"""


def test_an_interrupt_ends_a_long_query_at_once(data_dir, tmp_path):
    # it would take hours
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(data_dir), str(tmp_path / "result")],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode != 0 and done.stderr.endswith("KeyboardInterrupt\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("FROM fct_lockup_tranch", ["no table fct_lockup_tranch", "close to it: fct_lockup_", "fct_lockup_tranche"]),
        ("FROM landed.share_capital_event", ["landed.share_capital_events"]),
        ("FROM share_capital_events", ["landed.share_capital_events"]),
        ("FROM qqq", ["no table qqq; tables: ", "fct_values", "landed.share_capital_events"]),
        ("SELEC 1", ["syntax error", "SELEC"]),
        ("SELECT tiker FROM fct_lockup_tranche", ["tiker", "ticker"]),
        ("SELECT words::INT FROM fct_values", ["Could not convert"]),
        ("SELECT $1", ["Values were not provided"]),
        ("SELECT getenv('HOME')", ["getenv does not exist"]),
        ("SELECT '\udcff'", ["not UTF-8"]),
        ("FROM query('SELECT 1')", ["query() can't be called", "only reads the release"]),
        ("", ["no SQL"]),
        ("-- nothing", ["no SQL"]),
        ("SELECT * FROM read_csv('/etc/passwd')", ["/etc/passwd", "only reads the release"]),
        ("DROP TABLE fct_values", ["only reads the release"]),
    ],
)
def test_a_mistake_is_told_in_words(data_dir, tmp_path, sql, words):
    with pytest.raises(QueryError) as error:
        run_query(data_dir, sql, "csv", tmp_path / "result")
    for part in words:
        assert part in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_a_variable_of_this_program_is_no_table(data_dir, tmp_path, monkeypatch):
    monkeypatch.setattr(query, "memory", pyarrow.table({"a": [1]}), raising=False)
    with pytest.raises(QueryError, match="no table memory"):
        run_query(data_dir, "SELECT * FROM memory", "csv", tmp_path / "result")


@pytest.mark.parametrize(("format_", "words"), [("json", "JSON"), ("parquet", "Parquet")])
def test_two_columns_of_one_name_are_refused_where_one_would_be_lost(data_dir, tmp_path, format_, words):
    with pytest.raises(QueryError, match=f"two columns are called 'a', which {words} can't hold"):
        run_query(data_dir, "SELECT 1 AS a, 2 AS a", format_, tmp_path / "result")
    assert written(data_dir, "SELECT 1 AS a, 2 AS a", "csv", tmp_path) == b"a,a\n1,2\n"


def test_a_type_that_parquet_does_not_have_is_told(data_dir, tmp_path):
    with pytest.raises(QueryError, match=r"interval.*cast that column"):
        run_query(data_dir, "SELECT INTERVAL 3 MONTH AS a", "parquet", tmp_path / "result")
    assert list(tmp_path.iterdir()) == []


def test_output_replaces_a_file_only_with_a_whole_result(data_dir, tmp_path):
    output = tmp_path / "result"
    output.write_text("before")
    # fails after the first rows
    with pytest.raises(QueryError, match="Could not convert"):
        run_query(data_dir, "SELECT if(range = 90000, 'x', '1')::INT AS a FROM range(100000)", "csv", output)
    assert output.read_text() == "before"
    with pytest.raises(QueryError, match="nowhere"):
        run_query(data_dir, "SELECT 1", "csv", tmp_path / "nowhere" / "result")
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


def test_output_to_a_link_or_a_device_keeps_the_link_and_the_device(data_dir, tmp_path):
    (tmp_path / "link").symlink_to("target")
    run_query(data_dir, "SELECT 1 AS a", "csv", tmp_path / "link")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "target").read_text() == "a\n1\n"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    answers: list[bytes] = []
    reader = threading.Thread(target=lambda: answers.append(pipe.read_bytes()))
    reader.start()
    run_query(data_dir, "SELECT 1 AS a", "csv", pipe)
    reader.join(timeout=10)
    assert answers == [b"a\n1\n"] and pipe.is_fifo()


def test_no_release_and_a_damaged_one_are_told(tmp_path):
    with pytest.raises(NoRelease, match="freefloat refresh"):
        run_query(tmp_path, "SELECT 1")
    (tmp_path / "warehouse.duckdb").write_bytes(b"no database" * 100)
    with pytest.raises(QueryError, match="can't be opened"):
        run_query(tmp_path, "SELECT 1")
