"""Every address that we print."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote, urlencode

from broadsheet.domain.days import Period
from broadsheet.domain.library import Wanted

FRONT = "/"
TRENDING = "/papers/trending"
SEARCH = "/papers"
OPENSEARCH = "/opensearch.xml"
SEARCH_HELP = "/search-help"
ADD = "/add"
LIBRARY = "/library"
LIBRARY_IMPORT = "/library/import"
LIBRARY_FOLDERS = "/library/folders"
SIGN_IN = "/sign-in"
SIGN_OUT = "/sign-out"
ACCOUNT = "/account"
PAPER_FORMS = ("md", "json", "bib", "ris", "csl.json")


def paper(paper_id: str, form: str = "") -> str:
    """Return a paper's page, or the same paper in one of PAPER_FORMS."""
    return f"/papers/{quote(paper_id, safe='/')}" + (f".{form}" if form else "")


def similar(paper_id: str) -> str:
    """Return the page of papers like one."""
    return paper(paper_id) + "/similar"


def save(paper_id: str) -> str:
    """Return where a paper is saved into the library and taken out of it."""
    return paper(paper_id) + "/save"


def library(wanted: Wanted, page: int = 0) -> str:
    """Return the page of a library, or of the part of it that is wanted."""
    return _paged(LIBRARY, _wanted(wanted), page)


def library_file(form: str, wanted: Wanted) -> str:
    """Return a part of a library as a file; words do not count."""
    return _paged(f"{LIBRARY}.{form}", {k: v for k, v in _wanted(wanted).items() if k != "q"}, 0)


def dismissed(page: int = 0) -> str:
    """Return the page of what a reader does not want to see."""
    return _paged(f"{LIBRARY}/dismissed", {}, page)


def history(page: int = 0) -> str:
    """Return the page of what a reader opened."""
    return _paged(f"{LIBRARY}/history", {}, page)


def _wanted(wanted: Wanted) -> dict[str, str]:
    folder = str(wanted.folder) if wanted.folder is not None else ""
    given = {"q": wanted.text, "folder": folder, "tag": wanted.tag, "state": wanted.state}
    return {name: value for name, value in given.items() if value}


def sign_in(lands_on: str = "") -> str:
    """Return the page by which readers sign in, and which leads back to an address of ours."""
    return SIGN_IN + (f"?{urlencode({'next': lands_on})}" if lands_on else "")


def sign_in_link(secret: str) -> str:
    """Return the address that a link to sign in leads to."""
    return f"{SIGN_IN}/{quote(secret, safe='')}"


def invitation(secret: str) -> str:
    """Return the address by which somebody who was invited makes an account."""
    return f"{SIGN_IN}?{urlencode({'invitation': secret})}"


def period(value: Period, page: int = 0) -> str:
    """Return the page of a day, week or month."""
    address = f"/papers/{'date' if value.kind == 'day' else value.kind}/{value.name}"
    return _paged(address, {}, page)


def day(value: date) -> str:
    """Return the page of a day's edition."""
    return f"/papers/date/{value.isoformat()}"


def trending(page: int = 0) -> str:
    """Return the trending page."""
    return _paged(TRENDING, {}, page)


def search(text: str, page: int = 0, through: int = 0) -> str:
    """Return the page of a search; its later pages show what was there when its first one was made."""
    bound = {"through": str(through)} if page and through else {}
    return _paged(SEARCH, {"q": text, **bound}, page)


def arxiv_search(title: str) -> str:
    """Return arXiv's own search for a title: for papers of which no address is known."""
    return "https://arxiv.org/search/?" + urlencode({"query": title, "searchtype": "title"})


def static(name: str, version: str) -> str:
    """Return a file of ours; the version lets browsers keep it."""
    return f"/static/{name}?v={version}"


def _paged(address: str, parameters: dict[str, str], page: int) -> str:
    if page:
        parameters = {**parameters, "p": str(page)}
    return f"{address}?{urlencode(parameters)}" if parameters else address
