"""What the words of a revenue statement's basis mean, and which basis counts first where statements of one day differ.

`is_lower_bound` is true where the words say that the figure was passed: then only its lower end is known.
"""

from ingestion.columns import Count, Flag, Text
from ingestion.dataset import Dataset

DATASET = Dataset(
    name="arr_bases",
    grain="one printed basis of revenue statements",
    folder="reference",
    group="reference",
    columns=(
        Text("printed_basis"),
        Text("basis"),
        Count("preference", minimum=1),
        Flag("is_lower_bound"),
        Flag("is_forecast"),
    ),
    key=("printed_basis",),
    has_lineage=False,
    words={
        "printed_basis": "basis, as the source words it",
        "preference": "order of the basis, 1 counts first",
        "is_lower_bound": "true if the words say that the figure was passed",
        "is_forecast": "true if the figure is expected, not reached",
    },
)
