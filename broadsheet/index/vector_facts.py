"""What a filter of the vector search may ask of a paper, in columns: day, flags, categories.

Categories become labels: each category and its archive ("cs.LG" and "cs"), in lower case, numbered by a table that
only grows. A segment keeps them sorted by label, so that a filter reads only the papers it wants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

HAS_CODE = 1
HAS_PROJECT = 2
HAS_DATA = 4
NO_DAY = -1

Bools = NDArray[np.bool_]
Int64s = NDArray[np.int64]
Int32s = NDArray[np.int32]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of n papers: `days` int32 [n] (proleptic ordinals, NO_DAY where unknown), `flags` uint8 [n] (HAS_...)."""

    days: Int32s
    flags: Bytes
    categories: Sequence[Sequence[str]]

    @classmethod
    def unknown(cls, count: int) -> Facts:
        """Return the facts of papers of which nothing is known."""
        return cls(np.full(count, NO_DAY, np.int32), np.zeros(count, np.uint8), [()] * count)


@dataclass(frozen=True, slots=True, eq=False)
class Filter:
    """Which papers may be found; all that is given must hold.

    Days are ordinals, both ends included; a paper of unknown day fails any of them. `categories`: any of these,
    categories or archives; `flags`: all of these bits; `pks` int64, any order: none but these.
    """

    after: int | None = None
    before: int | None = None
    categories: tuple[str, ...] = ()
    not_categories: tuple[str, ...] = ()
    flags: int = 0
    not_flags: int = 0
    pks: Int64s | None = None
    not_pks: Int64s | None = None


class FactColumns(Protocol):
    """The columns of a segment that a filter reads: pks ascending, label_ids ascending beside label_rows."""

    @property
    def pks(self) -> Int64s: ...
    @property
    def days(self) -> Int32s: ...
    @property
    def flags(self) -> Bytes: ...
    @property
    def label_ids(self) -> Int32s: ...
    @property
    def label_rows(self) -> Int32s: ...


def labels_of(categories: Iterable[str]) -> set[str]:
    """Return the labels of a paper: its categories and their archives."""
    names = {name.strip().lower() for name in categories}
    return {label for name in names for label in (name, name.partition(".")[0]) if label}


def label_columns(categories: Sequence[Sequence[str]], ids: dict[str, int]) -> tuple[Int32s, Int32s]:
    """Return (label ids, rows), both int32 [n_labels], by id and row; names that are new get the next ids."""
    pairs = [
        (ids.setdefault(label, len(ids)), row)
        for row, names in enumerate(categories)
        for label in sorted(labels_of(names))
    ]
    pairs.sort()
    table = np.array(pairs, np.int32).reshape(-1, 2)
    return np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1])


def find_rows(ascending: Int64s, wanted: Int64s) -> tuple[Int64s, Bools]:
    """Return for each of `wanted` [n] its place in `ascending` and whether it is there at all."""
    if not ascending.size:
        return np.zeros(wanted.shape, np.int64), np.zeros(wanted.shape, np.bool_)
    rows = np.minimum(np.searchsorted(ascending, wanted), ascending.size - 1).astype(np.int64)
    return rows, ascending[rows] == wanted


def matching_rows(columns: FactColumns, where: Filter, ids: Mapping[str, int]) -> Bools:
    """Return which rows of a segment pass the filter, bool [n_rows]."""
    mask = _rows_with(columns, where.pks, where.categories, ids)
    if where.not_categories:
        mask[_labelled(columns, where.not_categories, ids)] = False
    if where.not_pks is not None:
        rows, are_here = find_rows(columns.pks, np.asarray(where.not_pks, np.int64))
        mask[rows[are_here]] = False
    if where.after is not None:
        mask &= columns.days >= max(where.after, NO_DAY + 1)
    if where.before is not None:
        mask &= (columns.days <= where.before) & (columns.days > NO_DAY)
    if where.flags or where.not_flags:
        asked = np.uint8((where.flags | where.not_flags) & 0xFF)
        mask &= (columns.flags & asked) == np.uint8(where.flags & 0xFF)
    if where.flags & where.not_flags:
        mask[:] = False
    return mask


def _rows_with(columns: FactColumns, pks: Int64s | None, categories: tuple[str, ...], ids: Mapping[str, int]) -> Bools:
    mask = np.full(columns.pks.size, pks is None and not categories, np.bool_)
    if categories:
        mask[_labelled(columns, categories, ids)] = True
    if pks is not None:
        rows, are_here = find_rows(columns.pks, np.asarray(pks, np.int64))
        rows = rows[are_here]
        allowed = np.zeros_like(mask)
        allowed[rows] = mask[rows] if categories else True
        mask = allowed
    return mask


def _labelled(columns: FactColumns, names: tuple[str, ...], ids: Mapping[str, int]) -> Int64s:
    found = [ids[label] for name in names if (label := name.strip().lower()) in ids]
    parts = []
    for number in found:
        ends = np.array([number, number + 1], np.int32)  # of the column's own type, or NumPy would copy the column
        first, last = np.searchsorted(columns.label_ids, ends)
        parts.append(columns.label_rows[first:last])
    return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, np.int64)
