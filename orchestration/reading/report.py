"""The report: the reconciliation of the current release as one HTML page that people read, print and send on.

What is printed, what follows from it and each verdict are read from the marts as they stand; here is only how they are
counted, grouped and laid out. The page (report.html.j2) needs nothing else: no network, no file beside it.
"""

from __future__ import annotations

import re
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb

from orchestration.reading.connection import connect, records
from orchestration.reading.pages import environment
from orchestration.reading.text import sink
from orchestration.releases.release import WAREHOUSE

#: Each verdict's sign, which tells it where colours don't, and its name in the page's styles.
VERDICTS = {
    "reproduces": {"sign": "✓", "style": "reproduces"},
    "contradicts": {"sign": "✗", "style": "contradicts"},
    "not derivable": {"sign": "?", "style": "not-derivable"},
}

_BY_VERDICT = """
    count(*) as figures,
    count(*) filter (verdict = 'reproduces') as reproduces,
    count(*) filter (verdict = 'contradicts') as contradicts,
    count(*) filter (verdict = 'not derivable') as not_derivable
"""
#: What the page reads, by name.
QUERIES = {
    "release": "select release_id, as_of, created_at from dim_release",
    "documents": """
        select figures.document_id, coalesce(title, figures.document_id) as title, producer, published_on, url
        from (
            select document_id, count(*) filter (role = 'derived') as derived from fct_printed_figure group by document_id
        ) as figures
        left join dim_document using (document_id)
        order by derived desc, published_on desc nulls last, figures.document_id
    """,
    "roles": """
        select count(*) as figures,
            count(*) filter (role = 'input') as inputs,
            count(*) filter (role = 'stated') as stated
        from fct_printed_figure
        where printed_kind <> 'words' or role = 'derived'
    """,
    "totals": f"select basis, {_BY_VERDICT} from fct_reconciliation group by basis",
    "by_table": f"select document_id, table_ref, basis, {_BY_VERDICT} from fct_reconciliation group by all",
    "classes": """
        select contradiction_class, count(*) as figures
        from fct_reconciliation
        where verdict = 'contradicts'
        group by contradiction_class
        order by figures desc, contradiction_class
    """,
    "figures": """
        select figure_id, document_id, layout, table_ref, subject, metric, row_label, column_label, row_number,
            column_number, printed, printed_kind, role, source_file, source_row
        from fct_printed_figure
        order by layout, row_number, row_label, column_number, column_label, source_row, figure_id
    """,
    "verdicts": """
        select figure_id, basis, reconciliation.document_id, reconciliation.table_ref, reconciliation.subject,
            reconciliation.metric, reconciliation.printed, formula, derived, verdict, contradiction_class, smallest_change,
            explanation, remark, missing_inputs
        from fct_reconciliation as reconciliation
        left join fct_printed_figure as figure using (figure_id)
        order by figure.row_number, figure.column_number, figure.source_row, figure_id, basis
    """,
    "inputs": """
        select figure_id, basis, input_figure_id, input, printed, is_missing
        from fct_reconciliation_input
        order by figure_id, basis, input_number
    """,
}


#: In letters; what is longer is a sentence with a figure in it.
_LONGEST_FIGURE = 32


class ReportError(Exception):
    """A report that can't be made or written; the message says why and what to do."""


def write_report(data_dir: Path, output: Path | None = None) -> Path:
    """Writes the report of the current release to `output`, or to report.html of the data folder; returns the path.

    The page appears under its name only once it is whole. Raises NoRelease if there is no release yet, QueryError if its
    file can't be opened, ReportError if it has no reconciliation or the page can't be written.
    """
    target = (output or data_dir / "report.html").absolute()
    page = render(read_reconciliation(data_dir))
    try:
        with sink(target) as stream:
            stream.write(page.encode())
    except OSError as error:
        raise ReportError(f"{target}: the report can't be written: {error.strerror}; name a file with --output") from error
    return target


def read_reconciliation(data_dir: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of the current release that the page shows, as records by column name, under the names of `QUERIES`.

    Raises NoRelease and QueryError as `connect` does, and ReportError if the release has no reconciliation.
    """
    with connect(data_dir, is_small=True) as connection:
        try:
            return {name: records(connection, sql) for name, sql in QUERIES.items()}
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            reason = str(error).splitlines()[0]
            raise ReportError(
                f"{data_dir / WAREHOUSE} is a release without the reconciliation ({reason}): run `freefloat refresh`, "
                "then make the report"
            ) from error
        except duckdb.Error as error:
            raise ReportError(f"{data_dir / WAREHOUSE} can't be read: {error}") from error


def render(found: dict[str, list[dict[str, Any]]], site: bool = False) -> str:
    """The page of what `read_reconciliation` found, as one of the `site` or by itself.

    Raises ReportError for a verdict that it has no sign for.
    """
    documents = {document["document_id"]: document for document in found["documents"]}
    order = {document_id: number for number, document_id in enumerate(documents)}
    verdicts = sorted(found["verdicts"], key=lambda row: _place(order, row))
    inputs = {key: list(rows) for key, rows in groupby(found["inputs"], key=itemgetter("figure_id", "basis"))}
    for row in verdicts:
        if row["verdict"] not in VERDICTS:
            raise ReportError(
                f"fct_reconciliation, figure {row['figure_id']}: the verdict {row['verdict']!r} is none of {', '.join(VERDICTS)}"
            )
        row["inputs"] = inputs.get((row["figure_id"], row["basis"]), [])
        row["number"] = None
    contradictions = [row for row in verdicts if row["verdict"] == "contradicts"]
    for number, row in enumerate(contradictions, 1):
        row["number"] = number
    # the document's own verdict before that of market data
    of_figure = _grouped(sorted(verdicts, key=itemgetter("basis")), itemgetter("figure_id"))
    figures = [
        figure | {"anchor": number, "verdicts": of_figure.get(figure["figure_id"], [])}
        for number, figure in enumerate(sorted(found["figures"], key=lambda row: _place(order, row)), 1)
    ]
    anchors = {figure["figure_id"]: figure["anchor"] for figure in figures}
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            release=found["release"][0],
            documents=documents,
            roles=found["roles"][0],
            totals={row["basis"]: row for row in found["totals"]},
            by_table=_grouped(_by_table(order, found["by_table"]), itemgetter("document_id")),
            anchors=anchors,
            classes=found["classes"],
            contradictions=contradictions,
            missing=_missing(verdicts),
            tables=_grouped(_tables(figure for figure in figures if not _is_statement(figure)), itemgetter("document_id")),
            statements=[figure for figure in figures if _is_statement(figure) and figure["printed_kind"] != "words"],
            market=[row for row in verdicts if row["basis"] == "market data"],
            document_verdicts={row["figure_id"]: row for row in verdicts if row["basis"] == "document"},
            signs=VERDICTS,
            site=site,
        )
    )


def _grouped(rows: Any, key: Any) -> dict[Any, list[dict[str, Any]]]:
    """Rows by key, keys and rows in the order in which they come."""
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _place(order: dict[str, int], row: dict[str, Any]) -> tuple[Any, ...]:
    """Where a row belongs in the page: its document, then its table, table 9 before table 10 and running text last."""
    parts = re.split(r"(\d+)", (row["table_ref"] or "").casefold())
    natural = [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
    return order.get(row["document_id"], len(order)), _is_statement(row), natural


def _is_statement(row: dict[str, Any]) -> bool:
    """Whether a figure stands in a document's running text and not in one of its tables."""
    return row["table_ref"] is None or row["table_ref"] == "text"


def _by_table(order: dict[str, int], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The counts of each document's table, those of both bases in one row."""
    tables = _grouped(sorted(rows, key=lambda row: _place(order, row)), itemgetter("document_id", "table_ref"))
    return [
        {"document_id": document_id, "table_ref": table_ref, "bases": {row["basis"]: row for row in counts}}
        for (document_id, table_ref), counts in tables.items()
    ]


def _missing(verdicts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is missing, each with the figures that can't be derived without it."""
    open_rows = [row for row in verdicts if row["verdict"] == "not derivable"]
    groups = _grouped(open_rows, itemgetter("basis", "missing_inputs", "document_id"))
    return [
        {"basis": basis, "missing_inputs": missing_inputs, "document_id": document_id, "figures": rows}
        for (basis, missing_inputs, document_id), rows in sorted(groups.items(), key=lambda group: group[0][0])
    ]


def _tables(figures: Any) -> list[dict[str, Any]]:
    """Each printed table with its columns and rows; a place in it holds the list of the figures printed there."""
    return [
        {"document_id": document_id, "table_ref": table_ref, "layout": layout or "", **_table(cells)}
        for (document_id, table_ref, layout), cells in _grouped(figures, itemgetter("document_id", "table_ref", "layout")).items()
    ]


def _table(cells: list[dict[str, Any]]) -> dict[str, Any]:
    columns = sorted(_grouped(cells, _column).items(), key=lambda group: _nulls_last(group[0]))
    rows = sorted(_grouped(cells, _row).items(), key=lambda group: _nulls_last(group[0]))
    subjects = {cell["subject"] for cell in cells}
    # the subjects of a table are its columns, or stand before its rows
    before_rows = len(subjects) > 1 and any(len({cell["subject"] for cell in in_column}) > 1 for _, in_column in columns)
    drawn = [
        {
            "label": label,
            "subject": ", ".join(_grouped(in_row, lambda cell: cell["subject"] or "")) if before_rows else "",
            "cells": [[cell for cell in in_row if _column(cell) == column] for column, _ in columns],
        }
        for (_, label), in_row in rows
    ]
    return {
        "subject": min(subjects) if len(subjects) == 1 else None,
        "has_subjects": before_rows,
        "has_two_bases": any(len(cell["verdicts"]) > 1 for cell in cells),
        "figures": [cell for cell in cells if cell["verdicts"]],
        "columns": [{"label": label, "is_words": _is_words(in_column)} for (_, label), in_column in columns],
        "row_groups": [
            {"subject": subject, "rows": list(in_group)} for subject, in_group in groupby(drawn, key=itemgetter("subject"))
        ],
        "row_count": len(drawn),
    }


def _is_words(column: list[dict[str, Any]]) -> bool:
    """Whether a column reads as words, to be wrapped and set from the left: most of it is no figure, or one is a sentence."""
    words = sum(cell["printed_kind"] == "words" for cell in column)
    return 2 * words > len(column) or any(len(cell["printed"] or "") > _LONGEST_FIGURE for cell in column)


def _column(figure: dict[str, Any]) -> tuple[int | None, str]:
    return figure["column_number"], figure["column_label"] or figure["metric"] or "as printed"


def _row(figure: dict[str, Any]) -> tuple[int | None, str]:
    return figure["row_number"], figure["row_label"] or figure["subject"] or "no label"


def _nulls_last(key: tuple[int | None, str]) -> tuple[bool, int, str]:
    return key[0] is None, key[0] or 0, key[1]
