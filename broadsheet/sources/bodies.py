"""Bodies of answers, read piece by piece with a cap on what comes in and on what it unpacks to.

Unpacked here and not by httpx, which unpacks each piece whole and layer upon layer, before anyone can count.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from broadsheet.domain.errors import SourceFailed

ENCODINGS = "gzip"
_GZIP = zlib.MAX_WBITS | 16
_MAGIC = b"\x1f\x8b"
_PIECE_BYTES = 1 << 16


class BrokenBody(Exception):
    """A body ended too early, or its packing is damaged."""


def read_body(pieces: Iterator[bytes], encoding: str, most_bytes: int) -> bytes:
    """Return the unpacked body; raises SourceFailed where it is too large or packed in an unknown way, BrokenBody."""
    encoding = encoding.strip().lower()
    if encoding in ("gzip", "x-gzip"):
        pieces = _unpack(_counted(pieces, most_bytes))
    elif encoding not in ("", "identity"):
        raise SourceFailed(f"the answer is packed as {encoding[:40]!r}, which was not asked for")
    return b"".join(_counted(pieces, most_bytes))


def _counted(pieces: Iterator[bytes], most_bytes: int) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most_bytes:
            raise SourceFailed(f"the answer is larger than {most_bytes:,} bytes")
        yield piece


def _unpack(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(_GZIP)
    some = False
    for piece in pieces:
        some = some or bool(piece)
        packed, more = piece, bool(piece)
        while more:
            if unpacker.eof:
                if not packed.startswith(_MAGIC):
                    return  # what follows the end is nobody's
                unpacker = zlib.decompressobj(_GZIP)
            try:
                out = unpacker.decompress(packed, _PIECE_BYTES)
            except zlib.error as error:
                raise BrokenBody("its packing is damaged") from error
            yield out
            packed = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            more = bool(packed) or (len(out) == _PIECE_BYTES and not unpacker.eof)
    if some and not unpacker.eof:
        raise BrokenBody("it ended too early")
