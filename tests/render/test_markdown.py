"""Comments as HTML: what Markdown and TeX become, whom they mention, and what hostile ones come to."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from selectolax.lexbor import LexborHTMLParser

from broadsheet.domain.errors import Invalid
from broadsheet.render.markdown import MOST_FORMULAS, MOST_HTML, plain_words, render_markdown


def html(text: str) -> str:
    return render_markdown(text).html


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a *b* **c** `d`", "<p>a <em>b</em> <strong>c</strong> <code>d</code></p>"),
        ("a\n\nb", "<p>a</p>\n<p>b</p>"),
        ("> q", "<blockquote>\n<p>q</p>\n</blockquote>"),
        ("3. x", '<ol start="3">\n<li>x</li>\n</ol>'),
        ("```py\n<x>\n```", "<pre><code>&lt;x&gt;\n</code></pre>"),
        ("# no heading", "<p># no heading</p>"),
        ("<b onclick=x>", "<p>&lt;b onclick=x&gt;</p>"),
        ("costs $5 and $6", "<p>costs $5 and $6</p>"),
        ("[a](/papers/1)", '<p><a href="/papers/1" rel="nofollow noopener">a</a></p>'),
        ("![a](https://x.example/a.png)", '<p>!<a href="https://x.example/a.png" rel="nofollow noopener">a</a></p>'),
        (
            "see https://x.example/a?b=1&c.",
            '<p>see <a href="https://x.example/a?b=1&amp;c" rel="nofollow noopener">https://x.example/a?b=1&amp;c</a>.</p>',
        ),
        ("[a](//evil.example)", '<p><a rel="nofollow noopener">a</a></p>'),
        ("//evil.example ftp://evil.example", "<p>//evil.example ftp://evil.example</p>"),
    ],
)
def test_markdown(text: str, shown: str) -> None:
    assert html(text) == shown


def test_formulas_in_a_line_and_alone() -> None:
    line = LexborHTMLParser(html(r"where $\ell_\infty \le \frac{1}{n}$ holds")).css_first("p > math")
    assert line.attributes["display"] == "inline"
    assert line.text().replace(" ", "") == "ℓ∞≤1n"
    assert line.css("mfrac mi") != []
    alone = LexborHTMLParser(html("$$\n\\begin{pmatrix}a&b\\\\c&d\\end{pmatrix}\n$$"))
    assert alone.css_first("p > math").attributes["display"] == "block"
    assert len(alone.css("mtr")) == 2


def test_words_in_a_formula_stay_words() -> None:
    node = LexborHTMLParser(html(r"$\text{if a<b & <b>c</b>}$")).css_first("mtext")
    assert node.text().replace("\xa0", " ") == "if a<b & <b>c</b>"


@pytest.mark.parametrize(
    "tex",
    [
        r"x_1_2", r"\left(", r"\begin{nothing}", r"\newcommand{\a}{x}\a", r"\def\a{x}\a", "{" * 900,
        r"\sqrt" * 380, "x" * 2_001, r"\genfrac{}{}{q}{}{}", r"\hspace", r"\DeclareMathOperator{\a}{x}\a", r"\sqrt[",
    ],
)  # fmt: skip
def test_a_formula_that_cannot_be_set_is_shown_as_it_was_typed(tex: str) -> None:
    page = LexborHTMLParser(html(f"${tex}$"))
    assert page.css("math") == []
    assert page.css_first("code").text() == f"${tex}$"


def test_definitions_that_would_grow_without_end_are_not_followed() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    grown = "".join(rf"\newcommand{{\{b}}}{{\{a}\{a}}}" for a, b in pairwise(letters))
    assert "<code>" in html(f"${grown}\\z$")


def test_there_are_only_so_many_formulas() -> None:
    page = LexborHTMLParser(html("$x$ " * (MOST_FORMULAS + 3)))
    assert (len(page.css("math")), len(page.css("code"))) == (MOST_FORMULAS, 3)


HOSTILE = {
    "quotes": ">" * 10_000,
    "steps of quotes": "\n".join(">" * n + "a" for n in range(1, 139)),
    "lists": "1. " * 3_333,
    "brackets": "[" * 10_000,
    "pictures": "![[" * 3_333,
    "open links": "[a](<b" * 1_666,
    "emphasis": "**a *b" * 1_666,
    "underscores": "_a__" * 2_500,
    "ticks": "".join("`" * n + " " for n in range(1, 140)),
    "angles": "<a " * 3_333,
    "entities": "&#" * 5_000,
    "dollars": "$" * 10_000,
    "formulas": "$a" * 5_000,
    "blocks": "$$\n" * 3_333,
    "addresses": "https://a.b/?" * 769,
    "signs": "https://a.b/?" + '"' * 9_900,
    "mail": "mailto:" + "a@" * 4_900,
    "mentions": "@a" * 5_000,
    "backslashes": "\\" * 10_000,
    "fences": "```\n" * 2_500,
    "lines": "x\n" * 5_000,
    "primes": "$x" + "'" * 1_900 + "$",
    "texts": "$" + r"\text{" * 300 + "$",
    "matrices": "$" + r"\begin{matrix}" * 140 + "$",
    "ands": "$" + "&" * 1_990 + "$ " * 5,
    "sums": ("$" + "x+" * 990 + "$ ") * 5,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_ones_end_and_stay_small(name: str) -> None:
    began = time.process_time()
    text = HOSTILE[name][:10_000]
    try:
        shown = html(text)
    except Invalid:
        shown = ""
    assert len(shown) <= MOST_HTML
    # Not a measurement (each takes some hundredths of a second): what grows with the square would take minutes.
    assert time.process_time() - began < 5


def test_nesting_stays_flat() -> None:
    for text in (">" * 10_000 + "a", "- " * 20 + "a", "1. " * 3_000 + "a"):
        assert html(text).count("<blockquote>") + html(text).count("<li>") <= 40


def test_mentions() -> None:
    text = "@ada, (@Bob-x) @ada! `@code` $@tex$ mail me@example.org [@linked](https://x.example) https://x.example/@url"
    assert render_markdown(text).mentions == ("ada", "bob-x")
    assert render_markdown("@-x @x- a@b @" + "x" * 60).mentions == ()
    assert len(render_markdown(" ".join(f"@r{n}" for n in range(50))).mentions) == 10


def test_a_beginning_in_one_line() -> None:
    assert plain_words("a\n b", 10) == "a b"
    assert plain_words("a" * 20, 10) == "a" * 9 + "…"
