"""Running dbt inside this process: parsing its project, and its commands on what was parsed.

A subprocess of dbt costs more than all the models (see `make benchmark`); its runner inside this process does not. dbt is
told the data folder as a variable of each call (`profiles.yml`), so that the environment stays as it is.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.__version__ import version as adapter_version
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.constants import PARTIAL_PARSE_FILE_NAME
from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import extended_mashumuro_decoder
from dbt.version import __version__ as dbt_version
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager
from google.protobuf.json_format import MessageToDict

from ingestion.dataset import all_datasets
from ingestion.files.replace import replace_file, sync
from orchestration.defs import dbt_ephemeral
from orchestration.defs.build_record import Record
from orchestration.defs.dbt_manifest import PART, part_of
from orchestration.defs.kept_models import LANDED, KeptModels, is_of_each_refresh
from orchestration.project_files import project_folder
from orchestration.releases.lock import refresh_lock
from orchestration.releases.unchanged import Content
from orchestration.settings import Settings
from orchestration.shared_cache import keep_files, take_files

dbt_ephemeral.install()
PROJECT_DIR = project_folder("dbt_project")
#: What this process has parsed, by what it was parsed from: parsing takes a third of the time of building.
_parsed: dict[str, Manifest] = {}
#: The events that say how a model or test ended.
RESULT_EVENTS = ("LogModelResult", "LogTestResult")
#: Those that say which model or test dbt is at.
NODE_EVENTS = ("NodeStart", "NodeFinished")
#: What is told how a model or test ended, as a dictionary; None: nobody.
OnEvent = Callable[[Mapping[str, Any]], None] | None


class HeardEvents(EventManager):
    """Passes on those events of dbt that somebody hears, and its warnings and errors.

    Nearly all others are debugging, and making a message of each takes a tenth of the time of a small build.
    """

    def fire_event(
        self, e: BaseEvent, level: EventLevel | None = None, node: Any = None, force_warn_or_error_handling: bool = False
    ) -> None:
        """As dbt's own does, or nothing."""
        is_grave = force_warn_or_error_handling or (level or e.level_tag()) in (EventLevel.WARN, EventLevel.ERROR)
        if is_grave or type(e).__name__ in RESULT_EVENTS + NODE_EVENTS:
            super().fire_event(e, level, node, force_warn_or_error_handling)


ctx_set_event_manager(HeardEvents())


class DbtError(RuntimeError):
    """dbt could not parse or run the project; the message is dbt's own."""


@dataclass(frozen=True)
class DbtProject:
    """The dbt project as it was parsed for one data folder: made by `parse` once, then handed to whoever runs its models.

    `digest` stands for the project's files and dbt's version.
    """

    settings: Settings
    digest: str

    @property
    def manifest_path(self) -> Path:
        """The file in which dbt says what models, tests and sources there are."""
        return self.settings.build_dir / "dbt" / "manifest.json"

    @property
    def mark(self) -> Path:
        """The file that says from which project files that one, and dbt's own beside it, were made: their digest."""
        return self.manifest_path.with_name("parsed_from.txt")

    @property
    def database(self) -> Path:
        """The private database that dbt builds; nothing else opens it while it does."""
        return self.settings.build_dir / "build.duckdb"

    def remove_database(self) -> None:
        """Removes that database, and the folder beside it in which one that was killed left what its memory did not hold.

        Raises OSError.
        """
        for left in self.settings.build_dir.glob(f"{self.database.name}*"):
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()

    @property
    def record_path(self) -> Path:
        """The file that says what the builds before left (`kept_models.Record`)."""
        return self.database.with_name("kept.json")

    @property
    def stamp(self) -> str:
        """What any build depends on: the project's files, the columns that are landed, and the versions of dbt and DuckDB."""
        return f"{self.digest} landed {columns_digest()} duckdb {duckdb.__version__} dbt-duckdb {adapter_version}"

    def contents(self) -> dict[tuple[str, str], Content]:
        """(schema, table) -> what tells the rows of each table of the last build, but of those that each refresh builds."""
        record, nodes, found = Record.read(self.record_path, self.stamp), self.manifest["nodes"], {}
        for name, built in record.nodes.items():
            node, landed = nodes.get(name), name.removeprefix(LANDED)
            if landed != name:
                update = built.update and replace(built.update, before=f"{self.stamp} {built.update.before}")
                found["landed", landed] = Content(f"{self.stamp} {built.state.content}", update)
            elif node and node["resource_type"] == "model" and not is_of_each_refresh(node):
                found[node["schema"], node["alias"]] = Content(built.state.content, built.update)
        return found

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What that file says, read once."""
        return json.loads(self.manifest_path.read_bytes())

    @cached_property
    def order(self) -> list[str]:
        """dbt's names of the models and tests, each after all that it reads."""
        nodes, parents = self.manifest["nodes"], self.manifest["parent_map"]
        return [name for name in TopologicalSorter(parents).static_order() if name in nodes]


def columns_digest() -> str:
    """The digest of the columns that each dataset lands: rows of other columns can't be added to a table that is built."""
    columns = {
        name: [(column, str(kind)) for column, kind in dataset.polars_schema.items()] for name, dataset in all_datasets().items()
    }
    return hashlib.sha256(json.dumps(columns).encode()).hexdigest()


def layer(node: Mapping[str, Any]) -> str:
    """The layer of a model of the manifest (staging, intermediate or marts): the name of the folder that holds it."""
    return node["fqn"][-2]


def parse(settings: Settings) -> DbtProject:
    """The project, parsed; `manifest.json` is written unless it was parsed from the very files that the project has now.

    Lets a refresh that runs end first. Raises DbtError with dbt's own words if the project can't be parsed, and OSError if
    the data folder can't be written.
    """
    project = DbtProject(settings, _digest())
    digest = project.digest
    mark = project.mark
    if project.manifest_path.exists() and mark.exists() and mark.read_text() == digest:
        return project
    with refresh_lock(settings.data_dir, lambda busy: None):
        unmark(mark)
        folder, names = project.manifest_path.parent, (project.manifest_path.name, PARTIAL_PARSE_FILE_NAME)
        key = cache_key(project)
        # for another data folder it may have been parsed already
        if not take_files("models", key, names, folder):
            if parsed := _parsed.get(digest):
                # dbt's own file there can be of other project files
                (folder / PARTIAL_PARSE_FILE_NAME).unlink(missing_ok=True)
            else:
                parsed = _parse(project)
            replace_file(project.manifest_path, lambda temporary: parsed.write(str(temporary)))
            keep_files("models", key, [folder / name for name in names])
        replace_file(mark, lambda temporary: temporary.write_text(digest))
    return project


def cache_key(project: DbtProject) -> str:
    """By what the files of a parse are known in the cache: the project's files, and where they are."""
    return hashlib.sha256(f"{project.digest} {PROJECT_DIR}".encode()).hexdigest()


def _parse(project: DbtProject) -> Manifest:
    """What dbt parses now, known to this process from then on. Raises DbtError with dbt's own words."""
    result = invoke(project, ["parse", "--no-write-json"])
    if not isinstance(result.result, Manifest):
        raise DbtError(f"dbt can't parse {PROJECT_DIR.name}: {result.exception}")
    _parsed[project.digest] = result.result
    return _parsed[project.digest]


def _known_parse(project: DbtProject) -> Manifest | None:
    """What this process has parsed, or an earlier one for this data folder; None: dbt has to parse.

    dbt would take up its own file by itself, but not once the data folder was moved or copied: its name is a variable.
    """
    mark, kept = project.mark, project.manifest_path.with_name(PARTIAL_PARSE_FILE_NAME)
    if project.digest not in _parsed and kept.exists() and mark.exists() and mark.read_text() == project.digest:
        # a file that a loss of power cut short is not worth a word: dbt parses as if there were none
        with suppress(Exception):
            _parsed[project.digest] = Manifest.from_msgpack(kept.read_bytes(), decoder=extended_mashumuro_decoder)
    return _parsed.get(project.digest)


def unmark(mark: Path) -> None:
    """Removes the mark that stands for a file, before the file changes; after a loss of power it stays gone."""
    if mark.exists():
        mark.unlink()
        sync(mark.parent)


def _digest() -> str:
    """What decides the manifest: the project's files and dbt's version."""
    digest = hashlib.sha256(dbt_version.encode())
    for path in sorted(PROJECT_DIR.rglob("*")):
        if path.suffix in (".sql", ".yml", ".md") and "target" not in path.parts:
            digest.update(str(path.relative_to(PROJECT_DIR)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def invoke(
    project: DbtProject,
    args: list[str],
    on_event: OnEvent = None,
    *,
    kept: KeptModels | None = None,
    left: Iterable[str] | None = None,
    landed: Mapping[str, str] | None = None,
    on_spark: bool = False,
) -> Any:
    """Runs a command of dbt on the project's data folder; calls `on_event` with how each model and test ended.

    What `kept` keeps is not run; dbt is given the models and tests `left` alone (None: all), and makes the landed tables that
    `landed` says, and how (`macros/landed.sql`; None: all). With `on_spark` it runs on the Spark Connect server of SPARK_REMOTE,
    with a folder of its own for what its parse says of names.
    """
    engine = "spark" if on_spark else "duckdb"
    target = str(project.settings.build_dir / "dbt_spark" if on_spark else project.manifest_path.parent)
    project.settings.build_dir.mkdir(parents=True, exist_ok=True)
    parsed = None if on_spark or args[0] == "parse" else _known_parse(project) or _parse(project)
    manifest = parsed and (parsed.deepcopy() if left is None else part_of(parsed, left))

    def say(event: Any) -> None:
        if kept and manifest and event.info.name == "NodeStart":
            kept.begin(manifest.nodes.get(event.data.node_info.unique_id))
        elif kept and event.info.name == "NodeFinished":
            kept.end(event.data)
        if on_event and event.info.name in RESULT_EVENTS:
            on_event(MessageToDict(event, preserving_proto_field_name=True))

    if kept and kept.kept and left is not None:
        # by their names dbt would look through all nodes for each of them
        args = [*args, "--indirect-selection", "empty", "--select", f"tag:{PART}"]
    runner = dbtRunner(manifest=manifest, callbacks=[say] if on_event or kept else [])
    paths = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
    paths += ["--target", engine, "--target-path", target, "--log-path", target]
    # the profile finds the data folder by this
    paths += ["--vars", json.dumps({"data_dir": str(project.settings.data_dir), "landed": landed})]
    try:
        return runner.invoke([*args, *paths, "--log-level", "none", "--no-use-colors"])
    finally:
        # or the file stays locked until this process ends
        DuckDBConnectionManager.close_all_connections()


def unit_test(project: DbtProject) -> dict[str, tuple[str, str]]:
    """Runs the project's unit tests against a finished build: name -> (status, message). Raises DbtError if dbt can't."""
    result = invoke(project, ["test", "--select", "test_type:unit", "--no-write-json"])
    if result.exception:
        raise DbtError(f"dbt test failed: {result.exception}")
    return {run.node.name: (str(run.status), run.message or "") for run in result.result if run.node.resource_type == "unit_test"}
