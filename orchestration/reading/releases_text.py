"""The releases kept, and what one changes against another, as text for a terminal."""

from __future__ import annotations

from pathlib import Path

from orchestration.reading.text import aligned
from orchestration.releases.diff import HeadlineChange, ReleaseDiff, TableDiff
from orchestration.releases.release import Release, list_releases


def releases_text(data_dir: Path, now: Release | None) -> str:
    """A table of the releases kept, oldest first, with a * before `now`, the current one; what to do if there is none.

    Raises ReleaseError if the manifest of one can't be read.
    """
    rows = []
    for release in list_releases(data_dir):
        tables = release.manifest["tables"]
        rows.append(
            [
                "*" if now and release.release_id == now.release_id else "",
                release.release_id,
                str(release.as_of or "not stated"),
                f"{release.created_at:%Y-%m-%d %H:%M:%S} UTC",
                f"{len(tables):,}",
                f"{sum(table['rows'] for table in tables.values()):,}",
                f"{release.manifest['warehouse']['bytes'] / 1e6:,.1f}",
            ]
        )
    if not rows:
        return f"{data_dir} has no release yet: run `freefloat refresh`\n"
    names = ["", "release", "as of", "created", "tables", "rows", "MB"]
    return aligned(names, rows, [False, False, False, False, True, True, True])


def diff_text(found: ReleaseDiff) -> str:
    """What release `b` changes against release `a`, from what is likeliest to explain the rest: the as-of day, documents,
    tables and columns, rows, headline figures, verdicts of printed figures."""
    lines = []
    if found.a.as_of != found.b.as_of:
        lines.append(f"as of: {found.a.as_of or 'not stated'} -> {found.b.as_of or 'not stated'}")
    lines += [f"document {document}: added" for document in found.documents_added]
    lines += [f"document {document}: removed" for document in found.documents_removed]
    lines += [f"table {name}: added" for name in found.tables_added]
    lines += [f"table {name}: removed" for name in found.tables_removed]
    changed = {name: table for name, table in found.tables.items() if not table.is_same}
    for name, table in changed.items():
        lines += [f"{name}.{column}: added" for column in table.columns_added]
        lines += [f"{name}.{column}: removed" for column in table.columns_removed]
        lines += [f"{name}.{column}: {was} -> {now}" for column, (was, now) in table.columns_retyped.items()]
    text = "".join(f"{line}\n" for line in lines) + _row_counts(changed) + _headlines(found.headlines)
    for change in found.verdicts:
        was, now = change.verdict_a or "not in A", change.verdict_b or "not in B"
        text += f"verdict of {change.figure_id} ({change.basis}): {was} -> {now}\n"
    same = len(found.tables) - len(changed)
    return f"{text}{same} table{'' if same == 1 else 's'} the same\n"


def _row_counts(changed: dict[str, TableDiff]) -> str:
    if not changed:
        return ""
    rows = [
        [name, *(f"{count:,}" for count in (table.rows_a, table.rows_b, table.rows_only_in_a, table.rows_only_in_b))]
        for name, table in changed.items()
    ]
    return aligned(["table", "rows in A", "rows in B", "only in A", "only in B"], rows, [False, *[True] * 4])


def _headlines(changes: list[HeadlineChange]) -> str:
    if not changes:
        return ""
    rows = [
        [change.headline, change.subject, _figure(change.value_a), _figure(change.value_b), change.unit] for change in changes
    ]
    return aligned(["headline", "subject", "in A", "in B", "unit"], rows, [False, False, True, True, False])


def _figure(value: float | None) -> str:
    """A figure with four digits, or whole if it has more before the point; - where a release doesn't have it."""
    if value is None:
        return "-"
    return f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
