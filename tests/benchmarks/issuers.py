"""Times refreshes with 1,000 made-up issuers of 60 holders each beside one without them.

Run by `make benchmark-issuers`. `BESIDE=FOLDER` names another checkout, set up with its own `.venv`, that is timed after this one
with the same files: seconds by the clock, and of the processor, which other work on the machine hardly changes.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ISSUERS = 1000
HOLDERS = 60
HERE = Path(__file__).resolve().parents[2]


def write_inbox(inbox: Path) -> None:
    """Files of the issuers: a listing, an over-allotment and a placing of each, and its table of lots under rules of four forms.

    The same ones at each call. Their columns are those that every version reads.
    """
    draw = random.Random(14)
    capital = ["ticker,effective_date,event,share_class,shares_issued_delta,total_shares_after,known_on"]
    lots = ["ticker,issuer,holder,category,share_class,shares,last_day_locked,rule,known_on"]
    for number in range(ISSUERS):
        ticker, listed_on = f"{60000 + number}.HK", date(2026, 1, 5) + timedelta(days=draw.randrange(0, 150))
        listed_on += timedelta(days=max(0, 7 - listed_on.weekday()) if listed_on.weekday() > 4 else 0)
        total = 1_000_000_000
        for days, event, issued in ((0, "listing", 100), (25, "over-allotment exercised in full", 15), (150, "placing", 50)):
            day, new = listed_on + timedelta(days=days), issued * 1_000_000
            total += new if days else 0
            capital.append(f"{ticker},{day},{event},ordinary,{new},{total},{day}")
        for holder in range(HOLDERS):
            end = draw.choice(
                ["6 months from listing", "12 months from listing", str(listed_on + timedelta(days=draw.randrange(90, 700)))]
            )
            category = draw.choice(["existing shareholder", "cornerstone investor"])
            shares = draw.randrange(100_000, 14_000_000)
            lots.append(f"{ticker},Issuer {number},Holder {holder},{category},ordinary,{shares},{end},undertaking,{listed_on}")
    for dataset, rows in (("share_capital_events", capital), ("filing_lockups", lots)):
        (inbox / dataset).mkdir(parents=True)
        (inbox / dataset / "issuers.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def refresh(checkout: Path, data_dir: Path) -> tuple[float, float]:
    """Wall time and processor time of a refresh by a checkout; raises CalledProcessError, with what it said, if it fails."""
    command = [str(checkout / ".venv" / "bin" / "freefloat"), "refresh"]
    environment = {**os.environ, "FREEFLOAT_DATA_DIR": str(data_dir)}
    wall, before = time.perf_counter(), os.times()
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    after = os.times()
    if done.returncode:
        sys.stderr.write(done.stderr[-2000:])
        done.check_returncode()
    return time.perf_counter() - wall, sum(after[2:4]) - sum(before[2:4])


def main(beside: list[str]) -> None:
    """Prints the figures of this checkout, then of those beside it."""
    print(f"{ISSUERS:,} issuers with {ISSUERS * HOLDERS:,} lots       wall s   processor s")
    for checkout in [HERE, *map(Path, beside)]:
        with tempfile.TemporaryDirectory() as name:
            figures = {"without them, new folder": refresh(checkout, Path(name) / "data")}
            write_inbox(Path(name) / "data" / "inbox")
            figures["with them"] = refresh(checkout, Path(name) / "data")
            figures["again, nothing changed"] = refresh(checkout, Path(name) / "data")
        print(checkout.name)
        for what, (wall, processor) in figures.items():
            print(f"  {what:<36}{wall:>8.1f}{processor:>14.1f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
