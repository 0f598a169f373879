"""The pages of signing in and of a reader's own account."""

from __future__ import annotations

from broadsheet.domain.readers import ROLES, SCOPES, Account
from broadsheet.render.pages import Masthead, render_page


def show_sign_in(masthead: Masthead, lands_on: str, invitation: str, email: str = "", complaint: str = "") -> str:
    """Return the form that asks for a link to sign in."""
    return render_page(
        "show_sign_in.html", masthead, lands_on=lands_on, invitation=invitation, email=email, complaint=complaint
    )


def show_link_sent(masthead: Masthead, email: str) -> str:
    """Return what is said after a link was asked for, whether one was sent or not."""
    return render_page("show_link_sent.html", masthead, email=email)


def show_link(masthead: Masthead, secret: str) -> str:
    """Return the page to which a link leads: one button."""
    return render_page("show_link.html", masthead, secret=secret)


def show_account(
    masthead: Masthead, account: Account, own_session: int | None, *, complaint: str = "", secret: str = ""
) -> str:
    """Return a reader's account; `secret` is a token that was made just now and is shown this once."""
    return render_page(
        "show_account.html",
        masthead,
        account=account,
        own_session=own_session,
        complaint=complaint,
        secret=secret,
        scopes={name: told for name, told in SCOPES.items() if _may(account, name)},
        moment=lambda value: f"{value.astimezone(masthead.zone):%Y-%m-%d %H:%M}" if value else "",
    )


def _may(account: Account, scope: str) -> bool:
    """Say whether a scope is of use to this reader."""
    needed = {"curate": "curator", "operate": "operator"}.get(scope, ROLES[0])
    return account.reader.is_at_least(needed)
