"""Where the project's own files are (the committed facts, the dbt project), in a checkout as in an installed package, and where
the data folder and the cache are.

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


def cache_dir() -> Path:
    """Where is kept what data do not decide (`shared_cache.py`): FREEFLOAT_CACHE_DIR, else in a checkout `data/build/cache`.

    Of an installed package it is the user's own folder for such files, `$XDG_CACHE_HOME/freefloat` (`~/.cache/freefloat` without
    that variable).
    """
    named = os.environ.get("FREEFLOAT_CACHE_DIR", "")
    if named:
        return Path(named).expanduser().absolute()
    if not is_installed():
        return project_folder("data") / "build" / "cache"
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if os.path.isabs(home) else Path.home() / ".cache") / "freefloat"


def data_dir() -> Path:
    """The data folder, as `Settings().data_dir`, for what only reads it: settings take longer to import than a query to run."""
    values = [value for name, value in os.environ.items() if name.upper() == "FREEFLOAT_DATA_DIR" and value]
    return Path(values[-1]).expanduser().absolute() if values else default_data_dir()
