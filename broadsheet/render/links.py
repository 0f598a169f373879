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
NOTICES = "/notices"
FLAGS = "/flags"
VOTES = "/votes"
SUBMISSIONS = "/submissions"
CLAIMS = "/claims"
LOG = "/log"
GROUPS = "/groups"
READERS = "/readers"
INVITE = "/invite"
AUDIT = "/audit"
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


def discussion(paper_id: str, page: int = 0) -> str:
    """Return the discussion on a paper's page, or a later page of it."""
    return _paged(paper(paper_id), {}, page) + "#discussion"


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
    return f"{_paged(paper(paper_id), {}, page)}#{comment_anchor(pk)}"


def comments_after(paper_id: str, pk: int) -> str:
    """Return the comments on a paper as JSON, from the one after a pk on."""
    return f"/api/v1{comments(paper_id)}" + (f"?{urlencode({'after': pk})}" if pk else "")


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
    return _paged(VOTES, {}, page)


def submissions(page: int = 0, *, is_own: bool = True) -> str:
    """Return what a reader brought, or what waits for curators."""
    return _paged(SUBMISSIONS, {} if is_own else {"of": "all"}, page)


def claims(page: int = 0, *, is_own: bool = True) -> str:
    """Return a reader's claims to be an author, or those that wait for curators."""
    return _paged(CLAIMS, {} if is_own else {"of": "all"}, page)


def log(before: int = 0) -> str:
    """Return the log of what curators did, from a deed on."""
    return LOG + (f"?before={before}" if before else "")


def sign_in(lands_on: str = "") -> str:
    """Return the page by which readers sign in, and which leads back to an address of ours."""
    return SIGN_IN + (f"?{urlencode({'next': lands_on})}" if lands_on else "")


def sign_in_link(secret: str) -> str:
    """Return the address that a link to sign in leads to."""
    return f"{SIGN_IN}/{quote(secret, safe='')}"


def sign_in_with(provider: str, lands_on: str = "", invitation: str = "", link: str = "") -> str:
    """Return where signing in by a provider begins, or, with the proof `link`, tying one to the own account."""
    given = {"next": lands_on, "invitation": invitation, "link": link}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{SIGN_IN}/with/{quote(provider, safe='')}" + (f"?{query}" if query else "")


def sign_in_back(provider: str) -> str:
    """Return where a provider sends the browser back to."""
    return f"{SIGN_IN}/back/{quote(provider, safe='')}"


def new_email(token: str) -> str:
    """Return the address that confirms a new e-mail address."""
    return f"{ACCOUNT}/email/{quote(token, safe='')}"


def reader_deeds(name: str) -> str:
    """Return where an operator changes a reader."""
    return f"{READERS}/{quote(name, safe='')}"


def readers(after: str = "") -> str:
    """Return the operator's list of readers, after a short name."""
    return _paged(READERS, {"after": after} if after else {}, 0)


def audit(before: int = 0) -> str:
    """Return the log of operators, before a deed."""
    return _paged(AUDIT, {"before": str(before)} if before else {}, 0)


def invitations(page: int = 0) -> str:
    """Return the list of invitations."""
    return _paged(INVITE, {}, page)


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
