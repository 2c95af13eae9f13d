"""What is kept of the builds before is what a full build gives, after random changes of the facts (`kept_builds.py`)."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Refreshed
from tests.torture.kept_builds import try_steps


def test_kept_builds_are_what_a_full_build_is(
    offline_release: Path, tmp_path: Path, refresh_in: Callable[..., Refreshed]
) -> None:
    kept = tmp_path / "kept"
    shutil.copytree(offline_release, kept)
    assert try_steps(tmp_path, refresh_in, kept, steps=2, seed=0, each=False, say=print) == []
