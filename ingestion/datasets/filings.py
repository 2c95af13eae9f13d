"""The filings that users drop into `inbox/filings/`: announcements and returns that are read, proved and landed by themselves.

A filing lands whole or not at all: what it gives to other datasets is parsed and held against their contracts here, and those
datasets read the rows of the filings that have landed in this one. A filing that an inbox file or a committed document states
already gives no rows; `stated_by` names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from ingestion.columns import DOCUMENT_ID, TICKER, BadCell, Count, Day, Text, latest_day, parse_day
from ingestion.dataset import Dataset, Folders, Given, Source, all_datasets
from ingestion.files.cell_text import printable, unsafe
from ingestion.files.csv import RawRow, RefusedFile, check_inside
from ingestion.files.flat_yaml import read_fields
from ingestion.filings.kept import Kept, kept_path, read_or_recall
from ingestion.landing.contract import enforce
from ingestion.landing.parse_rows import parse_rows
from ingestion.landing.source_files import inbox_label

#: What may be said beside a filing, in `<its name>.yml`.
SIDECAR = ("url", "published_on", "licence")
_REFUSED = "is refused, and no row of it lands"
_MEND = "`freefloat read FILE --csv data/inbox` writes its rows: fill in what is missing there, and they count in its place"


def read(given: Given, dataset: Dataset) -> Source:
    """One row for each filing that was read, with what stands beside it; a fault for each that is refused."""
    folders, today = given.folders, latest_day(given.now)
    paths, refused = _files(folders)
    rows: list[RawRow] = []
    kept: dict[str, Kept] = {}
    by_document: dict[str, str] = {}
    for path, label in paths:
        try:
            one = read_or_recall(path, folders.filings)
            kept[label] = one
            if one.refused:
                rows.append(RawRow(label, one.line, {}, f"{_REFUSED}: {one.refused}"))
                continue
            cells = one.rows["filings"][0] | _beside(path, one, folders, today)
            namesake = by_document.setdefault(cells["document_id"], label)
            if namesake != label:
                raise RefusedFile(label, f"is the announcement that {namesake} is too; keep one of them")
            cells |= {"file": label, "digest": one.digest, "known_on": cells["published_on"]}
            rows.append(RawRow(label, 1, cells | {"stated_by": _stated_by(cells["document_id"], folders)}))
        except RefusedFile as error:
            refused.append(error)
        except OSError as error:
            refused.append(RefusedFile(label, f"can't be read ({error.strerror})"))
    _sweep(folders.filings, kept)
    torn = {file: (line, fault) for file, line, fault in _not_whole(rows, kept, today)}
    for place, row in enumerate(rows):
        if row.file in torn:
            line, fault = torn[row.file]
            rows[place] = replace(row, number=line, fault=fault)
    return Source(rows, refused)


def _files(folders: Folders) -> tuple[list[tuple[Path, str]], list[RefusedFile]]:
    """The filings, each with its label, by name; and what in the folder is neither one nor stands beside one."""
    folder = folders.inbox / "filings"
    try:
        paths = [path for path in sorted(folder.iterdir()) if not path.name.startswith((".", "~$"))] if folder.is_dir() else []
    except OSError as error:
        return [], [RefusedFile("inbox/filings", f"can't be read ({error.strerror})")]
    found, refused = [], []
    stems = {path.stem for path in paths if path.suffix.lower() in (".pdf", ".txt")}
    for path in paths:
        label = inbox_label("filings", path)
        try:
            check_inside(path, folders.inbox, label)
            if path.suffix.lower() in (".pdf", ".txt"):
                found.append((path, label))
            elif path.suffix.lower() != ".yml":
                raise RefusedFile(label, "is not read: a filing ends in .pdf or .txt, what is said of it in .yml")
            elif path.stem not in stems:
                raise RefusedFile(label, f"stands beside no filing; name it as the filing: {printable(path.stem)}.pdf")
        except RefusedFile as error:
            refused.append(error)
    return found, refused


def _beside(path: Path, kept: Kept, folders: Folders, today: date) -> dict[str, str]:
    """Address, day of publication and licence: the filing's own, but for what stands beside it. Raises RefusedFile."""
    document = kept.rows["documents"][0]
    own = {name: document.get(name, "") for name in SIDECAR}
    sidecar = path.with_suffix(".yml")
    label = inbox_label("filings", path if not sidecar.exists() else sidecar)
    if sidecar.exists():
        check_inside(sidecar, folders.inbox, label)
        said = read_fields(sidecar, label, (), SIDECAR, f"write {', '.join(f'{name}: ...' for name in SIDECAR)}, a line each")
        own |= {name: value for name, value in said.items() if value}
    if own["url"] and not own["url"].startswith(("http://", "https://")):
        raise RefusedFile(label, f"url {printable(own['url'][:60])!r} is no address; write https://...")
    for name, value in own.items():
        if reason := unsafe(value):
            raise RefusedFile(label, f"{name} {printable(value[:60])!r} {reason}")
    try:
        published_on = parse_day("published_on", own["published_on"])
    except BadCell as error:
        raise RefusedFile(label, f"published_on {printable(error.value or '')!r} {error.reason}") from None
    # only the announcement of allotment results is of a listing, and comes before it
    listing_on = kept.rows["filings"][0]["listing_on"]
    if listing_on and published_on > date.fromisoformat(listing_on):
        raise RefusedFile(label, f"published_on {published_on} is after the listing day, {listing_on}")
    if published_on > today:
        raise RefusedFile(label, f"published_on {published_on} is in the future; write the day of publication")
    return own


def _stated_by(document_id: str, folders: Folders) -> str:
    """The file that describes the same document, whose rows count in place of the filing's; empty if there is none."""
    for folder, prefix in ((folders.inbox, "inbox/documents"), (folders.committed, "documents")):
        if (folder / "documents" / f"{document_id}.yml").exists():
            return f"{prefix}/{document_id}.yml"
    return ""


def _not_whole(rows: list[RawRow], kept: dict[str, Kept], today: date) -> Iterator[tuple[str, int, str]]:
    """The filings of which a row would not land, each with the line and words of the first reason: such a filing gives no row to
    any dataset."""
    landing = [row for row in rows if not row.fault and not row.cells["stated_by"]]
    documents = {row.cells["document_id"]: date.fromisoformat(row.cells["published_on"]) for row in landing}
    for name, dataset in all_datasets().items():
        if name in ("filings", "documents"):
            continue
        own = [
            RawRow(row.file, number, cells)
            for row in landing
            for number, cells in enumerate(kept[row.file].rows.get(name, ()), 2)
        ]
        if not own:
            continue
        parsed = parse_rows(dataset, own, documents, today)
        faults = parsed.faults + enforce(dataset, parsed.frame, parsed.places)[1]
        cells = {(row.file, row.number): row.cells for row in own}
        for file in dict.fromkeys(fault.file for fault in faults):
            of_file = [fault for fault in faults if fault.file == file]
            first = of_file[0]
            place = cells[file, first.row].get("table_ref") or f"row {first.row}"
            column = f", {first.column}" if first.column else ""
            is_open = first.column and not first.value
            what = "is not stated by the filing" if is_open else f"{first.value or ''} {first.reason}".strip()
            more = f" (as in {len(of_file) - 1} more rows)" if len(of_file) > 1 else ""
            line = place.rpartition("line ")[2]
            yield file, int(line) if line.isdecimal() else 1, f"{_REFUSED}: {place}: {name}{column} {what}{more}; {_MEND}"


def _sweep(folder: Path, kept: dict[str, Kept]) -> None:
    """Removes what is kept of files that are gone."""
    used = {kept_path(folder, one.digest) for one in kept.values()}
    for path in folder.glob("*.json") if folder.is_dir() else ():
        if path not in used:
            path.unlink(missing_ok=True)


DATASET = Dataset(
    name="filings",
    grain="one filing of the inbox that was read and proved",
    group="reference",
    columns=(
        Text("file"),
        Text("document_id", pattern=DOCUMENT_ID),
        Text("ticker", pattern=TICKER),
        Text("issuer"),
        Text("form"),
        Day("listing_on", nullable=True),
        Day("published_on"),
        Text("url", nullable=True),
        Text("licence"),
        Count("pages", minimum=1),
        Count("lockup_rows", minimum=0),
        Count("proofs", minimum=0),
        Count("findings", minimum=0),
        Count("open_points", minimum=0),
        Text("stated_by", nullable=True),
        Text("digest"),
        Day("known_on"),
    ),
    key=("document_id",),
    has_lineage=False,
    committed=False,
    read=read,
    reads_whole_inbox=True,
)
