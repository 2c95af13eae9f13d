"""What the tests share: a data folder of their own, and one release built from the committed facts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
FREEFLOAT = Path(sys.executable).with_name("freefloat")


def freefloat(data_dir: Path, *arguments: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    """Runs the command line as a user does, on a data folder."""
    environment = os.environ | {"FREEFLOAT_DATA_DIR": str(data_dir)}
    return subprocess.run(
        [str(FREEFLOAT), *arguments], env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )


@pytest.fixture(scope="session")
def offline_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a release of the committed facts as known today. Tests only read it."""
    data_dir = tmp_path_factory.mktemp("offline")
    done = freefloat(data_dir, "refresh")
    assert done.returncode == 0, done.stderr
    return data_dir


@pytest.fixture
def inbox(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a file into the inbox of the test's own data folder: `inbox("lockups/acme.csv", text)`."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write
