"""What people paste to add a paper."""

from __future__ import annotations

import pytest

from broadsheet.domain.pasted import Pasted, read_pasted


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("2401.00001", "arxiv", "2401.00001"),
        (" arXiv: 2401.00001v3\n", "arxiv", "2401.00001"),
        ("https://arxiv.org/abs/2401.00001v2?context=cs", "arxiv", "2401.00001"),
        ("arxiv.org/pdf/hep-th/9901001", "arxiv", "hep-th/9901001"),
        ("https://doi.org/10.48550/arXiv.2401.00001", "arxiv", "2401.00001"),
        ("https://huggingface.co/papers/2401.00001", "arxiv", "2401.00001"),
        ("https://www.alphaxiv.org/abs/2401.00001?x=1", "arxiv", "2401.00001"),
        ("<https://arxiv.org/abs/2401.00001>.", "arxiv", "2401.00001"),
        ("10.1000/LAMP.1", "doi", "10.1000/lamp.1"),
        ("doi: 10.1000/lamp.1", "doi", "10.1000/lamp.1"),
        ("doi.org/10.1000/lamp.1", "doi", "10.1000/lamp.1"),
        ("https://dx.doi.org/10.1000%2Flamp.1", "doi", "10.1000/lamp.1"),
        ("https://dl.example.org/doi/10.1145/12.34?x=y#z", "doi", "10.1145/12.34"),
        ("https://www.biorxiv.example/content/10.1101/2024.01.01.5v1.full.pdf", "doi", "10.1101/2024.01.01.5"),
        ("https://openreview.net/forum?id=lantern0001&noteId=x", "openreview", "lantern0001"),
        ("openreview.net/pdf?id=lantern0001", "openreview", "lantern0001"),
        ("\n@article{k, title={x}}", "bibtex", "\n@article{k, title={x}}"),
    ],
)
def test_what_is_understood(text, kind, name):
    assert read_pasted(text) == Pasted(kind, name)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "lamps", "two words", "2401.00001 2401.00002", "https://example.org/", "10.1000/", "@ada", "2413.00001",
     "https://openreview.net/", "see 10.1000/x", "x" * 60_000, "javascript:alert(1)", "\x00", "http://[", "\ud800"],
)  # fmt: skip
def test_what_names_no_paper(text):
    assert read_pasted(text) is None
