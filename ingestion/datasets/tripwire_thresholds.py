"""How each signal is measured, and from which value on it is tripped.

`measure` names one that the models compute. An empty threshold is the one that a landed fact states.
"""

from ingestion.columns import RATIO, Count, Exact, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="tripwire_thresholds",
    grain="one signal",
    folder="reference",
    group="reference",
    columns=(
        Text("signal"),
        Text("measure"),
        Text("unit"),
        Text("comparison", isin=("more than", "at least", "less than", "at most")),
        Exact("threshold", nullable=True, dtype=RATIO, minimum=None),
        Count("window_days", nullable=True, minimum=1),
        Text("reason"),
    ),
    key=("signal",),
    has_lineage=False,
    inbox=False,
    words={
        "measure": "what is measured",
        "unit": "unit of the measure",
        "comparison": "how a value must compare with the threshold to trip the signal",
        "threshold": "value from which on the signal is tripped; empty: what a landed fact states",
        "window_days": "days that the measure looks back over",
        "reason": "what exactly is measured, and why this threshold",
    },
)
