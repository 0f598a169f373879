"""Every address that we print."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote, urlencode

from broadsheet.domain.days import Period

FRONT = "/"
TRENDING = "/papers/trending"
SEARCH = "/papers"
OPENSEARCH = "/opensearch.xml"
SEARCH_HELP = "/search-help"
ADD = "/add"
LIBRARY = "/library"
SIGN_IN = "/sign-in"
SIGN_OUT = "/sign-out"
ACCOUNT = "/account"
GROUPS = "/groups"
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


def groups(after: str = "") -> str:
    """Return the page of groups, from after a name."""
    return GROUPS + (f"?{urlencode({'after': after})}" if after else "")


def group(name: str, tab: str = "", page: int = 0) -> str:
    """Return a group's edition, or one of its other pages: week, trending, library, members, settings."""
    return _paged(f"/g/{quote(name, safe='')}" + (f"/{tab}" if tab else ""), {}, page)


def group_week(name: str, value: Period, page: int = 0, form: str = "") -> str:
    """Return what a group added in a week; `form` is "" or md."""
    return _paged(f"{group(name)}/week/{value.name}" + (f".{form}" if form else ""), {}, page)


def group_library(name: str, folder: str = "", text: str = "", page: int = 0) -> str:
    """Return a group's library: one folder of it, or what has these words."""
    asked = {key: value for key, value in (("folder", folder), ("q", text)) if value}
    return _paged(group(name, "library"), asked, page)


def group_paper(name: str, paper_id: str) -> str:
    """Return a paper's page within a group, where votes, notes and folders are changed, too."""
    return f"{group(name)}/papers/{quote(paper_id, safe='/')}"


def add_to_groups(paper_id: str) -> str:
    """Return where a paper's page puts the paper into a group."""
    return paper(paper_id) + "/groups"


def join_group(secret: str) -> str:
    """Return the address of an invitation to a group."""
    return f"{GROUPS}/join/{quote(secret, safe='')}"
