"""Every address that we print."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote, urlencode

from broadsheet.domain.days import Period
from broadsheet.domain.library import Wanted
from broadsheet.render import paper_links as at_papers

# Given out from here, with all the others.
CLAIMS = at_papers.CLAIMS
FLAGS = at_papers.FLAGS
LOG = at_papers.LOG
MY_FEEDS = at_papers.MY_FEEDS
MY_MAIL = at_papers.MY_MAIL
NOTICES = at_papers.NOTICES
PAPER_FORMS = at_papers.PAPER_FORMS
SUBMISSIONS = at_papers.SUBMISSIONS
VOTES = at_papers.VOTES
claims = at_papers.claims
comment = at_papers.comment
comment_anchor = at_papers.comment_anchor
comment_place = at_papers.comment_place
comments = at_papers.comments
discussion = at_papers.discussion
flags = at_papers.flags
log = at_papers.log
notices = at_papers.notices
numbered = at_papers.numbered
paper = at_papers.paper
submissions = at_papers.submissions
vote = at_papers.vote
votes = at_papers.votes

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
HUB_PAPERS = "/api/papers"
HUB_DAILY = "/api/daily_papers"
API = "/api/v1"
API_DOCUMENT = f"{API}/openapi.json"
API_DOCS = f"{API}/docs"
FEEDS = "/feeds"
OPML = "/feeds.opml"
SITEMAP = "/sitemap.xml"
SUBSCRIBE = "/subscribe"
GROUPS = "/groups"
READERS = "/readers"
INVITE = "/invite"
AUDIT = "/audit"
SEARCHES = "/searches"
MY_OPML = "/feeds/mine.opml"
WEBHOOKS = "/webhooks"


def similar(paper_id: str) -> str:
    """Return the page of papers like one."""
    return paper(paper_id) + "/similar"


def save(paper_id: str) -> str:
    """Return where a paper is saved into the library and taken out of it."""
    return paper(paper_id) + "/save"


def library(wanted: Wanted, page: int = 0) -> str:
    """Return the page of a library, or of the part of it that is wanted."""
    return numbered(LIBRARY, _wanted(wanted), page)


def library_file(form: str, wanted: Wanted) -> str:
    """Return a part of a library as a file."""
    return numbered(f"{LIBRARY}.{form}", _wanted(wanted), 0)


def dismissed(page: int = 0) -> str:
    """Return the page of what a reader does not want to see."""
    return numbered(f"{LIBRARY}/dismissed", {}, page)


def history(page: int = 0) -> str:
    """Return the page of what a reader opened."""
    return numbered(f"{LIBRARY}/history", {}, page)


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
    return numbered(READERS, {"after": after} if after else {}, 0)


def audit(before: int = 0) -> str:
    """Return the log of operators, before a deed."""
    return numbered(AUDIT, {"before": str(before)} if before else {}, 0)


def invitations(page: int = 0) -> str:
    """Return the list of invitations."""
    return numbered(INVITE, {}, page)


def invitation(secret: str) -> str:
    """Return the address by which somebody who was invited makes an account."""
    return f"{SIGN_IN}?{urlencode({'invitation': secret})}"


def period(value: Period, page: int = 0) -> str:
    """Return the page of a day, week or month."""
    address = f"/papers/{'date' if value.kind == 'day' else value.kind}/{value.name}"
    return numbered(address, {}, page)


def day(value: date) -> str:
    """Return the page of a day's edition."""
    return f"/papers/date/{value.isoformat()}"


def trending(page: int = 0) -> str:
    """Return the trending page."""
    return numbered(TRENDING, {}, page)


def search(text: str, page: int = 0, through: int = 0) -> str:
    """Return the page of a search; its later pages show what was there when its first one was made."""
    bound = {"through": str(through)} if page and through else {}
    return numbered(SEARCH, {"q": text, **bound}, page)


def category(name: str, page: int = 0) -> str:
    """Return the page of a category's papers."""
    return numbered(f"/papers/category/{quote(name, safe='')}", {}, page)


def author(name: str, page: int = 0) -> str:
    """Return the page of the papers that somebody wrote."""
    return numbered(f"/papers/author/{quote(name, safe='')}", {}, page)


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


def stretch(address: str, page: int, through: int, since: str | None) -> str:
    """Return a page of a list at one of our addresses that papers which come meanwhile do not move.

    `since` stands as it was asked for, None where the whole list was.
    """
    bounds = ({"since": since} if since is not None else {}) | ({"through": str(through)} if page and through else {})
    there = f"{address}{'&' if '?' in address else '?'}{urlencode(bounds)}" if bounds else address
    return paged(there, page)


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


def groups(after: str = "") -> str:
    """Return the page of groups, from after a name."""
    return GROUPS + (f"?{urlencode({'after': after})}" if after else "")


def group(name: str, tab: str = "", page: int = 0) -> str:
    """Return a group's edition, or one of its other pages: week, trending, library, members, settings."""
    return numbered(f"/g/{quote(name, safe='')}" + (f"/{tab}" if tab else ""), {}, page)


def group_week(name: str, value: Period, page: int = 0, form: str = "") -> str:
    """Return what a group added in a week; `form` is "" or md."""
    return numbered(f"{group(name)}/week/{value.name}" + (f".{form}" if form else ""), {}, page)


def group_library(name: str, folder: str = "", text: str = "", page: int = 0) -> str:
    """Return a group's library: one folder of it, or what has these words."""
    asked = {key: value for key, value in (("folder", folder), ("q", text)) if value}
    return numbered(group(name, "library"), asked, page)


def group_paper(name: str, paper_id: str) -> str:
    """Return a paper's page within a group, where votes, notes and folders are changed, too."""
    return f"{group(name)}/papers/{quote(paper_id, safe='/')}"


def add_to_groups(paper_id: str) -> str:
    """Return where a paper's page puts the paper into a group."""
    return paper(paper_id) + "/groups"


def join_group(secret: str) -> str:
    """Return the address of an invitation to a group."""
    return f"{GROUPS}/join/{quote(secret, safe='')}"
