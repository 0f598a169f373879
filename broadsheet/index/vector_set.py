"""The vectors of one model in one folder: crash-safe, searched exactly while small and in two passes when large.

It is derived from the record and remembers how far it follows it; what is damaged is emptied, and whoever drains the
queue sees position 0. One writer at a time, in any thread or process; any number of readers. It must not know the
record, the text index or who makes the vectors.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from broadsheet.domain.errors import Conflict, Corrupt
from broadsheet.index import vector_state
from broadsheet.index.vector_facts import Facts, Filter, Int64s
from broadsheet.index.vector_files import (
    Manifest,
    SegmentEntry,
    Writer,
    committing,
    delete_files,
    empty_folder,
    make_folder,
    replace_manifest,
    slug_of,
    stamp_of,
    sweep,
    write_durably,
    writing,
)
from broadsheet.index.vector_scan import Floats
from broadsheet.index.vector_segment import (
    Layer,
    Put,
    first_to_merge,
    open_segment,
    puts_of,
    segment_of,
    stack,
    write_segment,
)
from broadsheet.index.vector_state import State, load_state

LEAST_LIVE = 0.5
MERGE_ROWS = 65_536  # the most that a commit merges segments into: so a day's papers never wait for a rewrite of all


class VectorSet:
    """Unit vectors of papers, safe to share between threads. `write` writes files (tests make it fail)."""

    def __init__(
        self, folder: Path, model_id: str, dimension: int, merge_rows: int = MERGE_ROWS, write: Writer = write_durably
    ) -> None:
        self.model_id = model_id
        self.dimension = dimension
        self.folder = folder / slug_of(model_id)
        self.was_damaged = make_folder(self.folder)
        self._merge_rows = merge_rows
        self._write = write
        self._lock = threading.Lock()
        self._changes: dict[int, Put | None] = {}
        self._is_cleared = False
        self._state = self._load(None)
        with suppress(Corrupt):
            sweep(self.folder)

    def _load(self, known: State | None) -> State:
        try:
            return load_state(self.folder, self.model_id, self.dimension, known)
        except Corrupt:
            make_folder(self.folder)
            with committing(self.folder):
                return self._load_or_empty()

    def _load_or_empty(self) -> State:
        """Load while nobody can commit; what is damaged even now is emptied."""
        try:
            return load_state(self.folder, self.model_id, self.dimension)
        except Corrupt:
            self.was_damaged = True
            empty_folder(self.folder)
            return load_state(self.folder, self.model_id, self.dimension)

    @property
    def position(self) -> int:
        """The queue position up to which the set follows the record; 0 when it is new."""
        return self._state.manifest.position

    @property
    def walked_to(self) -> int:
        """The pk up to which the first walk over all papers has come."""
        return self._state.manifest.walked_to

    @property
    def is_complete(self) -> bool:
        """Whether that walk has come to its end."""
        return self._state.manifest.is_complete

    @property
    def count(self) -> int:
        """How many papers have a vector."""
        return self._state.count

    def put(self, pks: Int64s, rows: Floats, facts: Facts) -> None:
        """Buffer vectors (pks int64 [n], rows float32 [n, dim], unit) with facts, in place of what stood there."""
        pks, rows = np.asarray(pks, np.int64), np.array(rows, np.float32)
        if rows.shape != (pks.size, self.dimension) or not np.isfinite(rows).all():
            raise ValueError(f"rows must be finite, of shape {(pks.size, self.dimension)}, not {rows.shape}")
        if {pks.size} != {len(facts.days), len(facts.flags), len(facts.categories)}:
            raise ValueError("facts must have an entry for each pk")
        with self._lock:
            self._changes.update(puts_of(pks, rows, facts))

    def remove(self, pks: Int64s) -> None:
        """Buffer the removal of papers; unknown pks do no harm."""
        with self._lock:
            self._changes.update(dict.fromkeys(np.asarray(pks, np.int64).tolist()))

    def clear(self) -> None:
        """Buffer the removal of all papers, and forget what was buffered before."""
        with self._lock:
            self._changes = {}
            self._is_cleared = True

    def discard(self) -> None:
        """Forget what is buffered."""
        with self._lock:
            self._changes = {}
            self._is_cleared = False

    def commit(self, position: int, walked_to: int, is_complete: bool) -> None:
        """Make what is buffered durable and visible at once, with where it stands.

        Raises OSError (disk full): the old state serves on, and the buffer is kept for the next try; Conflict where
        the files were found damaged just now: they and the buffer are emptied, and `position` is 0.
        """
        with self._lock, committing(self.folder), writing(self.folder) as new_files:
            old = self._refreshed()
            manifest = replace(old.manifest, position=position, walked_to=walked_to, is_complete=is_complete)
            if self._is_cleared:
                manifest = replace(manifest, labels=(), segments=())
            if self._changes:
                manifest = self._with_changes(manifest, old, new_files)
            self._switch(old, manifest)
            self._changes = {}
            self._is_cleared = False

    def _with_changes(self, manifest: Manifest, old: State, new_files: list[str]) -> Manifest:
        ids = {label: number for number, label in enumerate(manifest.labels)}
        below = () if self._is_cleared else old.layers
        fresh = segment_of(self._changes, self.dimension, ids)
        stacked = stack([*(layer.segment for layer in below), fresh], {layer.segment.name: layer for layer in below})
        first = first_to_merge(stacked, self._merge_rows)
        older = self._without_dead(stacked[:first], manifest, new_files)
        layers = [*stacked[first:]]
        if not first and not any(layer.live_count for layer in layers):
            return replace(manifest, segments=())
        new_files.append(secrets.token_hex(8) + ".segment")
        entry = write_segment(self.folder, new_files[-1], layers, keeps_removals=first > 0, write=self._write)
        return replace(manifest, labels=tuple(ids), segments=(*older, entry))

    def _without_dead(self, older: Sequence[Layer], manifest: Manifest, new_files: list[str]) -> list[SegmentEntry]:
        """Return the entries of older layers without those of no use; one that is mostly dead is written anew.

        One a commit, so that a commit stays short.
        """
        entries = [entry for _, entry in zip(older, manifest.segments, strict=False)]
        for place, layer in enumerate(older):
            if layer.live_count < layer.segment.pks.size * LEAST_LIVE:
                if layer.live_count:
                    new_files.append(secrets.token_hex(8) + ".segment")
                    entries[place] = write_segment(self.folder, new_files[-1], [layer], place > 0, self._write)
                    break
                if not layer.segment.removed.size:
                    del entries[place]
                    break
        return entries

    def _switch(self, old: State, manifest: Manifest) -> None:
        """Make a manifest the committed state, serve it, and delete what only the old one needed."""
        replace_manifest(self.folder, manifest, self._write)
        self._state = load_state(self.folder, self.model_id, self.dimension, old)
        delete_files(self.folder, old.manifest.file_names() - manifest.file_names())

    def _refreshed(self) -> State:
        if stamp_of(self.folder) != self._state.stamp:
            try:
                self._state = load_state(self.folder, self.model_id, self.dimension, self._state)
            except Corrupt as damage:
                self._state = self._load_or_empty()
                if self._state.stamp is None:  # what is buffered goes on from a position that is lost
                    self._changes = {}
                    raise Conflict("The vectors were damaged and are emptied; fill them again.") from damage
        return self._state

    def refresh(self) -> bool:
        """Serve what other processes have committed since; True when there was something. Costs one `stat`."""
        if stamp_of(self.folder) == self._state.stamp:
            return False
        with self._lock:
            self._state = self._load(self._state)
        return True

    def verify(self) -> bool:
        """Read every byte and return whether all checksums hold (opening checks only the small columns)."""
        state = self._state
        try:
            for entry in state.manifest.segments:
                open_segment(self.folder, entry, self.dimension, check_all=True)
        except (Corrupt, OSError):
            return False
        return True

    def search(self, vector: Floats, limit: int, where: Filter | None = None) -> tuple[Int64s, Floats]:
        """Return (pks int64, cosines float32) of the nearest papers that pass the filter, at most `limit`.

        `vector` float32 [dim], unit. Best first, ties by higher pk. The filter works inside the search: while enough
        papers pass it, `limit` of them come back.
        """
        return vector_state.search(self._state, self._checked(vector), limit, where)

    def cosines(self, vector: Floats, pks: Int64s) -> Floats:
        """Return the cosine of `vector` with each paper, float32 [n], exact to float16 rows; nan without a vector."""
        return vector_state.cosines(self._state, self._checked(vector), np.asarray(pks, np.int64))

    def vectors_of(self, pks: Int64s) -> Floats:
        """Return the papers' vectors, float32 [n, dim], rounded to float16; a row of nan for each without one."""
        return vector_state.vectors_of(self._state, np.asarray(pks, np.int64))

    def _checked(self, vector: Floats) -> Floats:
        vector = np.asarray(vector, np.float32)
        if vector.shape != (self.dimension,) or not np.isfinite(vector).all():
            raise ValueError(f"the vector must be finite, of shape {(self.dimension,)}, not {vector.shape}")
        return vector

    def close(self) -> None:
        """Give the files back; the set is empty from then on until `refresh`."""
        with self._lock:
            self._state = State(Manifest(self.model_id, self.dimension), (), {}, None)
