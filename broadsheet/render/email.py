"""Digests and notices as letters: HTML that mail programs show right, and a plain text of equal worth.

Inline styles, tables and no images; what is the same for every reader is rendered once and reused.
"""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from urllib.parse import quote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from broadsheet.domain.paper import Paper
from broadsheet.extraction.readable import readable
from broadsheet.render import links
from broadsheet.render.cards import byline, card_links, date_words
from broadsheet.render.letters import Letter, letter_bytes, single_line

MOST_HTML_BYTES = 95_000  # a well-known mail service cuts letters off at 102 KB
_SNIPPET = 320
_LONGEST_TITLE = 300
_LINKS_SHOWN = ("pdf", "code", "project", "data")


@dataclass(frozen=True, slots=True)
class Imprint:
    """Who writes: the site's name, its public address without a slash at the end, and the sender's address."""

    title: str
    home: str
    sender: str

    def at(self, address: str) -> str:
        """Return an address of ours with the site before it."""
        return self.home + address

    @property
    def host(self) -> str:
        """The site's host name, or the sender's."""
        return self.sender.rpartition("@")[2] or urlsplit(self.home).hostname or "localhost"

    def message_id(self, kind: str, dedup_key: str) -> str:
        """Return the Message-ID of a letter: the same for the same key, and nothing can be read from it."""
        return f"<{kind}-{hashlib.sha256(dedup_key.encode()).hexdigest()[:32]}@{self.host}>"


@dataclass(frozen=True, slots=True)
class Block:
    """A paper in a letter, in both dresses; `size` is that of its HTML in bytes."""

    pk: int
    html: Markup
    text: str
    title: str
    size: int


@dataclass(frozen=True, slots=True)
class Section:
    """A list in a digest: what is new in it, best first, and the address of all of it."""

    heading: str
    address: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Door:
    """The addresses by which one reader changes or ends their mail; `token` is the one that ends it."""

    preferences: str
    unsubscribe: str
    token: str


@dataclass(frozen=True, slots=True)
class Errand:
    """One letter to be written: to whom, of what kind, when, and the key by which it is written once."""

    to: str
    kind: str
    dedup_key: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as bytes, with its parts and the papers that found room in it."""

    message_id: str
    body: bytes
    text: str
    html: str
    pks: tuple[int, ...] = ()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("broadsheet.render", "mail"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _render(name: str, **values: object) -> Markup:
    return Markup(_environment().get_template(name).render(**values))  # noqa: S704 (autoescaped)


def paper_block(imprint: Imprint, paper: Paper, today: date) -> Block:
    """Render a paper for letters."""
    title = _shortened(paper.content.title, _LONGEST_TITLE)
    facts = [byline(paper), date_words(paper.content.published_on, today)]
    facts += [f"▲ {paper.upvotes:,}"] if paper.upvotes else []
    told = single_line(" · ".join(fact for fact in facts if fact))[:_LONGEST_TITLE]
    snippet = _shortened(paper.content.abstract or paper.content.summary, _SNIPPET)
    url = imprint.at(links.paper(paper.id))
    shown = {
        link.kind: link for link in reversed(card_links(paper)) if link.kind in _LINKS_SHOWN and len(link.url) < 500
    }
    chosen = [shown[kind] for kind in _LINKS_SHOWN if kind in shown]
    html = _render("paper.html", url=url, title=title, byline=told, snippet=snippet, links=chosen)
    lines = [title, *([told] if told else []), url, *(f"{link.name}: {link.url}" for link in chosen)]
    text = "\n".join(["* " + lines[0], *("  " + line for line in lines[1:])])
    if snippet:
        text += "\n" + textwrap.fill(snippet, 76, initial_indent="  ", subsequent_indent="  ")
    return Block(paper.pk, html, text, title, len(html.encode()))


def _shortened(text: str, width: int) -> str:
    """Return a text in one line, cut between words where it can be."""
    line = single_line(readable(text[: 10 * width]))
    cut = textwrap.shorten(line, width, placeholder=" …")
    return cut if cut.strip(" …") else line[:width]


def write_digest(imprint: Imprint, errand: Errand, sections: Sequence[Section], door: Door) -> Written:
    """Write a digest; papers that would make it too long are left out of it, and led to by a link."""
    room = MOST_HTML_BYTES - 6_000 - 700 * len(sections)
    html: list[str] = []
    text: list[str] = []
    pks: list[int] = []
    for section in sections:
        put: list[Block] = []
        for block in section.blocks:
            if block.size > room:
                break
            room -= block.size
            put.append(block)
        pks += [block.pk for block in put]
        where = imprint.at(section.address)
        words = "All of this list" if len(put) == len(section.blocks) else f"{len(section.blocks) - len(put)} more here"
        html += [_render("section.html", heading=section.heading), *(block.html for block in put)]
        html.append(_render("more.html", url=where, words=words))
        text += [section.heading, "=" * min(len(section.heading), 72), "", "\n\n".join(block.text for block in put)]
        text += ["", f"{words}: {where}", ""]
    foot_html, foot_text = _digest_foot(imprint, errand.to, door)
    subject, preview = _subject(imprint, sections), "; ".join(block.title for block in sections[0].blocks[:3])
    page = _page(imprint, subject, preview, Markup("\n").join(map(Markup, html)), foot_html)
    plain = "\n".join([imprint.title, imprint.home, "", *text, "-- ", foot_text, ""])
    headers = _list_headers(imprint, door)
    return _written(imprint, errand, (subject, plain, page), headers, tuple(pks))


def write_notice(
    imprint: Imprint, errand: Errand, subject: str, sentences: Sequence[str], button: tuple[str, str]
) -> Written:
    """Write a letter of a few sentences and one link; `button` is its words and its whole address."""
    words, url = button
    foot = f"Somebody typed this address at {imprint.home}. If it was not you, do nothing: no more mail will come."
    page = _page(
        imprint, subject, sentences[0], _render("notice.html", sentences=sentences, button=words, url=url), foot
    )
    plain = "\n\n".join([*(textwrap.fill(one, 76) for one in sentences), f"{words}:\n{url}", "-- \n" + foot]) + "\n"
    return _written(imprint, errand, (subject, plain, page), {}, ())


def _page(imprint: Imprint, subject: str, preview: str, content: Markup, foot: str | Markup) -> str:
    return _render(
        "letter.html",
        subject=subject,
        preview=preview,
        title=imprint.title,
        home=imprint.home,
        content=content,
        foot=foot,
    )


def _written(
    imprint: Imprint, errand: Errand, dress: tuple[str, str, str], headers: dict[str, str], pks: tuple[int, ...]
) -> Written:
    subject, text, html = dress
    message_id = imprint.message_id(errand.kind, errand.dedup_key)
    letter = Letter(
        errand.to, imprint.title, imprint.sender, subject, message_id, errand.sent_at, text, str(html), headers
    )  # fmt: skip
    return Written(message_id, letter_bytes(letter), text, str(html), pks)


def _subject(imprint: Imprint, sections: Sequence[Section]) -> str:
    titles = [block.title for section in sections for block in section.blocks]
    more = f" and {len(titles) - 1} more" if len(titles) > 1 else ""
    return f"{imprint.title}: {textwrap.shorten(titles[0], 90, placeholder=' …')}{more}"


def _digest_foot(imprint: Imprint, to: str, door: Door) -> tuple[Markup, str]:
    style = Markup('<a href="{}" style="color:#5d574c">{}</a>')
    change, end = style.format(door.preferences, "Change what comes"), style.format(door.unsubscribe, "end all of it")
    html = Markup("This went to {} because its owner asked for it. {} or {}.").format(to, change, end)
    text = (
        f"This went to {to} because its owner asked for it.\n"
        f"Change what comes: {door.preferences}\nEnd all of it: {door.unsubscribe}"
    )
    return html, text


def _list_headers(imprint: Imprint, door: Door) -> dict[str, str]:
    """Return the headers by which mail programs offer to end the subscription (RFC 2369, RFC 2919, RFC 8058)."""
    mailto = f"mailto:{quote(imprint.sender, safe='@')}?subject=unsubscribe%20{door.token}"
    return {
        "List-Unsubscribe": f"<{door.unsubscribe}>, <{mailto}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"<digest.{imprint.host}>",
        "Feedback-ID": f"digest:subscribers:broadsheet:{imprint.host}",
        "Precedence": "bulk",
    }
