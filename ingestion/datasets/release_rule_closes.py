"""The conditions on closes for which release rules wait, in rows that a model can evaluate on landed bars."""

from ingestion.columns import PRICE, Count, Day, Exact, Text
from ingestion.dataset import Dataset, Given, Source
from ingestion.datasets._release_rules import LOCKUPS, landed_rules
from ingestion.files.csv import RawRow
from ingestion.printed_text.release_rules import rule_conditions
from ingestion.printed_text.release_terms import COMPARISONS


def read(given: Given, dataset: Dataset) -> Source:
    """The distinct conditions of the rules of the landed lock-ups."""
    rows: dict[str, RawRow] = {}
    for rule, known_on in landed_rules(given, dataset):
        for closes in rule_conditions(rule):
            cells = {
                "event": str(closes),
                "needed_closes": str(closes.needed),
                "sessions": str(closes.sessions),
                "comparison": closes.comparison,
                "level": format(closes.level, "f"),
                "level_currency": closes.currency or "",
                "anchor": closes.anchor,
                "anchor_rule": str(closes.anchor_term),
                "by_rule": str(closes.by_term or ""),
                "known_on": known_on,
            }
            rows.setdefault(str(closes), RawRow("release rules of the landed lock-ups", len(rows) + 1, cells))
    return Source(list(rows.values()), [])


DATASET = Dataset(
    name="release_rule_closes",
    grain="one condition on closes that a release rule waits for",
    group="lockups",
    columns=(
        Text("event"),
        Count("needed_closes", minimum=1),
        Count("sessions", minimum=1),
        Text("comparison", isin=COMPARISONS),
        Exact("level", dtype=PRICE),
        Text("level_currency", nullable=True, pattern=r"^[A-Z]{3}$"),
        Text("anchor", isin=("from", "ending")),
        Text("anchor_rule"),
        Text("by_rule", nullable=True),
        Day("known_on"),
    ),
    key=("event",),
    has_lineage=False,
    inbox=False,
    read=read,
    reads=LOCKUPS,
    words={
        "event": "condition in canonical form, as the terms of rules name it",
        "needed_closes": "closes that must compare so",
        "sessions": "sessions in a row among which they must be",
        "comparison": "how a close must compare with the level",
        "level": "ratio of the offer price, or a price in `level_currency`",
        "level_currency": "currency of a level that is a price",
        "anchor": "`from`: the sessions begin on or after the anchor's day; `ending`: they are those that end on it",
        "anchor_rule": "the anchor's day: a rule of one term",
        "by_rule": "day after which the condition can't be met any more: a rule of one term",
    },
)
