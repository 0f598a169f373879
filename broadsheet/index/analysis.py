"""How text becomes terms: the same way when it is indexed, searched and highlighted."""

from __future__ import annotations

import tantivy

ENGLISH = "english"
NAMES = "names"
LONGEST_TERM = 60

# Words that carry no subject; a query of nothing else is searched as it is.
STOPWORDS = frozenset(
    (
        "a an and are as at be but by can do does for from how if in into is it its no not of on or our such "
        "that the their then there these they this to via was we what when which will with you your"
    ).split()
)


def english_analyzer() -> tantivy.TextAnalyzer:
    """Split at anything but letters and digits, lower, fold accents, stem (Snowball English)."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(LONGEST_TERM))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def names_analyzer() -> tantivy.TextAnalyzer:
    """As for English, but names are not stemmed."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(LONGEST_TERM))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .build()
    )
