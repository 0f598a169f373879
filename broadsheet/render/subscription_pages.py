"""The pages of subscriptions by mail."""

from __future__ import annotations

from collections.abc import Mapping

from broadsheet.domain.subscriptions import CADENCES, PAUSED, Subscriber, Wish
from broadsheet.render.pages import Masthead, render_page

_KIND_NAMES = {
    "trending": "Trending papers",
    "front": "The front page",
    "category": "A category, such as cs.CL",
    "author": "An author, by the whole name",
    "search": "A search",
}


def show_subscribe(masthead: Masthead, fields: Mapping[str, str], complaint: str = "", *, is_sent: bool = False) -> str:
    """Return the form of subscribing, with what was typed and why it failed; or, once sent, what to do next."""
    return render_page(
        "show_subscribe.html",
        masthead,
        fields=fields,
        complaint=complaint,
        is_sent=is_sent,
        kinds=_KIND_NAMES,
        cadences=CADENCES,
    )


def show_confirmation(masthead: Masthead, token: str, address: str, wish: Wish) -> str:
    """Return the page whose button confirms a subscription."""
    return render_page("show_confirmation.html", masthead, token=token, address=address, wish=wish)


def show_subscriptions(masthead: Masthead, token: str, one: Subscriber, complaint: str = "") -> str:
    """Return the page on which somebody changes what comes by mail."""
    return render_page(
        "show_subscriptions.html",
        masthead,
        token=token,
        one=one,
        is_paused=one.state == PAUSED,
        complaint=complaint,
        kinds=_KIND_NAMES,
        cadences=CADENCES,
    )


def show_unsubscribe(masthead: Masthead, address: str, stage: str) -> str:
    """Return the page that ends mail; `stage` is asked (with the button), ended or forgotten."""
    return render_page("show_unsubscribe.html", masthead, address=address, stage=stage)
