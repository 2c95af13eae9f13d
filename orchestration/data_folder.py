"""Where the data folder is, for what only reads it: `Settings` says the same, and takes longer to import than a query to run."""

from __future__ import annotations

import os
from pathlib import Path

from orchestration.project_files import default_data_dir


def data_dir() -> Path:
    """The data folder, as `Settings().data_dir`, from the environment."""
    values = [value for name, value in os.environ.items() if name.upper() == "FREEFLOAT_DATA_DIR" and value]
    return Path(values[-1]).expanduser().absolute() if values else default_data_dir()
