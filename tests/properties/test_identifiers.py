"""Ids of papers: whatever comes in, an id or nothing comes out, the same from every spelling."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.domain.identifiers import find_arxiv_id, find_doi, find_openreview_id

new_ids = st.builds(
    lambda year, month, number: f"{year:02d}{month:02d}.{number}",
    st.integers(0, 99),
    st.integers(1, 12),
    st.integers(0, 99_999).map(lambda n: f"{n:05d}") | st.integers(0, 9_999).map(lambda n: f"{n:04d}"),
)
old_ids = st.builds(
    lambda archive, year, month, number: f"{archive}/{year:02d}{month:02d}{number:03d}",
    st.sampled_from(["hep-th", "math", "cs", "cond-mat", "q-bio"]),
    st.integers(0, 99),
    st.integers(1, 12),
    st.integers(0, 999),
)
arxiv_ids = new_ids | old_ids
FORMS = (
    "{}", " {} ", "arXiv:{}", "arxiv: {}v3", "https://arxiv.org/abs/{}v12", "http://www.arxiv.org/pdf/{}.pdf",
    "https://export.arxiv.org/pdf/{}v1?download=1", "oai:arXiv.org:{}", "10.48550/arXiv.{}",
    "https://doi.org/10.48550/arxiv.{}", "{}v2",
)  # fmt: skip
anything = st.text() | st.builds("{}{}".format, st.sampled_from(FORMS), st.text(max_size=5))


@given(arxiv_ids, st.sampled_from(FORMS))
def test_every_spelling_gives_the_id(arxiv_id: str, form: str) -> None:
    assert find_arxiv_id(form.format(arxiv_id)) == arxiv_id


@given(arxiv_ids, st.sampled_from(FORMS))
def test_an_arxiv_id_is_no_doi(arxiv_id: str, form: str) -> None:
    assert find_doi(form.format(arxiv_id)) is None


@given(anything | st.from_regex(r"\d{4}\.\d{4,5}(v\d)?", fullmatch=True))
def test_what_is_found_is_plain_and_found_again(text: str) -> None:
    found = find_arxiv_id(text)
    if found is not None:
        assert found.isascii()
        assert find_arxiv_id(found) == found


@given(st.text() | st.from_regex(r"10\.\d{4,9}/[^\s%]+", fullmatch=True))
def test_a_doi_is_lower_without_spaces_and_found_again(text: str) -> None:
    found = find_doi(text)
    if found is not None:
        assert not any(c.isspace() for c in found)
        if "%" not in found:
            assert find_doi(found) == found
            assert find_doi(found.upper()) == find_doi(found.upper().lower())
            assert find_doi(f"https://doi.org/{found}") == found


@given(st.text() | st.from_regex(r"https://openreview\.net/forum\?id=.*"))
def test_an_openreview_id_is_safe_in_an_address(text: str) -> None:
    found = find_openreview_id(text)
    assert found is None or found.replace("_", "").replace("-", "").isalnum() or set(found) <= {"_", "-"}
