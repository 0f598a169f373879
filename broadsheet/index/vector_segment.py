"""One immutable run of rows in one memory-mapped file, ascending by pk; its columns, their layout and their checks.

A segment replaces and removes what older segments say of its pks; which of its own rows still count is not its
business but the layer's. Knows nothing of manifests and searches.
"""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broadsheet.domain.errors import Corrupt
from broadsheet.index.vector_coarse import FROM_ROWS, Coarse
from broadsheet.index.vector_facts import Bools, Bytes, Facts, Int32s, Int64s, find_rows, label_columns
from broadsheet.index.vector_files import SegmentEntry, Writer
from broadsheet.index.vector_scan import Codes, Floats, encode

COLUMNS = (
    ("pks", "<i8"),
    ("vectors", "<f2"),
    ("codes", "i1"),
    ("scales", "<f4"),
    ("days", "<i4"),
    ("flags", "u1"),
    ("label_ids", "<i4"),
    ("label_rows", "<i4"),
    ("removed", "<i8"),
)
_LARGE = ("vectors", "codes")
_ALIGNMENT = 64
_CHECK_BYTES = 8_000_000
_BLOCK_ROWS = 8_192

Halves = NDArray[np.float16]


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Columns of n rows: unit vectors float16 [n, dim], codes int8 [n, dim] with scales [n], labels; `removed` pks.

    A large one has a first pass, `coarse`.
    """

    name: str
    pks: Int64s
    vectors: Halves
    codes: Codes
    scales: Floats
    days: Int32s
    flags: Bytes
    label_ids: Int32s
    label_rows: Int32s
    removed: Int64s
    coarse: Coarse | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A segment and which of its rows count (None: all) after all newer segments have had their say."""

    segment: Segment
    live: Bools | None
    live_count: int

    def locate(self, pks: Int64s) -> tuple[Int64s, Bools]:
        """Return for each pk its row and whether it stands here."""
        rows, are_here = find_rows(self.segment.pks, pks)
        return rows, are_here if self.live is None else are_here & _at(self.live, rows)


def _at(live: Bools, rows: Int64s) -> Bools:
    return live[rows] if live.size else np.zeros(rows.shape, np.bool_)


@dataclass(frozen=True, slots=True)
class Put:
    """A paper's vector and facts as they wait for a commit."""

    vector: Floats
    day: int
    flags: int
    categories: tuple[str, ...]


def segment_of(changes: dict[int, Put | None], dimension: int, ids: dict[str, int]) -> Segment:
    """Return buffered changes (None: removed) as a segment in memory; new labels are added to `ids`."""
    puts = sorted((pk, put) for pk, put in changes.items() if put is not None)
    vectors = np.zeros((len(puts), dimension), np.float16)
    for row, (_, put) in enumerate(puts):
        vectors[row] = put.vector
    codes, scales = encode(vectors.astype(np.float32))
    label_ids, label_rows = label_columns([put.categories for _, put in puts], ids)
    return Segment(
        name="",
        pks=np.array([pk for pk, _ in puts], np.int64),
        vectors=vectors,
        codes=codes,
        scales=scales,
        days=np.array([put.day for _, put in puts], np.int32),
        flags=np.array([put.flags for _, put in puts], np.uint8),
        label_ids=label_ids,
        label_rows=label_rows,
        removed=np.array(sorted(pk for pk, put in changes.items() if put is None), np.int64),
    )


def puts_of(pks: Int64s, rows: Floats, facts: Facts) -> Iterator[tuple[int, Put]]:
    """Yield each paper with what a commit will write of it."""
    days, flags = facts.days.tolist(), facts.flags.tolist()
    for row, pk in enumerate(pks.tolist()):
        yield pk, Put(rows[row], days[row], flags[row], tuple(facts.categories[row]))


def _layout(entry: SegmentEntry, dimension: int) -> Iterator[tuple[str, str, tuple[int, ...], int]]:
    """Yield name, dtype, shape and offset of each column; last an empty name with the file's size."""
    offset = 0
    for name, dtype in COLUMNS:
        length = {"label_ids": entry.labels, "label_rows": entry.labels, "removed": entry.removed}.get(name, entry.rows)
        shape = (length, dimension) if name in _LARGE else (length,)
        yield name, dtype, shape, offset
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        offset += -(-size // _ALIGNMENT) * _ALIGNMENT
    yield "", "", (), offset


def open_segment(folder: Path, entry: SegmentEntry, dimension: int, check_all: bool = False) -> Segment:
    """Map a segment's file; raises FileNotFoundError, and Corrupt where size or checksums say that it is damaged.

    In a large file only the columns beside vectors and codes are checked, unless `check_all`.
    """
    layout = list(_layout(entry, dimension))
    size = layout.pop()[3]
    with (folder / entry.name).open("rb") as file:
        if size == 0 or (folder / entry.name).stat().st_size != size:
            raise Corrupt(f"The file {folder / entry.name} has the wrong length; the vectors are made anew.")
        raw = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    columns: dict[str, Any] = {}
    for (name, dtype, shape, offset), checksum in zip(layout, entry.checksums, strict=True):
        column = np.frombuffer(raw, dtype, int(np.prod(shape)), offset).reshape(shape)
        is_checked = check_all or size <= _CHECK_BYTES or name not in _LARGE
        if is_checked and zlib.crc32(column.data) != checksum:
            raise Corrupt(f"The file {folder / entry.name} is damaged; the vectors are made anew.")
        columns[name] = column
    is_large = entry.rows >= FROM_ROWS
    coarse = Coarse(columns["codes"], columns["scales"]) if is_large else None
    return Segment(name=entry.name, **columns, coarse=coarse)


def write_segment(folder: Path, name: str, layers: list[Layer], keeps_removals: bool, write: Writer) -> SegmentEntry:
    """Write the rows of layers that count as one new segment, by pk, a block at a time.

    Removals are kept where older segments remain below. Raises OSError as `write` does.
    """
    merged = _Merge(layers, keeps_removals)
    checksums: list[int] = []
    write(folder / name, merged.chunks(checksums))
    return SegmentEntry(name, merged.pks.size, merged.label_ids.size, merged.removed.size, tuple(checksums))


class _Merge:
    """What the rows of several layers are in one segment; the large columns are gathered while they are written."""

    def __init__(self, layers: list[Layer], keeps_removals: bool) -> None:
        self._layers = layers
        rows = [_live_rows(layer) for layer in layers]
        pks = np.concatenate([layer.segment.pks[own] for layer, own in zip(layers, rows, strict=True)])
        order = np.argsort(pks, kind="stable")
        source = np.repeat(np.arange(len(layers), dtype=np.int32), [own.size for own in rows])
        self._source, self._row = source[order], np.concatenate(rows)[order]
        self.pks = pks[order]
        removed = [layer.segment.removed for layer in layers] if keeps_removals else []
        self.removed = np.setdiff1d(np.concatenate([np.zeros(0, np.int64), *removed]), self.pks)
        self.label_ids, self.label_rows = self._labels()

    def _labels(self) -> tuple[Int32s, Int32s]:
        ids, rows = [], []
        for number, layer in enumerate(self._layers):
            new_row = np.full(layer.segment.pks.size, -1, np.int32)
            mine = np.flatnonzero(self._source == number)
            new_row[self._row[mine]] = mine
            moved = new_row[layer.segment.label_rows]
            ids.append(layer.segment.label_ids[moved >= 0])
            rows.append(moved[moved >= 0])
        all_ids, all_rows = np.concatenate(ids), np.concatenate(rows)
        order = np.lexsort((all_rows, all_ids))
        return all_ids[order], all_rows[order]

    def chunks(self, checksums: list[int]) -> Iterator[memoryview]:
        """Yield the file's bytes in order, and append each column's checksum as it is done."""
        for name, dtype in COLUMNS:
            size, checksum = 0, 0
            for part in self._parts(name):
                block = np.ascontiguousarray(part, dtype).data.cast("B") if part.size else memoryview(b"")
                checksum = zlib.crc32(block, checksum)
                size += block.nbytes
                yield block
            checksums.append(checksum)
            yield memoryview(bytes(-size % _ALIGNMENT))

    def _parts(self, name: str) -> Iterable[NDArray[Any]]:
        if name in ("pks", "removed", "label_ids", "label_rows"):
            yield getattr(self, name)
            return
        for start in range(0, self.pks.size, _BLOCK_ROWS):
            sources, rows = self._source[start : start + _BLOCK_ROWS], self._row[start : start + _BLOCK_ROWS]
            first: NDArray[Any] = getattr(self._layers[0].segment, name)
            block = np.empty((rows.size, *first.shape[1:]), first.dtype)
            for number in np.unique(sources).tolist():
                mine = sources == number
                block[mine] = getattr(self._layers[number].segment, name)[rows[mine]]
            yield block


def _live_rows(layer: Layer) -> Int64s:
    if layer.live is None:
        return np.arange(layer.segment.pks.size, dtype=np.int64)
    return np.flatnonzero(layer.live)


def stack(segments: list[Segment], known: dict[str, Layer]) -> tuple[Layer, ...]:
    """Return segments, oldest first, as layers; `known` are layers of an earlier state, whose dead rows stay dead."""
    layers = []
    for place, segment in enumerate(segments):
        old = known.get(segment.name)
        live = old.live if old else None
        for newer in segments[place + 1 :]:
            if old is not None and newer.name in known:
                continue
            hits = np.concatenate([_hits(segment.pks, newer.pks), _hits(segment.pks, newer.removed)])
            if hits.size:
                live = np.ones(segment.pks.size, np.bool_) if live is None else live.copy()
                live[hits] = False
        layers.append(Layer(segment, live, segment.pks.size if live is None else int(np.count_nonzero(live))))
    return tuple(layers)


def _hits(pks: Int64s, newer: Int64s) -> Int64s:
    if not pks.size or not newer.size or newer[-1] < pks[0] or newer[0] > pks[-1]:
        return np.zeros(0, np.int64)
    rows, are_here = find_rows(pks, newer)
    return rows[are_here]


def first_to_merge(stacked: tuple[Layer, ...], most_rows: int) -> int:
    """Return from which layer on all are merged with the newest: while the next older is at most twice as large.

    So sizes grow geometrically with age, and a row is rewritten a logarithmic number of times.
    """
    first = len(stacked) - 1
    total = _size(stacked[first])
    while first > 0:
        older = stacked[first - 1]
        size = _size(older)
        if size > 2 * total or total + size > most_rows:
            break
        total += size
        first -= 1
    return first


def _size(layer: Layer) -> int:
    return layer.live_count + layer.segment.removed.size
