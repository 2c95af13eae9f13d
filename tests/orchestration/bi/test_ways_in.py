"""What docs/bi-tools.md says of the ways into a release: ADBC and Parquet, without DuckDB's own client."""

from __future__ import annotations

from pathlib import Path

import adbc_driver_duckdb
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from adbc_driver_manager import Error, dbapi

from orchestration.releases.release import current


@pytest.fixture(scope="module")
def marts(offline_release: Path) -> dict[str, dict[str, str]]:
    """The marts of the release, each with its columns and their DuckDB types."""
    found: dict[str, dict[str, str]] = {}
    with duckdb.connect(offline_release / "warehouse.duckdb", read_only=True) as connection:
        for table, column, kind in connection.execute(
            """
            SELECT table_name, column_name, data_type FROM duckdb_columns()
            WHERE schema_name = 'main' AND NOT internal
            ORDER BY column_index
            """
        ).fetchall():
            found.setdefault(table, {})[column] = kind
    return found


def test_adbc_gives_every_mart_as_arrow_and_writes_nothing(offline_release: Path, marts: dict[str, dict[str, str]]) -> None:
    options = {"path": str(offline_release / "warehouse.duckdb"), "access_mode": "READ_ONLY"}
    driver, entrypoint = adbc_driver_duckdb.driver_path(), "duckdb_adbc_init"
    with (
        dbapi.connect(driver=driver, entrypoint=entrypoint, db_kwargs=options, autocommit=True) as connection,
        connection.cursor() as cursor,
    ):
        for mart, columns in marts.items():
            cursor.execute(f"SELECT * FROM {mart}")
            assert cursor.fetch_arrow_table().column_names == list(columns), mart
        with pytest.raises(Error, match="read-only"):
            cursor.execute("CREATE TABLE made_up (one INTEGER)")


def test_parquet_has_each_mart_with_days_as_days_and_no_type_that_readers_do_not_know(
    offline_release: Path, marts: dict[str, dict[str, str]]
) -> None:
    release = current(offline_release)
    assert release is not None
    arrow = {
        "DATE": pa.date32(),
        "TIMESTAMP": pa.timestamp("us"),
        "DOUBLE": pa.float64(),
        "BIGINT": pa.int64(),
        "HUGEINT": pa.decimal128(38, 0),
        "BOOLEAN": pa.bool_(),
    }
    for mart, columns in marts.items():
        schema = pq.read_schema(release.folder / "parquet" / f"{mart}.parquet")
        assert schema.names == list(columns), mart
        for column, kind in columns.items():
            if kind in arrow:
                assert schema.field(column).type == arrow[kind], (mart, column)
