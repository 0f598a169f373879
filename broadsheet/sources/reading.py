"""Bytes to lines: opening files of papers, plain or gzipped, with bounded memory.

Owns what every reader needs of a file: its lines, its age, its folder, and what went wrong on the way. Must
not know any format.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, NamedTuple

from broadsheet.domain.errors import NotFound, SourceFailed
from broadsheet.domain.paper import Record

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_LINE_BYTES = 8 << 20
WHOLE_FILE_BYTES = 32 << 20
EXCERPT_LETTERS = 120
_SKIP_BYTES = 1 << 20
_BUFFER_BYTES = 1 << 18
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class SetAside:
    """A piece of a file that could not be read: its first line (0: the whole file), why, what it says."""

    line: int
    reason: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the reader of a file may be told: its format (one of FORMATS), the day on which it was saved."""

    format: str | None = None
    saved_on: date | None = None


Item = Record | SetAside


class Line(NamedTuple):
    """A line of a file, counted from 1, with its line end; `cut` when the file broke off inside it."""

    number: int
    data: bytes
    cut: bool = False


Lines = Iterable[Line | SetAside]


def excerpt_of(data: bytes | str) -> str:
    """Return the first words of a damaged piece, fit to be printed on one line."""
    text = data[: 4 * EXCERPT_LETTERS].decode("utf-8", "replace") if isinstance(data, bytes) else data
    folded = " ".join(text[: 4 * EXCERPT_LETTERS].split())
    return "".join(c if c.isprintable() else "\ufffd" for c in folded[:EXCERPT_LETTERS])


def decode(data: bytes) -> str | None:
    """Return the text of a line, or None where it is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def not_utf8(line: int, data: bytes | str) -> SetAside:
    """Set a piece aside because its bytes are no text."""
    return SetAside(line, "invalid UTF-8", excerpt_of(data))


class _CountedFile(io.RawIOBase):
    """A file that reports how many bytes were taken from it."""

    def __init__(self, file: IO[bytes], on_bytes: Callable[[int], None] | None) -> None:
        super().__init__()
        self._file = file
        self._on_bytes = on_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        data = self._file.read(memoryview(buffer).nbytes)
        memoryview(buffer).cast("B")[: len(data)] = data
        if self._on_bytes is not None and data:
            self._on_bytes(len(data))
        return len(data)


class _ForgivingStream(io.RawIOBase):
    """A stream that ends where it breaks, and remembers why in `failure`."""

    def __init__(self, stream: io.BufferedReader | gzip.GzipFile) -> None:
        super().__init__()
        self._stream = stream
        self.failure: str | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        if self.failure is not None:
            return 0
        try:
            # read1, because read would lose what came before the damage
            data = self._stream.read1(memoryview(buffer).nbytes)
        except EOFError:
            self.failure = "the gzip file is truncated: it ends before its end mark"
        except (gzip.BadGzipFile, zlib.error) as error:
            self.failure = f"the gzip file is corrupt: {error}"
        except OSError as error:
            self.failure = f"the file cannot be read further: {error.strerror or error}"
        else:
            memoryview(buffer).cast("B")[: len(data)] = data
            return len(data)
        return 0


class PaperFile:
    """An open file of papers; a context manager.

    Raises NotFound where there is no such file and SourceFailed where it cannot be opened.
    """

    def __init__(self, path: Path, on_bytes: Callable[[int], None] | None = None) -> None:
        try:
            self._file = path.open("rb", buffering=0)
            self.modified_on: date = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date()
        except FileNotFoundError as error:
            raise NotFound(f"There is no file {path}: check the path.") from error
        except (OSError, ValueError, OverflowError) as error:
            raise SourceFailed(f"{path} cannot be opened ({error}): give a file that may be read.") from error
        self.folder = path.absolute().parent.name
        counted: io.BufferedReader = io.BufferedReader(_CountedFile(self._file, on_bytes), _BUFFER_BYTES)
        plain: io.BufferedReader | gzip.GzipFile = counted
        if _starts_with(counted, b"\x1f\x8b"):
            plain = gzip.GzipFile(fileobj=counted, mode="rb")
        self._forgiving = _ForgivingStream(plain)
        self._buffered: io.BufferedReader = io.BufferedReader(self._forgiving, _BUFFER_BYTES)

    @property
    def failure(self) -> str | None:
        """Why the stream broke off; None while it has not."""
        return self._forgiving.failure

    def head(self) -> bytes:
        """Return the first bytes without taking them; empty for an empty file."""
        return self._buffered.peek(_BUFFER_BYTES)

    def lines(self) -> Iterator[Line | SetAside]:
        """Yield every line; one that is too long is skipped in pieces and set aside.

        A file that begins as one JSON array or one HTML page may be a single line of up to WHOLE_FILE_BYTES.
        """
        whole = self.head().removeprefix(_BOM).lstrip()[:1] in (b"[", b"<")
        return _read_lines(self, self._buffered, WHOLE_FILE_BYTES if whole else MAX_LINE_BYTES)

    def __enter__(self) -> PaperFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def _starts_with(stream: io.BufferedReader, magic: bytes) -> bool:
    try:
        return stream.peek(len(magic)).startswith(magic)
    except OSError:
        return False  # the same failure comes again at the first read, where it is set aside


def _read_lines(file: PaperFile, stream: io.BufferedReader, limit: int) -> Iterator[Line | SetAside]:
    number = 0
    while data := stream.readline(limit + 1):
        number += 1
        ended = data.endswith(b"\n")
        if number == 1:
            data = data.removeprefix(_BOM)
        if len(data) > limit:
            start = data[: 4 * EXCERPT_LETTERS]
            del data
            while not ended and (rest := stream.readline(_SKIP_BYTES)):
                ended = rest.endswith(b"\n")
            yield SetAside(number, f"a line of more than {limit >> 20} MiB", excerpt_of(start))
            continue
        yield Line(number, data, cut=not ended and file.failure is not None)


def gather(lines: Lines, what: str) -> Iterator[bytes | SetAside]:
    """Yield what was set aside among the lines, then the lines joined, where they are not too many.

    For formats that must be held in memory as one: over WHOLE_FILE_BYTES nothing but the reason is yielded.
    """
    kept: list[bytes] = []
    size = 0
    for line in lines:
        if isinstance(line, SetAside):
            yield line
            kept.append(b"\n")
            continue
        size += len(line.data)
        if size > WHOLE_FILE_BYTES:
            yield SetAside(line.number, f"{what} of more than {WHOLE_FILE_BYTES >> 20} MiB: split it first")
            return
        kept.append(line.data)
    yield b"".join(kept)
