"""`broadsheet import`: files of papers into the record."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadsheet.cli.options import (
    data_option,
    embed_waiting,
    json_option,
    link_waiting_records,
    opened,
    print_json,
    progress_bar,
    single_line,
)

if TYPE_CHECKING:
    from broadsheet.usecases.import_files import ImportReport


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--format", "format_", metavar="FORMAT", help="What the files are, where it cannot be seen from them.")
@click.option(
    "--saved-on", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="The day on which a Daily Papers page was saved: dates without a year belong to that year.",
)  # fmt: skip
@data_option
@json_option
def import_(
    paths: tuple[Path, ...],
    format_: str | None,
    saved_on: datetime | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Read files of papers into the record.

    Takes saved pages of the Daily Papers (text or HTML), arXiv's metadata snapshot, the Hub's JSON, BibTeX, RIS,
    CSL-JSON and BEIR corpora, plain or gzip; what a file is, is seen from its content. Folders are read through.
    Importing a file again changes nothing. What cannot be read is set aside and counted; the rest comes in.
    """
    from broadsheet.domain.errors import Invalid
    from broadsheet.sources.files import FORMATS
    from broadsheet.sources.reading import ReadOptions
    from broadsheet.usecases.import_files import Progress, import_files, list_files

    if format_ is not None and format_ not in FORMATS:
        raise Invalid("format", f"There is no format {format_!r}; the formats are {', '.join(FORMATS)}.")
    files = list_files(list(paths))
    options = ReadOptions(format_, saved_on.date() if saved_on else None)
    with opened(folder) as house:
        total = sum(file.stat().st_size for file in files if file.is_file())
        with progress_bar(total, "B", "Reading") as on_bytes:
            progress = Progress(on_bytes)
            report = import_files(house.database, house.index, files, options, house.clock(), progress)
        report.papers -= link_waiting_records(house)
        embed_waiting(house)
    if as_json:
        print_json(_document(report))
    else:
        _tell(report)
    if report.counts.set_aside and report.counts.set_aside == report.counts.read:
        raise click.exceptions.Exit(1)


def _document(report: ImportReport) -> dict[str, int]:
    return {**asdict(report.counts), "papers": report.papers}


def _tell(report: ImportReport) -> None:
    counts = report.counts
    click.echo(
        f"Read {counts.read:,}: {counts.added:,} added, {counts.updated:,} updated, "
        f"{counts.unchanged:,} unchanged, {counts.set_aside:,} set aside. {report.papers:,} papers in all."
    )
    if report.sample_removed:
        click.echo(f"The built-in sample ({report.sample_removed:,} papers) has made room.")
    if report.index_is_behind:
        click.echo("Another Broadsheet is indexing; it will take these papers in as well.")
    if counts.set_aside:
        for row in report.set_aside[:5]:
            click.echo(f"  {row.origin}:{row.line}: {single_line(row.reason, 160)}", err=True)
        click.echo(f"{counts.set_aside:,} set aside; see them with: broadsheet doctor --set-aside", err=True)
