"""The weights of the comparison, learned by `benchmarks/train_linking.py`, which writes this file."""

from __future__ import annotations

# From this score on two records are one paper; chosen for precision: docs/linking.md has the table.
THRESHOLD = 0.8
BIAS = -4.735
WEIGHTS: dict[str, float] = {
    "title": -6.436,
    "title_squared": 3.445,
    "title_contained": 10.557,
    "title_words": 0.198,
    "title_part": -0.427,
    "title_short": -7.298,
    "title_short_authors": 2.555,
    "title_and_authors": 3.189,
    "numbers_differ": -1.585,
    "authors": 0.312,
    "authors_of_all": 1.068,
    "authors_unknown": 2.437,
    "year_apart": -1.020,
    "years_apart": -4.592,
    "year_apart_words_unknown": -8.653,
    "years_apart_words_unknown": -4.573,
    "abstract": 3.476,
    "abstract_differs": -2.118,
    "abstract_unknown": -1.757,
}
