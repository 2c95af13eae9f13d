"""Tries to make a refresh keep what has changed: random changes of facts, each built on what is kept and from nothing.

    python -m tests.torture.kept_builds [--steps 12] [--seed 0]

A step changes some CSV files of a copy of the committed facts and of an inbox: rows go, come back, move to a user's file, or
get a cell of another row. Some are refused, and some builds fail their audit: that is part of it. Every table of the two builds
must hold the same rows, landed tables too, and both must say the same of what is wrong.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration import settings
from tests.compare_releases import differences
from tests.conftest import Refreshed, refresh_in_process

#: Where the CSV files are that a step may change, under the committed facts.
FOLDERS = ("transcribed", "reference")
#: The days as of which the steps are built: now and then another one.
DAYS = ("", "", "", "2026-04-20")


class Facts:
    """A copy of the committed facts, and an inbox, with the random changes that are made to them."""

    def __init__(self, folder: Path, inbox: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.original, self.committed, self.inbox = settings.COMMITTED_DIR, folder / "committed", inbox
        for name in (*FOLDERS, "documents"):
            shutil.copytree(self.original / name, self.committed / name)
        shutil.copy(self.original / "corrections.yml", self.committed)
        self.files = sorted(path for name in FOLDERS for path in (self.committed / name).glob("*.csv"))

    def change(self) -> str:
        """Makes one change; returns it in words."""
        path = self.random.choice(self.files)
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        what = self.random.choice(("remove", "move", "restore", "swap", "repeat"))
        if what == "restore" or len(rows) < 2:
            shutil.copy(self.original / path.relative_to(self.committed), path)
            return f"{path.stem}: as committed"
        row, other = self.random.sample(rows, 2)
        column = self.random.randrange(len(header))
        if what in ("remove", "move"):
            rows.remove(row)
        elif what == "swap" and len(row) == len(other) == len(header):
            row[column] = other[column]
        elif what == "repeat":
            rows.append(row)
        if what == "move":
            _write(self.inbox / path.stem / f"{self.random.randrange(3)}.csv", header, [row])
        _write(path, header, rows)
        return f"{path.stem}: {what} {row} {header[column]}"


def _write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def try_steps(
    folder: Path,
    refresh: Callable[..., Refreshed],
    kept: Path,
    *,
    steps: int,
    seed: int,
    each: bool,
    say: Callable[[str], object],
) -> list[str]:
    """Makes the changes and refreshes the data folder `kept` after each; returns how it differs from a full build, if it does.

    The full build is made after the last step, or after each one.
    """
    facts = Facts(folder, kept / "inbox", seed)
    found: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "COMMITTED_DIR", facts.committed)
        for step in range(steps):
            changes = [facts.change() for _ in range(facts.random.randrange(1, 4))]
            as_of = facts.random.choice(DAYS)
            say(f"step {step + 1}, as of {as_of or 'today'}: {'; '.join(changes)}")
            done = refresh(kept, as_of=as_of, allow_quarantine=True)
            if each or step == steps - 1:
                full = folder / f"full {step}"
                full.mkdir()
                if facts.inbox.exists():
                    shutil.copytree(facts.inbox, full / "inbox")
                anew = refresh(full, as_of=as_of, allow_quarantine=True)
                tables, rows, differ = differences(kept / "build" / "build.duckdb", full / "build" / "build.duckdb")
                say(f"  {tables} tables, {rows} rows, {len(differ)} differences; exit codes {done.returncode}, {anew.returncode}")
                found += [f"step {step + 1}: {one}" for one in differ]
                if (done.returncode, done.stderr) != (anew.returncode, anew.stderr):
                    found.append(f"step {step + 1}: one says {done.stderr!r}, the other {anew.stderr!r}")
                shutil.rmtree(full)
    return found


def main() -> int:
    """Makes the steps of the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    os.environ["FREEFLOAT_SITE"] = "off"
    with tempfile.TemporaryDirectory() as name:
        kept = Path(name) / "kept"
        kept.mkdir()
        found = try_steps(Path(name), refresh_in_process, kept, steps=arguments.steps, seed=arguments.seed, each=True, say=print)
    print("\n".join(found) or "every kept build was what a full build is")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
