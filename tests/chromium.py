"""The browser for the tests that look at a page; run as a program, says whether there is one.

Nothing here installs anything: that changes the machine, so it is asked for by name (`make browser`).
"""

from __future__ import annotations

import shutil
import sys

#: What Debian, Ubuntu and Google call it; first the one without windows, which takes half the processor's time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
MISSING = (
    "no Chromium on this machine, which the tests that look at a page need: `make browser` installs Debian's with apt-get "
    "(through sudo unless you are root), or install Chromium or Chrome in your own way"
)


def chromium() -> str | None:
    """The path of a Chromium or Chrome; None if there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


if __name__ == "__main__" and chromium() is None:
    sys.exit(f"{MISSING}. Until then they fail.")
