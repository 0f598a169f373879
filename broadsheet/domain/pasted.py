"""What somebody pasted to add a paper: which name of a paper it is, or a BibTeX entry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from broadsheet.domain.identifiers import find_arxiv_id, find_doi, find_openreview_id

KINDS = ("arxiv", "doi", "openreview", "bibtex")
MOST_LETTERS = 50_000
_BIBTEX = re.compile(r"\s*@\s*[A-Za-z]+\s*[{(]")
_HOST_WITHOUT_SCHEME = re.compile(r"(?:www\.|export\.|dx\.)?(?:arxiv\.org|doi\.org|openreview\.net)/", re.IGNORECASE)
# Other sites whose addresses end in an arXiv id, and places in addresses of publishers where a DOI stands.
_ABOUT_ARXIV = re.compile(
    r"^https?://(?:www\.)?(?:huggingface\.co/papers|alphaxiv\.org/abs|ar5iv\.(?:labs\.arxiv\.)?org/(?:abs|html))/"
    r"(?P<id>[^?#\s]{5,40})",
    re.IGNORECASE,
)
_DOI_IN_ADDRESS = re.compile(r"^https?://[^\s?#]{1,300}?/(?P<doi>10\.\d{4,9}/[^\s?#]{1,200})", re.IGNORECASE)
_PAGE_OF = re.compile(r"(?:/(?:full|pdf|abstract|epub|meta))?(?:\.full)?(?:\.pdf)?$")


@dataclass(frozen=True, slots=True)
class Pasted:
    """A paper's name (`kind` is one of KINDS), or, where `kind` is bibtex, the entry as it was pasted."""

    kind: str
    name: str


def read_pasted(text: str) -> Pasted | None:
    """Return what a text names, or None; it never raises. Only one name, with nothing around it, is understood."""
    if len(text) > MOST_LETTERS:
        return None
    if _BIBTEX.match(text):
        return Pasted("bibtex", text)
    name = text.strip().strip("<>\"'`.,; \t\n")
    if (
        not name
        or len(name) > 2_000
        or any(c.isspace() for c in re.sub(r"^(?:arxiv|doi)\s*:\s*", "", name, flags=re.I))
    ):
        return None
    if _HOST_WITHOUT_SCHEME.match(name):
        name = f"https://{name}"
    about = _ABOUT_ARXIV.match(name)
    if arxiv_id := find_arxiv_id(about["id"] if about else name):
        return Pasted("arxiv", arxiv_id)
    if forum := find_openreview_id(name):
        return Pasted("openreview", forum)
    if doi := find_doi(re.sub(r"[?#].*$", "", name) if name.lower().startswith("http") else name):
        return Pasted("doi", doi)
    if inside := _DOI_IN_ADDRESS.match(unquote(name)):
        doi = find_doi(_PAGE_OF.sub("", inside["doi"]))
        # The one publisher whose addresses name versions that its DOIs do not.
        doi = re.sub(r"v\d+$", "", doi) if doi and doi.startswith("10.1101/") else doi
        return Pasted("doi", doi) if doi else None
    return None
