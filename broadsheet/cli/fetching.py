"""`broadsheet fetch`: papers from a source, now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
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
    from broadsheet.sources.arxiv_api import ArxivHarvest
    from broadsheet.sources.http import PoliteClient, Surroundings
    from broadsheet.usecases.fetch_source import FetchReport
    from broadsheet.wiring import House

SOURCES = ("arxiv",)
MOST = 30_000
DAYS_BACK = 3
LANES_NAME = "lanes"


@dataclass(frozen=True, slots=True)
class _Asked:
    since: datetime | None
    categories: tuple[str, ...]
    limit: int


@click.command()
@click.argument("source", type=click.Choice(SOURCES), metavar="SOURCE")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
    help=f"The first day to fetch (default: {DAYS_BACK} days before today).",
)  # fmt: skip
@click.option(
    "--category", "categories", multiple=True, metavar="CATEGORY",
    help="A category such as cs.CL; may be repeated (default: the setting categories).",
)  # fmt: skip
@click.option(
    "--limit", type=click.IntRange(1, MOST), default=MOST, show_default=True,
    help="At most so many papers, the newest.",
)  # fmt: skip
@data_option
@json_option
def fetch(source: str, folder: Path | None, as_json: bool, **asked: Any) -> None:
    """Fetch papers from a SOURCE into the record; the sources are: arxiv.

    Takes the newest papers first, back to the first day asked for. Fetching again changes nothing that is here.
    arXiv is asked once in 3 seconds, as it wishes: at best 4,000 papers a minute.
    """
    from broadsheet.usecases.fetch_source import fetch_source

    wanted = _Asked(**asked)
    with opened(folder) as house:
        harvest = _arxiv(house, wanted)
        with progress_bar(0, "papers", f"Fetching from {source}") as on_papers:
            report = fetch_source(house.database, house.index, harvest, house.clock, on_papers)
        report.papers -= link_waiting_records(house)
        embed_waiting(house)
    if report.failure is not None:
        _fail(report)
    if as_json:
        print_json(_document(report))
    else:
        _tell(report)


def _arxiv(house: House, asked: _Asked) -> ArxivHarvest:
    from broadsheet.sources.arxiv_api import ArxivHarvest, ArxivQuery

    categories = asked.categories or tuple(house.settings.categories.split())
    since = asked.since.date() if asked.since else house.today() - timedelta(days=DAYS_BACK)
    query = ArxivQuery(tuple(dict.fromkeys(categories)), since, asked.limit)
    return ArxivHarvest(_client(house), house.settings.arxiv_api, query)


def _client(house: House) -> PoliteClient:
    from broadsheet import __version__
    from broadsheet.sources.destinations import parse_allowed
    from broadsheet.sources.http import PoliteClient, Surroundings, user_agent

    # Whoever calls the command from a program may bring other surroundings: a simulated clock, above all.
    context = click.get_current_context()
    world = context.find_object(Surroundings) or _surroundings(house)
    agent = user_agent(__version__, house.settings.contact)
    return PoliteClient(house.folder / LANES_NAME, agent, world, parse_allowed(house.settings.allowed_hosts))


def _surroundings(house: House) -> Surroundings:
    import random
    import time

    from broadsheet.sources.http import Surroundings

    return Surroundings(house.clock, time.sleep, random.Random())  # noqa: S311 - spreads load, guards nothing


def _fail(report: FetchReport) -> None:
    from broadsheet.domain.errors import SourceFailed

    taken = report.counts.read
    before = f" {taken:,} papers had come in before." if taken else ""
    raise SourceFailed(f"{report.failure}{before}") from report.failure


def _document(report: FetchReport) -> dict[str, Any]:
    counts = report.counts
    return {
        "source": report.source,
        "read": counts.read,
        "added": counts.added,
        "updated": counts.updated,
        "unchanged": counts.unchanged,
        "set_aside": counts.set_aside,
        "papers": report.papers,
        "complete": report.complete,
    }


def _tell(report: FetchReport) -> None:
    counts = report.counts
    click.echo(
        f"Read {counts.read:,} from {report.source}: {counts.added:,} added, {counts.updated:,} updated, "
        f"{counts.unchanged:,} unchanged, {counts.set_aside:,} set aside. {report.papers:,} papers in all."
    )
    if report.sample_removed:
        click.echo(f"The built-in sample ({report.sample_removed:,} papers) has made room.")
    if report.index_is_behind:
        click.echo("Another Broadsheet is indexing; it will take these papers in as well.")
    if not report.complete:
        click.echo("There are more: give a higher --limit, a later --since or fewer categories.", err=True)
    if counts.set_aside:
        click.echo(f"{counts.set_aside:,} set aside; see them with: broadsheet doctor --set-aside", err=True)
