"""One committed state of a vector set, loaded, and every question that can be asked of it.

Immutable: a reader that holds a state is never disturbed by commits, merges or other processes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from broadsheet.domain.errors import Corrupt
from broadsheet.index.vector_facts import Bools, Filter, Int64s, matching_rows
from broadsheet.index.vector_files import Manifest, Stamp, read_manifest, stamp_of
from broadsheet.index.vector_graph import Graph, open_graph
from broadsheet.index.vector_scan import Codes, Floats, best_of, encode, exact_cosines, kept_for, scan
from broadsheet.index.vector_segment import Layer, open_segment, stack

GRAPH_SHARE = 0.1
_OVERFETCH = 1.5
_TRIES = 5


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A manifest with its segments as layers, oldest first, and its graph where one is there and sound."""

    manifest: Manifest
    layers: tuple[Layer, ...]
    graph: Graph | None
    ids: Mapping[str, int]
    stamp: Stamp | None

    @property
    def count(self) -> int:
        """How many papers have a vector."""
        return sum(layer.live_count for layer in self.layers)

    @property
    def changed(self) -> int:
        """How many rows are dead in the oldest segment or stand outside it."""
        dead = self.layers[0].segment.pks.size - self.layers[0].live_count if self.layers else 0
        return dead + sum(layer.segment.pks.size + layer.segment.removed.size for layer in self.layers[1:])


def load_state(folder: Path, model_id: str, dimension: int, known: State | None = None) -> State:
    """Load what the manifest names; maps only files that `known` has not mapped already. Raises Corrupt."""
    for _ in range(_TRIES):
        stamp = stamp_of(folder)
        manifest = read_manifest(folder) or Manifest(model_id, dimension)
        if (manifest.model_id, manifest.dimension) != (model_id, dimension):
            raise Corrupt(f"The vectors in {folder} are of another model; they are made anew.")
        try:
            return _assemble(folder, manifest, stamp, known)
        except FileNotFoundError:  # a writer has put the next state in its place since
            continue
        except (OSError, ValueError, TypeError) as failure:
            raise Corrupt(f"The vectors in {folder} cannot be read; they are made anew.") from failure
    raise Corrupt(f"Files of the vectors in {folder} are missing; they are made anew.")


def _assemble(folder: Path, manifest: Manifest, stamp: Stamp | None, known: State | None) -> State:
    layers = {layer.segment.name: layer for layer in known.layers} if known else {}
    segments = [
        layers[entry.name].segment if entry.name in layers else open_segment(folder, entry, manifest.dimension)
        for entry in manifest.segments
    ]
    ids = {label: number for number, label in enumerate(manifest.labels)}
    return State(manifest, stack(segments, layers), _graph_of(folder, manifest, known), ids, stamp)


def _graph_of(folder: Path, manifest: Manifest, known: State | None) -> Graph | None:
    if manifest.graph is None:
        return None
    if known and known.graph and known.graph.entry == manifest.graph:
        return known.graph
    try:
        return open_graph(folder, manifest.graph, manifest.dimension)
    except Corrupt:  # the scan answers without it, and `needs_graph` says that it is wanted
        return None


def search(state: State, vector: Floats, limit: int, where: Filter | None) -> tuple[Int64s, Floats]:
    """Return (pks, cosines) of the best papers that pass the filter, best first, ties by higher pk."""
    keep = kept_for(limit)
    codes, scale = encode(vector[None, :])
    found = []
    for place, layer in enumerate(state.layers):
        mask = _mask_of(layer, where, state.ids)
        if layer.live_count == 0 or (mask is not None and not mask.any()):
            continue
        rows, scores = _candidates(state.graph, layer, codes, mask, keep)
        found.append((np.full(rows.size, place), rows, layer.segment.pks[rows], scores * scale[0]))
    if not found or limit <= 0:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    places, rows, pks, scores = (np.concatenate(parts) for parts in zip(*found, strict=True))
    by_pk = np.argsort(pks)
    chosen = by_pk[best_of(scores[by_pk], keep)]
    places, rows, pks = places[chosen], rows[chosen], pks[chosen]
    cosines = np.empty(pks.size, np.float32)
    for place in np.unique(places).tolist():
        mine = places == place
        cosines[mine] = exact_cosines(state.layers[place].segment.vectors[rows[mine]], vector)
    best = np.lexsort((-pks, -cosines))[:limit]
    return pks[best], cosines[best]


def _mask_of(layer: Layer, where: Filter | None, ids: Mapping[str, int]) -> Bools | None:
    if where is None:
        return layer.live
    mask = matching_rows(layer.segment, where, ids)
    return mask if layer.live is None else mask & layer.live


def _candidates(
    graph: Graph | None, layer: Layer, codes: Codes, mask: Bools | None, keep: int
) -> tuple[Int64s, Floats]:
    segment = layer.segment
    if graph is not None and graph.entry.segment == segment.name:
        rows = _by_graph(graph, segment.pks.size, codes, mask, keep)
        if rows is not None:
            exact = (segment.codes[rows].astype(np.float32) @ codes[0].astype(np.float32)) * segment.scales[rows]
            return rows, exact
    return scan(segment.codes, segment.scales, codes, mask, keep)


def _by_graph(graph: Graph, size: int, codes: Codes, mask: Bools | None, keep: int) -> Int64s | None:
    """Return at least `keep` rows that pass the mask, None where the scan must be asked: too few pass."""
    passing = size if mask is None else int(np.count_nonzero(mask))
    if passing < GRAPH_SHARE * size or passing < keep:
        return None
    rows = graph.nearest(codes, min(size, int(keep * _OVERFETCH * size / passing)))
    if mask is not None:
        rows = rows[mask[rows]]
    return rows if rows.size >= keep else None


def vectors_of(state: State, pks: Int64s) -> Floats:
    """Return the vectors of papers, float32 [n, dim], a row of nan for each that has none."""
    vectors = np.full((pks.size, state.manifest.dimension), np.nan, np.float32)
    for layer in state.layers:
        rows, are_here = layer.locate(pks)
        if are_here.any():
            vectors[are_here] = layer.segment.vectors[rows[are_here]]
    return vectors


def cosines(state: State, vector: Floats, pks: Int64s) -> Floats:
    """Return the cosine of each paper with a vector, float32 [n], nan for each that has none."""
    values = np.full(pks.size, np.nan, np.float32)
    for layer in state.layers:
        rows, are_here = layer.locate(pks)
        if are_here.any():
            values[are_here] = exact_cosines(layer.segment.vectors[rows[are_here]], vector)
    return values
