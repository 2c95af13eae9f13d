"""What the tests share: a data folder of their own, and one release built from the committed facts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ingestion.dataset import Folders, all_datasets
from ingestion.landing import Landing, LandingRun, land_dataset
from orchestration.releases.lock import refresh_lock

PROJECT = Path(__file__).parents[1]
#: What must be landed before a live source can be asked, parents first.
MARKET_PARENTS = (
    "documents",
    "exchanges",
    "trading_days",
    "listing_events",
    "lockup_comparables",
    "share_capital_events",
    "instruments",
)
FREEFLOAT = Path(sys.executable).with_name("freefloat")


def land_now(name: str, folders: Folders) -> Landing:
    """Lands a dataset by itself, as the files are now."""
    return land_dataset(all_datasets()[name], LandingRun(folders, datetime.now(UTC)))


def freefloat(data_dir: Path, *arguments: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    """Runs the command line as a user does, on a data folder."""
    environment = os.environ | {"FREEFLOAT_DATA_DIR": str(data_dir)}
    return subprocess.run(
        [str(FREEFLOAT), *arguments], env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )


@pytest.fixture(scope="session")
def offline_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a release of the committed facts as known today. Tests only read it; all workers share it."""
    own = tmp_path_factory.getbasetemp()
    data_dir = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "offline"
    # whoever comes second waits for the first, and finds the release
    with refresh_lock(data_dir.with_name("offline-lock"), lambda busy: None):
        if not (data_dir / "warehouse.duckdb").exists():
            done = freefloat(data_dir, "refresh")
            assert done.returncode == 0, done.stderr
    return data_dir


@pytest.fixture
def released(offline_release: Path, tmp_path: Path) -> Path:
    """The test's own data folder, with a release of the committed facts in it."""
    shutil.copytree(offline_release, tmp_path, dirs_exist_ok=True)
    return tmp_path


@dataclass(frozen=True)
class Refreshed:
    """What a refresh in this process returned and printed."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def refresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Refreshed]:
    """Runs the main job on the test's own data folder, in this process: its imports take longer than its work."""
    from orchestration.defs.run_refresh import run_refresh

    monkeypatch.setenv("FREEFLOAT_DATA_DIR", str(tmp_path))

    def run(*, as_of: str = "", allow_quarantine: bool = False) -> Refreshed:
        day = date.fromisoformat(as_of) if as_of else None
        code = run_refresh(live=False, as_of=day, full=False, allow_quarantine=allow_quarantine)
        return Refreshed(code, *capsys.readouterr())

    return run


@pytest.fixture
def inbox(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a file into the inbox of the test's own data folder: `inbox("lockups/acme.csv", text)`."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write
