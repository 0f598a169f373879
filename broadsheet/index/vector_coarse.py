"""A first pass over large segments: the leading half of each row's code, packed so that it is read at memory speed.

Rows are unit vectors; half of their coordinates choose candidates, which are then scored whole. The candidates kept
grow with the rows, so that recall@20 stays above 0.99 (measured: benchmarks/vectors.py). Models trained for shorter
vectors (Matryoshka, Kusupati et al., 2205.13147), as the default is, need fewer, but none is relied on to be one.
"""

from __future__ import annotations

import threading

import numkong
import numpy as np

from broadsheet.index.vector_facts import Int64s
from broadsheet.index.vector_scan import Codes, Floats

FROM_ROWS = 8_192
LEAST_KEPT = 2_000
LEAST_SHARE = 0.06  # of a segment that must pass a filter: fewer rows are sooner gathered and scored whole
ROWS_A_CANDIDATE = 250
_STEP = 64  # coordinates; what the processor reads at once
_LEAST_COORDINATES = 128
_SAMPLED = 16


class Coarse:
    """The leading coordinates of codes (int8 [n, dim]) with their scales (float32 [n]), packed when first asked."""

    def __init__(self, codes: Codes, scales: Floats) -> None:
        self._codes = codes
        self._scales = scales
        self._lock = threading.Lock()
        self._packed: numkong.PackedMatrix | None = None

    def scores(self, query: Codes) -> Floats:
        """Return what the leading coordinates say of each row for a query (int8 [1, dim]), float32 [n]."""
        with self._lock:
            if self._packed is None:
                self._packed = numkong.dots_pack(np.ascontiguousarray(self._codes[:, : _leading(query)]))
        products = numkong.dots_packed(np.ascontiguousarray(query[:, : _leading(query)]), self._packed)
        # Whole numbers below 2 ** 24: float32 holds them, and NumPy left alone would make float64 of them.
        scores: Floats = np.multiply(np.asarray(products).reshape(-1), self._scales, dtype=np.float32)
        return scores


def _leading(query: Codes) -> int:
    whole = int(query.shape[1])
    half = -(-whole // (2 * _STEP)) * _STEP
    return min(whole, max(half, _LEAST_COORDINATES))


def candidates_kept(rows: int) -> int:
    """Return how many of so many rows that a first pass looked at, and that pass the filter, are scored whole."""
    return max(LEAST_KEPT, rows // ROWS_A_CANDIDATE)


def best_places(scores: Floats, keep: int) -> Int64s:
    """Return the places of at least the `keep` highest scores, ascending; all where there are no more.

    The bar is guessed from a sample: sorting out the exact `keep` costs more than scoring some too many.
    """
    if scores.size <= keep:
        return np.arange(scores.size, dtype=np.int64)
    sample = scores[::_SAMPLED]
    place = max(0, sample.size - 1 - int(1.25 * keep / _SAMPLED))
    bar = np.partition(sample, place)[place]
    places = np.flatnonzero(scores >= bar).astype(np.int64)
    if keep <= places.size <= 4 * keep:
        return places
    exact = np.partition(scores, scores.size - keep)[scores.size - keep]
    return np.flatnonzero(scores >= exact).astype(np.int64)
