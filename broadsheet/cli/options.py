"""What commands share: the data folder, JSON on standard output, a progress bar on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from broadsheet.wiring import House

EMBEDDED_AT_ONCE = 20_000
LINKED_AT_ONCE = 20_000


def data_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --data DIR."""
    return click.option(
        "--data", "folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
        help="The data folder (else BROADSHEET_DATA, else where your system keeps users' data).",
    )(function)  # fmt: skip


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")(function)


@contextmanager
def opened(folder: Path | None) -> Iterator[House]:
    """Open the House of a data folder and close it in the end."""
    from broadsheet.settings import default_data_folder
    from broadsheet.wiring import open_house

    house = open_house(folder or default_data_folder())
    try:
        yield house
    finally:
        house.close()


def print_json(document: Any) -> None:
    """Print one JSON document."""
    import orjson

    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())


@contextmanager
def progress_bar(total: int, unit: str, label: str) -> Iterator[Callable[[int], None]]:
    """Show a bar with rate and remaining time on a terminal; elsewhere show nothing until the end."""
    from tqdm import tqdm

    hidden = not sys.stderr.isatty()
    bar = tqdm(total=total, unit=unit, unit_scale=True, desc=label, disable=hidden, file=sys.stderr, mininterval=0.2)
    with bar:
        yield bar.update


def embed_waiting(house: House) -> None:
    """Embed the papers that have no vectors yet, with a bar, unless they are many or another process does it."""
    from broadsheet.domain.errors import Conflict
    from broadsheet.usecases.embedding import count_waiting, follow_with_vectors

    waiting = count_waiting(house.models) or 0
    if waiting > EMBEDDED_AT_ONCE:
        click.echo(
            f"{waiting:,} papers wait for their vectors: until then search goes by words. "
            "A running broadsheet up makes them in the background, broadsheet doctor at once.",
            err=True,
        )
        return
    with progress_bar(waiting, "papers", "Embedding") as on_papers, suppress(Conflict):
        follow_with_vectors(house.models, on_papers)


def link_waiting_records(house: House) -> int:
    """Link the records that came in, with a bar, unless they are many; return how many papers were merged."""
    from broadsheet.usecases.indexing import drain_if_free
    from broadsheet.usecases.link_papers import count_waiting_records, link_waiting

    waiting = count_waiting_records(house.database)
    if waiting > LINKED_AT_ONCE:
        click.echo(
            f"{waiting:,} records wait to be compared: until then a paper that two sources tell of without a common id "
            "may stand here twice. A running broadsheet up compares them in the background.",
            err=True,
        )
        return 0
    with progress_bar(waiting, "records", "Linking") as on_records:
        merged = link_waiting(house.database, on_records)
    if merged:
        drain_if_free(house.database, house.index)
    return merged


def single_line(text: str, width: int) -> str:
    """Return a text without control characters, cut to `width` with an ellipsis."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= width else text[: width - 1] + "…"
