"""The names that papers have in the world: arXiv ids and DOIs, read from any usual spelling.

Identifier schemes: arXiv (https://info.arxiv.org/help/arxiv_identifier.html), DOI (ISO 26324).
"""

from __future__ import annotations

import re
from urllib.parse import unquote

_NEW_ARXIV = r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}"
_OLD_ARXIV = r"[a-z][a-z-]+(?:\.[A-Za-z]{2})?/\d{2}(?:0[1-9]|1[0-2])\d{3}"
_ARXIV = re.compile(
    rf"^(?:https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html|e-print)/|arxiv\s*:\s*|oai:arxiv\.org:)?"
    rf"(?P<id>{_NEW_ARXIV}|{_OLD_ARXIV})(?:v\d{{1,3}})?(?:\.pdf)?/?(?:[?#].*)?$",
    re.IGNORECASE | re.ASCII,
)
_ARXIV_DOI = re.compile(rf"^10\.48550/arxiv\.({_NEW_ARXIV}|{_OLD_ARXIV})$", re.IGNORECASE | re.ASCII)
_DOI = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi\s*:\s*)?(?P<doi>10\.\d{4,9}/[^\s<>\"]+)$", re.IGNORECASE)
_OPENREVIEW = re.compile(r"^https?://openreview\.net/(?:forum|pdf)\?id=(?P<id>[A-Za-z0-9_-]{6,30})")


def find_arxiv_id(text: str) -> str | None:
    """Return the arXiv id in `text` without its version (`2401.00001`, `hep-th/9901001`), or None.

    Takes bare ids, `arXiv:` forms, arXiv's addresses and arXiv's own DOIs; the whole text must be the id.
    The subject class of an old id is dropped (`math.GT/0309136` is `math/0309136`), as arXiv does.
    """
    text = text.strip()
    match = _ARXIV.match(text)
    if match is None:
        doi = _DOI.match(text)
        match = _ARXIV_DOI.match(doi["doi"]) if doi else None
        if match is None:
            return None
        found = match[1]
    else:
        found = match["id"]
    if "/" in found:
        archive, number = found.lower().split("/")
        return f"{archive.split('.')[0]}/{number}"
    return found


def find_doi(text: str) -> str | None:
    """Return the DOI in `text`, lower-cased (DOIs ignore case), or None; arXiv's own DOIs are arXiv ids."""
    match = _DOI.match(unquote(text.strip()))
    if match is None:
        return None
    doi = match["doi"].rstrip(".,;").lower()
    return None if _ARXIV_DOI.match(doi) or doi.endswith("/") else doi


def find_openreview_id(text: str) -> str | None:
    """Return the forum id of an OpenReview address, or None."""
    match = _OPENREVIEW.match(text.strip())
    return match["id"] if match else None
