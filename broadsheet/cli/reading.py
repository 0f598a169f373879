"""`broadsheet search`, `similar` and `edition`: the papers, read at the terminal or by a script."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadsheet.cli.dressing import FILE_FORMS, dressed, print_file
from broadsheet.cli.options import data_option, json_option, opened, print_json
from broadsheet.domain.listing import counted_papers

if TYPE_CHECKING:
    from broadsheet.domain.listing import Listing, Ranked
    from broadsheet.usecases.read_papers import SearchAnswer
    from broadsheet.wiring import House

FORMATS = ("text", "json", *FILE_FORMS)
WIDTH = 100


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="How many papers.")
@click.option(
    "--mode", type=click.Choice(["hybrid", "text", "vector"]), default="hybrid", show_default=True, help="How to look."
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="How to print it."
)
@data_option
@json_option
def search(query: tuple[str, ...], limit: int, mode: str, form: str, folder: Path | None, as_json: bool) -> None:
    """Find papers by words: ranked, with scores and why."""
    from broadsheet.render import links
    from broadsheet.usecases.identify import ensure_local
    from broadsheet.usecases.indexing import drain_if_free
    from broadsheet.usecases.read_papers import Start, nearest_papers, search_papers

    text = " ".join(query)
    with opened(folder) as house:
        drain_if_free(house.database, house.index)  # else answer with what is there
        if mode == "vector":
            answer = nearest_papers(house.database, house.index, text, limit, house.models)
        else:
            models = house.models if mode == "hybrid" else None
            reader = ensure_local(house.database, house.clock()).pk if "in:library" in text else None
            answer = search_papers(house.database, house.index, text, limit, models, Start(reader=reader))
        if form in FILE_FORMS and not as_json:
            file = dressed(house, form, f"Papers on “{text}”", links.search(text), answer.listing)
            _say_beside(answer)
            return print_file(form, file)
    if as_json or form == "json":
        _print_answer(text, answer)
    else:
        _say_beside(answer)
        click.echo(f"{counted_papers(answer.listing.count)} {'matches' if answer.listing.count == 1 else 'match'}")
        _print_listing(answer.listing)
    return None


def _print_answer(text: str, answer: SearchAnswer) -> None:
    from broadsheet.render.payloads import ranked_payload

    results = ranked_payload(answer.listing.entries)
    found = {"query": text, "mode": answer.mode, "count": answer.listing.count, "results": results}
    print_json({**found, "suggestion": answer.suggestion or None, "notice": answer.notice or None})


def _say_beside(answer: SearchAnswer) -> None:
    if answer.query.complaint:
        click.echo(f"{answer.query.complaint} The words were searched as they stand.", err=True)
    if answer.suggestion:
        click.echo(f"Did you mean: {answer.suggestion}", err=True)
    if answer.notice:
        click.echo(answer.notice, err=True)


@click.command()
@click.argument("paper_id", metavar="ID")
@click.option("--limit", type=click.IntRange(1, 1_000), default=10, show_default=True, help="How many papers.")
@data_option
@json_option
def similar(paper_id: str, limit: int, folder: Path | None, as_json: bool) -> None:
    """Find papers like one, most alike first."""
    from broadsheet.render.payloads import ranked_payload
    from broadsheet.usecases.read_papers import read_paper, similar_papers

    with opened(folder) as house:
        paper = read_paper(house.database, paper_id)
        listing = similar_papers(house.database, house.index, paper, limit, house.models)
        mode = "hybrid" if house.models.serving() else "text"
    if as_json:
        results = ranked_payload(listing.entries)
        print_json({"id": paper.id, "mode": mode, "count": listing.count, "results": results})
    else:
        _print_listing(listing)


@click.command()
@click.argument("day", required=False, metavar="[DATE]")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="How to print it."
)
@click.option("--limit", type=click.IntRange(1, 100_000), default=10_000, help="At most so many papers.")
@click.option(
    "--press", is_flag=True, help="Press the edition of the day again, its order too, from the record, first."
)
@data_option
@json_option
def edition(day: str | None, form: str, limit: int, press: bool, folder: Path | None, as_json: bool) -> None:
    """Show the edition of a DATE (2025-11-07, 2025-W45 or 2025-11); without one, the newest.

    At its foot stands how much of what was announced for the day is here, where a source told.
    """
    from broadsheet.domain.completeness import summary_line
    from broadsheet.domain.days import parse_any_period
    from broadsheet.render import links
    from broadsheet.render.pages import period_title
    from broadsheet.render.payloads import edition_payload
    from broadsheet.usecases.read_papers import read_edition, read_front_page

    with opened(folder) as house:
        zone = house.settings.zone
        if press:
            _press(house, day)
        if day is None:
            shown = read_front_page(house.database, house.today(), limit)
        else:
            shown = read_edition(house.database, parse_any_period(day), limit)
        title, address = period_title(shown.period), links.period(shown.period)
        file = dressed(house, form, title, address, shown) if form in FILE_FORMS and not as_json else b""
    if as_json or form == "json":
        print_json(edition_payload(shown, zone))
    elif file:
        print_file(form, file)
    else:
        click.echo(f"{period_title(shown.period)}: {counted_papers(shown.listing.count)}")
        _print_listing(shown.listing)
        if shown.completeness:
            click.echo(summary_line(shown.completeness, zone))


def _press(house: House, day: str | None) -> None:
    from broadsheet.domain.days import parse_period
    from broadsheet.usecases.press_edition import press_edition
    from broadsheet.usecases.read_papers import read_front_page

    newest = read_front_page(house.database, house.today(), 1).period if day is None else None
    press_edition(house.database, (newest or parse_period("day", day or "")).first_on, house.clock(), reorder=True)


def _print_listing(listing: Listing) -> None:
    for entry in listing.entries:
        click.echo(_as_text(entry))


def _as_text(entry: Ranked) -> str:
    from broadsheet.cli.options import single_line
    from broadsheet.extraction.readable import readable
    from broadsheet.render.cards import byline

    paper = entry.paper
    day = paper.content.published_on
    facts = ["late" if entry.is_late else "", paper.id, byline(paper), day.isoformat() if day else ""]
    facts += [
        f"▲ {paper.upvotes}" if paper.upvotes else "",
        f"{paper.comments} comment{'' if paper.comments == 1 else 's'}" if paper.comments else "",
    ]
    title = single_line(readable(paper.content.title), WIDTH)
    return f"{entry.rank:4}. {title}\n      {single_line(' · '.join(f for f in facts if f), WIDTH)}"
