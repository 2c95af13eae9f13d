"""Crashes lose nothing: refreshes that are killed, or that can't write any more, at every step and at random instants.

`python -m tests.torture.crash` (`make torture-crash`) runs each refresh in a process of its own and ends it as a crash would.
After each it checks that the release is whole, that nothing half-written is believed, and that the next refresh ends well and
gives what there was before. It prints a line a crash, then what they came to, and ends with 1 on any fault.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.releases.catalog import literal
from orchestration.releases.diff import diff
from orchestration.releases.log import read_log
from orchestration.releases.release import WAREHOUSE, ReleaseError, current, list_releases

#: The steps of a refresh in their order: name -> (module, its function that is about to be called, which call of it).
STEPS: dict[str, tuple[str, str, int]] = {
    "landing: the first file": ("ingestion.landing.land", "write_parquet", 1),
    "landing: half of the files": ("ingestion.landing.land", "write_parquet", 25),
    "landing: a file is written, not yet on the disk": ("ingestion.files.replace", "sync", 31),
    "landing: a file is on the disk, its name is not": ("ingestion.files.replace", "sync", 40),
    "landing: the quarantine": ("ingestion.landing.land", "_write_quarantine", 30),
    "landing: a live source": ("orchestration.defs.landing_assets", "land_source", 4),
    "dbt: before the first model": ("orchestration.defs.dbt_build", "invoke", 1),
    "dbt: the first model is done": ("orchestration.defs.kept_models", "content_in", 1),
    "dbt: a third is done": ("orchestration.defs.kept_models", "content_in", 30),
    "dbt: two thirds are done": ("orchestration.defs.kept_models", "content_in", 60),
    "dbt: nearly all is done": ("orchestration.defs.kept_models", "content_in", 90),
    "dbt: done, not yet marked as passed": ("orchestration.defs.build_record", "replace_file", 1),
    "audit: the rows of the marts": ("orchestration.defs.release_asset", "mart_rows", 1),
    "audit: the comparison with the last release": ("orchestration.defs.release_asset", "new_contradictions", 1),
    "copying: the warehouse": ("orchestration.releases.publish", "write_warehouse", 1),
    "copying: tables": ("orchestration.releases.warehouse_file", "copy_tables", 1),
    "copying: comments": ("orchestration.releases.warehouse_file", "set_comments", 1),
    "copying: the first Parquet file": ("orchestration.releases.warehouse_file", "export_parquet", 1),
    "copying: half of the Parquet files": ("orchestration.releases.parquet_files", "_linked", 50),
    "copying: to the disk": ("orchestration.releases.publish", "seal", 1),
    "copying: the manifest": ("orchestration.releases.publish", "write_manifest", 1),
    "rename: to the releases": ("orchestration.releases.publish", "move_into_releases", 1),
    "rename: beside the current one": ("orchestration.releases.publish", "link_next", 1),
    "rename: in place of the current one": ("orchestration.releases.publish", "replace_current", 1),
    "record: the log of releases": ("orchestration.releases.publish", "record_change", 1),
    "record: the oldest releases go": ("orchestration.defs.release_asset", "prune", 1),
    "record: what became of the refresh": ("orchestration.defs.last_refresh", "write", 1),
}
#: The first step with which the new release is the current one: a rename needs no room on the disk.
PUBLISHED = {
    "kill": list(STEPS).index("record: the log of releases"),
    "full disk": list(STEPS).index("rename: to the releases"),
}
#: No file grows beyond this once the disk is full: a write succeeds in part, as on a disk that fills up.
FULL_AT_BYTES = 100
#: Few releases are kept, so that refreshes remove some too.
RELEASES_MAX_GB = "0.15"
#: No refresh takes longer, on however busy a machine.
PATIENCE_SECONDS = 600


@dataclass(frozen=True)
class Crash:
    """One crash to come: `kind` is `kill` or `full disk`, at a step or after `seconds` (None if it is at a step)."""

    kind: str
    step: str = ""
    seconds: float | None = None

    @property
    def name(self) -> str:
        return f"{self.kind}, {self.step}" if self.step else f"{self.kind}, after {self.seconds:.2f} s"


@dataclass
class Outcome:
    """What a crash did: whether it came before the refresh had ended, and every promise that it broke."""

    crash: Crash
    did_crash: bool = False
    is_published: bool = False
    next_seconds: float = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Ended:
    """How a refresh ended: exit code (negative: the signal), everything it printed, and how long it took."""

    code: int
    output: str
    seconds: float


def run_refresh(data_dir: Path, crash: Crash | None = None) -> Ended:
    """A refresh in a fork of this process, which has imported all that takes long; it ends as `crash` says."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as printed:
        child = os.fork()
        if not child:
            _refresh_and_exit(data_dir, printed.fileno(), crash)
        end = _ended(child, started, crash.seconds if crash else None)
        printed.seek(0)
        return Ended(end, printed.read().decode("utf-8", "replace"), time.monotonic() - started)


def _ended(child: int, started: float, kill_after: float | None) -> int:
    """Waits for the child, kills it after so many seconds, and returns its exit code."""
    while True:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        passed = time.monotonic() - started
        if passed > PATIENCE_SECONDS or (kill_after is not None and passed >= kill_after):
            os.kill(child, signal.SIGKILL)
        time.sleep(0.005)


def _refresh_and_exit(data_dir: Path, printed: int, crash: Crash | None) -> None:
    """Runs in the fork and never returns."""
    code = 70
    try:
        # pipes stay writable when files do not
        reader, writer = os.pipe()
        copier = os.fork()
        if not copier:
            os.close(writer)
            while piece := os.read(reader, 65536):
                os.write(printed, piece)
            os._exit(0)
        os.close(reader)
        os.dup2(writer, 1)
        os.dup2(writer, 2)
        os.close(writer)
        os.environ |= {"FREEFLOAT_DATA_DIR": str(data_dir), "FREEFLOAT_RELEASES_MAX_GB": RELEASES_MAX_GB}
        from orchestration.defs import run_refresh as refresh

        if crash and crash.step:
            _arm(crash)
        # one that crashes builds all, so that it comes to each step, unless any refresh comes to it; the next one takes up what
        # it finds
        is_full = crash is not None and not crash.step.startswith(("rename", "record"))
        code = refresh.run_refresh(live=False, as_of=None, full=is_full, allow_quarantine=False)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _arm(crash: Crash) -> None:
    """Puts the crash in the way of the function that its step is about to call."""
    module_name, name, which = STEPS[crash.step]
    module = importlib.import_module(module_name)
    original, calls = getattr(module, name), 0

    def armed(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == which:
            if crash.kind == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            print(f"from here on the disk is full: {crash.step}", flush=True)
            resource.setrlimit(resource.RLIMIT_FSIZE, (FULL_AT_BYTES, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
        return original(*arguments, **options)

    setattr(module, name, armed)


def current_faults(data_dir: Path, allowed: set[str] | None = None) -> list[str]:
    """What is wrong with the current release: it opens, is one of `allowed`, and holds what its manifest says."""
    try:
        release = current(data_dir)
        if release is None:
            return ["there is no current release"]
        if allowed is not None and release.release_id not in allowed:
            return [f"the current release is {release.release_id}, not one of {sorted(allowed)}"]
        if sha256(data_dir / WAREHOUSE) != release.manifest["warehouse"]["sha256"]:
            return [f"{WAREHOUSE} is not what the manifest of {release.release_id} says"]
        with duckdb.connect(data_dir / WAREHOUSE, read_only=True) as connection:
            for name, table in release.manifest["tables"].items():
                schema, _, bare = name.rpartition(".")
                rows = connection.execute(f'SELECT count(*) FROM "{schema or "main"}"."{bare}"').fetchall()[0][0]
                if rows != table["rows"]:
                    return [f"{name} has {rows} rows, its manifest says {table['rows']}"]
    except (ReleaseError, duckdb.Error, OSError) as error:
        return [f"the current release can't be read: {error}"]
    return []


def kept_faults(data_dir: Path) -> list[str]:
    """What is wrong with what is believed: every release that is listed is whole, every landed file can be read."""
    faults = []
    for release in list_releases(data_dir):
        files = {WAREHOUSE: release.manifest["warehouse"]["sha256"]}
        files |= {f"parquet/{name}.parquet": table["sha256"] for name, table in release.manifest["tables"].items()}
        for name, stated in files.items():
            path = release.folder / name
            if not path.exists() or sha256(path) != stated:
                faults.append(f"{path} is not what its manifest says")
    landed = [path for room in ("landed", "quarantine") for path in (data_dir / room).rglob("*.parquet")]
    with duckdb.connect() as connection:
        for path in landed:
            try:
                connection.execute(f"SELECT count(*) FROM read_parquet({literal(path)})")
            except duckdb.Error as error:
                faults.append(f"{path} can't be read: {error}")
    return faults


def leftovers(data_dir: Path) -> list[str]:
    """What is left of refreshes that did not end, once one has ended well."""
    patterns = ("landed/**/.*", "quarantine/**/.*", "build/publish-*", "build/prune-*", "build/feeds/.*", ".*", "*.wal")
    left = [path for pattern in patterns for path in data_dir.glob(pattern)]
    logged = {entry["release_id"] for entry in read_log(data_dir)}
    left += [release.folder for release in list_releases(data_dir) if release.release_id not in logged]
    return [f"{path} is left over" for path in left]


def differences(data_dir: Path, a: str, b: str) -> list[str]:
    """How release `b` differs from release `a`, which was built from the same facts."""
    found = diff(data_dir, a, b)
    lines = [f"table {name} came or went" for name in (*found.tables_added, *found.tables_removed)]
    return lines + [f"table {name} differs" for name, table in found.tables.items() if not table.is_same]


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def one_crash(data_dir: Path, crash: Crash) -> Outcome:
    """Lets a refresh crash, checks what is there, lets the next refresh run, and checks what it gives."""
    outcome = Outcome(crash)
    last = current(data_dir)
    assert last is not None
    before = last.release_id
    ended = run_refresh(data_dir, crash)
    outcome.did_crash = ended.code == -signal.SIGKILL if crash.kind == "kill" else "the disk is full" in ended.output
    if crash.step and not outcome.did_crash:
        outcome.faults.append(f"the step was never reached (exit code {ended.code}): {ended.output[-500:]}")
    now = current(data_dir)
    outcome.is_published = now is not None and now.release_id > before
    # once the file is in place the release stands, even if there was no time or room to write it down
    may_be_new = not crash.step or list(STEPS).index(crash.step) >= PUBLISHED[crash.kind]
    allowed = {before, now.release_id} if now and may_be_new else {before}
    outcome.faults += current_faults(data_dir, allowed) + kept_faults(data_dir)
    if crash.kind == "full disk":
        outcome.faults += full_disk_faults(ended, outcome.is_published)
    following = run_refresh(data_dir)
    outcome.next_seconds = following.seconds
    if following.code:
        outcome.faults.append(f"the next refresh ended with {following.code}: {following.output[-1000:]}")
        return outcome
    after = current(data_dir)
    outcome.faults += current_faults(data_dir) + kept_faults(data_dir) + leftovers(data_dir)
    if after is None or after.release_id <= before:
        outcome.faults.append("the next refresh left no newer release")
    else:
        outcome.faults += differences(data_dir, before, after.release_id)
        made_current = [entry["release_id"] for entry in read_log(data_dir) if entry["action"] != "prune"]
        expected = [release.release_id for release in (now, after) if release and release.release_id > before]
        if made_current[-len(expected) :] != expected:
            outcome.faults.append(f"the log says {made_current[-3:]}, made current were {expected}")
    return outcome


def full_disk_faults(ended: Ended, is_published: bool) -> list[str]:
    """What is wrong with how a refresh ended that could not write: it must say so, in words, and not with a 0 for nothing."""
    faults = []
    if ended.code not in (0, 1) or (ended.code == 0) != is_published:
        faults.append(f"it ended with {ended.code}: {ended.output[-1000:]}")
    if "Traceback" in ended.output:
        faults.append(f"a traceback reached the user: {ended.output[-1000:]}")
    if "file too large" not in ended.output.lower():
        faults.append(f"it does not say why: {ended.output[-1000:]}")
    return faults


def lane(number: int, base: Path | None, crashes: list[Crash], results: Any) -> None:
    """Lets the crashes happen one after the other, in a data folder of its own."""
    # before the first fork: what each refresh would import and parse for itself
    importlib.import_module("orchestration.defs.run_refresh")
    from orchestration.defs import dbt_runner
    from orchestration.settings import Settings

    with tempfile.TemporaryDirectory(prefix="freefloat-crash-") as folder:
        data_dir = Path(folder) / "data"
        if base:
            shutil.copytree(base, data_dir)
        project = dbt_runner.parse(Settings(data_dir=data_dir if base else Path(folder) / "parsed"))
        assert dbt_runner._known_parse(project)
        if not base:
            first = run_refresh(data_dir)
            assert first.code == 0, first.output
        for crash in crashes:
            try:
                results.put(one_crash(data_dir, crash))
            except Exception as error:
                results.put(Outcome(crash, faults=[f"the check itself failed: {error!r}"]))
    results.put(number)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--random", type=int, default=200, help="kills at random instants (default: %(default)s)")
    parser.add_argument("--steps", nargs="*", metavar="WORD", help="kill only at steps whose name holds a word")
    parser.add_argument("--full-disk", nargs="*", metavar="WORD", help="the same for the disk that is full")
    parser.add_argument("--lanes", type=int, default=os.cpu_count(), help="refreshes at a time (default: %(default)s)")
    parser.add_argument("--span", type=float, help="latest second of a random kill (default: what a refresh takes)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the random instants")
    parser.add_argument("--base", type=Path, help="a data folder with a release to begin from, which is copied")
    options = parser.parse_args()
    started = time.monotonic()
    crashes = [Crash("kill", step) for step in chosen(options.steps)]
    crashes += [Crash("full disk", step) for step in chosen(options.full_disk)]
    if options.random and not options.span:
        options.span = how_long(options.base, options.lanes)
    dice = random.Random(options.seed)
    crashes += [Crash("kill", seconds=dice.uniform(0, options.span)) for _ in range(options.random)]
    print(f"{len(crashes)} crashes in {options.lanes} lanes, seed {options.seed}, random kills in {options.span} s", flush=True)
    outcomes = run_lanes(crashes, options.lanes, options.base)
    code = report(outcomes, time.monotonic() - started)
    if len(outcomes) != len(crashes):
        print(f"only {len(outcomes)} of {len(crashes)} crashes came to an end")
        return 1
    return code


def chosen(words: list[str] | None) -> list[str]:
    """The steps whose name holds one of the words; all of them if none are given."""
    return [step for step in STEPS if words is None or any(word in step for word in words)]


def how_long(base: Path | None, lanes: int) -> float:
    """The seconds that a refresh takes with this many at a time."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(lanes) as pool:
        return max(pool.starmap(timed, [(base,)] * lanes))


def timed(base: Path | None) -> float:
    importlib.import_module("orchestration.defs.run_refresh")
    with tempfile.TemporaryDirectory(prefix="freefloat-crash-") as folder:
        data_dir = Path(folder) / "data"
        if base:
            shutil.copytree(base, data_dir)
        else:
            assert run_refresh(data_dir).code == 0
        ended = run_refresh(data_dir)
        assert ended.code == 0, ended.output
        return round(ended.seconds, 1)


def run_lanes(crashes: list[Crash], lanes: int, base: Path | None) -> list[Outcome]:
    """Spreads the crashes over the lanes; prints each outcome as it comes, and returns those until Ctrl-C."""
    context = multiprocessing.get_context("spawn")
    results: Any = context.Queue()
    shares = [crashes[number::lanes] for number in range(lanes)]
    processes = [context.Process(target=lane, args=(n, base, share, results)) for n, share in enumerate(shares)]
    outcomes: list[Outcome] = []
    for process in processes:
        process.start()
    try:
        running = set(range(lanes))
        while running:
            found = results.get(timeout=3 * PATIENCE_SECONDS)
            if isinstance(found, int):
                running.discard(found)
                continue
            outcomes.append(found)
            words = "published" if found.is_published else "not published"
            came = words if found.did_crash else "the refresh had ended"
            end = "FAULT " + "; ".join(found.faults) if found.faults else f"ok, next refresh {found.next_seconds:.1f} s"
            print(f"{len(outcomes):>4}  {found.crash.name:<62} {came:<22} {end}", flush=True)
    except KeyboardInterrupt:
        print("stopped", flush=True)
    finally:
        for process in processes:
            process.terminate()
            process.join()
    return outcomes


def report(outcomes: list[Outcome], seconds: float) -> int:
    """Prints what the crashes came to; returns 1 on any fault."""
    groups = {
        "killed at a named step": [o for o in outcomes if o.crash.kind == "kill" and o.crash.step],
        "killed at a random instant": [o for o in outcomes if o.crash.kind == "kill" and not o.crash.step],
        "disk full from a named step on": [o for o in outcomes if o.crash.kind == "full disk"],
    }
    print(f"\n{'':<32}{'crashes':>9}{'before the end':>16}{'new release stood':>19}{'faults':>8}")
    for name, group in groups.items():
        counts = (
            len(group),
            sum(o.did_crash for o in group),
            sum(o.is_published for o in group),
            sum(bool(o.faults) for o in group),
        )
        print(f"{name:<32}{counts[0]:>9}{counts[1]:>16}{counts[2]:>19}{counts[3]:>8}")
    print(f"in {seconds / 60:.1f} minutes")
    return int(any(outcome.faults for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
