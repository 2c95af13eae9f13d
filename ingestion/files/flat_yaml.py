"""Reading a YAML file that is one flat mapping of fields. Nothing else of YAML is read: no file blows up or makes objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from ingestion.files.cell_text import printable
from ingestion.files.csv import RefusedFile

_MAX_BYTES = 100_000
#: Only its parser is used, which reads events and makes no objects: the C one where PyYAML has it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_fields(path: Path, label: str, required: Sequence[str], optional: Sequence[str], template: str) -> dict[str, str]:
    """The fields of the file as they are written; `template` names in messages where one is shown.

    Raises RefusedFile: too large, no YAML, no flat mapping, a field that is missing, empty though required, or not known. Raises
    OSError.
    """
    if path.stat().st_size > _MAX_BYTES:
        raise RefusedFile(label, f"is larger than {_MAX_BYTES:,} bytes; write a few words a field")
    try:
        cells = dict(_fields(path.read_text(encoding="utf-8-sig"), label, template))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        words = f"line {mark.line + 1}: {problem}" if mark else " ".join(str(error).split())[:200]
        raise RefusedFile(label, f"is not YAML in UTF-8: {printable(words)}") from None
    missing = [name for name in required if not cells.get(name)]
    unknown = [name for name in cells if name not in required and name not in optional]
    if missing or unknown:
        words = [f"lacks {', '.join(missing)}"] if missing else []
        words += [f"has fields that are not known: {printable(', '.join(unknown))[:200]}"] if unknown else []
        raise RefusedFile(label, "; ".join(words))
    return cells


@lru_cache(maxsize=1024)
def _fields(text: str, label: str, template: str) -> Mapping[str, str]:
    """The fields of one flat mapping. Anything else that YAML knows (lists, anchors, tags) is refused: it can blow up to any
    size, or make objects. Remembered: a refresh asks for the same documents as the last one. Raises RefusedFile, YAMLError."""
    cells: dict[str, str] = {}
    name: str | None = None
    is_inside = False
    # event by event: what is no field ends it, and a thousand brackets are not read to the last
    for event in yaml.parse(text, Loader=_LOADER):
        place = f"line {event.start_mark.line + 1}" if event.start_mark else "the file"
        if isinstance(event, yaml.DocumentStartEvent) and is_inside:
            raise RefusedFile(label, f"{place}: begins a second document; write one a file")
        if not isinstance(event, yaml.NodeEvent):
            continue
        if event.anchor:
            raise RefusedFile(label, f"{place}: has an anchor or alias (& or *); write the value itself, in quotes")
        if getattr(event, "tag", None) not in (None, "!"):
            raise RefusedFile(label, f"{place}: has a tag (!); write the value itself")
        if not is_inside:
            if not isinstance(event, yaml.MappingStartEvent):
                break
            is_inside = True
        elif not isinstance(event, yaml.ScalarEvent):
            raise RefusedFile(label, f"{place}: {printable(name or 'a field')[:60]} is not a single value; write one, in quotes")
        elif name is None:
            name = event.value
            if name in cells:
                raise RefusedFile(label, f"{place}: has the field {printable(name)[:60]} twice; keep one of them")
        else:
            is_null = event.style is None and event.value in ("~", "null", "Null", "NULL")
            cells[name], name = "" if is_null else event.value, None
    if not is_inside:
        raise RefusedFile(label, f"is not a mapping of fields; {template}")
    return cells
