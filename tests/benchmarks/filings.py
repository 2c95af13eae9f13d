"""Times the reading of filings: `python -m tests.benchmarks.filings [COUNT]`.

Makes COUNT (200) announcements of invented companies, each a PDF of 20 pages with 126 rows of lock-up undertakings, and times
what a user does with them: `freefloat read`, the first landing of `inbox/filings`, and a second one of unchanged files. Prints
seconds and the largest memory of a process, and exits with 1 if a filing was refused or the second landing reads one again.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

from ingestion.dataset import Folders, all_datasets
from ingestion.filings import kept
from ingestion.landing.land import LandingRun, land_dataset
from tests.conftest import FREEFLOAT, PROJECT
from tests.ingestion.filings.documents import ONE, filing, text_as_pdf

ROWS, PAGES = 126, 20
#: What a filing gives rows to, parents first.
DATASETS = ("filings", *(name for name, dataset in all_datasets().items() if "filings" in dataset.reads))
_HEAD = ONE.replace("% of\nshareholding in\nthe Company\nupon Listing", "% of total issued\nShares")


def announcement(number: int) -> str:
    """One announcement: 126 holders have all shares from before the offer, 634,920 each and the last the rest; one class."""
    each = 634_920
    rest = 80_000_000 - each * (ROWS - 1)
    rows = [f"Holder {place} Limited\n{each:,}\n0.63%\nMarch 1, 2027\n" for place in range(1, ROWS)]
    rows += [f"Holder {ROWS} Limited\n{rest:,}\n{rest / 1e6:.2f}%\nMarch 1, 2027\n"]
    lockups = "Existing Shareholders\n" + _HEAD
    for place in range(0, ROWS, 12):
        lockups += "".join(rows[place : place + 12])
        if place + 12 < ROWS:
            lockups += f"<<<PAGE {9 + place // 12}>>>\n{9 + place // 12}\n"
    lockups += "Total\n80,000,000\n80.00%\n"
    text = filing(lockups, shares="Shares").replace("H Shares", "Shares")
    # the pages between the summary and the tables are words
    words = "The announcement goes on with words that say nothing of shares, a line of them after another.\n" * 45
    between = "".join(f"<<<PAGE {place}>>>\n{place}\n{words}" for place in (4, 5, 6, 7))
    text = text.replace("<<<PAGE 8>>>", between + "<<<PAGE 8>>>")
    return text.replace("\n9998\n", f"\n{number}\n")


def main(count: int) -> int:
    """Makes the files, times the three, prints what they took; returns the exit code."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as patches:
        folders = Folders(committed=PROJECT / "data", data=Path(folder))
        inbox = folders.inbox / "filings"
        inbox.mkdir(parents=True)
        for number in range(count):
            text_as_pdf(announcement(9000 + number), inbox / f"{9000 + number}.pdf")
        files = sorted(map(str, inbox.glob("*.pdf")))
        size = sum(os.path.getsize(file) for file in files)
        print(f"{count} filings of {PAGES} pages with {ROWS} rows, {size / 1e6:.1f} MB")
        started = time.perf_counter()
        done = subprocess.run([str(FREEFLOAT), "read", "--format", "json", *files], capture_output=True, check=False)
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        told("freefloat read", started, children.ru_utime + children.ru_stime, children.ru_maxrss)
        refused = done.returncode != 0
        sys.stdout.write(done.stderr.decode()[:1000])
        for words in ("first landing", "second landing, unchanged"):
            started, worked = time.perf_counter(), time.process_time()
            run = LandingRun(folders, datetime.now(UTC))
            landings = [land_dataset(all_datasets()[name], run) for name in DATASETS]
            told(words, started, time.process_time() - worked, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
            for message in [message for landing in landings for message in landing.messages()][:5]:
                print(f"  {message}")
            refused |= any(not landing.is_clean for landing in landings) or landings[0].rows != count
            # from here on reading a file fails the benchmark
            patches.enter_context(patch.object(kept, "read_filing", side_effect=AssertionError("it is read again")))
    print("a filing was refused" if refused else "every row landed, and no unchanged file was read again")
    return int(refused)


def told(words: str, started: float, worked: float, memory: int) -> None:
    """Prints what a step took: seconds on the clock, of a core (without child processes), and the largest memory so far."""
    print(f"{words:<28} {time.perf_counter() - started:7.1f} s  {worked:7.1f} s of a core  {memory / 1024:6.0f} MB at most")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
