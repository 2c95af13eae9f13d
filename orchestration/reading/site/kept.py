"""Pages that stay: those that would show what they show, but for the release that they are of.

A page is made from this program and from the rows of the marts that its queries name, which the manifest of a release tells. A
page of the same rows is that of before under the id of the new release, if nobody has changed its file.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from ingestion.files.digest import file_sha256
from ingestion.files.replace import replace_file
from orchestration.reading.text import sink
from orchestration.releases.release import MANIFEST

_MART = re.compile(r"\b(?:dim|fct|mart)_\w+")
#: The mart that says which release it is: pages show its id and its as-of day.
_RELEASE = "dim_release"


class KeptPages:
    """The pages of a data folder's site, as a record of it says that they were made; `shown` is what else every page shows.

    The record is `build/site.json`; without one, or with `record` None, all pages are drawn.
    """

    def __init__(self, data_dir: Path, record: Path | None, release: dict[str, Any], shown: Iterable[Any]) -> None:
        self._record, self._release_id = record, release["release_id"]
        self._shown = json.dumps([str(release["as_of"]), *shown], default=str)
        self._tables: dict[str, Any] = {}
        with suppress(OSError, ValueError, KeyError):
            self._tables = json.loads((data_dir / "releases" / self._release_id / MANIFEST).read_bytes())["tables"]
        self._before: dict[str, Any] = {}
        with suppress(OSError, ValueError):
            self._before = json.loads(record.read_bytes()) if record else {}
        self._now: dict[str, Any] = {}

    def write(self, path: Path, queries: Iterable[str], draw: Callable[[], str]) -> Path:
        """Writes the page of these queries: that of before, or what `draw` gives. Raises what that raises, and OSError."""
        made_from = self._made_from(queries)
        page = self._same(path, made_from) or draw().encode()
        path.parent.mkdir(parents=True, exist_ok=True)
        with sink(path) as stream:
            stream.write(page)
        told = {"made_from": made_from, "release_id": self._release_id, "sha256": hashlib.sha256(page).hexdigest()}
        self._now[str(path)] = told
        return path

    def settle(self) -> None:
        """Records the pages that were written. A record that can't be written keeps nothing."""
        if self._record:
            text = json.dumps(self._now)
            with suppress(OSError):
                replace_file(self._record, lambda temporary: temporary.write_text(text, encoding="utf-8"))

    def _same(self, path: Path, made_from: str | None) -> bytes | None:
        """The page of before under the id of this release; None if it would show something else, or is not as it was written."""
        before = self._before.get(str(path))
        if not before or made_from is None or before["made_from"] != made_from or not path.is_file():
            return None
        with suppress(OSError):
            page = path.read_bytes()
            if hashlib.sha256(page).hexdigest() == before["sha256"]:
                return page.replace(before["release_id"].encode(), self._release_id.encode())
        return None

    def _made_from(self, queries: Iterable[str]) -> str | None:
        """The digest of what a page is made from; None if nothing tells it."""
        marts = sorted({mart for sql in queries for mart in _MART.findall(sql)} - {_RELEASE})
        contents = {mart: self._tables.get(mart, {}).get("content") for mart in marts}
        if not all(contents.values()):
            return None
        return hashlib.sha256(json.dumps([program_digest(), self._shown, contents]).encode()).hexdigest()


@cache
def program_digest() -> str:
    """What draws a page: the code, templates and styles of this room, and the packages that write them."""
    room = Path(__file__).resolve().parents[1]
    files = sorted(path for path in room.rglob("*") if path.suffix in (".py", ".j2", ".js", ".css"))
    told = [f"{path.relative_to(room)} {file_sha256(path)}" for path in files]
    told += [f"{name} {importlib.metadata.version(name)}" for name in ("vl-convert-python", "jinja2", "duckdb")]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()
