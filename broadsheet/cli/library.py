"""`broadsheet save` and `broadsheet unsave`: the library of whoever sits at this machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadsheet.cli.options import data_option, json_option, opened, print_json

if TYPE_CHECKING:
    from broadsheet.domain.paper import Paper


@click.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@data_option
@json_option
def save(ids: tuple[str, ...], folder: Path | None, as_json: bool) -> None:
    """Save papers into the library; `in:library` in a search looks there alone.

    Where one of the ids is unknown, none is saved.
    """
    from broadsheet.usecases.identify import ensure_local
    from broadsheet.usecases.save_papers import save_papers

    with opened(folder) as house:
        reader = ensure_local(house.database, house.clock())
        saved = save_papers(house.database, ids, reader.pk, house.clock())
    _tell("saved", saved, as_json=as_json)


@click.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@data_option
@json_option
def unsave(ids: tuple[str, ...], folder: Path | None, as_json: bool) -> None:
    """Take papers out of the library; one that is not there is no fault."""
    from broadsheet.usecases.identify import ensure_local
    from broadsheet.usecases.save_papers import unsave_papers

    with opened(folder) as house:
        reader = ensure_local(house.database, house.clock())
        removed = unsave_papers(house.database, ids, reader.pk)
    _tell("unsaved", removed, as_json=as_json)


def _tell(done: str, papers: Sequence[Paper], *, as_json: bool) -> None:
    from broadsheet.cli.options import single_line
    from broadsheet.extraction.readable import readable

    if as_json:
        print_json({done: [paper.id for paper in papers]})
        return
    for paper in papers:
        click.echo(f"{done.capitalize()} {paper.id}: {single_line(readable(paper.content.title), 100)}")
