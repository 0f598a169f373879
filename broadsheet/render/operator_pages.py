"""The pages of operators: readers, invitations, what operators did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from broadsheet.domain.deeds import Deed
from broadsheet.domain.readers import ROLES, Invitation, Reader
from broadsheet.render.news import News
from broadsheet.render.pages import Masthead, render_page


def show_readers(
    masthead: Masthead, readers: Sequence[Reader], next_page: str, link: tuple[str, str] | None, complaint: str
) -> str:
    """Return the list of readers; `link` is (name, address) of a link made just now, shown this once."""
    return _render("show_readers.html", masthead, readers=readers, roles=ROLES, next=next_page, link=link,
                   complaint=complaint)  # fmt: skip


def show_invite(
    masthead: Masthead, invitations: Sequence[Invitation], next_page: str, address: str, complaint: str
) -> str:
    """Return the list of invitations; `address` is one made just now, shown this once, else ""."""
    return _render("show_invite.html", masthead, invitations=invitations, next=next_page, address=address,
                   complaint=complaint)  # fmt: skip


def show_audit(masthead: Masthead, deeds: Sequence[tuple[Deed, str]], next_page: str, news: News) -> str:
    """Return the log, each deed with the name of whom it was done to."""
    return _render("show_audit.html", masthead, deeds=deeds, next=next_page, news=news)


def _render(template: str, masthead: Masthead, **values: object) -> str:
    def moment(value: datetime | None) -> str:
        return f"{value.astimezone(masthead.zone):%Y-%m-%d %H:%M}" if value else ""

    return render_page(template, masthead, moment=moment, **values)
