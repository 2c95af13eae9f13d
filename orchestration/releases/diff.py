"""What one release changes against another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.releases.catalog import literal, quoted, single_value
from orchestration.releases.release import Release, ReleaseError, kept_release

#: The marts whose verdicts, headline figures and documents are compared from release to release.
RECONCILIATION, HEADLINES, DOCUMENTS = "fct_reconciliation", "mart_headline", "dim_document"


@dataclass(frozen=True)
class TableDiff:
    """How a table that is in both releases differs. Rows are compared, with their number, over the shared columns."""

    rows_a: int
    rows_b: int
    rows_only_in_a: int
    rows_only_in_b: int
    columns_added: list[str]
    columns_removed: list[str]
    columns_retyped: dict[str, tuple[str, str]]

    @property
    def is_same(self) -> bool:
        """True if both releases have the same rows in the same columns of the same types."""
        return not (
            self.rows_only_in_a or self.rows_only_in_b or self.columns_added or self.columns_removed or self.columns_retyped
        )


@dataclass(frozen=True)
class VerdictChange:
    """A printed figure whose verdict differs between two releases; None where a release doesn't have the figure."""

    figure_id: str
    basis: str
    verdict_a: str | None
    verdict_b: str | None


@dataclass(frozen=True)
class HeadlineChange:
    """A headline figure that differs between two releases; None where a release doesn't have it."""

    headline: str
    subject: str
    unit: str
    value_a: float | None
    value_b: float | None


@dataclass(frozen=True)
class ReleaseDiff:
    """What release `b` changes against release `a`; `tables` are those in both, `dim_release` left out."""

    a: Release
    b: Release
    documents_added: list[str]
    documents_removed: list[str]
    tables_added: list[str]
    tables_removed: list[str]
    tables: dict[str, TableDiff]
    headlines: list[HeadlineChange]
    verdicts: list[VerdictChange]


def diff(data_dir: Path, a: str, b: str) -> ReleaseDiff:
    """What release `b` changes against release `a`. Raises ReleaseError if one isn't kept or can't be read."""
    if a == b:
        raise ReleaseError(f"both releases are {a}: give two different ones")
    release_a, release_b = kept_release(data_dir, a), kept_release(data_dir, b)
    # each release has its own row in dim_release, which is no difference of the data
    tables_a, tables_b = (
        {name: table for name, table in release.manifest["tables"].items() if name != "dim_release"}
        for release in (release_a, release_b)
    )
    shared = [name for name in tables_a if name in tables_b]
    try:
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH {literal(release_a.warehouse)} AS a (READ_ONLY)")
            connection.execute(f"ATTACH {literal(release_b.warehouse)} AS b (READ_ONLY)")
            changes = {name: _table_diff(connection, name, tables_a[name], tables_b[name]) for name in shared}
            has_documents = DOCUMENTS in shared
            added = _documents_only_in(connection, "b", "a") if has_documents else []
            removed = _documents_only_in(connection, "a", "b") if has_documents else []
            headlines = _headline_changes(connection) if HEADLINES in shared else []
            verdicts = _verdict_changes(connection) if RECONCILIATION in shared else []
    except duckdb.Error as error:
        raise ReleaseError(f"releases {a} and {b} can't be compared: {error}") from error
    return ReleaseDiff(
        a=release_a,
        b=release_b,
        documents_added=added,
        documents_removed=removed,
        tables_added=[name for name in tables_b if name not in tables_a],
        tables_removed=[name for name in tables_a if name not in tables_b],
        tables=changes,
        headlines=headlines,
        verdicts=verdicts,
    )


def new_contradictions(last: Release | None, build_database: Path) -> list[VerdictChange]:
    """The figures that contradict in a build and did not in the last release; none if there is no release to compare with.

    They are read from the last release's Parquet, which no client of its DuckDB file locks or changes. Raises ReleaseError if
    that can't be read.
    """
    if last is None or RECONCILIATION not in last.manifest["tables"]:
        return []
    verdicts = last.folder / "parquet" / f"{RECONCILIATION}.parquet"
    try:
        with duckdb.connect(config={"threads": "1"}) as connection:
            connection.execute("ATTACH ':memory:' AS a")
            connection.execute(f"CREATE VIEW a.main.{RECONCILIATION} AS FROM read_parquet({literal(verdicts)})")
            connection.execute(f"ATTACH {literal(build_database)} AS b (READ_ONLY)")
            return [change for change in _verdict_changes(connection) if change.verdict_b == "contradicts"]
    except duckdb.Error as error:
        raise ReleaseError(f"the verdicts of {verdicts} can't be compared: {error}") from error


def _verdict_changes(connection: duckdb.DuckDBPyConnection) -> list[VerdictChange]:
    """The figures whose verdict differs between the attached databases `a` and `b`."""
    rows = connection.execute(
        f"""
        SELECT figure_id, basis, a.verdict, b.verdict
        FROM a.main.{RECONCILIATION} AS a FULL JOIN b.main.{RECONCILIATION} AS b USING (figure_id, basis)
        WHERE a.verdict IS DISTINCT FROM b.verdict
        ORDER BY figure_id, basis
        """
    ).fetchall()
    return [VerdictChange(*row) for row in rows]


def _headline_changes(connection: duckdb.DuckDBPyConnection) -> list[HeadlineChange]:
    """The headline figures that differ between the attached databases `a` and `b`.

    A figure in another unit is another figure. The last bits of a double, which the order of a sum decides, are no change.
    """
    rows = connection.execute(
        f"""
        SELECT headline, subject, unit, a.value, b.value
        FROM a.main.{HEADLINES} AS a FULL JOIN b.main.{HEADLINES} AS b USING (headline, subject, unit)
        WHERE a.value IS DISTINCT FROM b.value
            AND coalesce(abs(a.value - b.value) > 1e-12 * greatest(abs(a.value), abs(b.value)), true)
        ORDER BY headline, subject, unit
        """
    ).fetchall()
    return [HeadlineChange(*row) for row in rows]


def _documents_only_in(connection: duckdb.DuckDBPyConnection, side: str, other: str) -> list[str]:
    """The documents that one attached database knows and the other does not."""
    ids = [f"SELECT document_id FROM {quoted(database, 'main', DOCUMENTS)}" for database in (side, other)]
    return [row[0] for row in connection.execute(f"{ids[0]} EXCEPT {ids[1]} ORDER BY ALL").fetchall()]


def _table_diff(connection: duckdb.DuckDBPyConnection, name: str, a: dict[str, Any], b: dict[str, Any]) -> TableDiff:
    columns_a, columns_b = a["columns"], b["columns"]
    shared = [column for column in columns_a if column in columns_b]
    retyped = {column: (columns_a[column], columns_b[column]) for column in shared if columns_a[column] != columns_b[column]}
    if a["sha256"] == b["sha256"]:
        only_a = only_b = 0
    else:
        try:
            only_a, only_b = _rows_apart(connection, name, shared)
        except (duckdb.BinderException, duckdb.ConversionException):
            # two types that share no values: the column is reported as retyped, the rows are told by the others
            only_a, only_b = _rows_apart(connection, name, [column for column in shared if column not in retyped])
    return TableDiff(
        rows_a=a["rows"],
        rows_b=b["rows"],
        rows_only_in_a=only_a,
        rows_only_in_b=only_b,
        columns_added=[column for column in columns_b if column not in columns_a],
        columns_removed=[column for column in columns_a if column not in columns_b],
        columns_retyped=retyped,
    )


def _rows_apart(connection: duckdb.DuckDBPyConnection, name: str, columns: list[str]) -> tuple[int, int]:
    """Rows only in `a` and only in `b`, a row that is there twice more counting twice."""
    schema, _, table = name.rpartition(".")
    # a table with no column in common still has a number of rows to compare
    selected = ", ".join(quoted(column) for column in columns) or "1"
    in_a, in_b = (f"(SELECT {selected} FROM {quoted(side, schema or 'main', table)})" for side in ("a", "b"))
    return (
        single_value(connection, f"SELECT count(*) FROM ({in_a} EXCEPT ALL {in_b})"),
        single_value(connection, f"SELECT count(*) FROM ({in_b} EXCEPT ALL {in_a})"),
    )
