"""Landing in tests: what one test has parsed, no other test of the process parses again from the same files."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from ingestion.dataset import Dataset, Folders
from ingestion.landing.filed_rows import FILINGS
from ingestion.landing.kept import answer
from ingestion.landing.land import LandingRun, Validated


class SharedRun(LandingRun):
    """A run that lands the datasets `names`, each really parsed; those that they read are taken from another run of this process.

    Only if they have no fault and nothing of what they are made from differs, which is when a landing would be kept. Filings
    are read anew: what was read of each lies in the data folder.
    """

    _parsed_before: ClassVar[dict[tuple[str, str], tuple[Validated, dict[str, str]]]] = {}

    def __init__(self, folders: Folders, *names: str, now: datetime | None = None) -> None:
        super().__init__(folders, now or datetime.now(UTC))
        self.names = names

    def _parsed(self, dataset: Dataset) -> Validated:
        inputs = self._inputs.get(dataset.name)
        if dataset.name in self.names or dataset.name == FILINGS or inputs is None:
            return super()._parsed(dataset)
        key = (dataset.name, inputs)
        if key in self._parsed_before:
            validated, consulted = self._parsed_before[key]
            if not consulted or consulted == {one: answer(self.documents, one) for one in consulted}:
                self._consulted[dataset.name] = consulted
                return validated
        validated = super()._parsed(dataset)
        if not validated.faults and not validated.refused:
            self._parsed_before[key] = (validated, self._consulted[dataset.name])
        return validated
