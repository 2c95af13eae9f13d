"""What the answers of all live sources have in common: what is unexpected in one, typed fields, numbers, packed files.

JSON is parsed by the caller with `parse_float=Decimal`, so that numbers are exactly what was printed.
"""

from __future__ import annotations

import io
import re
import reprlib
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from ingestion.columns import BadCell

Kind = TypeVar("Kind")

#: No price, rate or ratio, and no count of shares or sum of money, comes near these: the dearest share (Berkshire Hathaway A)
#: costs less than 10^6 USD, and the largest company is worth less than 10^13 USD. They also keep a figure within its column.
PRICE_LIMIT, AMOUNT_LIMIT = 10**9, 10**15

_PRINTED_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?", re.ASCII)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_KIND_WORDS = {dict: "an object", list: "a list", str: "a text", int: "a whole number", bool: "true or false"}


class UnexpectedAnswer(ValueError):
    """An answer that is not what the source gives when it works; `reason` says in words what is unexpected about it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class UnreadableRow:
    """One row of an answer (a bar, a record) that can't be read, while the others can; `day` is the one that it is of.

    `key` is what the first column of the dataset's key would hold, where that can be read: the source does list the row.
    """

    day: date | None
    column: str | None
    value: str | None
    reason: str
    key: str | None = None


def field(parent: Any, path: str, kind: type[Kind]) -> Kind:
    """The field at `path`, whose last part is its name in `parent`. Raises UnexpectedAnswer if it is missing or no `kind`."""
    place, _, name = path.rpartition(".")
    parent = typed(parent, place or "the answer", dict)
    if name not in parent:
        raise UnexpectedAnswer(f"{path} is missing; what is there: {shown(', '.join(map(str, parent)))}")
    return typed(parent[name], path, kind)


def typed(value: Any, path: str, kind: type[Kind]) -> Kind:
    """The value found at `path`. Raises UnexpectedAnswer if it is no `kind`; true and false are no numbers."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        raise UnexpectedAnswer(f"{path} is not {_KIND_WORDS.get(kind, kind.__name__)}: {shown(value)}")
    return value


def number(value: Any, path: str, limit: int = AMOUNT_LIMIT) -> Decimal:
    """A JSON number, exactly as printed. Raises UnexpectedAnswer for anything else, and for what no figure of a market can be."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise UnexpectedAnswer(f"{path} is not a number: {shown(value)}")
    # 0E+999999999 is small too, and takes all memory when it is written out
    exact = Decimal(value)
    if abs(exact) >= limit or abs(exact.adjusted()) > 40:
        raise UnexpectedAnswer(f"{path} is no plausible number: {shown(value)}")
    return exact


def price(value: Any, path: str) -> Decimal:
    """A JSON number that is a price. Raises UnexpectedAnswer."""
    return number(value, path, PRICE_LIMIT)


def iso_day(text: str, path: str) -> date:
    """`2026-07-09`. Raises UnexpectedAnswer."""
    try:
        if not _ISO_DATE.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise UnexpectedAnswer(f"{path} is not a date like 2026-07-09: {shown(text)}") from None


def printed_number(column: str, cell: str, limit: int) -> Decimal:
    """A number printed in text, with at most six decimals. Raises BadCell."""
    if not _PRINTED_NUMBER.fullmatch(cell):
        raise BadCell(column, cell[:80], "is not a plain number")
    value = Decimal(cell)
    if abs(value) >= limit:
        raise BadCell(column, cell[:80], "is no plausible number")
    return value


def last_digit(value: Decimal) -> Decimal:
    """The unit of the last digit printed: 0.01 for 7.80."""
    return Decimal((0, (1,), int(value.as_tuple().exponent)))


def unzipped(body: bytes, choose: Callable[[list[zipfile.ZipInfo]], zipfile.ZipInfo]) -> bytes:
    """The file of a ZIP that `choose` picks; it answers for its stated size, and the unpacker gives no more than that.

    Raises UnexpectedAnswer if the ZIP can't be unpacked, and what `choose` raises.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            chosen = choose(archive.infolist())
            if chosen.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise UnexpectedAnswer(f"the ZIP is packed by the unusual method {chosen.compress_type}")
            return archive.read(chosen)
    except UnexpectedAnswer:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise UnexpectedAnswer(f"is not a ZIP that can be unpacked: {shown(str(error))}") from None


def decoded(body: bytes, what: str) -> str:
    """UTF-8 text, without a byte order mark. Raises UnexpectedAnswer."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnexpectedAnswer(f"{what} is not UTF-8: {error.reason} at byte {error.start}") from None


def shown(value: Any) -> str:
    """The first characters of a value, for a message."""
    return str(value)[:80] if isinstance(value, str | Decimal) else reprlib.repr(value)[:80]
