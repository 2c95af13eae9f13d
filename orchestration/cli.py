"""The command line: `freefloat refresh`, `query`, `export`, `read`, `report`, `site`, `calendar`, `status`, `releases`, `serve`.

Only arguments, help and exit codes are here. `query`, `status` and `releases` must start at once, so what takes long to
import (Dagster, dbt, pydantic) is imported by the command that needs it.
"""

from __future__ import annotations

import gc
import json
import re
import sys
import warnings
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from orchestration.project_files import data_dir

if TYPE_CHECKING:
    from orchestration.run import Engine

_FORMATS = ("table", "csv", "json", "parquet", "xlsx")
_OUTPUT = click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to a file, not to standard output.",
)


def main() -> None:
    """The entry point of the `freefloat` command."""
    # pandera imports PySpark where it is installed, and that warns of a pandas that nothing here uses
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    cli(prog_name="freefloat")


class AsOf(click.ParamType):
    """A day as YYYY-MM-DD, no later than today in UTC."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day that was written; ends the command with a word about what to write if it is none, or in the future."""
        if isinstance(value, date):
            return value
        today = datetime.now(UTC).date()
        try:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value)):
                raise ValueError
            day = date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day; write YYYY-MM-DD, such as 2026-04-20", param, ctx)
        if day > today:
            self.fail(f"{value} is in the future (today is {today} in UTC); give today or an earlier day", param, ctx)
        return day


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="freefloat", prog_name="freefloat", message="%(prog)s %(version)s")
def cli() -> None:
    """A warehouse of lock-ups, free float and scarcity premium of newly listed companies.

    \b
    First build it, then ask it:
      freefloat refresh
      freefloat query "SHOW TABLES"
      freefloat query "SELECT * FROM fct_lockup_expiry ORDER BY first_tradable_on"

    Generated files go to the folder that FREEFLOAT_DATA_DIR names (default: the project's own data/; of an
    installed package ~/.local/share/freefloat). Its warehouse.duckdb always is the current release: open it,
    read-only, with any DuckDB client from 1.2 on.
    """


@cli.command()
@click.option("--live", is_flag=True, help="Also ask the live sources for what is missing.")
@click.option(
    "--as-of",
    type=AsOf(),
    metavar="DATE",
    help="Build what could be known on that day (YYYY-MM-DD); nothing later leaks in.",
)
@click.option("--full", is_flag=True, help="Land and build everything anew instead of only what has changed.")
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="Where the models are built; Spark is the server of SPARK_REMOTE, else Sail on this machine.",
)
@click.option("--allow-quarantine", is_flag=True, help="Publish even though some rows were rejected; the release says so.")
@click.option("--wait", is_flag=True, help="If a refresh runs already, let it end first; without this, leave with a message.")
def refresh(live: bool, as_of: date | None, full: bool, engine: Engine, allow_quarantine: bool, wait: bool) -> None:
    """Land the facts, build and audit the warehouse, publish a release.

    Exits with 0 only if a release stands at the end. If anything fails, the last release stays as it was.
    The oldest releases are removed once all of them take more than FREEFLOAT_RELEASES_MAX_GB (10).

    \b
    Examples:
      freefloat refresh
      freefloat refresh --live
      freefloat refresh --as-of 2026-04-20
    """
    # Dagster and dbt take seconds to import and to build the models, and looking for garbage in them a sixth more. What is not
    # freed is bounded by the models, and 300 MB; what live sources answer is not
    gc.disable()
    from orchestration.defs.run_refresh import run_refresh
    from orchestration.releases.lock import RefreshBusy
    from orchestration.releases.release import ReleaseError
    from orchestration.settings import SettingsError

    gc.freeze()
    if live:
        gc.enable()

    try:
        code = run_refresh(live=live, as_of=as_of, full=full, engine=engine, allow_quarantine=allow_quarantine, wait=wait)
    except (RefreshBusy, ReleaseError, SettingsError) as error:
        _fail(error)
    sys.exit(code)


@cli.command()
@click.argument("sql")
@click.option("--format", "format_", type=click.Choice(_FORMATS), default="table", show_default=True, help="How to write it.")
@_OUTPUT
def query(sql: str, format_: str, output: Path | None) -> None:
    """Run one SQL statement on the current release, read-only.

    SQL is DuckDB's; `-` reads it from standard input. Marts are named alone, landed tables as landed.NAME.

    \b
    Examples:
      freefloat query "SHOW TABLES"
      freefloat query "DESCRIBE fct_float_daily"
      freefloat query "SELECT * FROM fct_lockup_expiry" --format csv > expiries.csv
      freefloat query "FROM fct_float_daily" --format parquet --output float.parquet
      freefloat query "FROM mart_supply_calendar" --format xlsx --output supply.xlsx
      freefloat query - --format json < question.sql
    """
    from orchestration.reading.connection import QueryError
    from orchestration.reading.query import run_query
    from orchestration.releases.release import ReleaseError

    if sql == "-":
        try:
            sql = click.get_binary_stream("stdin").read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise click.ClickException(f"standard input is not UTF-8: {error}") from None
    try:
        run_query(data_dir(), sql, format_, output)
    except (QueryError, ReleaseError) as error:
        _fail(error)


@cli.command()
@click.argument("marts", nargs=-1, metavar="[MART]...")
@click.option(
    "--to",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.xlsx",
    help="The workbook to write; one that is there is replaced.",
)
def export(marts: tuple[str, ...], to: Path) -> None:
    """Write marts of the current release to an Excel workbook, a sheet each, and a sheet of their sources.

    Without a name, all marts whose names begin with mart_.

    \b
    Examples:
      freefloat export --to freefloat.xlsx
      freefloat export fct_lockup_expiry mart_supply_calendar --to supply.xlsx
    """
    from orchestration.reading.connection import QueryError
    from orchestration.reading.export import run_export
    from orchestration.releases.release import ReleaseError

    try:
        written = run_export(data_dir(), marts, to)
    except (QueryError, ReleaseError) as error:
        _fail(error)
    click.echo(f"{to}: {', '.join(written)}, sources")


@cli.command()
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write it (default: report.html in the data folder).",
)
def report(output: Path | None) -> None:
    """Write the reconciliation of the current release as one HTML page, and print its path.

    Each printed table is redrawn; its figures that follow from others are marked as reproduced, contradicted or not
    derivable, with the explanation. The page needs no network and no file beside it, and it prints.

    \b
    Examples:
      freefloat report
      freefloat report --output reconciliation.html
    """
    from orchestration.reading.connection import QueryError
    from orchestration.reading.report import ReportError, write_report
    from orchestration.releases.release import ReleaseError

    try:
        click.echo(write_report(data_dir(), output))
    except (QueryError, ReleaseError, ReportError) as error:
        _fail(error)


@cli.command()
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="The folder to write into (default: site in the data folder).",
)
def site(output: Path | None) -> None:
    """Write the current release as a folder of pages, and print the path of the first.

    The supply calendar and next expiries of all issuers, a page an issuer, the note's figures, valuation, and the report. The
    pages need no network and no file beside them; numbers stand beside each chart, with sources, query and a CSV file.

    \b
    Examples:
      freefloat site
      freefloat site --output public
    """
    from orchestration.reading.connection import QueryError
    from orchestration.reading.report import ReportError
    from orchestration.reading.site.write import SiteError, write_site
    from orchestration.releases.release import ReleaseError

    try:
        click.echo(write_site(data_dir(), output)[0])
    except (QueryError, ReleaseError, ReportError, SiteError) as error:
        _fail(error)


@cli.command()
@_OUTPUT
def calendar(output: Path | None) -> None:
    """Write the catalysts of the current release as a calendar (.ics): lock-up expiries, results, listings and the rest.

    An event with a span of days covers it. Import a later file and events that moved are moved.

    \b
    Example:
      freefloat calendar --output catalysts.ics
    """
    from orchestration.reading.calendar import write_calendar
    from orchestration.reading.connection import QueryError
    from orchestration.releases.release import ReleaseError

    try:
        write_calendar(data_dir(), output)
    except (QueryError, ReleaseError) as error:
        _fail(error)


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--format", "format_", type=click.Choice(("table", "json")), default="table", show_default=True, help="How to write it."
)
@click.option(
    "--csv",
    "csv_folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Also write the rows as inbox files, DIR/<dataset>/<document>.csv.",
)
@click.option(
    "--text",
    "text_folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Also write each file's lines as text with page marks, to mend a line and read it again.",
)
def read(files: tuple[Path, ...], format_: str, csv_folder: Path | None, text_folder: Path | None) -> None:
    """Read announcements and returns (PDF, or text with page marks) without landing them.

    Shows what was read, each proof with its numbers, what contradicts itself, and what the filing leaves open. What can't be
    proved is refused whole, with page, line, what was read, and what would have to be true. Exits with 1 if a file was refused.

    \b
    Examples:
      freefloat read results.pdf
      freefloat read results.pdf --format json > results.json
      freefloat read *.pdf --csv data/inbox
      freefloat read refused.pdf --text mended
    """
    from orchestration.read_filing import read_files

    try:
        refused = read_files(files, format_, csv_folder, text_folder)
    except OSError as error:
        raise click.ClickException(f"{error.filename}: can't be written ({error.strerror})") from error
    sys.exit(1 if refused else 0)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object.")
def status(as_json: bool) -> None:
    """Show the current release, each dataset's freshness, rejected rows and the last failure.

    Exits with 0 if a release stands, with 1 if there is none.
    """
    from orchestration.reading.status import read_status, status_text

    found = read_status(data_dir())
    click.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else status_text(found), nl=as_json)
    sys.exit(0 if found["release"] else 1)


@cli.group()
def releases() -> None:
    """List, compare, bring back and remove the releases kept."""


@releases.command("list")
def list_() -> None:
    """List the releases kept, oldest first; * marks the current one."""
    from orchestration.reading.releases_text import releases_text
    from orchestration.releases.release import ReleaseError, current

    try:
        now = current(data_dir())
    except ReleaseError as error:
        # listed all the same: a damaged file is put right by rolling back to one of these
        click.echo(f"Error: {error}", err=True)
        now = None
    try:
        click.echo(releases_text(data_dir(), now), nl=False)
    except ReleaseError as error:
        _fail(error)


@releases.command()
@click.argument("a")
@click.argument("b")
def diff(a: str, b: str) -> None:
    """Show what release B changes against release A, from what is likeliest to explain the rest: the as-of day, documents,
    tables and columns, rows, headline figures (mart_headline), verdicts of printed figures."""
    from orchestration.reading.releases_text import diff_text
    from orchestration.releases.diff import diff as compare
    from orchestration.releases.release import ReleaseError

    try:
        click.echo(diff_text(compare(data_dir(), a, b)), nl=False)
    except ReleaseError as error:
        _fail(error)


@releases.command()
@click.argument("release_id", metavar="ID")
def rollback(release_id: str) -> None:
    """Make a kept release the current one again; readers see it at once, none is kept waiting."""
    from orchestration.releases.lock import RefreshBusy, refresh_lock
    from orchestration.releases.pointer import rollback as roll_back
    from orchestration.releases.release import ReleaseError
    from orchestration.settings import Settings, SettingsError

    reason = None
    try:
        settings = Settings()
        with refresh_lock(settings.data_dir):
            release = roll_back(settings.data_dir, release_id)
            if settings.publish_url:
                from orchestration.releases.object_store import mirror

                reason = mirror(settings.data_dir, settings.publish_url, max_bytes=settings.releases_max_bytes)
    except (RefreshBusy, ReleaseError, SettingsError, OSError) as error:
        _fail(error)
    click.echo(f"current release: {release.release_id}, as of {release.as_of or 'not stated'}")
    if reason:
        from ingestion.files.cell_text import printable

        click.echo(f"warning: {printable(reason)}", err=True)


@releases.command()
@click.option("--keep", type=click.IntRange(min=1), default=10, show_default=True, help="How many of the newest to keep.")
def prune(keep: int) -> None:
    """Remove old releases; the current one stays, and so does one that a reader holds open."""
    from orchestration.releases.keep import prune as remove_old
    from orchestration.releases.lock import RefreshBusy, refresh_lock
    from orchestration.releases.release import ReleaseError

    try:
        with refresh_lock(data_dir()):
            pruned = remove_old(data_dir(), keep=keep)
    except (RefreshBusy, ReleaseError, OSError) as error:
        _fail(error)
    for release in pruned.removed:
        click.echo(f"removed {release.release_id}")
    for release in pruned.held:
        click.echo(f"kept {release.release_id}: a reader holds it open")
    click.echo(f"{len(pruned.removed)} release{'' if len(pruned.removed) == 1 else 's'} removed")


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="The port to listen on.")
def serve(host: str, port: int) -> None:
    """Serve Dagster's web page with its daemon: schedules, sensors, backfills. Ctrl-C ends it."""
    # Dagster takes seconds to import
    from orchestration.defs.serve import serve as serve_dagster

    sys.exit(serve_dagster(host, port))


def _fail(error: Exception) -> NoReturn:
    raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
