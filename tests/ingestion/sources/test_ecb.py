"""The ECB's rates: the history's table, the recent XML, the package's own file, and files that must not be unpacked."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from ingestion.live.answer import UnexpectedAnswer
from ingestion.sources.ecb import Rate, package_rates, parse_csv, parse_xml, parse_zip

CSV = """Date,USD,JPY,CNY,HKD,
2026-10-30,1.1172,175.68,7.4326,8.7652,
2020-01-02,1.1193,121.75,N/A,8.7203,
1999-01-04,1.1789,133.73,N/A,9.1332,
"""
XML = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject><gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
<Cube><Cube time="2026-11-23"><Cube currency="USD" rate="1.12"/><Cube currency="JPY" rate="175.1"/>
<Cube currency="CNY" rate="7.45"/><Cube currency="HKD" rate="8.77"/></Cube>
<Cube time="2026-11-20"><Cube currency="USD" rate="1.11"/></Cube></Cube></gesmes:Envelope>"""
RATES = [
    Rate("USD", date(2026, 10, 30), Decimal("1.1172")),
    Rate("HKD", date(2026, 10, 30), Decimal("8.7652")),
    Rate("CNY", date(2026, 10, 30), Decimal("7.4326")),
    Rate("USD", date(2020, 1, 2), Decimal("1.1193")),
    Rate("HKD", date(2020, 1, 2), Decimal("8.7203")),
]


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def test_the_table_has_a_rate_a_day_and_currency_but_for_those_not_available_and_those_before_the_calendars() -> None:
    assert parse_csv(CSV) == RATES


def test_the_history_is_a_zip_of_that_table() -> None:
    assert parse_zip(zipped(("eurofxref-hist.csv", CSV.encode()))) == RATES


def test_the_recent_rates_are_xml() -> None:
    assert parse_xml(XML.encode()) == [
        Rate("USD", date(2026, 11, 23), Decimal("1.12")),
        Rate("CNY", date(2026, 11, 23), Decimal("7.45")),
        Rate("HKD", date(2026, 11, 23), Decimal("8.77")),
        Rate("USD", date(2026, 11, 20), Decimal("1.11")),
    ]


def test_the_package_carries_the_rates_since_the_calendars_begin() -> None:
    rates = package_rates()
    # the ECB's first fixing of 2020
    assert min(rates, key=lambda rate: rate.rate_on) == Rate("USD", date(2020, 1, 2), Decimal("1.1193"))
    assert {rate.currency for rate in rates} == {"USD", "HKD", "CNY"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "does not begin with the column Date"),
        ("<html>", "does not begin with the column Date: <html>"),
        (CSV.replace("HKD", "HK$"), "has 0 columns HKD, not one"),
        (CSV.replace("JPY", "USD"), "has 2 columns USD, not one"),
        (CSV.removesuffix("\n").removesuffix(","), "line 4 has 5 columns, not 6"),
        (CSV.replace("8.7652", "8,7652"), "line 2 has 7 columns"),
        (CSV.replace("8.7652", ""), "the rate of HKD on 2026-10-30 is not a plain number"),
        (CSV.replace("8.7652", "0"), "the rate of HKD on 2026-10-30 is not above zero"),
        (CSV.replace("2026-10-30", "30 October 2026"), "line 2 is not a date"),
        (CSV.splitlines()[0], "has no rates"),
        (CSV.replace("2026-", "2016-").replace("2020-", "2010-"), "has no rates"),
        (CSV + '"', "the CSV can't be read"),
    ],
)
def test_an_odd_table_is_refused(text: str, words: str) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        parse_csv(text)
    assert words in caught.value.reason


def understated(size: int) -> bytes:
    """A ZIP whose CSV says that it unpacks to 10 bytes, and would to `size`."""
    body = zipped(("a.csv", b"0" * size))
    return body.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "is not a ZIP"),
        (b"<html>", "is not a ZIP"),
        (zipped(("a.csv", CSV.encode()))[:-30], "is not a ZIP"),
        (zipped(("a.csv", CSV.encode())).replace(b"\x03\x04", b"\x03\x05"), "is not a ZIP"),
        (zipped(("a.csv", CSV.encode()), ("b.csv", b"")), "holds not one CSV but a.csv, b.csv"),
        (zipped(("a.exe", b"")), "holds not one CSV but a.exe"),
        (lambda: zipped(("a.csv", b"0" * 30_000_001)), "has 30,000,001 bytes, more than 30,000,000"),
        (lambda: understated(40_000_000), "can be unpacked"),
        (zipped(("a.csv", CSV.encode()), method=zipfile.ZIP_LZMA), "unusual method 14"),
        (zipped(("a.csv", b"Date,\xff")), "is not UTF-8: invalid start byte at byte 5"),
    ],
)
def test_an_odd_zip_is_refused_before_it_is_unpacked(body: bytes | Callable[[], bytes], words: str) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        # what takes long to pack is packed by who runs the test, not by all who collect it
        parse_zip(body if isinstance(body, bytes) else body())
    assert words in caught.value.reason


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (XML.replace("?>\n", f"?>{DOCTYPE}", 1).encode(), "declares a document type"),
        (XML.replace("?>\n", f"?>{DOCTYPE}", 1).replace("UTF-8", "UTF-16").encode("utf-16"), "is not UTF-8"),
        (XML[:-20].encode(), "is not XML that can be read"),
        (b"", "is not XML that can be read"),
        (b"<html/>", "has no rates"),
        (XML.replace('currency="HKD"', 'currency="HK$"').encode(), "has no rates of HKD"),
        (XML.replace('"8.77"', '"8.77 HKD"').encode(), "the rate of HKD on 2026-11-23 is not a plain number: 8.77 HKD"),
        (XML.replace("2026-11-23", "23/11/2026").encode(), "Cube time is not a date"),
    ],
)
def test_odd_xml_is_refused(body: bytes, words: str) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        parse_xml(body)
    assert words in caught.value.reason
