"""Which models and tests of a build stay as the builds before left them: those that read what they read then.

What a model reads is known by its content: a landed table by the bytes of its files, a model by its rows and their order. So
nothing is built again after a model that was built again and came out the same, and a test whose models all stayed keeps its
result. What was built from other project files, or with another dbt or DuckDB, is not kept, nor is what failed. While dbt
works, no record of the builds before stands: a build that is killed leaves nothing to keep.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from orchestration.defs.build_record import REFRESH, Built, State
from orchestration.releases.unchanged import Update

#: The landed table of a release that is what a model says.
INSTRUMENTS = "instruments"
#: How the name of a landed table of a release begins, among those of nodes.
LANDED = "landed."


class KeptModels:
    """What one build finds kept and what it builds, asked in the order in which dbt comes to the nodes.

    `order` names them so that each comes after what it reads. `before` is what the record says of the builds before, by dbt's
    name of a node; `built` and `kept` fill while it works.
    """

    def __init__(
        self,
        manifest: Mapping[str, Any],
        order: Iterable[str],
        sources: Mapping[str, State],
        before: Mapping[str, Built],
        since: str,
    ) -> None:
        self.before = before
        self.built: dict[str, Built] = {}
        self.kept: dict[str, Built] = {}
        self._nodes, self._parents, self._since = manifest["nodes"], manifest["parent_map"], since
        self._states = dict(sources)
        self._began: dict[str, dict[str, State]] = {}
        self._landed: dict[str, Built] = {}
        self._order = [name for name in order if self.asks_about(name)]

    def settle(self) -> list[str]:
        """Keeps each node of which no input can have changed; returns the others, which have to be asked about, in order.

        Called once, before the build.
        """
        left: dict[str, None] = {}
        for name in self._order:
            if any(parent in left for parent in self._read_by(name)) or not self.keeps(name):
                left[name] = None
        return list(left)

    def asks_about(self, name: str) -> bool:
        """Whether a node is one that is built or kept: a model that has a table, or a test."""
        return name in self._nodes and self._is_built(name)

    def keeps(self, name: str) -> bool:
        """Whether a node stays as it was, now that all that it reads is built or kept; it counts as kept then."""
        read, was = self._now_read(name), self.before.get(name)
        self._began[name] = read
        is_kept = was is not None and was.read.keys() == read.keys() and not is_of_each_refresh(self._nodes[name])
        if not is_kept or any(was.read[parent].content != state.content for parent, state in read.items()):
            return False
        # its rows are those of before; what it reads has the content of then, and may stand on other ground
        self._states[name] = was.state
        self.kept[name] = Built(read, was.state, was.since, was.update)
        return True

    def takes_up(self, name: str) -> bool:
        """Whether an incremental model can take up what was added, rather than be built from nothing."""
        was = self.before.get(name)
        return was is not None and _has_only_grown(was.read, self._began[name])

    def ended(self, name: str, digest: str, replaced_from: str = "") -> None:
        """Records a node that was built and passed.

        `digest` is of its rows, empty where nobody has read them. `replaced_from` is the first day of the rows that took the
        place of others, empty where it was made anew.
        """
        read, was = self._began[name], self.before.get(name)
        if is_of_each_refresh(self._nodes[name]) or self._nodes[name]["resource_type"] == "test":
            digest = _digest_of(read)
        content = digest or str(uuid.uuid4())
        is_on_old_ground = was is not None and (was.state.content == content or _has_only_grown(was.read, read))
        state = State(content, was.state.ground if was and is_on_old_ground else str(uuid.uuid4()))
        self._states[name] = state
        update = Update(was.state.content, replaced_from) if was and replaced_from else None
        self.built[name] = Built(read, state, self._since, update)

    def begin(self, node: Any) -> None:
        """Tells dbt, which is about to compile a node, what to do with it: nothing if it is kept.

        What dbt reads of a node then is its code and its configuration, as it does of one that a user has just edited.
        """
        if node is None or not self.asks_about(node.unique_id):
            return
        if self.keeps(node.unique_id):
            is_test = node.resource_type == "test"
            node.raw_code = "select 1 as failing where 1 = 0" if is_test else ""
            node.config.materialized = "test" if is_test else "kept"
        elif node.config.materialized == "incremental" and not self.takes_up(node.unique_id):
            node.config.full_refresh = True

    def end(self, data: Any) -> None:
        """Records a node that dbt says has ended well, with the digest of its rows that its materialization gives."""
        name, status = data.node_info.unique_id, data.run_result.status
        if status in ("success", "pass", "warn") and self.asks_about(name) and name not in self.kept:
            self.ended(name, content_in(data.run_result.message), replaced_from_in(data.run_result.message))

    def landed_tables(self, sources: Mapping[str, Any]) -> dict[str, str]:
        """How each landed table of the release that changed is made: `anew`, or `add` if rows are only added to it.

        What the build keeps of them counts as kept. The securities (`instruments`) are those of a model, made anew each time.
        """
        made = {}
        for name, source in sources.items():
            if source["source_name"] != "landed" or source["name"] == INSTRUMENTS:
                continue
            table = LANDED + source["name"]
            reads = [name] if source["meta"].get("is_timeless") else [name, REFRESH]
            read, was = {parent: self._states[parent] for parent in reads}, self.before.get(table)
            if was and _digest_of(was.read) == _digest_of(read):
                self._landed[table] = was
                continue
            is_added_to = source["meta"].get("is_append_only") and was is not None and _has_only_grown(was.read, read)
            made[source["name"]] = "add" if is_added_to else "anew"
            update = Update(was.state.content, "") if was and is_added_to else None
            self._landed[table] = Built(read, State(_digest_of(read), ""), self._since, update)
        return made | {INSTRUMENTS: "anew"}

    def record(self) -> dict[str, Built]:
        """What the next build may keep, once dbt has ended."""
        return self.kept | self.built | self._landed

    def _now_read(self, name: str) -> dict[str, State]:
        return {parent: self._states[parent] for parent in self._read_by(name) if parent in self._states}

    def _read_by(self, name: str) -> list[str]:
        """What a node reads, in place of models that are only a part of its SQL what those read."""
        found: dict[str, None] = {}
        for parent in self._parents.get(name, []):
            is_sql = parent in self._nodes and not self._is_built(parent)
            found |= dict.fromkeys(self._read_by(parent) if is_sql else [parent])
        return list(found)

    def _is_built(self, name: str) -> bool:
        node = self._nodes[name]
        return node["resource_type"] in ("model", "test") and node["config"].get("materialized") != "ephemeral"


def content_in(message: str) -> str:
    """The digest of a model's rows in what its materialization says at its end; empty for what gives none, such as a test."""
    found = re.fullmatch("content ([0-9]+ [0-9]+)", message)
    return found[1] if found else ""


def replaced_from_in(message: str) -> str:
    """The first day of the rows that an incremental model replaced, in what its materialization says; empty for any other."""
    found = re.fullmatch("replaced from ([0-9]{4}-[0-9]{2}-[0-9]{2})", message)
    return found[1] if found else ""


def is_of_each_refresh(node: Mapping[str, Any]) -> bool:
    """Whether a node of the manifest is built by each refresh, whatever else has stayed."""
    return bool(node["config"].get("meta", {}).get("is_of_each_refresh"))


def _has_only_grown(was: Mapping[str, State], now: Mapping[str, State]) -> bool:
    """Whether all that changed in what is read is rows that were added to append-only datasets."""
    return was.keys() == now.keys() and all(
        was[name].content == state.content or was[name].ground == state.ground for name, state in now.items()
    )


def _digest_of(read: Mapping[str, State]) -> str:
    return hashlib.sha256(json.dumps({name: state.content for name, state in sorted(read.items())}).encode()).hexdigest()
