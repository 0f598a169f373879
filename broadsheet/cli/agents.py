"""`broadsheet mcp`: agents are answered on standard input and output, as this machine's own reader."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from broadsheet.cli.options import data_option, opened
from broadsheet.domain.errors import Misconfigured


@click.command()
@data_option
def mcp(folder: Path | None) -> None:
    """Answer an agent over MCP on standard input and output, until it hangs up.

    For a client that starts programs itself; what connects by an address finds the same at /mcp of `broadsheet up`.
    """
    import anyio

    from broadsheet.agents.sdk import load_server

    server = load_server()
    if folder is not None and not folder.exists():  # a slip of the pen would be an empty Broadsheet without a word
        raise Misconfigured(f"There is no folder {folder}: name the one of `broadsheet up`, or leave --data out.")
    with opened(folder) as house:
        if sys.stdin.isatty():
            click.echo("Waiting for an MCP client on standard input (Ctrl-C stops it); see docs/agents.md", err=True)
        anyio.run(server.serve_stdio, house)
