"""Which papers are worth comparing: those that share a block. A block is a number made of a record's words.

A record stands in the blocks of its title, whole and in parts, in some that the title's letters give by MinHash
(Broder 1997, in bands as in Leskovec et al., Mining of Massive Datasets, 3.4), and in some of its abstract's beginning:
abstracts are cut off at the end. Records that are alike share at least one, nearly always. A block of more than
LARGEST_BLOCK papers tells nothing ("Introduction") and is not used.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from broadsheet.linkage.normalise import Described

LARGEST_BLOCK = 40
TITLE_BANDS, TITLE_ROWS = 10, 6
ABSTRACT_BANDS, ABSTRACT_ROWS = 4, 3
LEAD_WORDS = 60
GRAM = 4
_LEAST_LETTERS = 12
_KEY_BITS = 47  # six bytes in SQLite; with 20 million keys one lookup in seven million meets a stranger

Numbers = NDArray[np.uint64]


def block_keys(records: Sequence[Described]) -> list[list[int]]:
    """Return the blocks of each record; many records at once cost far less than one by one."""
    found = [[_exact(part) for part in sorted(record.title_parts)] for record in records]
    titles = [_grams(record.title_letters) for record in records]
    leads = [_lead(record.abstract_words[:LEAD_WORDS]) for record in records]
    for at, keys in _bands(titles, TITLE_BANDS, TITLE_ROWS, 1):
        found[at] += keys
    for at, keys in _bands(leads, ABSTRACT_BANDS, ABSTRACT_ROWS, 2):
        found[at] += keys
    return [list(dict.fromkeys(keys)) for keys in found]


def candidate_pairs(keys: Sequence[Sequence[int]]) -> set[tuple[int, int]]:
    """Return the pairs (i, j), i < j, of positions that share a block which is not too large."""
    blocks: dict[int, list[int]] = {}
    for at, of_record in enumerate(keys):
        for key in of_record:
            blocks.setdefault(key, []).append(at)
    usable = (members for members in blocks.values() if len(members) <= LARGEST_BLOCK)
    return {pair for members in usable for pair in combinations(members, 2)}


def _exact(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) >> (64 - _KEY_BITS)


def _grams(text: str) -> Numbers:
    """Return every GRAM bytes of a text as one number; none for a text too short to be told from others."""
    data = np.frombuffer(text.encode(), np.uint8).astype(np.uint64)
    if len(data) < _LEAST_LETTERS:
        return data[:0]
    grams = data[: len(data) - GRAM + 1].copy()
    for step in range(1, GRAM):
        grams |= data[step : len(data) - GRAM + 1 + step] << np.uint64(8 * step)
    return grams


def _lead(words: list[str]) -> Numbers:
    """Return three words each as one number."""
    if len(words) < LEAD_WORDS // 4:
        return np.empty(0, np.uint64)
    codes = np.array([zlib.crc32(word.encode()) for word in words], np.uint64)
    return _mixed(_mixed(codes[:-2]) + codes[1:-1]) + codes[2:]


def _bands(sets: Sequence[Numbers], bands: int, rows: int, family: int) -> Iterator[tuple[int, list[int]]]:
    """Yield (position, keys) for each set that is not empty."""
    filled = [at for at, numbers in enumerate(sets) if len(numbers)]
    if not filled:
        return
    lengths = [len(sets[at]) for at in filled]
    starts = np.concatenate([[0], np.cumsum(lengths[:-1])]).astype(np.intp)
    numbers = _mixed(np.concatenate([sets[at] for at in filled]))
    keys = np.empty((bands, len(filled)), np.uint64)
    for band in range(bands):
        key = np.full(len(filled), (family << 8) + band, np.uint64)
        for row in range(rows):
            salt = _mixed(np.array([(family << 16) + band * rows + row + 1], np.uint64))
            key = _mixed(key ^ np.minimum.reduceat(_mixed(numbers ^ salt), starts))
        keys[band] = key >> np.uint64(64 - _KEY_BITS)
    yield from zip(filled, keys.T.tolist(), strict=True)


def _mixed(numbers: Numbers) -> Numbers:
    """Scatter numbers evenly (the finaliser of SplitMix64)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
