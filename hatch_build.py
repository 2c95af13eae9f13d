"""Puts the committed facts and the dbt project into a wheel, so that what is installed from it can run.

An editable install (`make .venv/.installed`) gets nothing: it reads them where they are.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: The committed files, by name: the generated ones that may stand beside them are no part of a package.
COMMITTED = (
    *(f"data/{name}" for name in ("corrections.yml", "documents", "reference", "templates", "transcribed")),
    *(f"dbt_project/{name}" for name in ("dbt_project.yml", "profiles.yml", "macros", "models", "tests")),
)


class CommittedFiles(BuildHookInterface):
    """Adds the committed files under `orchestration/project/`, where `orchestration/project_files.py` looks for them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before a wheel is built; `version` is `standard` or `editable`."""
        if version == "standard":
            build_data["force_include"] |= {path: f"orchestration/project/{path}" for path in COMMITTED}
