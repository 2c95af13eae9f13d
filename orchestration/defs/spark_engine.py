"""Building the models on Spark: the same models, a second target, for data that one machine does not hold.

They run over Spark Connect: on the server that SPARK_REMOTE names (`sc://host:port`; it must see the data folder under the
same path), else on Sail, which is started here on loopback and needs no Java. Each table becomes a folder of Parquet files in
`build/spark`; these are then loaded into the build database, with the types that a build on DuckDB gives them, so that
the landed tables, the release and everything after it are made as always.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from orchestration.defs.dbt_build import SHOWN_ROWS, Outcome, build_results, failed_tests
from orchestration.defs.dbt_runner import DbtError, DbtProject, OnEvent, invoke
from orchestration.releases.catalog import literal
from orchestration.run import RefreshRun

#: What of a user's server belongs to a build: databases of these names are made anew for each (macros/names.sql).
SCHEMA_PREFIX = "freefloat_"
#: What building on Spark needs, as Python knows it; the packages are the extra `spark` of pyproject.toml.
_MODULES = ("pyspark", "dbt.adapters.spark")


def build_on_spark(project: DbtProject, run: RefreshRun, on_event: OnEvent = None) -> Outcome:
    """Runs `dbt build` on Spark and loads what it makes into the build database.

    Calls `on_event` with each result of a model or test. Always builds in full. Raises DbtError if the packages are missing,
    the server can't be reached, or a model fails.
    """
    folder = run.settings.build_dir / "spark"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    project.record_path.unlink(missing_ok=True)
    project.remove_database()
    with spark_session() as session:
        register_sources(session, project, run)
        arguments = ["build", "--exclude-resource-type", "unit_test", "--no-write-json"]
        ended_all = build_results(invoke(project, arguments, on_event, on_spark=True))

        def ask(sql: str) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
            rows = session.sql(sql)
            return rows.columns, rows.limit(SHOWN_ROWS).collect()

        failed = failed_tests(ended_all, ask)
        _load(session, project, run)
    result = invoke(project, ["run-operation", "make_landed_tables"])
    if not result.success:
        raise DbtError(f"dbt can't make the landed tables: {result.exception}")
    return Outcome(failed, {}, {})


@contextmanager
def spark_session() -> Generator[Any]:
    """A session (PySpark's) on the server of SPARK_REMOTE, or on Sail on a free port of 127.0.0.1.

    While it is open SPARK_REMOTE names that one: dbt-spark asks for a session of its own, and is given this.
    """
    address = os.environ.get("SPARK_REMOTE")
    missing = [name for name in (*_MODULES, *(() if address else ("pysail",))) if importlib.util.find_spec(name) is None]
    if missing:
        raise DbtError(f"building on Spark needs {', '.join(missing)}: install the extra, `uv sync --frozen --extra spark`")
    sessions = importlib.import_module("pyspark.sql").SparkSession
    server: Any = None
    if not address:
        for name, value in _sail_settings().items():
            os.environ.setdefault(name, value)
        server = importlib.import_module("pysail.spark").SparkConnectServer("127.0.0.1", 0)
        server.start(background=True)
        host, port = server.listening_address or ("127.0.0.1", 0)
        address = os.environ["SPARK_REMOTE"] = f"sc://{host}:{port}"
    session = None
    try:
        try:
            session = sessions.builder.remote(address).getOrCreate()
            # a division by zero is null, as in DuckDB; Sail also raises where none is left
            session.conf.set("spark.sql.ansi.enabled", "false")
        except Exception as error:
            # what follows the host can be a token
            host, _, secret = address.partition("/;")
            words = str(error).replace(secret, "...") if secret else str(error)
            raise DbtError(f"the Spark Connect server at {host} does not answer: {words}") from None
        yield session
    finally:
        # in this order: a server does not stop while a session is open
        if session is not None:
            session.stop()
        if server is not None:
            server.stop()
            del os.environ["SPARK_REMOTE"]


#: Where Linux says how much memory the processes of a container may take.
_CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")


def _sail_settings() -> dict[str, str]:
    """How Sail is started, unless the environment says otherwise: without its log, and with a bound on its memory.

    Without one the kernel ends the refresh once the memory is full. The bound is a third of what there is, since Sail counts
    about half of what it takes: sorts go on on the disk from there, a join that needs more fails with words.
    """
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):  # `max` where there is no limit
        memory_bytes = min(memory_bytes, int(_CONTAINER_LIMIT.read_text(encoding="ascii")))
    return {
        "RUST_LOG": "error",  # the only way to keep its log of each start from standard error
        "SAIL_RUNTIME__MEMORY_POOL__TYPE": "fair",
        "SAIL_RUNTIME__MEMORY_POOL__FAIR__MAX_SIZE": str(memory_bytes // 3),
    }


def register_sources(session: Any, project: DbtProject, run: RefreshRun) -> None:
    """Makes the landed Parquet files tables of the session: they stay where they are."""
    schemas = {node["schema"] for node in project.manifest["nodes"].values() if node["resource_type"] == "model"}
    sources = project.manifest["sources"].values()
    for schema in sorted(schemas | {source["schema"] for source in sources}):
        session.sql(f"drop database if exists {SCHEMA_PREFIX}{schema} cascade")
        session.sql(f"create database {SCHEMA_PREFIX}{schema}")
    for source in sources:
        location = source["config"]["external_location"]
        path = run.settings.data_dir / location.format(name=source["name"])
        # several files of one dataset are a folder
        path = path.parent if "*" in path.name else path
        table = f"{SCHEMA_PREFIX}{source['schema']}.{source['identifier']}"
        try:
            session.sql(f"create table {table} using parquet location {literal(path)}")
        except Exception as error:
            needed = "the server would have to see the data folder under this path"
            raise DbtError(f"Spark can't read {path}, and {needed}: {error}") from error


def _load(session: Any, project: DbtProject, run: RefreshRun) -> None:
    """Loads each table into the build database."""
    models = [
        node
        for node in project.manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["materialized"] != "ephemeral"
    ]
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("set force_compression = 'uncompressed'")  # as in profiles.yml
        for model in models:
            schema, name = model["schema"], model["alias"]
            table = f'{schema}."{name}"'
            files = run.settings.build_dir / "spark" / name
            connection.execute(f"create schema if not exists {schema}")
            if any(files.glob("*.parquet")):
                connection.execute(f"create table {table} as select * from read_parquet({literal(files / '*.parquet')})")
            else:
                # Sail writes no file for no rows
                fields = session.table(f"{SCHEMA_PREFIX}{schema}.{name}").schema.fields
                columns = ", ".join(f'"{field.name}" {field.dataType.simpleString()}' for field in fields)
                connection.execute(f"create table {table} ({columns})")
