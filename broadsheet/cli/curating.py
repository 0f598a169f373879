"""`broadsheet join` and `broadsheet split`: what a curator knows better than linking."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadsheet.cli.options import data_option, json_option, opened, print_json
from broadsheet.domain.errors import Invalid

if TYPE_CHECKING:
    from broadsheet.domain.paper import Paper
    from broadsheet.wiring import House

BY = "command line"


@click.command()
@click.argument("one", metavar="ID")
@click.argument("other", metavar="ID")
@data_option
@json_option
def join(one: str, other: str, folder: Path | None, as_json: bool) -> None:
    """Make one paper of two, whatever names they have.

    Both ids lead to it from now on, and so does whatever comes in later under either.
    """
    from broadsheet.usecases.curate_papers import join_papers

    with opened(folder) as house:
        paper = join_papers(house.database, one, other, BY, house.clock())
        _index(house)
    _tell(paper, as_json=as_json)


@click.command()
@click.argument("paper_id", metavar="ID")
@click.argument("record", metavar="SOURCE:SOURCE_ID")
@data_option
@json_option
def split(paper_id: str, record: str, folder: Path | None, as_json: bool) -> None:
    """Give a source's record, in all its versions, a paper of its own.

    Its later versions go there too, and the two are not taken for one again unless joined by hand. The records of a
    paper stand on its page and in its JSON under "sources".
    """
    from broadsheet.usecases.curate_papers import split_records

    source, colon, source_id = record.partition(":")
    if not colon:
        raise Invalid("record", f"{record!r} names no record: write SOURCE:SOURCE_ID, such as hub:2401.00001.")
    with opened(folder) as house:
        paper = split_records(house.database, paper_id, source, source_id, BY, house.clock())
        _index(house)
    _tell(paper, as_json=as_json)


def _index(house: House) -> None:
    from broadsheet.usecases.indexing import drain_if_free

    drain_if_free(house.database, house.index)


def _tell(paper: Paper, *, as_json: bool) -> None:
    from broadsheet.cli.options import single_line
    from broadsheet.render.payloads import paper_payload

    if as_json:
        print_json(paper_payload(paper))
        return
    click.echo(f"{paper.id}: {single_line(paper.content.title, 100)}")
    for ref in paper.sources:
        why = f": {ref.reason}" if ref.reason else ""
        click.echo(single_line(f"  {ref.source}:{ref.source_id}{why}", 160))
