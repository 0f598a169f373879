"""Approximate search by a graph over one large segment (HNSW, Malkov & Yashunin, 1603.09320; usearch).

The graph holds the segment's int8 codes again, is saved in a file of its own and mapped from there. Its keys are row
numbers of the segment. How many nodes a search visits is found by trial when the graph is built, for recall's sake.
"""

from __future__ import annotations

import os
import threading
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from usearch.index import Index

from broadsheet.domain.errors import Corrupt
from broadsheet.index.vector_facts import Int64s
from broadsheet.index.vector_files import GraphEntry, sync_folder
from broadsheet.index.vector_scan import Codes, Floats, encode, exact_cosines, kept_for, scan
from broadsheet.index.vector_segment import Segment

CONNECTIVITY = 32
EXPANSION_ADD = 128
EXPANSIONS = (256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096)
RECALL_WANTED = 0.99
_TRIALS = 100
_TRIAL_NOISE = 1.5
_TRIAL_LIMIT = 20
_ADD_ROWS = 20_000
_EDGE_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class GraphTuning:
    """How a graph is built: links a node, nodes looked at for each new one, processor threads."""

    connectivity: int = CONNECTIVITY
    expansion_add: int = EXPANSION_ADD
    threads: int = 1


class Graph:
    """A graph that is searched by one thread at a time (usearch keeps the state of a search in the index)."""

    def __init__(self, index: Index, entry: GraphEntry) -> None:
        self.entry = entry
        self._index = index
        self._lock = threading.Lock()

    def nearest(self, query: Codes, count: int) -> Int64s:
        """Return about the `count` nearest rows to int8 [1, dim], nearest first."""
        with self._lock:
            _set_expansion(self._index, max(self.entry.expansion, count))
            keys = self._index.search(query[0], count, threads=1).keys
        return np.asarray(keys).astype(np.int64)


def _empty_index(dimension: int, tuning: GraphTuning) -> Index:
    return Index(
        ndim=dimension,
        metric="cos",
        dtype="i8",
        connectivity=tuning.connectivity,
        expansion_add=tuning.expansion_add,
        enable_key_lookups=False,
    )


def write_graph(folder: Path, name: str, segment: Segment, tuning: GraphTuning) -> GraphEntry:
    """Build and save the graph of a segment (minutes a million); raises OSError where it cannot be saved."""
    index = _empty_index(segment.codes.shape[1], tuning)
    for start in range(0, segment.pks.size, _ADD_ROWS):
        codes = segment.codes[start : start + _ADD_ROWS]
        keys = np.arange(start, start + codes.shape[0], dtype=np.uint64)
        index.add(keys, np.ascontiguousarray(codes), threads=tuning.threads)
    try:
        index.save(str(folder / name))
    except RuntimeError as failure:
        raise OSError(f"The graph {folder / name} cannot be saved: {failure}") from failure
    with (folder / name).open("rb+") as file:
        os.fsync(file.fileno())
    sync_folder(folder)
    size, checksum = _check(folder / name)
    return GraphEntry(name, segment.name, segment.pks.size, size, checksum, _expansion_for(index, segment))


def _expansion_for(index: Index, segment: Segment) -> int:
    """Return the least expansion whose recall@20 is RECALL_WANTED on trial queries, the largest where none is.

    The trials are rows with noise 1.5 times as long as they are: what readers type lies about as far from papers
    (cosine 0.55), and takes as many nodes to find; rows and mixtures of rows are found too easily to tell.
    """
    random = np.random.default_rng(segment.pks.size)
    some = segment.vectors[random.integers(0, segment.pks.size, _TRIALS)].astype(np.float32)
    noise = random.normal(0, _TRIAL_NOISE / np.sqrt(some.shape[1]), some.shape)
    trials = (some + noise).astype(np.float32)
    codes, _ = encode(trials)
    keep = kept_for(_TRIAL_LIMIT)
    rows = [scan(segment.codes, segment.scales, code[None], None, keep)[0] for code in codes]
    exact = [_best(segment, own, trial) for own, trial in zip(rows, trials, strict=True)]
    for expansion in EXPANSIONS:
        _set_expansion(index, expansion)
        hits = 0
        for code, trial, truth in zip(codes, trials, exact, strict=True):
            keys = np.asarray(index.search(code, keep, threads=1).keys).astype(np.int64)
            hits += len(truth & _best(segment, keys, trial))
        if hits >= RECALL_WANTED * sum(map(len, exact)):
            break
    return expansion


def _set_expansion(index: Index, expansion: int) -> None:
    index.expansion_search = expansion  # type: ignore[misc]  # usearch's stub forgets the setter


def _best(segment: Segment, rows: Int64s, vector: Floats) -> set[int]:
    cosines = exact_cosines(segment.vectors[rows], vector)
    return set(rows[np.argsort(-cosines)[:_TRIAL_LIMIT]].tolist())


def _check(path: Path) -> tuple[int, int]:
    """Return a file's size and the CRC-32 of its head and tail; the middle is too long to read at every start."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        checksum = zlib.crc32(file.read(_EDGE_BYTES))
        file.seek(max(0, size - _EDGE_BYTES))
        return size, zlib.crc32(file.read(_EDGE_BYTES), checksum)


def open_graph(folder: Path, entry: GraphEntry, dimension: int) -> Graph:
    """Map a saved graph; raises Corrupt where it is missing or damaged."""
    try:
        if _check(folder / entry.name) != (entry.size, entry.checksum):
            raise Corrupt(f"The graph {folder / entry.name} is damaged; it is built anew.")
        index = _empty_index(dimension, GraphTuning())
        index.view(str(folder / entry.name))
    except (OSError, RuntimeError, ValueError) as failure:
        raise Corrupt(f"The graph {folder / entry.name} cannot be read; it is built anew.") from failure
    if len(index) != entry.rows:
        raise Corrupt(f"The graph {folder / entry.name} is of another set; it is built anew.")
    return Graph(index, entry)
