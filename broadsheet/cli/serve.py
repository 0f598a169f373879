"""`broadsheet up`: make what is missing, then serve."""

from __future__ import annotations

import signal
import socket
import sys
import time
from pathlib import Path

import click

from broadsheet.cli.options import data_option
from broadsheet.domain.errors import Misconfigured

STOP_SECONDS = 1


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
        _serve(folder, listener, begun)


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


def _serve(folder: Path, listener: socket.socket, begun: float) -> None:
    import uvicorn

    from broadsheet.usecases.load_sample import load_sample_if_empty
    from broadsheet.web.app import make_app
    from broadsheet.wiring import RECORD_NAME, open_house
    from broadsheet.worker import Worker

    is_new = not (folder / RECORD_NAME).exists()
    house = open_house(folder)
    try:
        sample = load_sample_if_empty(house.database, house.index, house.today(), house.clock())
        worker = Worker(house)
        config = uvicorn.Config(
            make_app(house), log_level="warning", access_log=False, lifespan="off", server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )  # fmt: skip
        server = uvicorn.Server(config)
        # The server takes these signals over while it runs and raises them again when it has stopped.
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, lambda *_: setattr(server, "should_exit", True))
        worker.start()
        try:
            _announce(folder, listener, is_new=is_new, sample=sample, seconds=time.monotonic() - begun)
            server.run(sockets=[listener])
        finally:
            worker.stop(STOP_SECONDS)
    finally:
        house.close()
    click.echo("Stopped. Everything is kept.")


def _announce(folder: Path, listener: socket.socket, *, is_new: bool, sample: int, seconds: float) -> None:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"{'Made' if is_new else 'Opened'} the data folder {folder}")
    if sample:
        click.echo(f"Loaded the built-in sample of {sample} papers; bring in your own with: broadsheet import PATH")
    click.echo(f"Broadsheet is at http://{shown}:{port}/ (ready in {seconds:.1f} s; Ctrl-C stops it)")
    sys.stdout.flush()
