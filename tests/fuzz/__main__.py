"""Fuzzes every parser with atheris for a bounded time, each in a process of its own, from its committed seeds.

python -m tests.fuzz --seconds 20                       all targets, 20 seconds each
python -m tests.fuzz --seconds 300 --target "release rules"

Prints executions, executions a second and faults of each target; inputs that show a fault are saved. Exits with 1 if there
is one.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

#: What libFuzzer does with an input that neither ends nor returns to the harness.
HANG_SECONDS, MEMORY_MB = 20, 2048
#: Words of the seeds of which inputs are made.
MOST_WORDS = 400


def fuzz_one(name: str, seconds: int, folder: Path) -> int:
    """Fuzzes a target in this process; saves each new fault with its input in `folder` and goes on. Never returns."""
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["ingestion"]):
        from tests.fuzz.targets import MAX_BYTES, TARGETS
    target = TARGETS[name]
    corpus = folder / "seeds"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds():
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed[:MAX_BYTES])
    target.run(target.seeds()[0])  # what is imported on first use must not count as slow
    known: set[str] = set()

    def test_one_input(data: bytes) -> None:
        try:
            target.check(data)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            fault = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
            if fault not in known:
                known.add(fault)
                path = folder / f"fault-{hashlib.sha256(data).hexdigest()[:16]}"
                path.write_bytes(data)
                path.with_suffix(".txt").write_text(f"{fault}: {str(error)[:300]}\n", encoding="utf-8")

    words = folder / "words"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in _words(target.seeds())), encoding="ascii")
    limits = [
        f"-dict={words}",
        f"-max_total_time={seconds}",
        f"-max_len={MAX_BYTES}",
        f"-timeout={HANG_SECONDS}",
        f"-rss_limit_mb={MEMORY_MB}",
    ]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={folder}/fault-", str(corpus)], test_one_input)
    atheris.Fuzz()
    return 0


def _words(seeds: list[bytes]) -> list[bytes]:
    """The words and signs of the seeds, those of most seeds first: libFuzzer puts them together anew."""
    counts = Counter(word for seed in seeds for word in set(re.findall(rb"[A-Za-z_]+|[0-9]+|[^A-Za-z0-9_\s]+", seed)))
    return [word for word, _ in counts.most_common(MOST_WORDS) if len(word) <= 40]


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


def fuzz(name: str, seconds: int, folder: Path) -> tuple[str, list[str]]:
    """Fuzzes a target in a process of its own: (a line of figures, a line a fault)."""
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "tests.fuzz", "--seconds", str(seconds), "--only", name, "--folder", str(folder)]
    # libFuzzer ends the process without tidying up
    environment = os.environ | {"TMPDIR": str(folder)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace", check=False)
    ended = re.search(r"Done (\d+) runs in (\d+) second", done.stderr)
    faults = [
        f"{path.read_text(encoding='utf-8').strip()}  ({path.with_suffix('')})" for path in sorted(folder.glob("fault-*.txt"))
    ]
    # what kills the process (a hang, a crash of the interpreter, too much memory) is saved by libFuzzer itself
    faults += [f"killed the process  ({path})" for path in sorted(folder.glob("fault-*-*"))]
    if not ended:
        words = done.stderr.strip().splitlines()[-1:] or ["no output"]
        faults = faults or [f"ended with {done.returncode}: {words[0]}"]
        return f"{name:<18} did not end", faults
    runs, took = int(ended[1]), int(ended[2])
    return f"{name:<18} {runs:>9,} runs  {runs / max(took, 1):>8,.0f} a second  {len(faults)} fault(s)", faults


def main() -> int:
    """Runs the targets one after the other; returns 1 if any has a fault."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=20, help="for each target")
    parser.add_argument("--target", nargs="*", help="only these")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed; it is in the dev group (`make test` installs it)", file=sys.stderr)
        return 2
    if options.only:
        return fuzz_one(options.only, options.seconds, options.folder)
    from tests.fuzz.targets import TARGETS

    names = options.target or list(TARGETS)
    unknown = [name for name in names if name not in TARGETS]
    if unknown:
        parser.error(f"no such target: {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    folder = Path(tempfile.mkdtemp(prefix="freefloat-fuzz-"))
    found = 0
    for name in names:
        line, faults = fuzz(name, options.seconds, folder / name.replace(" ", "_"))
        print("\n  ".join([line, *faults]), flush=True)
        found += len(faults)
    print(f"{len(names)} targets, {found} fault(s)" + (f"; their inputs are in {folder}" if found else ""))
    if not found:
        shutil.rmtree(folder)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
