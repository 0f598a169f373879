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
HUB_PAPERS = "/api/papers"
API = "/api/v1"
API_DOCUMENT = f"{API}/openapi.json"
API_DOCS = f"{API}/docs"
FEEDS = "/feeds"
OPML = "/feeds.opml"
SITEMAP = "/sitemap.xml"
LLMS = "/llms.txt"
SUBSCRIBE = "/subscribe"
SEARCHES = "/searches"
MY_OPML = "/feeds/mine.opml"
WEBHOOKS = "/webhooks"
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


def category(name: str, page: int = 0) -> str:
    """Return the page of a category's papers."""
    return _paged(f"/papers/category/{quote(name, safe='')}", {}, page)


def author(name: str, page: int = 0) -> str:
    """Return the page of the papers that somebody wrote."""
    return _paged(f"/papers/author/{quote(name, safe='')}", {}, page)


def dressed(address: str, suffix: str) -> str:
    """Return where the list at one of our addresses is found in another dress: `/papers?q=x` as `/papers.bib?q=x`."""
    path, mark, query = address.partition("?")
    return f"{'/papers' if path == FRONT else path}.{suffix}{mark}{query}"


def sitemap(part: str) -> str:
    """Return a part of the sitemap: `lists`, or a number from 1."""
    return f"/sitemap-{part}.xml"


def paged(address: str, page: int) -> str:
    """Return a later page of a list at one of our addresses."""
    return f"{address}{'&' if '?' in address else '?'}p={page}" if page else address


def arxiv_search(title: str) -> str:
    """Return arXiv's own search for a title: for papers of which no address is known."""
    return "https://arxiv.org/search/?" + urlencode({"query": title, "searchtype": "title"})


def confirmation(token: str) -> str:
    """Return where a subscription is confirmed."""
    return f"{SUBSCRIBE}/confirm/{token}"


def subscriptions(token: str) -> str:
    """Return where a subscriber changes what comes by mail."""
    return f"/subscriptions/{token}"


def unsubscribe(token: str) -> str:
    """Return where all mail to an address is ended."""
    return f"/unsubscribe/{token}"


def saved_search(pk: int) -> str:
    """Return the page of a saved search."""
    return f"{SEARCHES}/{pk}"


def private_feed(name: str) -> str:
    """Return a feed's secret address; `dressed` says in which form."""
    return f"/feeds/private/{name}"


def static(name: str, version: str) -> str:
    """Return a file of ours; the version lets browsers keep it."""
    return f"/static/{name}?v={version}"


def _paged(address: str, parameters: dict[str, str], page: int) -> str:
    if page:
        parameters = {**parameters, "p": str(page)}
    return f"{address}?{urlencode(parameters)}" if parameters else address
