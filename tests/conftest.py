"""What the tests share: a data folder of their own, one release built from the committed facts, refreshes in this process."""

from __future__ import annotations

import gc
import io
import os
import shutil
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from ingestion.dataset import Folders, all_datasets
from ingestion.landing.land import Landing, land_dataset
from orchestration.releases.lock import refresh_lock
from tests.chromium import MISSING, chromium
from tests.running_order import pytest_collection_modifyitems as pytest_collection_modifyitems
from tests.running_order import pytest_xdist_make_scheduler as pytest_xdist_make_scheduler
from tests.shared_landings import SharedRun

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PROJECT = Path(__file__).parents[1]
#: What must be landed before a live source can be asked, parents first.
MARKET_PARENTS = (
    "documents",
    "exchanges",
    "exchange_closures",
    "trading_days",
    "listing_events",
    "lockup_comparables",
    "share_capital_events",
    "instruments",
)
#: Linux's file system in memory, and how much the tests' folders may need of it (bytes): far more than they use.
MEMORY, ROOM_FOR_TESTS = Path("/dev/shm"), 6_000_000_000
FREEFLOAT = Path(sys.executable).with_name("freefloat")


def pytest_configure(config: pytest.Config) -> None:
    """The workers share out the cores among themselves: threads of libraries in each of them would only wait for each other.

    The tests' folders lie in memory where it has room for them: a release is written through to the disk many times, and a
    disk that is slow to say so takes as long as the tests. A refresh leaves the pages out: what looks at them writes them.
    """
    # The same examples each time, so that a run fails by what changed; `make explore` draws others, and more of them
    settings.register_profile("settled", derandomize=True)
    settings.register_profile("explore", max_examples=5000, deadline=None)
    settings.load_profile(config.getoption("--hypothesis-profile", None) or "settled")
    os.environ.setdefault("FREEFLOAT_SITE", "off")
    if "FREEFLOAT_CACHE_DIR" not in os.environ:
        # one for all workers, which find it in their environment, and none of another run
        cache = tempfile.TemporaryDirectory(prefix="freefloat-cache-")
        config.add_cleanup(cache.cleanup)
        os.environ["FREEFLOAT_CACHE_DIR"] = cache.name
    if config.getoption("numprocesses", None):
        for library in ("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS"):
            os.environ.setdefault(library, "1")
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM_FOR_TESTS:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end, so no collection of garbage needs to look through it again."""
    gc.collect()
    gc.freeze()
    # nor does one come as often as the interpreter would have it: dbt and Dagster make many objects and leave few behind
    gc.set_threshold(1_000_000, 20, 50)


def land_now(name: str, folders: Folders) -> Landing:
    """Lands a dataset by itself, as the files are now."""
    return land_dataset(all_datasets()[name], SharedRun(folders, name))


def take_landed(source: Path, folders: Folders, names: Iterable[str]) -> None:
    """Copies what datasets landed in another data folder into this one, with the records of that.

    A landing that reads one of them takes it from there, unless this folder's inbox or the day makes it another one.
    """
    for name in names:
        shutil.copytree(source / "landed" / name, folders.landed / name)
        record = Path("build", "landings", f"{name}.json")
        (folders.data / record).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / record, folders.data / record)


def freefloat(data_dir: Path, *arguments: str, timeout: float = 600) -> subprocess.CompletedProcess[str]:
    """Runs the command line as a user does, on a data folder."""
    environment = os.environ | {"FREEFLOAT_DATA_DIR": str(data_dir)}
    return subprocess.run(
        [str(FREEFLOAT), *arguments], env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def offline_release(parsed_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a release of the committed facts as known today. Tests only read it; all workers share it."""
    data_dir = shared_folder(tmp_path_factory) / "offline"
    # whoever comes second waits for the first, and finds the release
    with refresh_lock(data_dir.with_name("offline-lock"), lambda busy: None):
        if not (data_dir / "warehouse.duckdb").exists():
            shutil.copytree(parsed_project / "build" / "dbt", data_dir / "build" / "dbt")
            done = refresh_in_process(data_dir)
            assert done.returncode == 0, done.stderr
    return data_dir


def begin_with_a_build(release: Path, data_dir: Path) -> None:
    """Copies into a data folder what a refresh of another left to keep: the landed facts, the build, and their records.

    What a refresh of it publishes is its first release, but it lands and builds only what is not as it was.
    """
    for room in ("landed", "build"):
        shutil.copytree(release / room, data_dir / room)


@pytest.fixture
def built(offline_release: Path, tmp_path: Path) -> Path:
    """The test's own data folder, in which the committed facts are landed and built, and nothing is published yet."""
    begin_with_a_build(offline_release, tmp_path)
    return tmp_path


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


@pytest.fixture(scope="session")
def parsed_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder for which the dbt project was parsed; this process knows what was parsed, by itself or by another worker.

    Parsing takes as long as a build.
    """
    from dbt.flags import set_from_args

    from orchestration.defs import dbt_runner
    from orchestration.settings import Settings

    shared = shared_folder(tmp_path_factory) / "parsed"
    with refresh_lock(shared, lambda busy: None):
        project = dbt_runner.parse(Settings(data_dir=shared))
        assert dbt_runner._known_parse(project)
    # what a command of dbt would have set: a manifest asks for it when it is written
    set_from_args(Namespace(SEND_ANONYMOUS_USAGE_STATS=False), None)
    return shared


@pytest.fixture(scope="session")
def parsed_models(parsed_project: Path) -> None:
    """Whoever asks for this runs the models in this process."""


def refresh_in_process(
    data_dir: Path,
    *,
    live: bool = False,
    as_of: str = "",
    full: bool = False,
    allow_quarantine: bool = False,
    environment: Mapping[str, str] | None = None,
) -> Refreshed:
    """Runs the main job on a data folder, in this process."""
    from orchestration.defs.run_refresh import run_refresh

    day = date.fromisoformat(as_of) if as_of else None
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        for name, value in {**(environment or {}), "FREEFLOAT_DATA_DIR": str(data_dir)}.items():
            patch.setenv(name, value)
        code = run_refresh(live=live, as_of=day, full=full, allow_quarantine=allow_quarantine)
    return Refreshed(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def refresh_in(parsed_models: None) -> Callable[..., Refreshed]:
    """Runs the main job on a data folder, in this process: its imports and the parsing take longer than its work."""
    return refresh_in_process


@pytest.fixture
def refresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refresh_in: Callable[..., Refreshed]) -> Callable[..., Refreshed]:
    """Runs the main job on the test's own data folder, in this process."""
    monkeypatch.setenv("FREEFLOAT_DATA_DIR", str(tmp_path))
    return partial(refresh_in, tmp_path)


@pytest.fixture
def inbox(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a file into the inbox of the test's own data folder: `inbox("lockups/acme.csv", text)`."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    """A Chromium; without one the tests that look at a page fail and say what to install."""
    from playwright.sync_api import sync_playwright

    found = chromium()
    if found is None:
        pytest.fail(MISSING, pytrace=False)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()
