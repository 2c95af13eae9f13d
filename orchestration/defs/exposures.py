"""What people see of the marts, as dbt's exposures: each page and dashboard with the marts that its queries name.

With them the lineage of a figure ends at the page or dashboard that shows it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orchestration.bi.superset.bundle import design, marts_of
from orchestration.reading import calendar, report
from orchestration.reading.site import company, figures, market, valuation
from orchestration.reading.site.chart import Chart, queries
from orchestration.reading.site.write import PAGE_QUERIES

_MART = re.compile(r"\b(?:dim|fct|mart)_\w+")
_HEAD = """\
# Written by `make generated` from the queries of pages and dashboards: change those.
version: 2

exposures:
"""


@dataclass(frozen=True)
class Exposure:
    """What people open: its name, what it is called, what it shows, and the marts that it queries, by name."""

    name: str
    label: str
    description: str
    marts: list[str]


def exposures() -> Iterator[Exposure]:
    """The pages of `freefloat site`, the calendar, and the dashboards."""
    sections = {
        "market": (market.SECTIONS, "Page index.html: the supply of all issuers, the next expiries."),
        "company": (company.sections("ticker"), "Pages company/<ticker>.html: float, lock-ups, prices, capital of an issuer."),
        "figures": (figures.SECTIONS, "Page figures.html: the note's eleven figures."),
        "valuation": (valuation.SECTIONS, "Page valuation.html: scarcity, ARR priced in, token prices, tripwires."),
    }
    for name, (shown, description) in sections.items():
        charts = [chart for _, charts in shown for chart in charts]
        yield Exposure(f"page_{name}", f"Page: {name}", description, _marts([*PAGE_QUERIES, *_queries(charts)]))
    printed = "Page report.html: printed figures, recomputed."
    yield Exposure("page_report", "Page: report", printed, _marts(report.QUERIES.values()))
    yield Exposure(
        "calendar", "Calendar", "The catalysts for calendar programs (`freefloat calendar`).", _marts([calendar.CATALYSTS])
    )
    for name, dashboard in design()["dashboards"].items():
        label = f"Superset: {dashboard['title']}"
        yield Exposure(f"superset_{name}", label, " ".join(dashboard["reads"].split()), marts_of(name))


def _queries(charts: Iterable[Chart]) -> list[str]:
    return [query for chart in charts for query in queries(chart)]


def _marts(sqls: Iterable[str]) -> list[str]:
    return sorted({mart for sql in sqls for mart in _MART.findall(sql)})


def exposures_yaml() -> str:
    """The text of exposures.yml. Words are written as JSON, which YAML reads too."""
    lines = []
    for exposure in exposures():
        lines += [
            f"  - name: {exposure.name}",
            f"    label: {json.dumps(exposure.label, ensure_ascii=False)}",
            "    type: dashboard",
            "    owner: {name: freefloat}",
            f"    description: {json.dumps(exposure.description, ensure_ascii=False)}",
            "    depends_on:",
            *(f"      - ref('{mart}')" for mart in exposure.marts),
        ]
    return _HEAD + "\n".join(lines) + "\n"
