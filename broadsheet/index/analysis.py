"""How text becomes terms: the same way when it is indexed, searched, fed back and highlighted."""

from __future__ import annotations

import tantivy

ENGLISH = "english"
NAMES = "names"
LONGEST_TERM = 80

# Lucene's stop words are not indexed for ranking; the wider list is dropped from queries (measured: +0.012 nDCG@10).
_LUCENE = (
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they "
    "this to was will with"
)
_FUNCTION_WORDS = (
    "i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers "
    "herself it its itself they them their theirs themselves what which who whom this that these those am is are "
    "was were be been being have has had having do does did doing a an the and but if or because as until while "
    "of at by for with about against between into through during before after above below to from up down in out "
    "on off over under again further then once here there when where why how all any both each few more most "
    "other some such no nor not only own same so than too very s t can will just don should now d ll m o re ve y "
    "ain aren couldn didn doesn hadn hasn haven isn ma mightn mustn needn shan shouldn wasn weren won wouldn "
    "would could may might must shall also"
)
INDEX_STOPWORDS = frozenset(_LUCENE.split())
QUERY_STOPWORDS = INDEX_STOPWORDS | frozenset(_FUNCTION_WORDS.split())


def _builder() -> tantivy.TextAnalyzerBuilder:
    """Split at anything but letters and digits, lower, fold accents."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(LONGEST_TERM))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )


def names_analyzer() -> tantivy.TextAnalyzer:
    """Terms of names: neither stemmed nor stopped."""
    return _builder().build()


def english_analyzer(stopwords: frozenset[str] = frozenset()) -> tantivy.TextAnalyzer:
    """Terms of English text: without `stopwords`, stemmed (Snowball English)."""
    builder = _builder()
    if stopwords:
        builder = builder.filter(tantivy.Filter.custom_stopword(sorted(stopwords)))
    return builder.filter(tantivy.Filter.stemmer("english")).build()
