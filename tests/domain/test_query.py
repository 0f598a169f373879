"""What is typed into the search box, and what it means."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from broadsheet.domain.query import (
    MAX_CHARACTERS,
    MAX_CONDITIONS,
    MAX_DEPTH,
    MAX_WORDS,
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
    Word,
    Words,
    all_of,
    any_of,
    clean_text,
    format_query,
    has_text,
    literal_query,
    negate,
    parse_query,
)


def free(text: str) -> Words:
    return Words(tuple(Word(word) for word in text.split()))


def both(*nodes: Node) -> And:
    return And(nodes)


def either(*nodes: Node) -> Or:
    return Or(nodes)


P = Phrase
LG = Category("cs.LG")
CODE = Has("code")

TREES: list[tuple[str, Node | None]] = [
    # free words
    ("sparse attention", free("sparse attention")),
    ("  sparse\tattention\n", free("sparse attention")),
    ("GPT-4 + C++ !", free("GPT-4 C++")),
    ("self-supervised f(x) what?", free("self-supervised f(x) what?")),
    ("foo:bar 12:30 re: Ti:sapphire", free("foo:bar 12:30 re: Ti:sapphire")),
    ("https://arxiv.org/abs/2401.00001", free("https://arxiv.org/abs/2401.00001")),
    ("arXiv:2401.00001 doi:10.1000/x", free("arXiv:2401.00001 doi:10.1000/x")),
    (r"$\ell_1$ -ball \alpha", both(free(r"$\ell_1$ \alpha"), Not(free("ball")))),
    ("O(n log n) sorting", free("O n log n sorting")),
    ("-2(x) -2%", both(free("2%"), Not(free("2(x)")))),
    ("f(a (b) c) d", free("f a b c d")),
    ("Foo (BAR): a (very) short-name", free("Foo BAR a very short-name")),
    ("(multi-)modal (2)-based", free("multi- modal 2 based")),
    ("or Or and AND NOT not", free("or Or and AND NOT not")),
    # nothing
    ("", None),
    (" \t\n ", None),
    ('"" " " "!?" - + () ( () ) -() -"" -$', None),
    # phrases
    ('"sparse attention" maps', both(free("maps"), P("sparse attention"))),
    ('a"b c"d', both(free("a d"), P("b c"))),
    ('"one" "two" three', both(free("three"), P("one"), P("two"))),
    ("“smart quotes” „low”", both(P("smart quotes"), P("low"))),
    ('"a OR (b -c ti:d"', P("a OR (b -c ti:d")),
    ('"" word', free("word")),
    # negation
    ("a -b", both(free("a"), Not(free("b")))),
    ("-b", Not(free("b"))),
    ('a -"b c"', both(free("a"), Not(P("b c")))),
    ("a -ti:b -cat:cs.LG", both(free("a"), Not(Word("b", "ti")), Not(LG))),
    ("a -(b c)", both(free("a"), Not(free("b c")))),
    ("-(a OR b)", Not(either(free("a"), free("b")))),
    ("-(-(a b)) c", free("a b c")),
    ("-(a -b)", Not(both(free("a"), Not(free("b"))))),
    ("a - b -- c --d -", free("a b c d")),
    ("a -foo:bar -C++", both(free("a"), Not(free("foo:bar")), Not(free("C++")))),
    ("E2f-1, -2, -3.5 -3D", both(free("E2f-1, 2, 3.5"), Not(free("3D")))),
    ('-(2) -"3"', both(Not(free("2")), Not(P("3")))),
    ("a-b (-c) a->b", both(free("a-b a->b"), Not(free("c")))),
    # alternatives
    ("a OR b", either(free("a"), free("b"))),
    ("a OR b OR c", either(free("a"), free("b"), free("c"))),
    ("a OR (b OR c)", either(free("a"), free("b"), free("c"))),
    ("x a OR b y", both(free("x y"), either(free("a"), free("b")))),
    ("(a b) OR c", either(free("a b"), free("c"))),
    ('ti:a OR "b c" has:code', both(either(Word("a", "ti"), P("b c")), CODE)),
    ("a OR -b", either(free("a"), Not(free("b")))),
    ("(a has:code) OR (b -c)", either(both(free("a"), CODE), both(free("b"), Not(free("c"))))),
    ("a OR b c OR d", both(either(free("a"), free("b")), either(free("c"), free("d")))),
    ("(a OR b)(c OR d)", both(either(free("a"), free("b")), either(free("c"), free("d")))),
    ("a OR !", free("a")),
    ("() OR a", free("a")),
    # parentheses change nothing where all holds together
    ("(a) ((b)) (c has:code)", both(free("a b c"), CODE)),
    # fields
    ("ti:graph", Word("graph", "ti")),
    ('ti:"graph neural" x', both(free("x"), P("graph neural", "ti"))),
    ('au:"van der Berg" abs:f(x) org:CERN', both(P("van der Berg", "au"), Word("f(x)", "abs"), Word("CERN", "org"))),
    (
        "title:a author:b abstract:c organization:d",
        both(Word("a", "ti"), Word("b", "au"), Word("c", "abs"), Word("d", "org")),
    ),
    ("ti:-x ti:OR ti:au:b", both(Word("-x", "ti"), Word("OR", "ti"), Word("au:b", "ti"))),
    ('ti:a"b c"', both(Word("a", "ti"), P("b c"))),
    ("cat:cs.LG", LG),
    ("category:cs.lg", LG),
    ("cat:CS.*", Category("cs")),
    ("cat:cs", Category("cs")),
    ("cat:COND-MAT.Mes-Hall cat:hep-th", both(Category("cond-mat.mes-hall"), Category("hep-th"))),
    ('cat:"Machine Learning"', Category("Machine Learning")),
    ("graph in:library", both(free("graph"), InLibrary())),
    ("-in:library OR has:code", either(Not(InLibrary()), CODE)),
    ("has:code has:project has:data", both(CODE, Has("project"), Has("data"))),
    # ids
    ("id:2401.00001v2", PaperIdIs("2401.00001")),
    ("id:https://arxiv.org/pdf/hep-th/9901001v1.pdf", PaperIdIs("hep-th/9901001")),
    ("id:https://doi.org/10.1016/S0022(96)00123-X", PaperIdIs("10.1016/s0022(96)00123-x")),
    ('id:"10.1002/(SICI)1097"', PaperIdIs("10.1002/(sici)1097")),
    ("id:https://openreview.net/forum?id=aBcDeF12", PaperIdIs("aBcDeF12")),
    ("id:p-0123456789ab", PaperIdIs("p-0123456789ab")),
    ("id:10.1000/a%00b", PaperIdIs("10.1000/a%00b")),
    # dates
    ("after:2024", DateRange(after=date(2024, 1, 1))),
    ("after:2024-01", DateRange(after=date(2024, 1, 1))),
    ("after:2024-01-05", DateRange(after=date(2024, 1, 5))),
    ("before:2024", DateRange(before=date(2024, 12, 31))),
    ("before:2024-02", DateRange(before=date(2024, 2, 29))),
    ("before:2024-3-1", DateRange(before=date(2024, 3, 1))),
    ("date:2024", DateRange(date(2024, 1, 1), date(2024, 12, 31))),
    ("date:2024-05", DateRange(date(2024, 5, 1), date(2024, 5, 31))),
    ("date:2024-05-31", DateRange(date(2024, 5, 31), date(2024, 5, 31))),
    ("date:2024..2025", DateRange(date(2024, 1, 1), date(2025, 12, 31))),
    ("date:2024-02..2024-02-10", DateRange(date(2024, 2, 1), date(2024, 2, 10))),
    ("date:2024..", DateRange(after=date(2024, 1, 1))),
    ("date:..2024-02", DateRange(before=date(2024, 2, 29))),
    ('date:"2024 .. 2025"', DateRange(date(2024, 1, 1), date(2025, 12, 31))),
    ("-date:2024", Not(DateRange(date(2024, 1, 1), date(2024, 12, 31)))),
    # sort is no part of the tree
    ("sort:new", None),
    ("a sort:votes b", free("a b")),
]


@pytest.mark.parametrize(("text", "tree"), TREES)
def test_tree(text: str, tree: Node | None) -> None:
    query = parse_query(text)
    assert query.tree == tree
    assert query.complaint == ""
    assert query.is_empty == (tree is None)
    again = parse_query(format_query(query))
    assert (again.tree, again.sort, again.complaint) == (query.tree, query.sort, "")
    assert parse_query(format_query(tree)).tree == tree


@pytest.mark.parametrize(
    ("text", "words", "complaint"),
    [
        ('lonely " quote', "lonely quote", "A quotation mark has no partner."),
        ('"one" "two" "three', "one two three", "A quotation mark has no partner."),
        ("“one", "one", "A quotation mark has no partner."),
        ('ti:"a b -c OR d', "ti a b c or d", "A quotation mark has no partner."),
        ('G\\"odel', "G\\ odel", "A quotation mark has no partner."),
        ("(a b", "a b", "A parenthesis has no partner."),
        ("a) -b", "a b", "A parenthesis has no partner."),
        ("f(a", "f a", "A parenthesis has no partner."),
        ("[0,1) cat:cs", "[0,1 cat cs", "A parenthesis has no partner."),
        ("a OR", "a or", "OR wants something on both sides."),
        ("OR a", "or a", "OR wants something on both sides."),
        ("a OR OR b", "a or or b", "OR wants something on both sides."),
        ("(a OR) b", "a or b", "OR wants something on both sides."),
        ("a -OR b", "a or b", "OR wants something on both sides."),
        ("ti: graph", "ti graph", "ti: wants its value right after the colon, without a space."),
        ("(x au:)", "x au", "au: wants its value right after the colon, without a space."),
        ('ti:""', "ti", "ti: wants its value right after the colon, without a space."),
        ("ti:$", "ti", "ti: wants its value right after the colon, without a space."),
        ("ti:(a b)", "ti a b", 'ti: takes one word or a "quoted phrase", no parentheses.'),
        ("ti:O(n log n)", "ti O n log n", "The value in “ti:O(n” must stand in quotation marks."),
        ("x -O(n log n)", "x O n log n", "What follows the minus in “-O(n” must stand in quotation marks."),
        ("in:drawer", "in drawer", "in: takes library, not “drawer”."),
        ("has:codes", "has codes", "has: takes code, project or data, not “codes”."),
        ("sort:date x", "sort date x", "sort: takes new, relevance or votes, not “date”."),
        ("x -sort:new", "x sort new", "sort: cannot stand in parentheses, after a minus or beside OR."),
        ("(x sort:new)", "x sort new", "sort: cannot stand in parentheses, after a minus or beside OR."),
        ("x OR sort:new", "x or sort new", "sort: cannot stand in parentheses, after a minus or beside OR."),
        ("sort:new OR x", "sort new or x", "OR wants something on both sides."),
        ("cat:cs.L*", "cat cs.L*", "“cat:cs.L*” is no category: a star stands for a whole archive, as in cat:cs.*."),
        ("after:2024-13", "after 2024-13", "“after:2024-13” names no date: write 2024, 2024-05 or 2024-05-31."),
        (
            "before:2023-02-29",
            "before 2023-02-29",
            "“before:2023-02-29” names no date: write 2024, 2024-05 or 2024-05-31.",
        ),
        ("date:0000", "date 0000", "“date:0000” names no date: write 2024, 2024-05 or 2024-05-31."),
        ("date:2024-00", "date 2024-00", "“date:2024-00” names no date: write 2024, 2024-05 or 2024-05-31."),
        ("date:2024-01-00", "date 2024-01-00", "“date:2024-01-00” names no date: write 2024, 2024-05 or 2024-05-31."),
        ("date:٢٠٢٤", "date ٢٠٢٤", "“date:٢٠٢٤” names no date: write 2024, 2024-05 or 2024-05-31."),
        ("after:yesterday", "after yesterday", "“after:yesterday” names no date: write 2024, 2024-05 or 2024-05-31."),
        ("date:2024...", "date 2024...", "“date:2024...” names no date: write 2024, 2024-05 or 2024-05-31."),
        ("date:2025..2024", "date 2025..2024", "“date:2025..2024” ends before it begins."),
        (f"has:{'x' * 50}", f"has {'x' * 50}", f"has: takes code, project or data, not “{'x' * 39}…”."),
    ],
)
def test_bad_syntax_is_read_literally(text: str, words: str, complaint: str) -> None:
    query = parse_query(text)
    assert query.complaint == complaint
    assert query.tree == free(words)
    assert query.words == tuple(words.split())
    assert query.meaning == words
    assert (query.text, query.sort) == (text, None)
    assert parse_query(format_query(query)).tree == query.tree


def test_complaint_without_words() -> None:
    query = parse_query('"')
    assert query.is_empty
    assert query.complaint


@pytest.mark.parametrize(
    ("text", "sort", "order"),
    [
        ("a", None, "relevance"),
        ("a sort:new", "new", "new"),
        ("sort:new sort:votes", "votes", "votes"),
        ("cat:cs sort:relevance", "relevance", "relevance"),
        ("cat:cs -vision", None, "new"),
        ("ti:a", None, "relevance"),
        ("", None, "new"),
    ],
)
def test_sort(text: str, sort: str | None, order: str) -> None:
    query = parse_query(text)
    assert (query.sort, query.order) == (sort, order)


def test_words_and_phrases() -> None:
    query = parse_query('a "b c" -d ti:e au:f -"g h" (i OR "j k") ti:"l m" after:2024')
    assert query.words == ("a", "i")
    assert query.terms == (
        Word("a"), P("b c"), Word("e", "ti"), Word("f", "au"), Word("i"), P("j k"), P("l m", "ti"),
    )  # fmt: skip
    assert query.soft == ("a",)
    assert query.meaning == "a b c e i j k l m"
    assert query.text == 'a "b c" -d ti:e au:f -"g h" (i OR "j k") ti:"l m" after:2024'


def test_what_every_result_must_fulfil() -> None:
    assert parse_query("a b").required is None
    assert parse_query("a -b has:code").required == both(Not(free("b")), CODE)
    assert parse_query("a OR b").required == either(free("a"), free("b"))
    assert parse_query("").required is None


def test_filters() -> None:
    query = parse_query('a "b" cat:cs.LG -has:code (date:2024 OR cat:cs) (has:data OR c) -d sort:new')
    years = either(DateRange(date(2024, 1, 1), date(2024, 12, 31)), Category("cs"))
    assert query.filters == (LG, Not(CODE), years)
    alone = query.without_text()
    assert alone.tree == both(LG, Not(CODE), years)
    assert alone.text == "cat:cs.LG -has:code date:2024 OR cat:cs sort:new"
    assert (alone.meaning, alone.sort) == ("", "new")
    assert parse_query("a").without_text().is_empty
    assert not has_text(years)
    assert has_text(Not(either(CODE, P("x"))))


def test_narrowing_and_widening() -> None:
    query = parse_query("neural a OR b graph")
    narrow = query.narrowed_by(LG)
    assert narrow.text == "neural graph a OR b cat:cs.LG"
    assert narrow.meaning == query.meaning == "neural a b graph"
    assert parse_query(narrow.text).tree == narrow.tree
    assert narrow.narrowed_by(LG) is narrow
    assert narrow.without(LG).tree == query.tree
    assert query.without(LG) is query
    assert narrow.without(free("neural graph")).meaning == "a b"
    assert parse_query("").narrowed_by(CODE).text == "has:code"


def test_who_knows_the_library() -> None:
    query = parse_query("a (in:library OR -in:library) sort:new")
    known = query.knowing_library(frozenset({3}))
    assert known.tree == both(free("a"), either(InLibrary(frozenset({3})), Not(InLibrary(frozenset({3})))))
    assert replace(known, tree=query.tree) == query
    assert known.knowing_library(frozenset({4})) == known
    other = parse_query("a has:code")
    assert other.knowing_library(frozenset({3})) is other


def test_narrowing_a_literal_reading_needs_no_complaint() -> None:
    query = parse_query("(graph has:code").narrowed_by(LG)
    assert (query.text, query.complaint) == ("graph has code cat:cs.LG", "")
    assert parse_query(query.text) == query


def test_meaning_keeps_the_order_and_all_words() -> None:
    assert parse_query('"graph neural" nets -vision for ti:"small molecules" au:smith').meaning == (
        "graph neural nets for small molecules"
    )
    assert parse_query("-(a -b)").meaning == "b"
    assert len(parse_query("word " * 100).meaning.split()) == 100


def test_literal_query() -> None:
    query = literal_query('see "what you see", -dash OR not (a:b)')
    assert query.tree == free("see what you see dash or not a b")
    assert query.complaint == ""


@pytest.mark.parametrize(
    ("category", "covered"),
    [("cs", True), ("cs.LG", True), ("CS.lg", True), ("csx.A", False), ("stat.ML", False), ("math.cs", False)],
)
def test_archive_covers_its_categories(category: str, covered: bool) -> None:
    assert Category("cs").covers(category) == covered
    assert LG.covers(category) == (category.lower() == "cs.lg")


@pytest.mark.parametrize(
    ("range_", "text"),
    [
        (DateRange(date(2024, 1, 1)), "after:2024"),
        (DateRange(date(2024, 5, 1)), "after:2024-05"),
        (DateRange(date(2024, 5, 2)), "after:2024-05-02"),
        (DateRange(None, date(2024, 12, 31)), "before:2024"),
        (DateRange(None, date(2024, 2, 29)), "before:2024-02"),
        (DateRange(None, date(2023, 2, 27)), "before:2023-02-27"),
        (DateRange(date(2024, 1, 1), date(2024, 12, 31)), "date:2024"),
        (DateRange(date(2024, 5, 1), date(2024, 5, 31)), "date:2024-05"),
        (DateRange(date(2024, 1, 1), date(2024, 1, 31)), "date:2024..2024-01"),
        (DateRange(date(2024, 1, 1), date(2024, 1, 1)), "date:2024..2024-01-01"),
        (DateRange(date(33, 4, 3), date(33, 4, 3)), "date:0033-04-03"),
    ],
)
def test_dates_are_written_short(range_: DateRange, text: str) -> None:
    assert format_query(range_) == text
    assert parse_query(text).tree == range_


def test_trees_made_by_hand_are_written_so_that_they_can_be_read() -> None:
    assert format_query(both(LG, both(free("a"), CODE))) == "cat:cs.LG a has:code"
    assert format_query(Words((Word("-x"), Word("OR"), Word("ti:y"), Word('q"r')))) == "x or ti y q r"
    assert format_query(Word("two words", "ti")) == 'ti:"two words"'
    assert format_query(Word("a")) == "a"
    assert format_query(Phrase('a "b"')) == '"a  b "'
    assert format_query(None) == format_query(Query("")) == ""


def test_normal_form() -> None:
    assert all_of([]) is any_of([None]) is negate(None) is None
    assert all_of([Word("a"), None, LG, free("b c"), both(CODE, P("d"))]) == both(free("a b c"), LG, CODE, P("d"))
    assert any_of([Word("a"), either(LG, CODE)]) == either(free("a"), LG, CODE)
    assert negate(Word("a")) == Not(free("a"))
    assert negate(Not(LG)) == LG
    assert all_of([LG]) == any_of([LG]) == LG


def test_control_characters_become_spaces() -> None:
    assert clean_text("a\x00b\u2028c\x1b[31m\ud800d") == "a b c [31m d"


def test_long_text_is_cut() -> None:
    query = parse_query("word " * 5_000)
    assert len(query.text) <= MAX_CHARACTERS
    assert len(query.words) == MAX_WORDS
    assert query.complaint == ""


def test_nesting_is_bounded() -> None:
    assert parse_query("(" * MAX_DEPTH + "a OR b" + ")" * MAX_DEPTH).tree == either(free("a"), free("b"))
    deeper = parse_query("(" * (MAX_DEPTH + 1) + "a OR b" + ")" * (MAX_DEPTH + 1))
    assert deeper.complaint == "Parentheses are nested more than 20 deep."
    assert deeper.tree == free("a or b")


def test_conditions_are_bounded() -> None:
    many = "-a " * MAX_CONDITIONS
    assert parse_query(many + "b").complaint == ""
    query = parse_query(many + "-b")
    assert query.complaint == "There are more than 32 conditions."
    assert query.tree == free("a " * MAX_CONDITIONS + "b")
    assert parse_query(f"-({'a ' * 33})").complaint == "There are more than 32 conditions."


def test_what_grows_beyond_the_limit_when_written_is_literal() -> None:
    text = f'a{"b" * 950} ti:c"d"ti:e"f"ti:g"h"ti:i"j"ti:k"l"'
    assert parse_query(text).complaint == ""
    query = parse_query(f'a{"b" * 959} ti:c"d"ti:e"f"ti:g"h"ti:i"j"ti:k"l"')
    assert query.complaint == "The query is longer than 1,000 characters."
    assert query.words[0] == "a" + "b" * 959


def test_empty_query() -> None:
    assert Query("").is_empty
    assert not Query("x", free("x")).is_empty


def test_examples_of_the_help_page_are_understood() -> None:
    page = (Path(__file__).parents[2] / "docs" / "search.md").read_text(encoding="utf-8")
    cells = [example for row in re.findall(r"^\| (`.*?`) \|", page, re.M) for example in re.findall(r"`(.*?)`", row)]
    examples = cells + re.findall(r"^    (.+)$", page, re.M)
    assert len(examples) > 25
    for example in examples:
        query = parse_query(example)
        assert query.complaint == ""
        assert query.tree or query.sort
    assert f"{MAX_CHARACTERS:,} characters, {MAX_WORDS} free words, {MAX_CONDITIONS} conditions" in page
    assert f"parentheses {MAX_DEPTH} deep" in page
