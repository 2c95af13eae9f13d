"""What the builds before left, and what their sources are now: the record by which a build tells what it can keep.

The record is one file of the build folder. It is removed before dbt works and written once it has ended well.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from ingestion.dataset import all_datasets
from ingestion.files.digest import file_sha256
from ingestion.files.replace import replace_file
from orchestration.releases.unchanged import Update
from orchestration.run import RefreshRun

#: dbt's name of the file in which a refresh says what it is. Models read nothing of it but the as-of day, except those whose
#: `meta` says `is_of_each_refresh`: they are always built.
REFRESH = "source.freefloat.build.refresh"


@dataclass(frozen=True)
class State:
    """What something is that models read.

    `content` is the same as long as its rows are. `ground` is the same as long as all that changed is rows that were added
    to an append-only dataset (bars, rates): an incremental model need not be built from nothing while the grounds stand.
    """

    content: str
    ground: str


@dataclass(frozen=True)
class Built:
    """How a model or test was built: from what (by the name of each parent), what became of it, and by which refresh.

    `update` says by which rows it differs from what it was before, if it was not made anew.
    """

    read: dict[str, State]
    state: State
    since: str
    update: Update | None = None


def _built(read: dict[str, list[str]], state: list[str], since: str, update: list[str] | None) -> Built:
    """What `Record.write` wrote of a node."""
    of_parents = {parent: State(*values) for parent, values in read.items()}
    return Built(of_parents, State(*state), since, Update(*update) if update else None)


@dataclass(frozen=True)
class Grown:
    """The rows of an append-only dataset when models last read them: how many, the newest, and the ground that they are."""

    rows: int
    newest: str
    ground: str


@dataclass(frozen=True)
class Record:
    """What the builds before left: made of what (`stamp`), each node, and the rows of the append-only sources."""

    stamp: str = ""
    nodes: Mapping[str, Built] = field(default_factory=dict)
    grown: Mapping[str, Grown] = field(default_factory=dict)

    @staticmethod
    def read(path: Path, stamp: str) -> Record:
        """The record in a file, of the same stamp; an empty one if there is none, or it can't be read."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            nodes = {name: _built(*values) for name, values in found["nodes"].items()}
            grown = {name: Grown(*values) for name, values in found["grown"].items()}
        except (OSError, ValueError, KeyError, TypeError):
            return Record(stamp)
        return Record(stamp, nodes, grown) if found["stamp"] == stamp else Record(stamp)

    def write(self, path: Path) -> None:
        """Replaces the file in one rename. Raises OSError."""
        nodes = {
            name: (
                {parent: astuple(state) for parent, state in one.read.items()},
                astuple(one.state),
                one.since,
                astuple(one.update) if one.update else None,
            )
            for name, one in self.nodes.items()
        }
        grown = {name: astuple(one) for name, one in self.grown.items()}
        text = json.dumps({"stamp": self.stamp, "nodes": nodes, "grown": grown})
        replace_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def built_and_kept(path: Path, release_id: str) -> dict[str, dict[str, int]]:
    """How many models and tests the build of a release made (`built`), and how many it kept, as the record in a file says.

    Empty if it can't be read.
    """
    try:
        nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"]
        counts = {kind: {"built": 0, "kept": 0} for kind in ("model", "test")}
        for name, (_, _, since, _) in nodes.items():
            if (kind := name.partition(".")[0]) in counts:
                counts[kind]["built" if since == release_id else "kept"] += 1
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return counts


def source_states(
    manifest: Mapping[str, Any], run: RefreshRun, as_of: date, before: Mapping[str, Grown]
) -> tuple[dict[str, State], dict[str, Grown]]:
    """What the sources of the models are now, by dbt's name: landed tables by the bytes of their files, a refresh by its day.

    The second are the append-only ones of them; `before` says what they were at the last build.
    """
    states, grown = {}, {}
    newest = max((one.newest for one in before.values()), default="")
    for name, source in manifest["sources"].items():
        dataset = all_datasets().get(source["name"])
        if name == REFRESH:
            states[name] = State(str(as_of), "" if _is_any_day(manifest, run, as_of) else str(as_of))
            continue
        files = sorted((run.settings.landed_dir / source["name"]).glob("*.parquet"))
        content = digest_of_files(files)
        if dataset and dataset.is_append_only and files:
            grown[name] = _grown(files, before.get(name), newest)
            states[name] = State(content, grown[name].ground)
        else:
            states[name] = State(content, content)
    return states, grown


def digest_of_files(files: list[Path]) -> str:
    """The digest of files: their names and what they hold. Raises OSError."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.name} {file_sha256(path)}\n".encode())
    return digest.hexdigest()


def _grown(files: list[Path], was: Grown | None, newest_of_all: str) -> Grown:
    """What the rows of an append-only dataset are: on their old ground if those of before are all there, and no other as old.

    `newest_of_all` is the newest row that models have read of any such dataset: they look only at what is newer, so a row that is
    not (of a source that answered when the clock had gone back) is on new ground.
    """
    retrieved = pl.scan_parquet(files).select("retrieved_at")
    rows, newest = retrieved.select(pl.len(), pl.col("retrieved_at").max()).collect().row(0)
    if was and newest_of_all:
        read = retrieved.filter(pl.col("retrieved_at") <= datetime.fromisoformat(newest_of_all))
        is_old_ground = read.select(pl.len()).collect().item() == was.rows
    else:
        is_old_ground = was is not None
    return Grown(rows, newest.isoformat() if newest else "", was.ground if was and is_old_ground else str(uuid.uuid4()))


def _is_any_day(manifest: Mapping[str, Any], run: RefreshRun, as_of: date) -> bool:
    """Whether the as-of day decides nothing of what incremental models read: it is the day on which the refresh started, and
    everything that they read is known.

    A row that is landed now and becomes known later would not be taken up then: they look only at what was landed since.
    """
    if as_of != run.started_at.date():
        return False
    read = _read_by_incremental_models(manifest)
    for name, dataset in all_datasets().items():
        if "known_on" in dataset.landed and (dataset.is_append_only or name in read):
            files = sorted((run.settings.landed_dir / name).glob("*.parquet"))
            if files and _newest_known_on(files) > as_of:
                return False
    return True


def _read_by_incremental_models(manifest: Mapping[str, Any]) -> set[str]:
    """The landed datasets that incremental models read, by themselves or by way of other models."""
    nodes, parents = manifest["nodes"], manifest["parent_map"]
    left = [key for key, node in nodes.items() if node["config"].get("materialized") == "incremental"]
    seen: set[str] = set()
    while left:
        key = left.pop()
        if key not in seen:
            seen.add(key)
            left += parents.get(key, [])
    sources = (manifest["sources"][key] for key in seen if key in manifest["sources"])
    return {source["name"] for source in sources if source["source_name"] == "landed"}


def _newest_known_on(files: list[Path]) -> date:
    """The latest day since when a row of the files is known; the first of all days if there is no row."""
    return pl.scan_parquet(files).select(pl.col("known_on").max()).collect().item() or date.min
