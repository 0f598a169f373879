"""The command line: one module a group of commands, loaded only when it is called for."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from broadsheet import __version__
from broadsheet.domain.errors import BroadsheetError, Invalid

# command: (module, function, what it does); kept here so that --help loads no module.
COMMANDS = {
    "up": ("serve", "up", "Serve the daily papers; makes and fills what is missing."),
    "work": ("serve", "work", "Fetch what is due and index it, without serving."),
    "import": ("importing", "import_", "Read files of papers into the record."),
    "fetch": ("fetching", "fetch", "Fetch papers from a source, now."),
    "add": ("adding", "add", "Add one paper by its id, address or BibTeX entry."),
    "search": ("reading", "search", "Find papers by words."),
    "save": ("library", "save", "Save papers into the library."),
    "unsave": ("library", "unsave", "Take papers out of the library."),
    "library": ("library", "library", "Write the library out as a file, or bring files into it."),
    "reader": ("readers", "reader", "Make and change readers' accounts; print links that sign in."),
    "similar": ("reading", "similar", "Find papers like one."),
    "edition": ("reading", "edition", "Show the edition of a day."),
    "join": ("curating", "join", "Make one paper of two, by hand."),
    "split": ("curating", "split", "Give a source's record a paper of its own, by hand."),
    "mcp": ("agents", "mcp", "Answer agents over MCP, on standard input and output."),
    "hide": ("curating", "hide", "Take a paper out of all lists."),
    "unhide": ("curating", "unhide", "Show a hidden paper again."),
    "evaluate": ("measuring", "evaluate", "Measure search or linking on judged collections."),
    "digest": ("post", "digest", "Preview digests, or send those that are due."),
    "bounce": ("post", "bounce", "Take in bounces and complaints that came back by mail."),
    "webhook": ("webhooks", "webhook", "Tell other programs what is new: make, try and replay webhooks."),
    "export": ("keeping", "export", "Write everything out as files."),
    "doctor": ("keeping", "doctor", "Prove that record and index agree, and mend them."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called; their help lines are known without."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, function, _ = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(f"broadsheet.cli.{module}"), function)
        if not isinstance(command, click.Command):
            raise TypeError(f"{cmd_name} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="broadsheet")
def cli() -> None:
    """The daily papers, self-hosted.

    Begin with `broadsheet up` and open http://127.0.0.1:8765/. All data lies in one folder: --data DIR, or
    BROADSHEET_DATA.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the program: 0 done, 1 the thing asked for failed, 2 used wrongly; errors are one line."""
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the program and return its exit status."""
    try:
        status: Any = cli.main(arguments, prog_name="broadsheet", standalone_mode=False)
    except Invalid as error:
        return _say(str(error), 2)
    except BroadsheetError as error:
        return _say(str(error), 1)
    except click.UsageError as error:
        return _say(f"{error.format_message()} See broadsheet --help.", 2)
    except click.ClickException as error:
        return _say(error.format_message(), 1)
    except (click.Abort, KeyboardInterrupt):
        return _say("Stopped.", 130)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    return status if isinstance(status, int) else 0


def _say(message: str, status: int) -> int:
    click.echo(f"broadsheet: {' '.join(message.split())}", err=True)
    return status
