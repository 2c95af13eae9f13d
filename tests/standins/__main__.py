"""Runs a command against the stand-ins, with a made-up market of all the years since each listing.

python -m tests.standins freefloat refresh --live
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.standins.market import Market
from tests.standins.server import StandIns


def main() -> int:
    """Runs the arguments as a command whose live sources are the stand-ins; returns its exit code."""
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    with StandIns(Market(full_history=True)) as stand_ins:
        done = subprocess.run(sys.argv[1:], env=os.environ | stand_ins.environment, check=False)
        print(f"the stand-ins answered {len(stand_ins.requests)} requests", file=sys.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
