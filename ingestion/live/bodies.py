"""The bodies of answers as text or JSON, with words for what else came."""

from __future__ import annotations

import html
import json
import re
from decimal import Decimal, DecimalException
from typing import Any, NoReturn

from ingestion.live.http import Answer, SourceFailed

_TITLE = re.compile(r"<title[^>]*>(.*?)<", re.IGNORECASE | re.DOTALL)

_HTML = re.compile(rb"(\xef\xbb\xbf)?\s*<[!a-z]", re.IGNORECASE)


def text_body(answer: Answer, source: str, encoding: str = "utf-8") -> str:
    """The body as text, without a byte order mark. Raises SourceFailed if it is not in `encoding`."""
    try:
        return answer.body.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        words = f"answered what is no {encoding} text (at byte {error.start}): the source has changed its format"
        raise SourceFailed(source, f"{answer.url} {words}") from None


def json_body(answer: Answer, source: str) -> Any:
    """The body as JSON: whole numbers are int, others Decimal, exactly as printed. Raises SourceFailed if it is no JSON.

    The content type is not asked: sources send JSON as text/html too.
    """
    if not answer.body.strip():
        raise SourceFailed(source, f"{answer.url} answered nothing, not JSON; the next refresh asks again")
    if _HTML.match(answer.body):
        raise SourceFailed(source, f"{answer.url} answered HTML, not JSON{_title(answer)}; the next refresh asks again")
    text = text_body(answer, source)
    try:
        parsed = json.loads(text, parse_float=Decimal, parse_int=int, parse_constant=_refuse_constant)
        if "\\ud" in text.lower():  # half of a pair is no letter, and can be written nowhere
            json.dumps(parsed, default=str, ensure_ascii=False).encode()
        return parsed
    except UnicodeEncodeError:
        words = "answered JSON with half a letter (a surrogate by itself)"
    except RecursionError:
        words = "answered JSON that is nested too deeply"
    except json.JSONDecodeError as error:
        words = f"answered what is no JSON ({error.msg} at character {error.pos} of {len(text)}); the next refresh asks again"
    except (ValueError, DecimalException):
        words = "answered JSON with a number that is none (NaN, Infinity, or too long)"
    raise SourceFailed(source, f"{answer.url} {words}")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _title(answer: Answer) -> str:
    """The first words of a page's title, in brackets."""
    found = _TITLE.search(answer.body[:10_000].decode("utf-8", "replace"))
    words = " ".join(html.unescape(found[1]).split()) if found else ""
    words = "".join(letter for letter in words if letter.isprintable())
    return f" (its title: {words[:80]})" if words else ""
