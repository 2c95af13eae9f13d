"""What is fuzzed: for each parser its seeds (committed cells, captured answers) and what must hold for any bytes.

A target raises whatever it finds wrong. Only the errors that a parser documents may come out of it, what it reads must be
what the next step takes, and none may take a second for an input of this size.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from ingestion.columns import BadCell
from ingestion.dataset import Folders, Given
from ingestion.datasets import documents, filings, prices
from ingestion.files.csv import RefusedFile, read_csv
from ingestion.live.answer import UnexpectedAnswer
from ingestion.live.bodies import json_body
from ingestion.live.http import Answer, SourceFailed
from ingestion.live.response import AttemptFailed, gunzipped
from ingestion.printed_text.dates import FIRST_YEAR, LAST_YEAR, NotADate, find_dates, parse_date
from ingestion.printed_text.figure_references import FORMULAS, NotAReference, parse_references
from ingestion.printed_text.figures import find_figures, parse_figure, split_alternatives, split_change
from ingestion.printed_text.release_rules import NotARule, canonical_rule, rule_parts, rule_terms
from ingestion.printed_text.units import NotAFigure
from ingestion.sources import ecb, epoch_ai
from tests.ingestion.sources.test_mutated_answers import FEEDS, STATEMENTS, assert_can_land
from tests.ingestion.sources.test_mutated_answers import printed as printed_table

DATA = Path(__file__).parents[2] / "data"
CAPTURES = Path(__file__).parents[1] / "ingestion" / "sources" / "captures"
#: No input is longer, and none of this size may take longer (seconds of this process).
MAX_BYTES, MAX_SECONDS = 8192, 1.0
#: What a client takes of an answer before it gives up.
_MAX_UNPACKED = 16 * 1024 * 1024


class TooSlow(AssertionError):
    """An input that took more than MAX_SECONDS."""


@dataclass(frozen=True)
class Target:
    """One parser: inputs that it is known to get, and `run`, which raises if an input shows a fault."""

    name: str
    seeds: Callable[[], list[bytes]]
    run: Callable[[bytes], None]

    def check(self, data: bytes) -> None:
        """Runs one input. Raises TooSlow, or whatever the parser should not have raised."""
        started = time.process_time()
        self.run(data)
        seconds = time.process_time() - started
        if seconds > MAX_SECONDS:
            raise TooSlow(f"{len(data)} bytes took {seconds:.1f} s")


@cache
def _cells() -> tuple[tuple[str, str], ...]:
    """(column, cell) of everything that is transcribed, each once."""
    found: dict[tuple[str, str], None] = {}
    for folder in ("transcribed", "templates"):
        for path in sorted((DATA / folder).glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    found |= {(column, cell): None for column, cell in row.items() if cell}
    return tuple(found)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


# Printed figures: the first line is the figure, the rest its heading.


def _figure_seeds() -> list[bytes]:
    headings = ("", "Market cap (HKD bn)", "Shares (mn)", "%", "float (% of total)", "in US$")
    printed = [cell for _, cell in _cells()]
    return [f"{cell}\n{headings[number % len(headings)]}".encode() for number, cell in enumerate(printed)]


def _check_figure(figure: Any) -> None:
    ends = [end for end in (figure.low, figure.value, figure.high) if end is not None]
    assert ends, figure
    assert all(isinstance(end, Decimal) and end.is_finite() for end in ends), figure
    assert ends == sorted(ends), figure
    assert (figure.value is None) == (figure.bound == "range"), figure
    assert (figure.low is None) == (figure.bound == "at most"), figure
    assert (figure.high is None) == (figure.bound == "at least"), figure
    assert (figure.currency is not None) == (figure.unit == "money"), figure


def _run_figure(data: bytes) -> None:
    printed, _, context = _text(data).partition("\n")
    try:
        _check_figure(parse_figure(printed, context=context))
    except NotAFigure as error:
        assert error.reason
    text = _text(data)
    for found in find_figures(text):
        _check_figure(found.figure)
    for part in split_alternatives(text):
        assert part and part in text
    change = split_change(text)
    assert change is None or all(change)


# Printed dates.


def _run_date(data: bytes) -> None:
    text = _text(data)
    try:
        intervals = [parse_date(text)]
    except NotADate as error:
        assert error.reason
        intervals = []
    intervals += [found.date for found in find_dates(text)]
    for interval in intervals:
        assert interval.earliest_on <= interval.latest_on, interval
        assert FIRST_YEAR <= interval.earliest_on.year <= interval.latest_on.year <= LAST_YEAR, interval


# Release rules.


def _rule_seeds() -> list[bytes]:
    columns = ("release_rule", "expiry", "last_day_locked", "rule")
    written = [cell for column, cell in _cells() if column in columns]
    written += [
        "earlier_of(later_of(2026-10-08, months_from_listing(6)), trading_day_from(20, stock_connect_eligibility))",
        "later of (1) 6 months from listing, and (2) the earlier of 2026-10-08 and the 20th trading day after stock_connect_day",
        "18 months from listing if issue_price_broken, else 12 months from listing",
        "20% at 2026-08-06, 1,500,000 shares at listing, above 30% of total until 2026-12-08, the rest at 180 days from listing",
        "free on the 2nd trading day after closes(10 of 15, above 133%, from 2020-12-15, by months_from_listing(6))",
        "if_happens(closes(1 of 1, at_most 12.5 USD, ending listing), months_from(6, an_event), trading_day_before(5, an_event))",
        "later_of(earlier_of(2026-01-01,2026-01-02),earlier_of(2026-01-03,2026-01-04),calendar_day_after(3,an_event))",
    ]
    return [cell.encode() for cell in written]


def _run_rule(data: bytes) -> None:
    try:
        canonical = canonical_rule(_text(data))
    except NotARule as error:
        assert error.reason
        return
    assert canonical_rule(canonical) == canonical
    parts = rule_parts(canonical)
    assert parts == rule_parts(_text(data))
    for clause, number, term in (row for part in parts for row in rule_terms(part.rule)):
        assert clause >= 1 and number >= 1
        assert (term.fixed_on is not None) == (term.kind == "fixed")
        assert term.kind in ("fixed", "at_listing", "if_happened", "if_not_happened") or 1 <= (term.ordinal or 0) <= 999


# References to figures: the first line is a formula.


def _reference_seeds() -> list[bytes]:
    with (DATA / "reference" / "derived_figures.csv").open(encoding="utf-8", newline="") as file:
        return [f"{row['formula']}\n{row['inputs']}".encode() for row in csv.DictReader(file)]


def _run_reference(data: bytes) -> None:
    formula, _, inputs = _text(data).partition("\n")
    if formula in FORMULAS:
        try:
            assert parse_references(inputs, formula)
        except NotAReference as error:
            assert error.reason


# Files: written where the parser reads them.


@cache
def _temporary() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="freefloat-fuzz-")
    (Path(folder.name) / "documents").mkdir()
    return folder


def _folder() -> Path:
    return Path(_temporary().name)


def _table_seeds() -> list[bytes]:
    heads = [b"".join(path.read_bytes().splitlines(keepends=True)[:6]) for path in sorted((DATA / "templates").glob("*.csv"))]
    return heads + [b'\xef\xbb\xbfticker,name\r\n1.HK,"a\nb"\r\n2.HK\r\n']


def _run_table(data: bytes) -> None:
    path = _folder() / "table.csv"
    path.write_bytes(data)
    header = data.decode("utf-8-sig", "replace").partition("\n")[0].strip().split(",")
    try:
        rows = read_csv(path, "table.csv", header[:1], (), open_ended=True)
    except RefusedFile as error:
        assert error.reason
        return
    assert [row.number for row in rows] == sorted({row.number for row in rows})
    assert all(row.fault or row.cells.keys() == rows[0].cells.keys() for row in rows if not rows[0].fault)


_TUSHARE = b"ts_code,trade_date,open,high,low,close,vol,amount\n00100.HK,20260803,10,10.5,9.5,10.2,100,1010.5\n"
_YFINANCE = (
    b"Price,Adj Close,Close,High,Low,Open,Volume,Stock Splits\nTicker,1024.HK,1024.HK,1024.HK,1024.HK,1024.HK,1024.HK,1024.HK\n"
    b"Date,,,,,,,\n2026-08-03,10,301.79998779296875,11,9.5,10,1490,0.0\n2026-08-04,10,10.2,11,9.5,10,1490,1.49\n"
)
_HISTORY = b"Date,Open,High,Low,Close,Volume,Dividends,Stock Splits\n2026-08-03 00:00:00+08:00,10,11,9.5,10.2,1490,0.0,0.0\n"
_HIST = "日期,股票代码,开盘,收盘,最高,最低,成交量,成交额\n2026-08-03,688256,10,10.2,11,9.5,100,101050.0\n".encode()


def _price_seeds() -> list[bytes]:
    return [(DATA / "templates" / "prices.csv").read_bytes(), _TUSHARE, _YFINANCE, _HISTORY, _HIST]


def _run_prices(data: bytes) -> None:
    path = _folder() / "2513.HK.csv"
    path.write_bytes(data)
    try:
        rows = prices.read_file(prices.DATASET, path, path.name)
    except RefusedFile as error:
        assert error.reason
        return
    for row in rows:
        if row.fault is None:
            _parse_cells(prices.DATASET.columns, row.cells)


def _parse_cells(columns: Any, cells: dict[str, str]) -> None:
    for column in columns:
        try:
            column.values(cells)
        except BadCell as error:
            assert error.reason


def _document_seeds() -> list[bytes]:
    """The committed documents, and three that blow up in a parser that makes objects of all that YAML knows."""
    seeds = [path.read_bytes().replace(path.stem.encode(), b"x") for path in sorted((DATA / "documents").glob("*.yml"))]
    head = b"document_id: x\nproducer: p\ndocument_type: t\nlicence: l\nrank: 1\ntitle: "
    tens = b"&a [x,x,x,x,x,x,x,x,x,x]"
    for name, before in zip(b"bcdefghi", b"abcdefgh", strict=True):
        tens += b",&%c [%s]" % (name, b",".join([b"*%c" % before] * 10))
    return [*seeds, head + b"[" + tens + b"]\n", head + b"0x" + b"f" * 5000 + b"\n", head + b"[" * 8000]


def _run_document(data: bytes) -> None:
    (_folder() / "documents" / "x.yml").write_bytes(data)
    none = {"filings": pl.DataFrame(schema=filings.DATASET.polars_schema)}
    source = documents.read(Given(Folders(committed=_folder(), data=_folder()), datetime.now(UTC), none), documents.DATASET)
    assert len(source.rows) + len(source.refused) == 1
    for row in source.rows:
        assert all(len(cell) <= 10 * len(data) for cell in row.cells.values())
        _parse_cells(documents.DATASET.columns, row.cells)


# Answers over HTTP.


def _answer(body: bytes) -> Answer:
    return Answer(url="http://source/path", body=body, content_type="", retrieved_at=datetime(2026, 11, 20, tzinfo=UTC))


def _json(body: Any) -> bytes:
    return json.dumps(body, default=float, ensure_ascii=False).encode()


def _body_seeds() -> list[bytes]:
    bodies = [_json(body) for body, _ in FEEDS.values()] + [b"<!doctype html><title>Sorry</title>", b'{"a":1E+5,"b":[-0.0]}']
    return [b"\x00" + body for body in bodies] + [b"\x09" + gzip.compress(body) for body in bodies]


def _run_body(data: bytes) -> None:
    """The first byte says in parts of what size the body comes, and if it is zero that it is not packed."""
    size, body = data[0] if data else 0, data[1:]
    if size:
        unpacked = bytearray()
        try:
            for part in gunzipped(body[start : start + 8 * size] for start in range(0, len(body), 8 * size)):
                assert len(part) <= 64 * 1024
                unpacked += part
                if len(unpacked) > _MAX_UNPACKED:
                    return
        except AttemptFailed as error:
            assert error.words
            return
        body = bytes(unpacked)
    try:
        parsed = json_body(_answer(body), "feed_yahoo_chart")
    except SourceFailed as error:
        assert error.reason and len(error.reason) < 1200 and "\n" not in error.reason
        return
    _check_json(parsed)


def _check_json(value: Any) -> None:
    """Whatever is read is a value that can be written, and no number that is none."""
    if isinstance(value, dict):
        for name, each in value.items():
            name.encode()
            _check_json(each)
    elif isinstance(value, list):
        for each in value:
            _check_json(each)
    elif isinstance(value, str):
        value.encode()
    elif isinstance(value, Decimal):
        assert value.is_finite()
    else:
        assert value is None or isinstance(value, bool | int)


def _feed_target(name: str, body: Any, parse: Callable[[Any], Any]) -> Target:
    def seeds() -> list[bytes]:
        captured = [path.read_bytes() for path in sorted(CAPTURES.glob("*.json")) if path.name.startswith(name)]
        return [_json(body), *captured]

    def run(data: bytes) -> None:
        try:
            assert_can_land(parse(json_body(_answer(data), "feed_yahoo_chart")))
        except SourceFailed:
            return  # its own target looks at these
        except UnexpectedAnswer as error:
            assert len(error.reason) < 1200

    return Target(f"feed {name}", seeds, run)


def _bytes_target(name: str, seeds: Callable[[], list[bytes]], parse: Callable[[bytes], Any]) -> Target:
    def run(data: bytes) -> None:
        try:
            assert_can_land(parse(data))
        except UnexpectedAnswer as error:
            assert len(error.reason) < 1200

    return Target(f"feed {name}", seeds, run)


def _epoch_seeds() -> list[bytes]:
    heads = [printed_table([list(header), [""] * len(header)]) for t in epoch_ai.TABLES.values() for header in t.headers.values()]
    return [bytes([0]) + printed_table(STATEMENTS), *(bytes([number % 8]) + head for number, head in enumerate(heads))]


def _parse_epoch(data: bytes) -> Any:
    """The first byte picks the table."""
    tables = list(epoch_ai.TABLES.values())
    found = epoch_ai.parse(data[1:], tables[(data[0] if data else 0) % len(tables)])
    return [*found.rows, *found.unreadable]


_RATES_CSV = "Date,USD,HKD,CNY,\n2026-11-20,1.15,8.96,8.2,\n2026-11-19,1.16,N/A,8.21,\n"


def _ecb_zip_seeds() -> list[bytes]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("eurofxref-hist.csv", _RATES_CSV)
    return [packed.getvalue()]


def _ecb_xml_seeds() -> list[bytes]:
    rates = "".join(
        f"<Cube currency='{name}' rate='{rate}'/>" for name, rate in (("USD", "1.15"), ("HKD", "8.96"), ("CNY", "8.2"))
    )
    start = (
        "<gesmes:Envelope xmlns:gesmes='http://www.gesmes.org/xml/2002-08-01' xmlns='http://www.ecb.int/vocabulary/2002-08-01/'>"
    )
    return [f"<?xml version='1.0'?>{start}<Cube><Cube time='2026-11-20'>{rates}</Cube></Cube></gesmes:Envelope>".encode()]


def _targets() -> Iterator[Target]:
    yield Target("printed figures", _figure_seeds, _run_figure)
    yield Target("printed dates", lambda: [cell.encode() for _, cell in _cells()], _run_date)
    yield Target("release rules", _rule_seeds, _run_rule)
    yield Target("figure references", _reference_seeds, _run_reference)
    yield Target("csv files", _table_seeds, _run_table)
    yield Target("price files", _price_seeds, _run_prices)
    yield Target("documents", _document_seeds, _run_document)
    yield Target("http bodies", _body_seeds, _run_body)
    for name, (body, parse) in FEEDS.items():
        if name != "statements":  # a table, not JSON
            yield _feed_target(name, body, parse)
    yield _bytes_target("epoch", _epoch_seeds, _parse_epoch)
    yield _bytes_target("ecb csv", lambda: [_RATES_CSV.encode()], lambda data: ecb.parse_csv(_text(data)))
    yield _bytes_target("ecb zip", _ecb_zip_seeds, ecb.parse_zip)
    yield _bytes_target("ecb xml", _ecb_xml_seeds, ecb.parse_xml)


TARGETS: dict[str, Target] = {target.name: target for target in _targets()}
