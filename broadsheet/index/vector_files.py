"""The files of a vector set: durable writes, locks between processes, and the manifest that names what counts.

A file that the manifest does not name does not exist, so a change is one atomic replacement of the manifest. Knows
nothing of vectors.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from broadsheet.domain.errors import Corrupt

FORMAT = "vectors-1"
MANIFEST = "manifest.json"
_COMMIT_LOCK = "commit.lock"
_FILES_LOCK = "files.lock"

Chunks = Iterable[memoryview]
Writer = Callable[[Path, Chunks], None]
Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment file: how long its columns are, and their CRC-32 in the order of the layout."""

    name: str
    rows: int
    labels: int
    removed: int
    checksums: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """One committed state. A label's id is its place in `labels`, which only grows."""

    model_id: str
    dimension: int
    position: int = 0
    walked_to: int = 0
    is_complete: bool = False
    labels: tuple[str, ...] = ()
    segments: tuple[SegmentEntry, ...] = ()

    def file_names(self) -> set[str]:
        """Return the names of the files that this state needs."""
        return {entry.name for entry in self.segments}


def slug_of(model_id: str) -> str:
    """Return a folder name for a model: readable, and different for different models."""
    readable = re.sub(r"[^a-z0-9._]+", "-", model_id.lower()).strip("-.")[:48]
    return f"{readable or 'model'}-{hashlib.sha256(model_id.encode()).hexdigest()[:8]}"


def write_durably(path: Path, chunks: Chunks) -> None:
    """Write a file and wait until it is on the disk; raises OSError, for one where the disk is full."""
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the folder's names are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def stamp_of(folder: Path) -> Stamp | None:
    """Return what changes when the manifest is replaced: time in ns, inode, size; None where there is none."""
    try:
        status = (folder / MANIFEST).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size


def read_manifest(folder: Path) -> Manifest | None:
    """Return the committed state, None before the first commit; raises Corrupt where it cannot be read."""
    try:
        document = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as failure:
        raise Corrupt(f"The manifest of the vectors in {folder} cannot be read; they are made anew.") from failure
    try:
        if document["crc32"] != _checksum_of(document["state"]) or document["state"]["format"] != FORMAT:
            raise Corrupt(f"The manifest of the vectors in {folder} is damaged; they are made anew.")
        return _manifest_of(document["state"])
    except (KeyError, TypeError, AttributeError) as failure:
        raise Corrupt(f"The manifest of the vectors in {folder} is damaged; they are made anew.") from failure


def _manifest_of(state: dict[str, Any]) -> Manifest:
    fields = {key: value for key, value in state.items() if key not in ("format", "graph")}  # once there were graphs
    fields["labels"] = tuple(state["labels"])
    fields["segments"] = tuple(
        SegmentEntry(**{**entry, "checksums": tuple(entry["checksums"])}) for entry in state["segments"]
    )
    return Manifest(**fields)


def _checksum_of(state: object) -> int:
    return zlib.crc32(json.dumps(state, sort_keys=True).encode())


def replace_manifest(folder: Path, manifest: Manifest, write: Writer) -> None:
    """Make a state the committed one; after a crash at any moment the old one or this one stands."""
    state = json.loads(json.dumps({"format": FORMAT, **asdict(manifest)}))
    text = json.dumps({"crc32": _checksum_of(state), "state": state})
    fresh = folder / f"{MANIFEST}.new"
    sync_folder(folder)
    write(fresh, [memoryview(text.encode())])
    fresh.replace(folder / MANIFEST)
    sync_folder(folder)


def delete_files(folder: Path, names: Iterable[str]) -> None:
    """Delete files of the folder; whoever has them mapped keeps what they see."""
    for name in names:
        (folder / name).unlink(missing_ok=True)


def make_folder(folder: Path) -> bool:
    """Make sure that the folder is there; True where what was no folder, it or its parent, had to go."""
    was_other = False
    for place in (folder.parent, folder):
        if not place.is_dir() and (place.exists() or place.is_symlink()):
            place.unlink()
            was_other = True
    folder.mkdir(parents=True, exist_ok=True)
    return was_other


def empty_folder(folder: Path) -> None:
    """Delete everything in the folder but the locks."""
    for path in folder.iterdir():
        if path.name in (_COMMIT_LOCK, _FILES_LOCK) and path.is_file():
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Delete what no manifest names, unless some process is writing just now; raises Corrupt as read_manifest."""
    with (folder / _FILES_LOCK).open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        manifest = read_manifest(folder)
        kept = (manifest.file_names() if manifest else set()) | {MANIFEST, _COMMIT_LOCK, _FILES_LOCK}
        delete_files(folder, [path.name for path in folder.iterdir() if path.name not in kept and path.is_file()])


@contextmanager
def committing(folder: Path) -> Iterator[None]:
    """Hold the right to replace the manifest, against threads and processes; waits for it."""
    with (folder / _COMMIT_LOCK).open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def writing(folder: Path) -> Iterator[list[str]]:
    """Keep `sweep` away from new files, whose names the caller appends to the list.

    On any failure they are deleted, but for those that the manifest names already: it may have been replaced.
    """
    names = [f"{MANIFEST}.new"]
    with (folder / _FILES_LOCK).open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        try:
            yield names
        except BaseException:
            with suppress(OSError, Corrupt):
                manifest = read_manifest(folder)
                delete_files(folder, set(names) - (manifest.file_names() if manifest else set()))
            raise
