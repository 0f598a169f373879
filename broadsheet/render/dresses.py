"""One list, many dresses: every list of papers can be had as a feed, as a file and as data.

A list stands at an address of ours; the same address with a dress's suffix (`links.dressed`) is the same list in that
dress: `/papers/trending` and `/papers/trending.atom`, `/papers?q=x` and `/papers.bib?q=x`. To dress a new list (a
group's, a tag's, a library):

1. give its address a second route, the path with `.{form}` behind it, to the same handler (or, where the path ends in a
   name, take the suffix off with `take_dress`);
2. where there is a dress, or `web.dressing.asks_for_news(request)`, return `web.dressing.answer_list(request, dress,
   WantedList(title, address, read))`, with `is_put` where readers put papers into it: it reads the stretch (limit,
   offset, which papers count), looks up when the papers came and changed, keeps the bytes for the state of the record,
   and answers with ETag, Last-Modified or 304, apart for each reader;
3. print the page with `head=heads.list_head(...)`: it names the feeds in the page's head and all dresses at its foot;
4. where the list is everybody's, let `web.discovery.everybodys_lists` name it: then it is in /feeds and the OPML.

A list for one reader alone has its feeds at a secret address (`usecases.own_feeds`). A feed of something else than
papers is made in `render.feeds`, answered by `web.dressing.answer_kept`, named in heads by `heads.feed_alternates`.

To add a dress: a function from PaperList to text or bytes, and a line in DRESSES.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from broadsheet.render import citations, epub, feeds, listings, spreadsheet
from broadsheet.render.paper_list import PaperList

MOST_IN_FEED = 100
MOST_IN_FILE = 1_000


@dataclass(frozen=True, slots=True)
class Dress:
    """A form of a list: the suffix of its address, its name for readers, its media type, what makes it of a list.

    `limit` is how many papers it holds at most; a feed has no further pages, a file goes on at `p=1`.
    """

    suffix: str
    name: str
    media_type: str
    make: Callable[[PaperList], str | bytes]
    limit: int = MOST_IN_FILE
    is_feed: bool = False


DRESSES: dict[str, Dress] = {
    one.suffix: one
    for one in (
        Dress("atom", "Atom", "application/atom+xml; charset=utf-8", feeds.atom, MOST_IN_FEED, True),
        Dress("rss", "RSS", "application/rss+xml; charset=utf-8", feeds.rss, MOST_IN_FEED, True),
        Dress("feed.json", "JSON Feed", "application/feed+json", feeds.json_feed, MOST_IN_FEED, True),
        Dress("bib", "BibTeX", "application/x-bibtex; charset=utf-8", lambda shown: citations.bibtex(shown.papers)),
        Dress("ris", "RIS", "application/x-research-info-systems; charset=utf-8", lambda it: citations.ris(it.papers)),
        Dress(
            "csl.json", "CSL-JSON", "application/vnd.citationstyles.csl+json", lambda it: citations.csl_json(it.papers)
        ),
        Dress("json", "JSON", "application/json", listings.list_json),
        Dress("md", "Markdown", "text/markdown; charset=utf-8", listings.list_markdown),
        Dress("csv", "CSV", "text/csv; charset=utf-8; header=present", spreadsheet.as_csv),
        Dress("epub", "EPUB", "application/epub+zip", epub.epub),
    )
}
FEEDS = tuple(dress for dress in DRESSES.values() if dress.is_feed)
_LONGEST_FIRST = sorted(DRESSES.values(), key=lambda dress: -len(dress.suffix))


def take_dress(name: str) -> tuple[str, Dress | None]:
    """Take a dress's suffix off the end of an address: (`2025-11-07.feed.json`) is 2025-11-07 as JSON Feed."""
    for dress in _LONGEST_FIRST:
        if name.endswith(f".{dress.suffix}"):
            return name.removesuffix(f".{dress.suffix}"), dress
    return name, None
