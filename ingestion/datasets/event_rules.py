"""Before which day an event of an issuer can't happen by the rules of the market: an expectation of an earlier day is impossible.

The first possible day is the `trading_days_after`-th session after the day `months_from_listing` months after the listing,
and not before the rule was in force.
"""

from ingestion.columns import Count, Day, Text
from ingestion.dataset import Dataset
from ingestion.datasets.corporate_events import EVENT_NAME

DATASET = Dataset(
    name="event_rules",
    grain="one rule of one exchange for an event of a kind of issuer",
    folder="reference",
    group="reference",
    columns=(
        Text("event", pattern=EVENT_NAME),
        Text("exchange_mic"),
        Text("applies_to", isin=("weighted voting rights",)),
        Count("months_from_listing", minimum=1, limit=1_000),
        Count("trading_days_after", minimum=1, limit=10_000),
        Day("in_force_from_on"),
        Text("unconfirmed", nullable=True),
        Text("reason"),
    ),
    key=("event", "exchange_mic", "applies_to"),
    inbox=False,
    words={
        "event": "name of the event, as in `corporate_events`",
        "applies_to": "kind of issuer: `weighted voting rights` (it has a class in `share_classes` that carries them)",
        "months_from_listing": "whole months for which the issuer must have been listed",
        "trading_days_after": "sessions after these months; the event can happen on the last of them at the earliest",
        "in_force_from_on": "first day on which the rule let such an event happen",
        "unconfirmed": "what of the rule no text confirms",
        "reason": "the rule in words, and how it is read where it can be read in two ways",
    },
)
