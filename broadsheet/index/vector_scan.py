"""Exact search by 8-bit codes: one pass over all rows, then the best again with their float16 vectors.

A row is coded as int8 with a scale of its own, so no coordinate is ever clipped; the product of two coded rows is
computed by NumKong. One bit a coordinate would be smaller, but finds
too little in embeddings of 256 dimensions (recall@20 0.87 at 100,000 papers with 2,000 rescored, 0.999 with 8 bits).
"""

from __future__ import annotations

from collections.abc import Iterator

import numkong
import numpy as np
from numpy.typing import NDArray

from broadsheet.index.vector_facts import Bools, Int64s

BLOCK_ROWS = 16_384
GATHER_SHARE = 0.2
_TINY = np.float32(1e-30)

Codes = NDArray[np.int8]
Floats = NDArray[np.float32]


def encode(rows: Floats) -> tuple[Codes, Floats]:
    """Return int8 codes [n, dim] and scales float32 [n], so that rows are about codes * scales[:, None]."""
    peaks = np.maximum(np.abs(rows).max(axis=1, initial=0.0), _TINY).astype(np.float32)
    return np.rint(rows * (np.float32(127) / peaks)[:, None]).astype(np.int8), peaks / np.float32(127)


def kept_for(limit: int) -> int:
    """Return how many of the best by code are looked at again for `limit` results (measured: benchmarks/vectors.py)."""
    return 2 * limit + 32


def best_of(scores: Floats, keep: int) -> Int64s:
    """Return the places of the `keep` highest scores, ascending; among equals the later place wins."""
    if scores.size <= keep:
        return np.arange(scores.size, dtype=np.int64)
    least = np.partition(scores, scores.size - keep)[scores.size - keep]
    above = np.flatnonzero(scores > least)
    equal = np.flatnonzero(scores == least)
    return np.sort(np.concatenate([above, equal[equal.size - (keep - above.size) :]])).astype(np.int64)


def scan(codes: Codes, scales: Floats, query: Codes, mask: Bools | None, keep: int) -> tuple[Int64s, Floats]:
    """Return the `keep` best rows, ascending, and their scores float32 (cosines over the query's scale).

    `query` int8 [1, dim]; where `mask` [n] is given, only rows where it is True.
    """
    rows: Int64s = np.zeros(0, np.int64)
    scores: Floats = np.zeros(0, np.float32)
    least = np.float32(-np.inf)
    for some_rows, some_scores in _blocks(codes, scales, query, mask):
        good = np.flatnonzero(some_scores >= least) if rows.size >= keep else np.flatnonzero(some_scores > -np.inf)
        if not good.size:
            continue
        rows = np.concatenate([rows, some_rows[good]])
        scores = np.concatenate([scores, some_scores[good]])
        if rows.size > keep:
            chosen = best_of(scores, keep)
            rows, scores = rows[chosen], scores[chosen]
            least = scores.min()
    return rows, scores


def _blocks(codes: Codes, scales: Floats, query: Codes, mask: Bools | None) -> Iterator[tuple[Int64s, Floats]]:
    """Yield row numbers and scores, block by block; rows that are masked out are left out or score -inf."""
    if mask is not None and np.count_nonzero(mask) < GATHER_SHARE * mask.size:
        wanted = np.flatnonzero(mask)
        for start in range(0, wanted.size, BLOCK_ROWS):
            rows = wanted[start : start + BLOCK_ROWS]
            yield rows, scores_of(codes[rows], scales[rows], query)
        return
    for start in range(0, codes.shape[0], BLOCK_ROWS):
        part = slice(start, min(start + BLOCK_ROWS, codes.shape[0]))
        scores = scores_of(codes[part], scales[part], query)
        if mask is not None:
            scores[~mask[part]] = -np.inf
        yield np.arange(part.start, part.stop, dtype=np.int64), scores


def scores_of(codes: Codes, scales: Floats, query: Codes) -> Floats:
    """Return the cosine of each coded row with a coded query (int8 [1, dim]), over the query's scale: float32 [n]."""
    if not codes.shape[0]:
        return np.zeros(0, np.float32)
    return np.asarray(numkong.cdist(query, codes, "dot"), np.float32).reshape(-1) * scales


def exact_cosines(rows: NDArray[np.float16], vector: Floats) -> Floats:
    """Return the cosines of float16 unit rows [n, dim] with a unit vector [dim], float32 [n]; equal rows tie."""
    return (rows.astype(np.float64) @ vector.astype(np.float64)).astype(np.float32)
