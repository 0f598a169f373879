"""`broadsheet up`: make what is missing, then serve; `broadsheet work`: the worker alone."""

from __future__ import annotations

import gc
import signal
import socket
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadsheet.cli.options import data_option
from broadsheet.domain.errors import Misconfigured

if TYPE_CHECKING:
    from broadsheet.settings import Settings
    from broadsheet.wiring import House
    from broadsheet.worker import Worker

STOP_SECONDS = 1
# A thread that worked out a page waits after each statement of SQL until another gives way, by default 5 ms.
SWITCH_SECONDS = 0.0005


@click.command()
@data_option
@click.option("--host", help="The address to listen on (default 127.0.0.1).")
@click.option(
    "--port", type=click.IntRange(0, 65_535), help="The port to listen on (default 8765; 0 takes a free one)."
)
@click.option("--no-fetch", is_flag=True, help="Fetch nothing from outside.")
def up(folder: Path | None, host: str | None, port: int | None, no_fetch: bool) -> None:
    """Serve the daily papers; makes and fills what is missing."""
    begun = time.monotonic()
    from broadsheet.settings import default_data_folder, load_settings

    folder = folder or default_data_folder()
    settings = load_settings(folder)
    listener = _listen(host or settings.host, settings.port if port is None else port)
    with listener:
        # Links in letters and invitations lead to where it is now.
        settings = replace(settings, host=host or settings.host, port=listener.getsockname()[1])
        _serve(folder, listener, settings, begun, fetches=settings.fetch == "on" and not no_fetch)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due, then end; for cron.")
@data_option
def work(once: bool, folder: Path | None) -> None:
    """Fetch what is due and index it, until Ctrl-C.

    `broadsheet up` does the same while it serves. Two workers on one folder do nothing twice.
    """
    from broadsheet.cli.options import opened

    with opened(folder) as house:
        if once:
            _work_once(house)
            return
        stop = threading.Event()
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, lambda *_: stop.set())
        worker = _worker(house, fetches=house.settings.fetch == "on")
        worker.start()
        click.echo(f"Working on {house.folder} (Ctrl-C stops it)")
        sys.stdout.flush()
        stop.wait()
        worker.stop(STOP_SECONDS)
    click.echo("Stopped. Everything is kept.")


def _work_once(house: House) -> None:
    """Do what is due and print a line for each run."""
    from broadsheet.cli.options import embed_waiting, link_waiting_records
    from broadsheet.cli.wires import make_fetch_of
    from broadsheet.usecases.fetch_rounds import Rounds, do_what_is_due
    from broadsheet.usecases.indexing import drain_if_free
    from broadsheet.usecases.run_job import Ended

    def tell(source: str, ended: Ended) -> None:
        if ended.failure:
            click.echo(f"{source}: {ended.failure}", err=True)
        else:
            click.echo(f"{source}: {ended.counts.read:,} read, {ended.counts.added:,} added")

    if house.settings.fetch == "on":
        do_what_is_due(Rounds(house.wanted(), make_fetch_of(house)(time.sleep), tell=tell))
    drain_if_free(house.database, house.index)
    link_waiting_records(house)
    embed_waiting(house)
    _tell_webhooks(house)


def _tell_webhooks(house: House) -> None:
    """Send what waits for webhooks, and wait until each was asked once."""
    from broadsheet.usecases.tell_hits import tell_hits
    from broadsheet.wiring import make_news_room

    tell_hits(house.database, house.index, house.clock())
    room = make_news_room(house)
    room.tidy()
    room.start_due()
    room.wait()


def _worker(house: House, *, fetches: bool) -> Worker:
    from broadsheet.cli.wires import make_fetch_of
    from broadsheet.worker import Worker

    return Worker(house, make_fetch_of(house) if fetches else None)


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything is made, so that a taken one changes nothing."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # The protocol is named so that accepted connections get TCP_NODELAY from asyncio.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise Misconfigured(f"{host!r} is no address of this machine: choose another with --host.") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise Misconfigured(
            f"Port {port} on {host} cannot be used ({error.strerror}): choose another with --port, "
            "or stop the program that has it."
        ) from error
    return listener


def _serve(folder: Path, listener: socket.socket, settings: Settings, begun: float, *, fetches: bool) -> None:
    import uvicorn

    from broadsheet.usecases.load_sample import load_sample_if_empty
    from broadsheet.web.app import make_app
    from broadsheet.wiring import RECORD_NAME, open_house

    sys.setswitchinterval(SWITCH_SECONDS)
    is_new = not (folder / RECORD_NAME).exists()
    house = open_house(folder, settings=settings)
    try:
        sample = load_sample_if_empty(house.database, house.index, house.today(), house.clock())
        worker = _worker(house, fetches=fetches)
        config = uvicorn.Config(
            make_app(house), log_level="warning", access_log=False, lifespan="off", server_header=False,
            proxy_headers=False, timeout_graceful_shutdown=STOP_SECONDS,
        )  # fmt: skip
        server = uvicorn.Server(config)
        # The server takes these signals over while it runs and raises them again when it has stopped.
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, lambda *_: setattr(server, "should_exit", True))
        worker.start()
        settle_memory()
        try:
            _announce_first_reader(house)
            _announce(folder, listener, is_new=is_new, sample=sample, seconds=time.monotonic() - begun)
            server.run(sockets=[listener])
        finally:
            worker.stop(STOP_SECONDS)
    finally:
        house.close()
    click.echo("Stopped. Everything is kept.")


def settle_memory() -> None:
    """Let the collector pass over what is there for good, and look less often: each look at all stops everybody."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def _announce_first_reader(house: House) -> None:
    """Say how the first account is made, while there is none."""
    from broadsheet.store.readers import has_readers

    with house.database.read() as connection:
        if not has_readers(connection):
            click.echo(
                "Nobody has an account yet: broadsheet reader add NAME makes the operator's (alone, none is needed)"
            )


def _announce(folder: Path, listener: socket.socket, *, is_new: bool, sample: int, seconds: float) -> None:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"{'Made' if is_new else 'Opened'} the data folder {folder}")
    if sample:
        click.echo(f"Loaded the built-in sample of {sample} papers; bring in your own with: broadsheet import PATH")
    click.echo(f"Broadsheet is at http://{shown}:{port}/ (ready in {seconds:.1f} s; Ctrl-C stops it)")
    sys.stdout.flush()
