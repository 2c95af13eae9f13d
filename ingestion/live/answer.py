"""What the answers of several live sources have in common: odd answers, typed fields, and the rows that sources give.

JSON is parsed by the caller with `parse_float=Decimal`, so that numbers are exactly what was printed.
"""

from __future__ import annotations

import io
import re
import reprlib
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeVar

from ingestion.columns import BadCell

Kind = TypeVar("Kind")

#: The unit of a price's last digit, by the currency in which an exchange quotes.
PRICE_PRECISION = {"HKD": Decimal("0.001"), "CNY": Decimal("0.01")}

#: No price, rate or ratio, and no count of shares or sum of money, comes near these.
PRICE_LIMIT, AMOUNT_LIMIT = 10**9, 10**15

_PRINTED_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?", re.ASCII)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_PLACES = {"open": 1, "close": 2, "high": 3, "low": 4}  # in a row of East Money and of Tencent
_KIND_WORDS = {dict: "an object", list: "a list", str: "a text", int: "a whole number", bool: "true or false"}


class OddAnswer(ValueError):
    """An answer that is not what the source gives when it works; `reason` says in words what is odd about it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoBars(OddAnswer):
    """An answer of the right form without a single bar: believed only where earlier pages had some."""


@dataclass(frozen=True)
class Bar:
    """One daily bar, prices and volume as traded on the day: neither splits nor dividends are in them.

    `price_precision` and the others are the unit of the last digit that the source gives.
    """

    trading_date: date
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    price_precision: Decimal
    volume_shares: int | None
    volume_precision_shares: int | None
    turnover: Decimal | None
    turnover_precision: Decimal | None


@dataclass(frozen=True)
class CorporateAction:
    """A split (`new_shares` for `old_shares`) or a cash dividend (as declared on the day) and its ex date."""

    ex_on: date
    action: Literal["split", "dividend"]
    new_shares: Decimal | None = None
    old_shares: Decimal | None = None
    dividend_per_share: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True)
class BadBar:
    """One bar that can't be read, while the others of its answer can."""

    trading_date: date | None
    column: str | None
    value: str | None
    reason: str


@dataclass(frozen=True)
class Kline:
    """The bars of an answer, in order. Of days before `adjusted_before` the answer had only adjusted bars: left out."""

    bars: list[Bar]
    bad_bars: list[BadBar]
    adjusted_before: date | None = None


def field(parent: Any, path: str, kind: type[Kind]) -> Kind:
    """The field at `path`, whose last part is its name in `parent`. Raises OddAnswer if it is missing or no `kind`."""
    place, _, name = path.rpartition(".")
    parent = typed(parent, place or "the answer", dict)
    if name not in parent:
        raise OddAnswer(f"{path} is missing; what is there: {shown(', '.join(map(str, parent)))}")
    return typed(parent[name], path, kind)


def typed(value: Any, path: str, kind: type[Kind]) -> Kind:
    """The value found at `path`. Raises OddAnswer if it is no `kind`; true and false are no numbers."""
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        raise OddAnswer(f"{path} is not {_KIND_WORDS.get(kind, kind.__name__)}: {shown(value)}")
    return value


def number(value: Any, path: str, limit: int = AMOUNT_LIMIT) -> Decimal:
    """A JSON number, exactly as printed. Raises OddAnswer for anything else, and for what no figure of a market can be."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise OddAnswer(f"{path} is not a number: {shown(value)}")
    # 0E+999999999 is small too, and takes all memory when it is written out
    exact = Decimal(value)
    if abs(exact) >= limit or abs(exact.adjusted()) > 40:
        raise OddAnswer(f"{path} is no plausible number: {shown(value)}")
    return exact


def price(value: Any, path: str) -> Decimal:
    """A JSON number that is a price. Raises OddAnswer."""
    return number(value, path, PRICE_LIMIT)


def price_precision(currency: str) -> Decimal:
    """The unit of a price's last digit. Raises OddAnswer for a currency in which no known exchange quotes."""
    if currency not in PRICE_PRECISION:
        raise OddAnswer(f"prices in {shown(currency)}: to how many decimals is not known, add it to PRICE_PRECISION")
    return PRICE_PRECISION[currency]


def iso_day(text: str, path: str) -> date:
    """`2026-07-09`. Raises OddAnswer."""
    try:
        if not _ISO_DATE.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise OddAnswer(f"{path} is not a date like 2026-07-09: {shown(text)}") from None


def printed_bar(day: date, cells: Sequence[str], precision: Decimal, *, lot_shares: int) -> Bar:
    """The bar of a row `date, open, CLOSE, high, low, volume in lots, ...`, without its turnover. Raises BadCell."""
    prices = {name: printed_number(name, cells[place], PRICE_LIMIT) for name, place in _PLACES.items()}
    lots = printed_number("volume_shares", cells[5], AMOUNT_LIMIT)
    if lots != int(lots):
        raise BadCell("volume_shares", cells[5][:80], "is not a whole number")
    return Bar(
        trading_date=day,
        **prices,
        price_precision=precision,
        volume_shares=int(lots) * lot_shares,
        volume_precision_shares=lot_shares,
        turnover=None,
        turnover_precision=None,
    )


def printed_amount(cell: str, bar: Bar, unit: int = 1) -> Decimal | None:
    """The amount of money in a bar's row, as printed in units of `unit`.

    None if there is none: nothing, `-`, or zero on a day with trades. Raises BadCell.
    """
    if cell in ("", "-"):
        return None
    amount = printed_number("turnover", cell, AMOUNT_LIMIT // unit)
    return None if amount == 0 and bar.volume_shares else amount


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


def one_a_day(bars: Iterable[Bar]) -> tuple[list[Bar], list[BadBar]]:
    """The bars in order of days. A bar given again is one; different bars of one day are all bad, as none can be chosen."""
    versions: dict[date, dict[Bar, None]] = {}
    for bar in bars:
        versions.setdefault(bar.trading_date, {})[bar] = None
    good: list[Bar] = []
    bad: list[BadBar] = []
    for day, of_day in sorted(versions.items()):
        if len(of_day) == 1:
            good += of_day
            continue
        column = next(each.name for each in fields(Bar) if len({getattr(bar, each.name) for bar in of_day}) > 1)
        bad += [BadBar(day, column, str(getattr(bar, column)), "is given twice with different values") for bar in of_day]
    return good, bad


def unzipped(body: bytes, choose: Callable[[list[zipfile.ZipInfo]], zipfile.ZipInfo]) -> bytes:
    """The file of a ZIP that `choose` picks; it answers for its stated size, and the unpacker gives no more than that.

    Raises OddAnswer if the ZIP can't be unpacked, and what `choose` raises.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            chosen = choose(archive.infolist())
            if chosen.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise OddAnswer(f"the ZIP is packed by the unusual method {chosen.compress_type}")
            return archive.read(chosen)
    except OddAnswer:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise OddAnswer(f"is not a ZIP that can be unpacked: {shown(str(error))}") from None


def decoded(body: bytes, what: str) -> str:
    """UTF-8 text, without a byte order mark. Raises OddAnswer."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise OddAnswer(f"{what} is not UTF-8: {error.reason} at byte {error.start}") from None


def shown(value: Any) -> str:
    """The first characters of a value, for a message."""
    return str(value)[:80] if isinstance(value, str | Decimal) else reprlib.repr(value)[:80]
