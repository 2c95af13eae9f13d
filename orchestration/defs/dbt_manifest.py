"""The part of dbt's manifest that a build needs: dbt's work before it runs anything grows with all that it is given."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from dbt.artifacts.resources.types import NodeType
from dbt.contracts.graph.manifest import Manifest

#: The tag of what a part is of, by which dbt is told to build that, and not what it reads.
PART = "built_now"


def part_of(manifest: Manifest, names: Iterable[str]) -> Manifest:
    """A manifest of the models and tests of these names, of what they read, and of the hooks at the end of a run, for one build:
    dbt keeps in a node what it compiles, so those that it compiles are copies; those of these names have the tag PART.

    A model that is read and has a table of its own, and is not among the names, reads nothing in it: dbt need not know how it
    was built. Nothing in it reads what is left out, such as exposures and unit tests.
    """
    built = {*names, *(name for name, node in manifest.nodes.items() if node.resource_type == NodeType.Operation)}
    left, nodes = list(built), {}
    while left:
        name = left.pop()
        node = manifest.nodes.get(name)
        if name in nodes or node is None:
            # a source, or known already
            continue
        if name in built or node.is_ephemeral_model:
            nodes[name] = type(node).from_dict(node.to_dict(omit_none=True))
            if name in built and not node.is_ephemeral_model:
                nodes[name].tags = [*node.tags, PART]
            left += node.depends_on_nodes
        else:
            nodes[name] = _as_it_stands(node)
    part = Manifest(
        # in dbt's own order, on which that of its work depends
        nodes={name: nodes[name] for name in manifest.nodes if name in nodes},
        sources=manifest.sources,
        macros=manifest.macros,
        docs=manifest.docs,
        groups=manifest.groups,
        selectors=manifest.selectors,
        metadata=manifest.metadata,
        disabled=manifest.disabled,
        files=manifest.files,
        state_check=manifest.state_check,
    )
    part.build_flat_graph()
    return part


def hooks_not_run(manifest: Mapping[str, Any], ended_all: Iterable[Any]) -> list[str]:
    """The hooks of a manifest, as dbt writes it out, that are not among what ended in a build."""
    ended = {one.node.unique_id for one in ended_all}
    nodes = manifest["nodes"].items()
    return sorted(name for name, node in nodes if node["resource_type"] == NodeType.Operation and name not in ended)


def _as_it_stands(node: Any) -> Any:
    """A node that reads nothing."""
    standing = copy.copy(node)
    standing.depends_on = copy.copy(node.depends_on)
    standing.depends_on.nodes = []
    return standing
