"""Which known word a misspelt one was meant to be: the nearest by edits, the most frequent among equals."""

from __future__ import annotations

from collections.abc import Iterable

SHORT = 5


def most_edits(word: str) -> int:
    """Return how many edits still make the same word: 1 for short ones, else 2."""
    return 1 if len(word) < SHORT else 2


def nearest_word(word: str, known: Iterable[tuple[str, int]]) -> str | None:
    """Return the nearest of `known` (words with how often they occur) of letters alone that begins with the same one.

    Ties go to the more frequent one, then to the alphabet; None where none is near enough.
    """
    most, letters = most_edits(word), set(word)
    best: tuple[int, int, str] | None = None
    for other, times in known:
        if other[:1] != word[:1] or other == word or not other.isalpha() or abs(len(other) - len(word)) > most:
            continue
        if len(letters.difference(other)) > most:  # each of these letters takes an edit
            continue
        edits = distance(word, other, most)
        if edits <= most and (best is None or (edits, -times, other) < best):
            best = (edits, -times, other)
    return best[2] if best else None


def distance(first: str, second: str, most: int) -> int:
    """Count the letters to insert, delete, replace or swap with a neighbour; `most` + 1 stands for anything beyond.

    The restricted Damerau-Levenshtein distance (optimal string alignment; Damerau 1964), row by row.
    """
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, 1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(second, 1):
            edits = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                edits = min(edits, earlier[j - 2] + 1)
            row.append(edits)
        if min(row) > most and min(before) > most:
            return most + 1
    return min(row[-1], most + 1)
