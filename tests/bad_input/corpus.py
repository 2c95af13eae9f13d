"""The corpus as data, and a data folder in which a case of it is landed beside good files of the same dataset."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import polars as pl

from ingestion.dataset import Dataset, Folders, all_datasets
from ingestion.landing.land import Landing, LandingRun, Validated, land_dataset
from tests.conftest import PROJECT, land_now

HERE = Path(__file__).parent
TEMPLATES = PROJECT / "data" / "templates"
#: Datasets of the inbox, documents first: they are landed before all others.
DATASETS = {name: d for name, d in sorted(all_datasets().items(), key=lambda item: item[0] != "documents") if not d.feed}


@dataclass(frozen=True)
class Case:
    """One line of `corpus.csv`: what is wrong, in which file, what becomes of it, and what the message must say.

    `kind` is `inbox file`, `document` or `feed answer`; `of` the dataset or source. `outcome` is `refused` (the file, or
    the answer) or `quarantined` (the row); `place` is `file`, `line 3`, `row 3` or `row 3, column shares`.
    """

    name: str
    kind: str
    of: str
    path: Path
    outcome: str
    place: str
    words: tuple[str, ...]

    @property
    def label(self) -> str:
        """How messages call the file."""
        return f"inbox/{self.of}/{self.path.name}"


def read_corpus() -> list[Case]:
    """Every case, in the order of the file."""
    with (HERE / "corpus.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [
        Case(name, kind, of, HERE / path, outcome, place, tuple(words.split("; ")))
        for name, kind, of, path, outcome, place, words in rows
    ]


def put_good_files(folders: Folders, names: list[str]) -> None:
    """A good file of each of the datasets that have a template, and the document that the templates name."""
    for name in names:
        template = TEMPLATES / f"{name}.csv"
        if template.exists():
            (folders.inbox / name).mkdir(parents=True, exist_ok=True)
            shutil.copy(template, folders.inbox / name / "good.csv")
    shutil.copytree(TEMPLATES / "documents", folders.inbox / "documents", dirs_exist_ok=True)


class RoomRun(LandingRun):
    """A landing of one dataset in a room: what the room has files of is read there, the rest is as in the good data folder."""

    def __init__(self, of: str, folders: Folders, good: LandingRun) -> None:
        super().__init__(folders, good.now)
        self.of = of
        self.good = good

    def validated(self, dataset: Dataset) -> Validated:
        if dataset.name == "documents" != self.of:
            return self._documents
        return super().validated(dataset) if self._is_here(dataset) else self.good.validated(dataset)

    @cached_property
    def _documents(self) -> Validated:
        """The room's own documents, each file being one, and the project's, which are read once for all rooms."""
        no_facts = self.folders.data / "no facts"
        no_facts.mkdir(exist_ok=True)
        shutil.copy(PROJECT / "data" / "corrections.yml", no_facts)
        inbox = LandingRun(Folders(no_facts, self.folders.data), self.now)
        own = inbox.validated(DATASETS["documents"])
        project = self.good.frame("documents").filter(pl.col("document_type") != "user file")
        return replace(own, frame=pl.concat([project, own.frame]).unique("document_id", keep="first", maintain_order=True))

    def _content(self, dataset: Dataset) -> str:
        return super()._content(dataset) if self._is_here(dataset) else self.good._content(dataset)

    def _is_here(self, dataset: Dataset) -> bool:
        return dataset.name == "documents" or (self.folders.inbox / dataset.name).exists()


class House:
    """Two data folders made once. In `good` everything good is landed: what a case is checked against. In `all_at_once` all
    bad files lie beside the good ones, and the documents are landed: each file is one."""

    def __init__(self, folder: Path, cases: list[Case]) -> None:
        self.good, self.all_at_once = (Folders(PROJECT / "data", folder / name) for name in ("good", "all_at_once"))
        for folders in (self.good, self.all_at_once):
            put_good_files(folders, list(DATASETS))
        self.run = LandingRun(self.good, datetime.now(UTC))
        for dataset in DATASETS.values():
            landing = land_dataset(dataset, self.run)
            assert landing.messages() == [], dataset.name
        for case in cases:
            (self.all_at_once.inbox / case.of).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(case.path, self.all_at_once.inbox / case.of / case.path.name)
        self.documents = land_now("documents", self.all_at_once)
        self.good_rows = {name: rows(self.good, dataset) for name, dataset in DATASETS.items()}

    def room(self, data: Path, dataset: str) -> Folders:
        """A data folder with the good file of a dataset, in which everything but that dataset is landed."""
        folders = Folders(PROJECT / "data", data)
        folders.landed.mkdir(parents=True)
        for name in DATASETS:
            if name != dataset:
                source = self.all_at_once if name == "documents" else self.good
                (folders.landed / name).symlink_to(source.landed / name)
        put_good_files(folders, [dataset])
        (folders.inbox / dataset).mkdir(exist_ok=True)
        return folders

    def land(self, dataset: str, folders: Folders) -> Landing:
        """Lands a dataset of a room by itself, as the room's files are now."""
        return land_dataset(DATASETS[dataset], RoomRun(dataset, folders, self.run))

    def lost(self, folders: Folders, dataset: str) -> int:
        """How many of the good rows of a dataset have not landed in `folders` as they land alone."""
        good = self.good_rows[dataset]
        if dataset == "documents":  # a room has not the other datasets' files, each of which is a document
            good = good.filter(pl.col("document_type") != "user file")
        return good.join(rows(folders, DATASETS[dataset]), on=good.columns, how="anti", nulls_equal=True).height


def rows(folders: Folders, dataset: Dataset) -> pl.DataFrame:
    """The landed rows of a dataset."""
    return pl.read_parquet(folders.landed / dataset.name / f"{dataset.name}.parquet")


def told(case_label: str, landing: Landing) -> Iterator[tuple[str, str]]:
    """(place, message) of everything that a landing says of a file."""
    for error in landing.refused:
        if error.file == case_label:
            yield "file", str(error)
    for fault in landing.faults:
        if fault.file == case_label:
            yield f"row {fault.row}" + (f", column {fault.column}" if fault.column else ""), str(fault)
