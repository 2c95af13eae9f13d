"""The inputs of every landed declaration of a derived figure, one row per input."""

from ingestion.columns import DECIMAL, Count, Day, Exact, Text
from ingestion.dataset import Dataset, Given, Source
from ingestion.files.csv import RawRow
from ingestion.printed_text.figure_references import KINDS, parse_references

_DECLARATION = ("document", "table_ref", "subject", "metric")
_ENDS = ("low", "high", "all_digits_low", "all_digits_high")


def read(given: Given, dataset: Dataset) -> Source:
    """The inputs of the landed declarations."""
    rows: list[RawRow] = []
    for declaration in given.frames["derived_figures"].iter_rows(named=True):
        for number, reference in enumerate(parse_references(declaration["inputs"], declaration["formula"]), 1):
            cells = {name: declaration[name] for name in _DECLARATION} | {
                "operand_number": str(number),
                "kind": reference.kind,
                "words": reference.words,
                "input_document": reference.document or "",
                "input_table_ref": reference.table_ref or "",
                "input_subject": reference.subject or "",
                "input_metric": reference.metric or "",
                **{name: "" if (end := getattr(reference, name)) is None else f"{end:f}" for name in _ENDS},
                "unit": reference.unit or "",
                "currency": reference.currency or "",
                "earliest_on": str(reference.earliest_on or ""),
                "latest_on": str(reference.latest_on or ""),
            }
            rows.append(RawRow("inputs of the landed declarations", len(rows) + 1, cells))
    return Source(rows, [])


DATASET = Dataset(
    name="derived_figure_inputs",
    grain="one input of one declaration of a derived figure",
    group="claims",
    columns=(
        *(Text(name) for name in _DECLARATION),
        Count("operand_number", minimum=1),
        Text("kind", isin=KINDS),
        Text("words"),
        Text("input_document", nullable=True),
        Text("input_table_ref", nullable=True),
        Text("input_subject", nullable=True),
        Text("input_metric", nullable=True),
        *(Exact(name, dtype=DECIMAL, minimum=None, nullable=True) for name in _ENDS),
        Text("unit", nullable=True),
        Text("currency", nullable=True),
        Day("earliest_on", nullable=True),
        Day("latest_on", nullable=True),
    ),
    key=(*_DECLARATION, "operand_number"),
    has_lineage=False,
    inbox=False,
    read=read,
    reads=("derived_figures",),
    words={
        "document": "document of the derived figures",
        "subject": "subject of the derived figures",
        "metric": "metric of the derived figures",
        "table_ref": "table of the derived figures",
        "kind": "`figure` (of a document), `in words`, `number` (exact), `market data` (of daily bars) or `not printed`",
        "low": "lower end of a figure in words or number (empty: unbounded)",
        "high": "upper end of it (empty: unbounded)",
        "all_digits_low": "lower end of a figure in words or number if each printed digit counts (empty: unbounded)",
        "all_digits_high": "upper end of it (empty: unbounded)",
        "unit": "unit of a figure in words",
        "currency": "currency of a figure in words (ISO 4217)",
        "earliest_on": "first day of a date in words, or of those that market data are asked of",
        "latest_on": "last day of it",
    },
)
