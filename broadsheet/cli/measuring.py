"""`broadsheet evaluate`: how good search and linking are, on collections that others have judged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from broadsheet.cli.options import data_option, json_option, print_json

if TYPE_CHECKING:
    from broadsheet.usecases.evaluate import Quality
    from broadsheet.usecases.evaluate_linking import Decided

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
    """Measure search, or linking, on judged collections.

    A DIR in BEIR's form (corpus.jsonl, queries.jsonl and qrels.tsv) is indexed in a place of its own with the program's
    own search, and its queries are read literally. In a DIR of labelled pairs (records_a.jsonl, records_b.jsonl and
    matches.tsv) the records are linked as papers are: what blocking finds, and what is decided.
    """
    from broadsheet.sources.duplicates import is_duplicates

    judged = [place for place in folders if not is_duplicates(place)]
    documents = [_evaluate_linking(place, as_json=as_json) for place in folders if place not in judged]
    if judged:
        wanted = _Wanted(modes or MODES, queries, judgements, embedder, folder)
        documents += _evaluate_search(judged, wanted, as_json=as_json)
    if as_json:
        print_json(documents[0] if len(documents) == 1 else documents)


@dataclass(frozen=True, slots=True)
class _Wanted:
    modes: tuple[str, ...]
    queries: str
    judgements: str
    embedder: str | None
    folder: Path | None


def _evaluate_search(places: list[Path], wanted: _Wanted, *, as_json: bool) -> list[dict[str, object]]:
    from broadsheet.embedding import make_embedder
    from broadsheet.settings import default_data_folder, load_settings
    from broadsheet.sources.collection import read_collection
    from broadsheet.usecases.evaluate import evaluate_collection

    model = make_embedder(wanted.embedder or load_settings(wanted.folder or default_data_folder()).embedder)
    documents: list[dict[str, object]] = []
    for place in places:
        collection = read_collection(place, wanted.queries, wanted.judgements)
        quality = evaluate_collection(collection, model, wanted.modes)
        payloads = {mode: measured.as_payload() for mode, measured in quality.items()}
        documents.append({"collection": collection.name, "queries": len(collection.queries), "modes": payloads})
        if not as_json:
            _print_table(collection.name, quality, is_first=len(documents) == 1)
    if not as_json and len(documents) > 1:
        _print_means(documents)
    return documents


def _evaluate_linking(place: Path, *, as_json: bool) -> dict[str, object]:
    from broadsheet.sources.duplicates import read_duplicates
    from broadsheet.usecases.evaluate_linking import evaluate_linking

    quality = evaluate_linking(read_duplicates(place))
    if not as_json:
        click.echo(
            f"{quality.collection}: {quality.decided.pairs:,} pairs, blocking finds {quality.blocking_recall:.4f}"
        )
        click.echo(f"{'threshold':<22}{'precision':>11}{'recall':>11}{'f1':>11}")
        for threshold, decided in quality.by_threshold.items():
            is_default = "  (default)" if threshold == quality.threshold else ""
            _print_decided(f"{threshold:.2f}{is_default}", decided)
        _print_decided("default, held out half", quality.held_out)
    return quality.as_payload()


def _print_decided(name: str, decided: Decided) -> None:
    click.echo(f"{name:<22}{decided.precision:>11.4f}{decided.recall:>11.4f}{decided.f1:>11.4f}")


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
