"""ECB reference rates: the history as a ZIP, the last 90 days as XML."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from urllib.parse import urlsplit

from tests.standins.market import Market
from tests.standins.stand_in import RENAMED, TRANSPORT_FAULTS, Reply, StandIn, no_instrument, not_found

ECB_PATH = "/stats/eurofxref/"
ECB_HISTORY, ECB_RECENT = f"{ECB_PATH}eurofxref-hist.zip", f"{ECB_PATH}eurofxref-hist-90d.xml"
ECB_RECENT_DAYS = 90
ECB_HEADER = (
    "Date,USD,JPY,BGN,CYP,CZK,DKK,EEK,GBP,HUF,LTL,LVL,MTL,PLN,ROL,RON,SEK,SIT,SKK,CHF,ISK,NOK,HRK,RUB,TRL,TRY,AUD,BRL,CAD,"
    "CNY,HKD,IDR,ILS,INR,KRW,MXN,MYR,NZD,PHP,SGD,THB,ZAR,"
)
ECB_COLUMNS = ECB_HEADER.split(",")[1:-1]
# Currencies that nobody here converts: still in the file, at one rate.
ECB_OTHERS = {
    "JPY": "175.68",
    "DKK": "7.4735",
    "GBP": "0.8338",
    "CHF": "0.9194",
    "AUD": "1.5904",
    "IDR": "20275.17",
    "KRW": "1491.76",
}


def _answer_ecb(market: Market, target: str, query: dict[str, str], fault: str | None) -> Reply:
    del query
    path = urlsplit(target).path
    hkd = "HKX" if fault == RENAMED else "HKD"
    if path == ECB_HISTORY:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["Date", *(hkd if currency == "HKD" else currency for currency in ECB_COLUMNS), ""])
        for day, rates in reversed(market.rates()):
            values = ECB_OTHERS | {currency: f"{rate.normalize():f}" for currency, rate in rates.items()}
            writer.writerow([day, *(values.get(currency, "N/A") for currency in ECB_COLUMNS), ""])
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("eurofxref-hist.csv", text.getvalue())
        return Reply(200, "application/zip", packed.getvalue())
    if path == ECB_RECENT:
        days = []
        for day, rates in reversed(market.rates()):
            if day <= market.upto - timedelta(days=ECB_RECENT_DAYS):
                break
            values = ECB_OTHERS | {currency: f"{rate.normalize():f}" for currency, rate in rates.items()}
            cubes = "".join(
                f'<Cube currency="{hkd if currency == "HKD" else currency}" rate="{values[currency]}"/>'
                for currency in ECB_COLUMNS
                if currency in values
            )
            days.append(f'<Cube time="{day}">{cubes}</Cube>')
        page = (
            '<?xml version="1.0" encoding="UTF-8"?><gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" '
            'xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><gesmes:subject>Reference rates</gesmes:subject>'
            "<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>"
            f"<Cube>{''.join(days)}</Cube></gesmes:Envelope>"
        )
        return Reply(200, "text/xml", page.encode())
    return not_found()


STAND_IN = StandIn(
    setting="FREEFLOAT_ECB_URL",
    faults=TRANSPORT_FAULTS | {RENAMED},
    instrument=no_instrument,
    answer=_answer_ecb,
)
