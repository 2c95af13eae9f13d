"""Where the project's own files are (the committed facts, the dbt project), in a checkout as in an installed package.

A wheel carries them inside this package (`hatch_build.py` puts them there); in a checkout they stand beside it. Imported by
every command, so it imports nothing that takes long.
"""

from __future__ import annotations

import os
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[1]
#: Where a wheel has the files; a checkout has no such folder.
_INSTALLED = Path(__file__).resolve().parent / "project"


def is_installed() -> bool:
    """True in a package that was installed from a wheel, False in a checkout."""
    return _INSTALLED.is_dir()


def project_folder(name: str) -> Path:
    """A folder of the project's own files: `data` (the committed facts) or `dbt_project` (the models)."""
    return (_INSTALLED if is_installed() else _CHECKOUT) / name


def default_data_dir() -> Path:
    """Where generated files go unless FREEFLOAT_DATA_DIR says otherwise: `data/` in a checkout.

    An installed package can be replaced or read-only: then it is the user's own folder for data, `$XDG_DATA_HOME/freefloat`
    (`~/.local/share/freefloat` without that variable).
    """
    if not is_installed():
        return project_folder("data")
    home = os.environ.get("XDG_DATA_HOME", "")
    return (Path(home) if os.path.isabs(home) else Path.home() / ".local" / "share") / "freefloat"
