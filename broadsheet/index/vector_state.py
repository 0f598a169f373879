"""One committed state of a vector set, loaded, and every question that can be asked of it.

Immutable: a reader that holds a state is never disturbed by commits, merges or other processes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from broadsheet.domain.errors import Corrupt
from broadsheet.index.vector_coarse import LEAST_SHARE, Coarse, best_places, candidates_kept
from broadsheet.index.vector_facts import Bools, Filter, Int64s, matching_rows
from broadsheet.index.vector_files import Manifest, Stamp, read_manifest, stamp_of
from broadsheet.index.vector_scan import (
    Codes,
    Floats,
    best_of,
    encode,
    exact_cosines,
    kept_for,
    scan,
    scores_of,
)
from broadsheet.index.vector_segment import Layer, open_segment, stack

_TRIES = 5


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A manifest with its segments as layers, oldest first."""

    manifest: Manifest
    layers: tuple[Layer, ...]
    ids: Mapping[str, int]
    stamp: Stamp | None

    @property
    def count(self) -> int:
        """How many papers have a vector."""
        return sum(layer.live_count for layer in self.layers)


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
    return State(manifest, stack(segments, layers), ids, stamp)


def search(state: State, vector: Floats, limit: int, where: Filter | None) -> tuple[Int64s, Floats]:
    """Return (pks, cosines) of the best papers that pass the filter, best first, ties by higher pk."""
    keep = kept_for(limit)
    codes, scale = encode(vector[None, :])
    found, passing_large = [], 0
    large: list[_FirstPass] = []
    for place, layer in enumerate(state.layers):
        mask = _mask_of(layer, where, state.ids)
        passing = layer.segment.pks.size if mask is None else int(np.count_nonzero(mask))
        if passing == 0:
            continue
        if layer.segment.coarse is not None and passing >= LEAST_SHARE * layer.segment.pks.size:
            large.append(_first_pass(place, layer.segment.coarse, codes, mask))
            passing_large += passing
        else:
            found.append((place, *scan(layer.segment.codes, layer.segment.scales, codes, mask, keep)))
    found += _scored_whole(state, large, candidates_kept(passing_large), codes)
    if not found or limit <= 0:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    places = np.concatenate([np.full(rows.size, place) for place, rows, _ in found])
    rows = np.concatenate([rows for _, rows, _ in found])
    pks = np.concatenate([state.layers[place].segment.pks[rows] for place, rows, _ in found])
    scores = np.concatenate([scores for _, _, scores in found]) * scale[0]
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


class _FirstPass(NamedTuple):
    """What a first pass says of a layer's rows that pass the filter (`rows` None: of all)."""

    place: int
    rows: Int64s | None
    scores: Floats


def _first_pass(place: int, coarse: Coarse, codes: Codes, mask: Bools | None) -> _FirstPass:
    scores = coarse.scores(codes)
    if mask is None:
        return _FirstPass(place, None, scores)
    rows = np.flatnonzero(mask)  # a fifth of the time that the mask itself takes as an index
    return _FirstPass(place, rows, scores[rows])


def _scored_whole(
    state: State, large: Sequence[_FirstPass], keep: int, codes: Codes
) -> list[tuple[int, Int64s, Floats]]:
    """Return (layer, rows, scores by the whole code) of the `keep` candidates that the first passes leave."""
    if not large:
        return []
    together = np.concatenate([one.scores for one in large])
    places = best_places(together, keep)
    found, start = [], 0
    for place, passing, scores in large:
        first, last = np.searchsorted(places, (start, start + scores.size))
        rows = places[first:last] - start
        rows = rows if passing is None else passing[rows]
        segment = state.layers[place].segment
        found.append((place, rows, scores_of(segment.codes[rows], segment.scales[rows], codes)))
        start += scores.size
    return found


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
