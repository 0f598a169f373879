"""`broadsheet reader ...`: who has an account, made and changed by whoever has the machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadsheet.cli.options import data_option, json_option, opened, print_json

if TYPE_CHECKING:
    from broadsheet.domain.readers import Reader
    from broadsheet.wiring import House


@click.group()
def reader() -> None:
    """Readers with an account: add, list, link, role, block, unblock, remove, invite."""


@reader.command()
@click.argument("name")
@click.option("--email", default="", help="Where links to sign in are sent; without it, only links made here work.")
@click.option("--role", default="reader", help="reader, curator or operator; the first one is operator.")
@data_option
@json_option
def add(name: str, email: str, role: str, folder: Path | None, as_json: bool) -> None:
    """Make a reader and print a link that signs in, once, within 15 minutes."""
    from broadsheet.usecases.accounts import WantedReader, add_reader

    with opened(folder) as house:
        made, secret = add_reader(house.database, None, WantedReader(name, email, role), house.clock())
        _tell_link(house, made, secret, as_json=as_json)


@reader.command()
@click.argument("name")
@data_option
@json_option
def link(name: str, folder: Path | None, as_json: bool) -> None:
    """Print a new link that signs a reader in, once, within 15 minutes."""
    from broadsheet.store import readers
    from broadsheet.usecases.accounts import link_for

    with opened(folder) as house:
        secret = link_for(house.database, None, name, house.clock())
        with house.database.read() as connection:
            _tell_link(house, readers.get_by_name(connection, name), secret, as_json=as_json)


@reader.command("list")
@data_option
@json_option
def list_(folder: Path | None, as_json: bool) -> None:
    """Print the readers."""
    from broadsheet.store import readers

    with opened(folder) as house, house.database.read() as connection:
        found: list[Reader] = []
        after = ""
        while more := readers.list_readers(connection, after):
            found, after = [*found, *more], more[-1].name
    if as_json:
        print_json([_payload(one) for one in found])
        return
    for one in found:
        click.echo(f"{one.name}  {one.role}{', blocked' if one.is_blocked else ''}  {one.email}".rstrip())


@reader.command()
@click.argument("name")
@click.argument("new_role", metavar="ROLE")
@data_option
def role(name: str, new_role: str, folder: Path | None) -> None:
    """Make a reader a reader, curator or operator."""
    _change(folder, name, role=new_role)


@reader.command()
@click.argument("name")
@data_option
def block(name: str, folder: Path | None) -> None:
    """Close an account for now and sign its reader out."""
    _change(folder, name, is_blocked=True)


@reader.command()
@click.argument("name")
@data_option
def unblock(name: str, folder: Path | None) -> None:
    """Open a closed account again."""
    _change(folder, name, is_blocked=False)


@reader.command()
@click.argument("name")
@data_option
def remove(name: str, folder: Path | None) -> None:
    """Delete an account as its reader could: what others answered stays, without a name."""
    from broadsheet.store import readers
    from broadsheet.usecases.accounts import delete_account

    with opened(folder) as house:
        with house.database.read() as connection:
            found = readers.get_by_name(connection, name)
        delete_account(house.database, found, house.clock())
    click.echo(f"{name} is gone.")


@reader.command()
@click.option("--note", default="", help="Whom it is for; nobody else sees it.")
@data_option
@json_option
def invite(note: str, folder: Path | None, as_json: bool) -> None:
    """Print an address by which one person can make an account, within 14 days."""
    from broadsheet.render.links import invitation
    from broadsheet.usecases.sign_in import invite as make_invitation

    with opened(folder) as house:
        address = house.root() + invitation(make_invitation(house.database, None, note, house.clock()))
    if as_json:
        print_json({"url": address})
    else:
        click.echo(f"Good for one account within 14 days: {address}")


def _tell_link(house: House, of: Reader, secret: str, *, as_json: bool) -> None:
    from broadsheet.render.links import sign_in_link

    address = house.root() + sign_in_link(secret)
    if as_json:
        print_json({**_payload(of), "sign_in": address})
    else:
        click.echo(f"{of.name} ({of.role}) signs in, once, within 15 minutes: {address}")


def _payload(of: Reader) -> dict[str, object]:
    return {"name": of.name, "email": of.email, "role": of.role, "blocked": of.is_blocked}


def _change(folder: Path | None, name: str, **to: object) -> None:
    from broadsheet.usecases.accounts import change_reader

    with opened(folder) as house:
        changed = change_reader(house.database, None, name, house.clock(), **to)
    click.echo(f"{changed.name}: {changed.role}{', blocked' if changed.is_blocked else ''}")
