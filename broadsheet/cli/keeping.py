"""`broadsheet doctor` and `broadsheet export`: keep it healthy, take everything along."""

from __future__ import annotations

from pathlib import Path

import click

from broadsheet.cli.options import data_option, json_option, opened, print_json, progress_bar, single_line

SET_ASIDE_SHOWN = 1_000


@click.command()
@click.option(
    "--set-aside", "show_aside", is_flag=True, help="List what could not be read, with file, line and reason."
)
@click.option("--check-only", is_flag=True, help="Look, but mend nothing.")
@data_option
@json_option
def doctor(show_aside: bool, check_only: bool, folder: Path | None, as_json: bool) -> None:
    """Prove that record and index agree, and mend them.

    Exit status 0 when all is well in the end, 1 when something is not.
    """
    from broadsheet.store.set_aside import list_set_aside
    from broadsheet.usecases.check import check_house

    with opened(folder) as house:
        if show_aside:
            with house.database.read() as connection:
                rows = list_set_aside(connection, SET_ASIDE_SHOWN)
            if as_json:
                print_json([{"file": r.origin, "line": r.line, "reason": r.reason, "excerpt": r.excerpt} for r in rows])
            for row in () if as_json else rows:
                click.echo(f"{row.origin}:{row.line}: {single_line(row.reason, 160)}  {single_line(row.excerpt, 80)}")
            return
        checks = check_house(house.database, house.index, models=house.models, repair=not check_only, now=house.clock())
    ok = all(check.ok for check in checks)
    if as_json:
        print_json({"ok": ok, "checks": [{"name": c.name, "ok": c.ok, "detail": c.detail} for c in checks]})
    else:
        for check in checks:
            click.echo(f"{'ok ' if check.ok else 'BAD'}  {check.name}: {check.detail}")
    if not ok:
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("target", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@data_option
@json_option
def export(target: Path, folder: Path | None, as_json: bool) -> None:
    """Write everything out as files into DIR.

    papers.jsonl holds a paper a line with all its records, editions.jsonl an edition a line; `broadsheet import DIR`
    into an empty data folder gives the same store.
    """
    from broadsheet.store.papers import count_papers
    from broadsheet.usecases.export import export_all

    with opened(folder) as house:
        with house.database.read() as connection:
            total = count_papers(connection)
        with progress_bar(total, "papers", "Writing") as on_papers:
            counts = export_all(house.database, target, on_papers)
    if as_json:
        print_json(counts)
    else:
        click.echo(f"Wrote {counts['papers']:,} papers and {counts['editions']:,} editions to {target}")
