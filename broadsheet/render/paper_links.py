"""The addresses of what readers do to papers; `links.py` gives them out with all the others."""

from __future__ import annotations

from urllib.parse import quote, urlencode

NOTICES = "/notices"
FLAGS = "/flags"
VOTES = "/votes"
MY_FEEDS = "/feeds/mine"
MY_MAIL = "/subscribe/mine"
SUBMISSIONS = "/submissions"
CLAIMS = "/claims"
LOG = "/log"
PAPER_FORMS = ("md", "json", "bib", "ris", "csl.json", "csv")


def paper(paper_id: str, form: str = "") -> str:
    """Return a paper's page, or the same paper in one of PAPER_FORMS."""
    return f"/papers/{quote(paper_id, safe='/')}" + (f".{form}" if form else "")


def numbered(address: str, parameters: dict[str, str], page: int) -> str:
    if page:
        parameters = {**parameters, "p": str(page)}
    return f"{address}?{urlencode(parameters)}" if parameters else address


def discussion(paper_id: str, page: int = 0) -> str:
    """Return the discussion on a paper's page, or a later page of it."""
    return numbered(paper(paper_id), {}, page) + "#discussion"


def comments(paper_id: str) -> str:
    """Return where a comment on a paper is sent."""
    return paper(paper_id) + "/comments"


def comment(pk: int, deed: str = "") -> str:
    """Return a comment's own page, or where a reader votes on it, flags it or deletes it."""
    return f"/comments/{pk}" + (f"/{deed}" if deed else "")


def comment_anchor(pk: int) -> str:
    """Return the name of a comment's place on its paper's page."""
    return f"comment-{pk}"


def comment_place(paper_id: str, page: int, pk: int) -> str:
    """Return a comment's place on its paper's page."""
    return f"{numbered(paper(paper_id), {}, page)}#{comment_anchor(pk)}"


def notices(before: int = 0) -> str:
    """Return a reader's notices, older than a pk."""
    return NOTICES + (f"?{urlencode({'before': before})}" if before else "")


def flags(before: int = 0) -> str:
    """Return the comments that wait for a curator, older than a pk."""
    return FLAGS + (f"?{urlencode({'before': before})}" if before else "")


def vote(paper_id: str) -> str:
    """Return where a vote for a paper is given and taken back."""
    return paper(paper_id) + "/vote"


def votes(page: int = 0) -> str:
    """Return the papers that a reader voted for."""
    return numbered(VOTES, {}, page)


def submissions(page: int = 0, *, is_own: bool = True) -> str:
    """Return what a reader brought, or what waits for curators."""
    return numbered(SUBMISSIONS, {} if is_own else {"of": "all"}, page)


def claims(page: int = 0, *, is_own: bool = True) -> str:
    """Return a reader's claims to be an author, or those that wait for curators."""
    return numbered(CLAIMS, {} if is_own else {"of": "all"}, page)


def log(before: int = 0) -> str:
    """Return the log of what curators did, from a deed on."""
    return LOG + (f"?before={before}" if before else "")
