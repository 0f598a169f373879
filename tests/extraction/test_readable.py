"""TeX that can be read."""

from __future__ import annotations

import pytest

from broadsheet.extraction.readable import readable


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"$\ell_\infty$", "ℓ_∞"),
        (r"\textbf{Bold} and \emph{stressed}", "Bold and stressed"),
        (r"$x^2 + y_1$", "x² + y₁"),
        (r"$O(n \log n)$", "O(n log n)"),
        (r"in $\mathbb{R}^n$", "in ℝⁿ"),
        (r"$\alpha \leq \beta$", "α ≤ β"),
        (r"Erd\H{o}s and G\"odel", "Erdős and Gödel"),
        (r"Poincar\'{e}", "Poincaré"),
        (r"$\frac{1}{2}$", "1/2"),
        (r"\href{https://example.org/x}{the page}", "the page"),
        (r"50\% of A\&B", "50% of A&B"),
        (r"see \cite{lamp2020}here", "see here"),
        (r"\(a_1\) and \[b^2\]", "a₁ and b²"),
        (r"``quoted'' $x$", "“quoted” x"),
        (r"\unknowncommand stays", r"\unknowncommand stays"),
    ],
)
def test_tex(tex: str, text: str) -> None:
    assert readable(tex) == text


@pytest.mark.parametrize(
    "text",
    [
        "Plain text, 100 % of it, with_underscores and {braces} and ^carets~",
        "two  spaces stay",
        "",
        "It costs $5 and $10 a day",
        "from $3 to $4",
    ],
)
def test_what_is_no_tex_stays(text: str) -> None:
    assert readable(text) == text


def test_escaped_dollars_are_prices() -> None:
    assert readable(r"from \$5 to \$7") == "from $5 to $7"


def test_markup_is_left_for_whoever_writes_html() -> None:
    assert "<script>" in readable(r"$x$ <script>alert(1)</script>")


@pytest.mark.parametrize("text", ["$" * 5_000, "\\" * 5_000, "{" * 5_000, r"\frac{" * 1_000, r"$\textbf{" * 500])
def test_nothing_takes_long_or_raises(text: str) -> None:
    assert isinstance(readable(text), str)
