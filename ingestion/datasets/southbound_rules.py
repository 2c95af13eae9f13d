"""What makes a security eligible for southbound Stock Connect: by which route, and by which tests of it."""

from ingestion.columns import MONEY, Count, Day, Exact, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="southbound_rules",
    grain="one test of one route",
    folder="reference",
    group="reference",
    columns=(
        Text("route", isin=("weighted voting rights", "A+H", "index member")),
        Text("test"),
        Exact("threshold_hkd", nullable=True, dtype=MONEY),
        Count("window_days", nullable=True, minimum=1),
        Day("in_force_from_on"),
        Text("unconfirmed", nullable=True),
        Text("reason"),
    ),
    key=("route", "test", "in_force_from_on"),
    inbox=False,
    words={
        "route": "how an issuer becomes eligible: with weighted voting rights, with A shares, or as a member of the index",
        "test": "what is asked for",
        "threshold_hkd": "what it must at least be, HKD",
        "window_days": "calendar days that are looked at",
        "in_force_from_on": "first day of the rule",
        "unconfirmed": "what of the rule no text confirms",
        "reason": "the test in words, and how it is read",
    },
)
