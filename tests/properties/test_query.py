"""Whatever is typed is a query, and what a query means can be written down and read again."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.domain.query import (
    KINDS,
    MAX_CHARACTERS,
    MAX_CONDITIONS,
    MAX_WORDS,
    SORTS,
    TEXT_FIELDS,
    And,
    Category,
    DateRange,
    Has,
    InLibrary,
    Node,
    Not,
    Or,
    PaperIdIs,
    Phrase,
    Query,
    Source,
    Word,
    Words,
    all_of,
    any_of,
    clean_text,
    format_query,
    leaves,
    literal_query,
    negate,
    parse_query,
)

RELAXED = settings(max_examples=200, deadline=None)
PIECES = """a|b|C++|f(x)|O(n log n)|self-supervised|OR|AND|-|--|(|)|((|))|"|""|“|”|:|::|*|..|\\"o|$\\alpha$|ti:|au:|abs:
|org:|cat:|id:|has:|in:|in:library|after:|before:|date:|sort:|title:|foo:bar|12:30|https://arxiv.org/abs/2401.00001v2|10.1000/A%2520b(c
|2024|2024-02|2024-02-30|2024..2025|..|code|project|new|votes|cs.LG|cs.*|hep-th| | | |\t|\x00|\ud800|é|e\u0301|\u0338
|漢字|-2,|<|=|\u200b""".replace("\n", "").split("|")

anything = st.text(max_size=200)
likely = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join)
balanced = st.recursive(
    st.sampled_from([piece for piece in PIECES if not re.search(r'["“”()]|^(sort|date|has|in|after|before):', piece)])
    | st.sampled_from(
        "has:code in:library -in:library date:2024..2025 after:2024-02 -before:2024 -ti:x sort:new OR b -c -2".split(
            " "
        )
    ),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=5).map(" ".join)
        | st.tuples(st.sampled_from(["", "-", "a OR ", "f", "ti:f"]), inner).map(lambda pair: f"{pair[0]}({pair[1]})")
        | st.tuples(st.sampled_from(["", "-", "b OR ", "ti:", "-au:", "cat:", "id:"]), inner).map(
            lambda pair: f'{pair[0]}"{pair[1]}" '
        )
    ),
    max_leaves=20,
)
texts = anything | likely | balanced


def check(text: str) -> Query:
    query = parse_query(text)
    assert query.text == clean_text(text)
    written = format_query(query)
    again = parse_query(written)
    assert (again.tree, again.sort, again.complaint) == (query.tree, query.sort, "")
    assert parse_query(format_query(query.tree)).tree == query.tree
    assert format_query(again) == written
    assert len(written) <= MAX_CHARACTERS
    assert query.is_empty == (query.tree is None)
    assert query.sort in (None, *SORTS)
    assert len(query.soft) <= MAX_WORDS
    assert sum(1 for _ in leaves(query.required)) <= MAX_CONDITIONS
    assert is_normal(query.tree)
    hash(query)
    if query.complaint:
        assert re.fullmatch(r".*[^.]\.", query.complaint)
        assert literal_query(text).tree == query.tree
    return query


def is_normal(node: Node | None) -> bool:
    match node:
        case Words(words):
            return bool(words) and all(word.field is None and re.search(r"\w", word.text) for word in words)
        case Word(_, field):
            return field is not None
        case Not(inner):
            return not isinstance(inner, Not) and is_normal(inner)
        case And(nodes):
            gathered = not any(isinstance(n, Words) for n in nodes[1:])
            return gathered and len(nodes) > 1 and all(not isinstance(n, And) and is_normal(n) for n in nodes)
        case Or(nodes):
            return len(nodes) > 1 and all(not isinstance(n, Or) and is_normal(n) for n in nodes)
        case _:
            return True


@settings(max_examples=500, deadline=None)
@given(texts)
def test_any_text(text: str) -> None:
    check(text)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=100, max_size=500).map("".join))
def test_long_text(text: str) -> None:
    check(text)


def letters(words: str) -> list[str]:
    return re.findall(r"\w", words)


@RELAXED
@given(texts)
def test_a_literal_reading_loses_no_word(text: str) -> None:
    query = literal_query(text)
    assert letters(query.meaning.casefold()) == letters(clean_text(text).casefold())
    assert query.meaning.split()[:MAX_WORDS] == list(query.words)


@RELAXED
@given(texts, st.sampled_from(['"', "(", ")", "OR", "has:x", "date:2024-13", "sort:", "(" * 21 + ")" * 21]))
def test_what_is_not_understood_is_searched_word_by_word(text: str, fault: str) -> None:
    query = check(f"{text} {fault}")
    assert query.complaint == "" or query.tree == literal_query(query.text).tree


word_texts = st.from_regex(r"[\w+][\w+$\\.:/-]{0,8}|\w{1,3}\([\w ]{0,3}\)", fullmatch=True)
plain = word_texts.filter(lambda text: parse_query(text).tree == Words((Word(text),)))
phrase_texts = (
    st.text(max_size=12).map(lambda t: clean_text(re.sub(r'["“”„‟＂]', " ", t))).filter(lambda t: re.search(r"\w", t))
)
values = word_texts.filter(lambda t: " " not in t and re.search(r"\w", t) is not None and clean_text(t) == t)
fields = st.sampled_from(TEXT_FIELDS)
days = st.dates()
ranges = st.one_of(
    st.builds(DateRange, after=days),
    st.builds(DateRange, before=days),
    st.tuples(days, days).map(lambda pair: DateRange(min(pair), max(pair))),
    st.integers(1, 9999).map(lambda year: DateRange(date(year, 1, 1), date(year, 12, 31))),
)
nodes: st.SearchStrategy[Node] = st.recursive(
    st.one_of(
        plain.map(Word),
        st.builds(Word, values, fields),
        st.builds(Phrase, phrase_texts, st.none() | fields),
        st.sampled_from(
            [Category("cs"), Category("cs.LG"), Category("A b"), PaperIdIs("2401.00001"), PaperIdIs("p-1")]
        ),
        st.sampled_from(KINDS).map(Has),
        st.just(InLibrary()),
        st.sampled_from(["arxiv", "daily-page", "a b"]).map(Source),
        ranges,
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(lambda members: all_of(members) or members[0]),
        st.lists(inner, min_size=1, max_size=4).map(lambda members: any_of(members) or members[0]),
        inner.map(lambda node: negate(node) or node),
    ),
    max_leaves=12,
)


@RELAXED
@given(nodes, st.none() | st.sampled_from(SORTS))
def test_trees_round_trip(node: Node, sort: str | None) -> None:
    tree = all_of([node])
    written = format_query(Query("", tree, sort))
    query = parse_query(written)
    assert (query.tree, query.sort, query.complaint) == (tree, sort, "")
    assert query.text == written


@RELAXED
@given(texts, nodes)
def test_narrowed_and_widened_again(text: str, node: Node) -> None:
    query = parse_query(text)
    narrow = query.narrowed_by(node)
    assert parse_query(narrow.text).tree == narrow.tree or len(narrow.text) > MAX_CHARACTERS
    assert narrow.without_text().filters == narrow.filters
    assert all(condition not in narrow.without(condition).filters for condition in narrow.filters)


@RELAXED
@given(texts)
def test_helpers_agree(text: str) -> None:
    query = parse_query(text)
    assert set(query.soft) <= set(query.words)
    assert all_of([Words(tuple(map(Word, query.soft))) if query.soft else None, query.required]) == query.tree
    assert not query.without_text().terms
    assert all(leaf.text in format_query(query) for leaf in query.terms)
