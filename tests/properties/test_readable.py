"""TeX or not, readable() gives text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.extraction.readable import readable

PIECES = [
    "$", "$$", "\\", "{", "}", "^", "_", "\\frac", "\\textbf{", "\\mathbb{R}", "\\alpha", "\\'e", '\\"', "\\(", "\\)",
    "\\[", "\\]", "\\hat", "\\href{", "\\sqrt{", "\\cite{", "~", "%", "a", "1", " ", "\n", "``", "''", "é", "\ue000",
]  # fmt: skip
tex = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@settings(deadline=None)
@given(tex | st.text())
def test_never_raises(text: str) -> None:
    found = readable(text)
    assert isinstance(found, str)
    assert len(found) <= 4 * len(text) + 10


@given(st.text(alphabet=st.characters(exclude_characters="\\$")))
def test_text_without_tex_is_left_alone(text: str) -> None:
    assert readable(text) == text


@given(st.lists(st.from_regex(r"[A-Za-z]{1,8}", fullmatch=True), min_size=1, max_size=6))
def test_no_word_is_lost(words: list[str]) -> None:
    plain = " ".join(words)
    assert readable(rf"\textbf{{{plain}}} costs \$5") == f"{plain} costs $5"
    assert readable(rf"\emph{{{plain}}}") == plain
