"""What all pages have in common: the template environment with its one style sheet, and the policy by which nothing else runs."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined


@cache
def environment() -> Environment:
    """The templates of this room, whose text from data is escaped; a name that is not given is an error."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["source_hash"] = source_hash
    made.filters["is_web_address"] = is_web_address
    return made


def source_hash(source: str) -> str:
    """The hash by which a page's security policy lets exactly this inline style or script run."""
    return "sha256-" + b64encode(sha256(source.encode()).digest()).decode()


def is_web_address(url: Any) -> bool:
    """Whether the address of a document, which is data, leads to a page: only then it becomes a link."""
    return bool(re.match(r"https?://", url or ""))
