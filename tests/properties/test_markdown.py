"""Whatever is typed into a comment: nothing in it runs, loads, styles or leads where it must not."""

from __future__ import annotations

from urllib.parse import urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from broadsheet.domain.errors import Invalid
from broadsheet.render.markdown import render_markdown
from broadsheet.render.sanitize import sanitize

TEXT = set("p br hr em strong code pre blockquote ul ol li a".split())
MATH = set(
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts "
    "mprescripts mtable mtr mtd mstyle mphantom".split()
)
ATTRIBUTES = set(
    "href rel start display displaystyle scriptlevel mathvariant stretchy fence form separator largeop movablelimits "
    "symmetric accent accentunder columnalign rowalign columnlines rowlines width lspace rspace minsize maxsize "
    "linethickness rowspacing columnspacing".split()
)
PIECES = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<style>*{}</style>", "<svg/onload=alert(1)>",
    "<math><mi xlink:href='javascript:x'>", "<annotation-xml encoding='text/html'>", "</mtext>", "<mglyph>", "<table>",
    "<iframe srcdoc='x'>", "<form action=x>", "<a href=javascript:x onclick=y>", "<base href=/>", "<!--", "-->", "]]>",
    "<![CDATA[", "<noscript>", "<template>", "<title>", "<textarea>", "<plaintext>", "<p style=x id=y class=z>",
    "[a](javascript:alert(1))", "[a](JaVa\tscript:x)", "[a](data:text/html,x)", "[a](vbscript:x)", "[a](//e.example)",
    "[a](/\\e.example)", "[a](\\\\e)", "[a](&#106;avascript:x)", "[a](file:///etc)", "<javascript:x>", "<https://x.e/\">",
    "![a](https://e.example/x.png)", "[a]: javascript:x\n[a]", "https://x.e/'onclick=", "mailto:a@b.c?x=<y>", "http:e",
    "$", "$$", "\\(", "\\text{", "\\href{javascript:x}{y}", "\\style{color:red}{x}", "\\class{a}{b}", "\\color{r\"x=}",
    "\\mathcolor", "\\hspace{9999em}", "\\verb|<b>|", "\\tag{<x>}", "\\unicode{x}", "\\char60", "&lt;", "&#60;", "&#x",
    "{", "}", "^", "_", "&", "\\\\", "\\frac", "\\left(", "\\begin{array}{c|c}", "\\end{array}", "\\sqrt[3]", "'", "x",
    "*", "_", "`", "```", "> ", "- ", "1. ", "\n", "\n\n", " ", "\t", "\"", "@ada", "#", "|", "\\", "0", "é", "‮",
]  # fmt: skip
typed = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=25).map("".join)


def check(html: str) -> None:
    page = LexborHTMLParser(f"<!doctype html><body><main>{html}</main>")
    for node in page.css("main *"):
        assert node.tag in TEXT | MATH, (node.tag, html)
        for name, value in node.attributes.items():
            assert name in ATTRIBUTES, (name, html)
            if name == "href":
                assert node.attributes["rel"] == "nofollow noopener"
                assert is_proper(value or ""), html
    assert len(page.css("body > *")) == 1, html  # nothing got out of its box


def is_proper(address: str) -> bool:
    parts = urlsplit(address)
    if parts.scheme:
        return parts.scheme == "mailto" or (parts.scheme in ("http", "https") and bool(parts.hostname))
    return address.startswith("/") and not address.startswith(("//", "/\\")) and "\\" not in address


@settings(max_examples=400)
@given(typed)
def test_nothing_hostile_is_left_of_a_comment(text: str) -> None:
    try:
        html = render_markdown(text).html
    except Invalid:
        return
    check(html)
    assert sanitize(html) == html


@settings(max_examples=300)
@given(typed)
def test_nothing_hostile_passes_the_last_gate_alone(text: str) -> None:
    check(sanitize(text))


@settings(max_examples=300)
@given(st.lists(st.sampled_from([p for p in PIECES if "$" not in p]), max_size=15).map("".join))
def test_any_tex_is_set_or_shown(tex: str) -> None:
    check(render_markdown(f"${tex}$").html)
    check(render_markdown(f"$$\n{tex}\n$$").html)


def test_the_check_sees_what_it_must() -> None:
    for bad in (
        "<script>x</script>",
        "<p onclick=x>",
        "<a href=javascript:x rel='nofollow noopener'>",
        "<img>",
        "</main>x<p>",
    ):
        try:
            check(bad)
        except AssertionError:
            continue
        raise AssertionError(bad)
