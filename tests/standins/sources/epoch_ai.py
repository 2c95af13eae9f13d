"""Epoch AI's tables: CSV, and a ZIP of CSV."""

from __future__ import annotations

import csv
import io
import zipfile
from urllib.parse import urlsplit

from tests.standins import labs
from tests.standins.market import Market
from tests.standins.stand_in import RENAMED, SHORT_PAGE, TRANSPORT_FAULTS, Reply, StandIn, last_part, not_found

EPOCH_PATH = "/data/"
EPOCH_ZIP = "benchmark_data.zip"


def _answer_epoch(market: Market, target: str, query: dict[str, str], fault: str | None) -> Reply:
    path = urlsplit(target).path
    name = last_part(path, query)
    stated = market.labs
    tables = {
        labs.REVENUE: (labs.HEADERS.get(stated.header_version, []), stated.revenue_reports),
        labs.FUNDING: (labs.HEADERS[labs.FUNDING], stated.funding_rounds),
        labs.USAGE: (labs.HEADERS[labs.USAGE], stated.usage_reports),
        EPOCH_ZIP: (labs.HEADERS[labs.INDEX], stated.capability_index),
    }
    if path != EPOCH_PATH + name or name not in tables:
        return not_found()
    text = _epoch_csv(*tables[name], fault)
    if name != EPOCH_ZIP:
        return Reply(200, "text/csv; charset=utf-8", text.encode())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.md", "Made up.")
        archive.writestr("gpqa_diamond.csv", "Model version,mean_score\ngpt-5_high,0.85\n")
        archive.writestr(labs.INDEX, text)
    return Reply(200, "application/zip", packed.getvalue())


def _epoch_csv(header: list[str], records: list[labs.Record], fault: str | None) -> str:
    """RFC 4180 with LF. The header of 2026-01 calls some columns otherwise, and has fewer."""
    older = {"Type": "Annualized revenue type", "Revenue info (non-annualized)": "Other revenue info"}
    is_older = header == labs.HEADERS["v2026-01"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*header[:-1], f"{header[-1]} (new)"] if fault == RENAMED else header)
    for record in records:
        writer.writerow([record.get(older.get(name, name) if is_older else name, "") for name in header])
    printed = text.getvalue()
    # in the middle of the last record
    return printed[: printed.rstrip("\n").rindex("\n") + 5] if fault == SHORT_PAGE else printed


STAND_IN = StandIn(
    setting="FREEFLOAT_EPOCH_URL",
    faults=TRANSPORT_FAULTS | {RENAMED, SHORT_PAGE},
    instrument=last_part,
    answer=_answer_epoch,
)
