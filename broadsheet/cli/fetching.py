"""`broadsheet fetch`: papers from a source, now."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from broadsheet.cli.options import (
    data_option,
    embed_waiting,
    json_option,
    link_waiting_records,
    opened,
    print_json,
    progress_bar,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from broadsheet.sources.protocol import Source
    from broadsheet.usecases.fetch_source import FetchReport
    from broadsheet.wiring import House

MOST = 30_000


@dataclass(frozen=True, slots=True)
class _Asked:
    since: datetime | None
    categories: tuple[str, ...]
    limit: int | None

    @property
    def cursor(self) -> str | None:
        """A cursor of its own for a fetch that asks for something special; None to go on where the last one ended."""
        if self.since is not None:
            return self.since.date().isoformat()
        return "" if self.categories or self.limit else None


@click.command()
@click.argument("source", metavar="SOURCE")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help="The first day to fetch (default: where the last fetch ended; at first 3 days before today).",
)  # fmt: skip
@click.option(
    "--category", "categories", multiple=True, metavar="CATEGORY",
    help="A category such as cs.CL; may be repeated (default: the setting categories).",
)  # fmt: skip
@click.option("--limit", type=click.IntRange(1, MOST), help="At most so many papers, the newest (arxiv only).")
@data_option
@json_option
def fetch(source: str, folder: Path | None, as_json: bool, **asked: Any) -> None:
    """Fetch papers from a SOURCE into the record.

    The sources: arxiv (the search), arxiv-oai (all that changed), arxiv-rss and arxiv-listing (what was announced
    today), hub (the daily papers of the Hub), openreview, crossref, openalex, semantic-scholar, feeds, folder.

    Goes on where the last fetch from the source ended; with --since, --category or --limit it fetches just that, and
    the next plain fetch goes on as if it had not been. Fetching again changes nothing that is here. arXiv is asked
    once in 3 seconds, as it wishes.
    """
    wanted = _Asked(**asked)
    with opened(folder) as house:
        with progress_bar(0, "papers", f"Fetching from {source}") as on_papers:
            report = _fetch(house, source, wanted, on_papers)
        report.papers -= link_waiting_records(house)
        embed_waiting(house)
    if report.failure is not None:
        _fail(report)
    if as_json:
        print_json(_document(report))
    else:
        _tell(report)


def _fetch(house: House, name: str, asked: _Asked, on_papers: Callable[[int], None]) -> FetchReport:
    """Fetch as a recorded run, the only one of this source at a time."""
    from broadsheet.domain.errors import Conflict
    from broadsheet.usecases.fetch_rounds import ended_with
    from broadsheet.usecases.fetch_source import fetch_source
    from broadsheet.usecases.run_job import Desk, Ended, run_job

    made = _source(house, name, asked)
    reports: list[FetchReport] = []

    def work() -> Ended:
        report = fetch_source(house.database, house.index, made, house.clock, on_papers, asked.cursor)
        reports.append(report)
        return ended_with(report)

    if run_job(Desk(house.folder, house.database, house.clock), name, work) is None:
        raise Conflict(f"Another Broadsheet is fetching from {name}: look again in a moment.")
    return reports[0]


def _source(house: House, name: str, asked: _Asked) -> Source:
    from broadsheet.sources.http import Surroundings
    from broadsheet.wiring import make_client, make_source

    # Whoever calls the command from a program may bring other surroundings: a simulated clock, above all.
    client = make_client(house, click.get_current_context().find_object(Surroundings))
    return make_source(house, client, name, asked.categories, asked.limit)


def _fail(report: FetchReport) -> None:
    from broadsheet.domain.errors import SourceFailed

    taken = report.counts.read
    before = f" {taken:,} papers had come in before." if taken else ""
    raise SourceFailed(f"{report.failure}{before}") from report.failure


def _document(report: FetchReport) -> dict[str, Any]:
    return {
        "source": report.source,
        **asdict(report.counts),
        "papers": report.papers,
        "complete": report.complete,
        "skipped": report.skipped,
        "announcements": report.announcements,
    }


def _tell(report: FetchReport) -> None:
    counts = report.counts
    click.echo(
        f"Read {counts.read:,} from {report.source}: {counts.added:,} added, {counts.updated:,} updated, "
        f"{counts.unchanged:,} unchanged, {counts.set_aside:,} set aside. {report.papers:,} papers in all."
    )
    if report.announcements:
        click.echo(f"{report.announcements:,} announcements.")
    if report.skipped:
        click.echo(f"{report.skipped:,} passed over: {report.source} has deleted them.")
    if report.sample_removed:
        click.echo(f"The built-in sample ({report.sample_removed:,} papers) has made room.")
    if report.index_is_behind:
        click.echo("Another Broadsheet is indexing; it will take these papers in as well.")
    if not report.complete:
        click.echo("There are more: give a higher --limit.", err=True)
    if counts.set_aside:
        click.echo(f"{counts.set_aside:,} set aside; see them with: broadsheet doctor --set-aside", err=True)
