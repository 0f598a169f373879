"""`broadsheet evaluate`: how good search is, on collections that others have judged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadsheet.cli.options import data_option, json_option, print_json

if TYPE_CHECKING:
    from broadsheet.usecases.evaluate import Quality

MODES = ("hybrid", "text", "vector")
COLUMNS = ("ndcg@10", "ndcg@20", "recall@100", "mrr@10", "p50_ms", "p99_ms")


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR...")
@click.option("--mode", "modes", multiple=True, type=click.Choice(MODES), help="How to look (default: each way).")
@click.option("--queries", default="queries.jsonl", show_default=True, help="The file of queries in DIR.")
@click.option("--judgements", default="qrels.tsv", show_default=True, help="The file of judgements in DIR.")
@click.option("--embedder", metavar="NAME", help="The model (default: the one of the settings).")
@data_option
@json_option
def evaluate(  # noqa: PLR0913 (one a command-line option)
    folders: tuple[Path, ...],
    modes: tuple[str, ...],
    queries: str,
    judgements: str,
    embedder: str | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Measure search on judged collections.

    Each DIR holds a collection in BEIR's form: corpus.jsonl, queries.jsonl and qrels.tsv. It is indexed in a place of
    its own with the program's own search, and its queries are read literally.
    """
    from broadsheet.embedding import make_embedder
    from broadsheet.settings import default_data_folder, load_settings
    from broadsheet.sources.collection import read_collection
    from broadsheet.usecases.evaluate import evaluate_collection

    model = make_embedder(embedder or load_settings(folder or default_data_folder()).embedder)
    documents = []
    for place in folders:
        collection = read_collection(place, queries, judgements)
        quality = evaluate_collection(collection, model, modes or MODES)
        payloads = {mode: measured.as_payload() for mode, measured in quality.items()}
        documents.append({"collection": collection.name, "queries": len(collection.queries), "modes": payloads})
        if not as_json:
            _print_table(collection.name, quality, is_first=len(documents) == 1)
    if as_json:
        print_json(documents[0] if len(documents) == 1 else documents)
    elif len(documents) > 1:
        _print_means(documents)


def _print_table(name: str, quality: dict[str, Quality], *, is_first: bool) -> None:
    if is_first:
        click.echo(f"{'collection':<16}{'mode':<9}" + "".join(f"{column:>12}" for column in COLUMNS))
    for mode, measured in quality.items():
        values = measured.as_payload()
        click.echo(f"{name:<16}{mode:<9}" + "".join(f"{values[column]:>12.4f}" for column in COLUMNS))


def _print_means(documents: list[dict[str, object]]) -> None:
    modes: dict[str, list[dict[str, float]]] = {}
    for document in documents:
        for mode, values in document["modes"].items():  # type: ignore[attr-defined]
            modes.setdefault(mode, []).append(values)
    for mode, rows in modes.items():
        means = [sum(row[column] for row in rows) / len(rows) for column in COLUMNS[:4]]
        click.echo(f"{'mean':<16}{mode:<9}" + "".join(f"{mean:>12.4f}" for mean in means))
