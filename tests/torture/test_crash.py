"""The quick version of `make torture-crash`: refreshes that crash in each stage, and a data folder that may not be written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.conftest import PROJECT, freefloat
from tests.torture.crash import STEPS, Crash, Ended, current_faults, full_disk_faults, kept_faults, leftovers


def crash(base: Path, *arguments: str) -> list[list[str]]:
    """Runs the torture from a release on; gives the counts of each kind of crash: how many, before the end, stood, faults."""
    command = [sys.executable, "-m", "tests.torture.crash", "--base", str(base), "--random", "0", "--lanes", "1", *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return [line.split()[-4:] for line in done.stdout.splitlines() if line.startswith(("killed", "disk full"))]


def test_a_refresh_that_is_killed_or_can_not_write_loses_nothing(offline_release: Path) -> None:
    # killed while landing and while modelling; unable to write while publishing: a rename needs no room, so that the new
    # release stands even on a full disk
    counts = crash(
        offline_release, "--steps", "half of the files", "two thirds are done", "--full-disk", "in place of the current one"
    )
    assert counts == [["2", "2", "0", "0"], ["0", "0", "0", "0"], ["1", "1", "1", "0"]]


@pytest.fixture
def tranches(offline_release: Path) -> int:
    """How many tranches the release of the committed facts has."""
    with duckdb.connect(offline_release / "warehouse.duckdb", read_only=True) as reader:
        (count,) = reader.execute("SELECT count(*) FROM fct_lockup_tranche").fetchone() or (0,)
    return int(count)


def test_every_step_is_a_function_that_a_refresh_calls_by_that_name() -> None:
    for module, name, which in STEPS.values():
        source = PROJECT / f"{module.replace('.', '/')}.py"
        assert f"{name}(" in source.read_text(encoding="utf-8") and which > 0, (module, name)


def test_a_data_folder_that_may_not_be_written_is_told_and_its_release_stands(released: Path, tranches: int) -> None:
    before = {path: path.read_bytes() for path in released.rglob("*") if path.is_file() and path.suffix != ".duckdb"}
    for path in [released, *released.rglob("*")]:
        path.chmod(path.stat().st_mode & ~0o222)
    # root may write anywhere, unless it gives that up
    plain = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    try:
        environment = os.environ | {"FREEFLOAT_DATA_DIR": str(released)}
        command = [*plain, str(Path(sys.executable).with_name("freefloat"))]
        done = subprocess.run([*command, "refresh"], env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 1 and done.stdout == ""
        assert f"{released} can't be written" in done.stderr and "Permission denied" in done.stderr
        assert "Traceback" not in done.stderr
        read = subprocess.run(
            [*command, "query", "SELECT count(*) AS rows FROM fct_lockup_tranche", "--format", "csv"],
            env=environment, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        assert read.stdout == f"rows\n{tranches}\n"
    finally:
        for path in [released, *released.rglob("*")]:
            path.chmod(path.stat().st_mode | 0o200)
    assert {path: path.read_bytes() for path in before} == before
    assert current_faults(released) == []


def test_a_second_refresh_leaves_with_a_word_or_waits(released: Path, tranches: int) -> None:
    holder = (
        "import sys, pathlib; from orchestration.releases.lock import refresh_lock\n"
        "with refresh_lock(pathlib.Path(sys.argv[1])):\n    print('held', flush=True)\n    sys.stdin.readline()"
    )
    command = [sys.executable, "-c", holder, str(released)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as first:
        assert first.stdin and first.stdout and first.stdout.readline() == "held\n"
        busy = freefloat(released, "refresh")
        assert busy.returncode == 1 and f"by process {first.pid} since" in busy.stderr and "--wait" in busy.stderr
        # readers are not kept waiting by either
        assert freefloat(released, "query", "SELECT 1 AS one FROM dim_release", "--format", "csv").stdout == "one\n1\n"
        environment = os.environ | {"FREEFLOAT_DATA_DIR": str(released)}
        waiting = [str(Path(sys.executable).with_name("freefloat")), "refresh", "--wait"]
        with subprocess.Popen(waiting, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as second:
            assert second.stderr
            assert f"by process {first.pid} since" in second.stderr.readline()
            first.kill()  # the lock of a dead process is free
            assert second.stderr.readline() == "landing ...\n"
            # nor do readers wait for the one that works, whose place a third one can't take
            with duckdb.connect(released / "warehouse.duckdb", read_only=True) as reader:
                assert reader.execute("SELECT count(*) FROM fct_lockup_tranche, dim_release").fetchall() == [(tranches,)]
            third = freefloat(released, "releases", "prune")
            assert third.returncode == 1 and f"by process {second.pid} since" in third.stderr
            second.kill()


@pytest.mark.parametrize("spoil", ["current", "kept", "landed", "leftover"])
def test_the_checks_of_the_torture_find_what_is_wrong(offline_release: Path, tmp_path: Path, spoil: str) -> None:
    for name in ("warehouse.duckdb", "releases", "landed"):
        source = offline_release / name
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, tmp_path / name)
    (release,) = (tmp_path / "releases").glob("2*")
    assert (current_faults(tmp_path), kept_faults(tmp_path), leftovers(tmp_path)) == ([], [], [])
    if spoil == "current":
        with duckdb.connect(tmp_path / "warehouse.duckdb") as connection:
            connection.execute("DELETE FROM fct_float_daily WHERE ticker = '0100.HK'")
        assert current_faults(tmp_path)
        assert current_faults(tmp_path, {"20200101T000000000Z"})
    elif spoil == "kept":
        (release / "parquet" / "fct_arr.parquet").unlink()
        assert len(kept_faults(tmp_path)) == 1 and "fct_arr" in kept_faults(tmp_path)[0]
    elif spoil == "landed":
        path = tmp_path / "landed" / "lockups" / "lockups.parquet"
        path.write_bytes(path.read_bytes()[:-20])
        assert len(kept_faults(tmp_path)) == 1 and "lockups" in kept_faults(tmp_path)[0]
    else:
        (tmp_path / "landed" / "lockups" / ".lockups.parquet.4711.tmp").touch()
        assert len(leftovers(tmp_path)) == 1


def test_the_checks_of_a_full_disk_want_a_reason_and_no_traceback() -> None:
    assert Crash("full disk", "copying: tables").name == "full disk, copying: tables"
    told = "freefloat: the refresh failed\nrelease: [Errno 27] File too large"
    assert full_disk_faults(Ended(1, told, 1.0), is_published=False) == []
    assert full_disk_faults(Ended(0, told, 1.0), is_published=True) == []
    assert full_disk_faults(Ended(0, told, 1.0), is_published=False)
    assert full_disk_faults(Ended(1, told, 1.0), is_published=True)
    assert full_disk_faults(Ended(1, "the refresh failed", 1.0), is_published=False)
    assert full_disk_faults(Ended(1, told + "\nTraceback (most recent call last)", 1.0), is_published=False)
