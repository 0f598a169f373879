"""`broadsheet add`: one paper, by what somebody pasted."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.cli.options import data_option, embed_waiting, json_option, opened, print_json, single_line


@click.command()
@click.argument("text", metavar="TEXT")
@data_option
@json_option
def add(text: str, folder: Path | None, as_json: bool) -> None:
    """Add one paper: TEXT is an arXiv id or address, a DOI, an OpenReview address, or a BibTeX entry.

    With - it is read from standard input. A paper that is here already is shown, and nobody is asked.
    """
    from broadsheet.domain.pasted import MOST_LETTERS
    from broadsheet.extraction.readable import readable
    from broadsheet.render.payloads import paper_payload
    from broadsheet.sources.http import Surroundings
    from broadsheet.usecases.add_paper import add_paper
    from broadsheet.wiring import make_finder

    if text == "-":
        with click.open_file("-", encoding="utf-8", errors="replace") as given:
            text = given.read(MOST_LETTERS + 1)
    # Whoever calls the command from a program may bring other surroundings: a simulated clock, above all.
    world = click.get_current_context().find_object(Surroundings)
    with opened(folder) as house:
        done = add_paper(house.database, house.index, text, make_finder(house, world), house.clock)
        embed_waiting(house)
    if as_json:
        print_json({"id": done.paper.id, "added": done.is_new, "paper": paper_payload(done.paper)})
    else:
        words = "Added" if done.is_new else "Here already:"
        click.echo(f"{words} {done.paper.id}: {single_line(readable(done.paper.content.title), 160)}")
