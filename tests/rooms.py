"""Prints the rooms of a checkout and the arrows between them: which room imports which.

    python -m tests.rooms [CHECKOUT]

A room is a folder of `ingestion/` or `orchestration/`, or a loose file beside these folders.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import grimp


def arrows(checkout: Path) -> tuple[set[str], dict[tuple[str, str], int]]:
    """The rooms, and for each pair of rooms of which one imports the other, by how many imports of modules."""
    sys.path.insert(0, str(checkout))
    os.chdir(checkout)
    graph = grimp.build_graph("ingestion", "orchestration", cache_dir=None)

    def room(module: str) -> str:
        names = module.split(".")[:2]
        return ".".join(names)

    found: dict[tuple[str, str], int] = {}
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            pair = room(module), room(imported)
            if pair[0] != pair[1]:
                found[pair] = found.get(pair, 0) + 1
    return {room(module) for module in graph.modules}, found


def main() -> int:
    """Prints one line per arrow, then how many there are."""
    rooms, found = arrows(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
    for (importing, imported), count in sorted(found.items()):
        print(f"{importing:<28} -> {imported:<28} {count:>4}")
    print(f"{len(rooms)} rooms, {len(found)} arrows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
