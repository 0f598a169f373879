"""The addresses and strong names that records carry: arXiv's pages, code, identifiers in free text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from broadsheet.domain.identifiers import find_arxiv_id, find_doi, find_openreview_id
from broadsheet.domain.paper import Link

_HOSTS = ("github.com/", "gitlab.com/", "bitbucket.org/", "huggingface.co/")
_REPOSITORY = re.compile(
    r"(?<![\w.@-])(?:https?://)?(?:www\.)?(?P<host>github\.com|gitlab\.com|bitbucket\.org|huggingface\.co)/"
    r"(?P<room>datasets/|spaces/)?(?P<owner>[\w.-]{1,100})/(?P<name>[\w.-]{1,100})",
    re.IGNORECASE | re.ASCII,
)
# First parts of addresses on these hosts that are no owner of a repository.
_NOT_OWNERS = {"papers", "docs", "blog", "collections", "orgs", "features", "settings", "topics", "apps"}
_TOKEN = re.compile(r"https?://\S+|arxiv\s*:\s*\S+|doi\s*:\s*\S+|\b10\.\d{4,9}/\S+", re.IGNORECASE)


def arxiv_links(arxiv_id: str | None) -> tuple[Link, ...]:
    """Return arXiv's pages of a paper; none without an id."""
    if arxiv_id is None:
        return ()
    return (
        Link("abs", f"https://arxiv.org/abs/{arxiv_id}"),
        Link("pdf", f"https://arxiv.org/pdf/{arxiv_id}"),
    )


def doi_links(doi: str | None) -> tuple[Link, ...]:
    """Return the page that a DOI leads to; nothing where there is none."""
    return (Link("abs", f"https://doi.org/{quote(doi, safe='/:;().-_<>')}"),) if doi else ()


def find_code(*texts: str) -> tuple[Link, ...]:
    """Return the first repository that the texts name, GitHub and GitLab before the others; at most one.

    A data set on the Hub is `data`, everything else `code`.
    """
    other: Link | None = None
    for text in texts:
        if "/" not in text:
            continue
        lowered = text.lower()
        if not any(host in lowered for host in _HOSTS):
            continue
        for match in _REPOSITORY.finditer(text):
            link = _repository(match)
            if link is not None and match["host"].lower() in ("github.com", "gitlab.com"):
                return (link,)
            other = other or link
    return (other,) if other else ()


def _repository(match: re.Match[str]) -> Link | None:
    room = (match["room"] or "").lower()
    name = match["name"].rstrip(".-").removesuffix(".git")
    if not name or match["owner"].lower() in _NOT_OWNERS:
        return None
    kind = "data" if room == "datasets/" else "code"
    return Link(kind, f"https://{match['host'].lower()}/{room}{match['owner']}/{name}")


def identifiers_in(texts: Iterable[str]) -> tuple[str | None, str | None, str | None]:
    """Return (arXiv id, DOI, OpenReview id) named in free texts, the first of each.

    Bare numbers are no ids here: only addresses, DOIs and what says `arXiv:` or `doi:` counts.
    """
    arxiv = doi = openreview = None
    for text in texts:
        for token in _TOKEN.findall(text):
            name = token.rstrip(".,;:)]}>\"'")
            arxiv = arxiv or find_arxiv_id(name)
            doi = doi or find_doi(name)
            openreview = openreview or find_openreview_id(name)
    return arxiv, doi, openreview
