"""`broadsheet save`, `unsave` and `library`: the library of whoever sits at this machine, or of a reader by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadsheet.cli.options import data_option, json_option, opened, print_json

if TYPE_CHECKING:
    from broadsheet.domain.paper import Paper
    from broadsheet.wiring import House

FORMS = ("bib", "ris", "csl.json", "md", "json")


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


@click.group()
def library() -> None:
    """The library as files: export, import; each takes --data DIR."""


@library.command()
@click.option("--format", "form", type=click.Choice(FORMS), default="bib", show_default=True, help="What to write.")
@click.option("--folder", "name", default="", help="Only what lies in this folder.")
@click.option("--tag", default="", help="Only what has this tag.")
@click.option("--reader", "reader_name", default="", help="Whose library (else of whoever has the machine).")
@data_option
def export(form: str, name: str, tag: str, reader_name: str, folder: Path | None) -> None:
    """Write the library to standard output; notes and tags stand in md and json alone."""
    from broadsheet.domain.errors import NotFound
    from broadsheet.domain.library import Wanted
    from broadsheet.render.library_files import library_file
    from broadsheet.usecases.read_library import list_whole_library, read_shelves

    with opened(folder) as house:
        reader = _reader_pk(house, reader_name)
        names = {one.pk: one.name for one in read_shelves(house.database, reader).folders}
        pk = next((pk for pk, known in names.items() if known == name), None)
        if name and pk is None:
            raise NotFound(f"There is no folder {name[:80]!r} in this library.")
        kept = list_whole_library(house.database, reader, Wanted(folder=pk, tag=tag.strip().lower()))
        click.echo(library_file(form, kept, names, house.root()).decode().rstrip("\n"))


@library.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--folder", "name", default="", help="Lay them into this folder.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Give them this tag; may be repeated.")
@click.option("--keywords", is_flag=True, help="Make tags of the entries' own keywords.")
@click.option("--reader", "reader_name", default="", help="Whose library (else of whoever has the machine).")
@data_option
@json_option
def import_(  # noqa: PLR0913 (an option each)
    paths: tuple[Path, ...],
    name: str,
    tags: tuple[str, ...],
    keywords: bool,
    reader_name: str,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Save the papers of BibTeX, RIS or CSL-JSON files; what is not here yet is added."""
    from broadsheet.usecases.import_library import LibraryImport, Wish, import_path

    reports: list[LibraryImport] = []
    with opened(folder) as house:
        wish = Wish(_reader_pk(house, reader_name), name.strip(), tags, keeps_keywords=keywords)
        for path in paths:
            reports.append(import_path(house.database, house.index, path, wish, house.clock()))
    names = ("read", "saved", "were_saved", "added", "set_aside")
    counts = {key: sum(getattr(report, key) for report in reports) for key in names}
    if as_json:
        print_json(counts)
        return
    click.echo(
        f"Read {counts['read']:,}: {counts['saved']:,} saved, {counts['were_saved']:,} were saved before, "
        f"{counts['set_aside']:,} set aside; {counts['added']:,} papers are new here."
    )
    for report in reports:
        for aside in report.aside:
            click.echo(f"line {aside.line}: {aside.reason} {aside.excerpt}".rstrip(), err=True)


def _reader_pk(house: House, name: str) -> int:
    from broadsheet.store import readers
    from broadsheet.usecases.identify import ensure_local

    if not name:
        return ensure_local(house.database, house.clock()).pk
    with house.database.read() as connection:
        return readers.get_by_name(connection, name).pk


def _tell(done: str, papers: Sequence[Paper], *, as_json: bool) -> None:
    from broadsheet.cli.options import single_line
    from broadsheet.extraction.readable import readable

    if as_json:
        print_json({done: [paper.id for paper in papers]})
        return
    for paper in papers:
        click.echo(f"{done.capitalize()} {paper.id}: {single_line(readable(paper.content.title), 100)}")
