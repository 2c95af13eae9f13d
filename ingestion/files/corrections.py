"""Corrections of source rows, kept as data with their reason and evidence (`data/corrections.yml`).

A correction that no longer matches exactly one row is stale, and fails the landing of its dataset.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from ingestion.files.csv import RawRow

#: The C parser where PyYAML has it: ten times faster, equally safe.
SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_FIELDS = {"dataset", "match", "drop", "set", "reason", "evidence"}


class StaleCorrection(ValueError):
    """A correction that matches no row, or more than one."""


class BadCorrections(ValueError):
    """corrections.yml is not a list of corrections; the message names the entry."""


@dataclass(frozen=True)
class Correction:
    """What to do to the one source row of `dataset` whose cells equal `match`: drop it, or set cells."""

    number: int
    dataset: str
    match: dict[str, str]
    reason: str
    evidence: str
    drop: bool = False
    set: dict[str, str] | None = None


def read_corrections(path: Path) -> list[Correction]:
    """The corrections of a YAML file, in order. Raises BadCorrections naming the entry and what it lacks."""
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE_LOADER) or []
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadCorrections(f"{path.name}: is not YAML: {error}") from None
    if not isinstance(entries, list):
        raise BadCorrections(f"{path.name}: must be a list of corrections")
    return [_correction(path.name, number, entry) for number, entry in enumerate(entries, 1)]


def _correction(file: str, number: int, entry: Any) -> Correction:
    place = f"{file}: correction {number}"
    if not isinstance(entry, dict) or not {"dataset", "match", "reason", "evidence"} <= entry.keys() <= _FIELDS:
        raise BadCorrections(f"{place}: needs dataset, match, reason, evidence and one of drop, set; has {entry!r}")
    if bool(entry.get("drop")) == bool(entry.get("set")):
        raise BadCorrections(f"{place}: needs either drop: true or set: {{column: value}}")
    cells = {str(column): str(value) for column, value in entry["match"].items()}
    new = {str(column): str(value) for column, value in entry["set"].items()} if entry.get("set") else None
    return Correction(number, entry["dataset"], cells, entry["reason"], entry["evidence"], bool(entry.get("drop")), new)


def apply_corrections(dataset: str, rows: list[RawRow], corrections: list[Correction]) -> list[RawRow]:
    """The rows with the corrections of their dataset made. Raises StaleCorrection naming the correction."""
    for correction in corrections:
        if correction.dataset != dataset:
            continue
        hits = [
            index
            for index, row in enumerate(rows)
            if all(row.cells.get(column) == value for column, value in correction.match.items())
        ]
        if len(hits) != 1:
            matched = "no row any more" if not hits else f"{len(hits)} rows"
            raise StaleCorrection(
                f"correction {correction.number} ({dataset} where {correction.match}) matches {matched}; "
                "remove it, or match exactly one row"
            )
        (index,) = hits
        if correction.drop:
            rows = rows[:index] + rows[index + 1 :]
        else:
            row = rows[index]
            rows = [*rows[:index], replace(row, cells=row.cells | (correction.set or {})), *rows[index + 1 :]]
    return rows
