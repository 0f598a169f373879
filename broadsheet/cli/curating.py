"""`broadsheet join`, `split`, `hide` and `unhide`: what a curator knows better than the program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadsheet.cli.options import data_option, json_option, opened, print_json
from broadsheet.domain.errors import Invalid

if TYPE_CHECKING:
    from broadsheet.domain.deeds import Hand
    from broadsheet.domain.paper import Paper
    from broadsheet.wiring import House


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
        paper = join_papers(house.database, one, other, _hand(), house.clock())
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
        paper = split_records(house.database, paper_id, source, source_id, _hand(), house.clock())
        _index(house)
    _tell(paper, as_json=as_json)


@click.command()
@click.argument("paper_id", metavar="ID")
@click.option("--reason", required=True, help="Why; it stands in the public log.")
@data_option
@json_option
def hide(paper_id: str, reason: str, folder: Path | None, as_json: bool) -> None:
    """Take a paper out of all lists, searches and counts.

    It stays in the record, and curators see it at its address.
    """
    from broadsheet.usecases.hide_papers import hide_paper

    with opened(folder) as house:
        paper = hide_paper(house.database, paper_id, reason, _hand(), house.clock())
        _index(house)
    _tell(paper, as_json=as_json)


@click.command()
@click.argument("paper_id", metavar="ID")
@click.option("--reason", required=True, help="Why; it stands in the public log.")
@data_option
@json_option
def unhide(paper_id: str, reason: str, folder: Path | None, as_json: bool) -> None:
    """Show a paper again that was hidden."""
    from broadsheet.usecases.hide_papers import unhide_paper

    with opened(folder) as house:
        paper = unhide_paper(house.database, paper_id, reason, _hand(), house.clock())
        _index(house)
    _tell(paper, as_json=as_json)


def _hand() -> Hand:
    from broadsheet.domain.deeds import Hand

    return Hand("command line")


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
