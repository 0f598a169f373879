"""The pages of signing in and of a reader's own account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from broadsheet.domain.readers import ROLES, SCOPES, Account
from broadsheet.render.pages import Masthead, render_page


@dataclass(frozen=True, slots=True)
class SignInForm:
    """What the page to sign in shows: where it leads to, the names of providers, what was typed and what is wrong."""

    lands_on: str = "/"
    providers: tuple[str, ...] = ()
    invitation: str = ""
    email: str = ""
    complaint: str = ""


def show_sign_in(masthead: Masthead, form: SignInForm) -> str:
    """Return the form that asks for a link to sign in, and the other ways in."""
    return render_page("show_sign_in.html", masthead, form=form)


def show_link_sent(masthead: Masthead, email: str) -> str:
    """Return what is said after a link was asked for, whether one was sent or not."""
    return render_page("show_link_sent.html", masthead, email=email)


def show_link(masthead: Masthead, secret: str) -> str:
    """Return the page to which a link leads: one button."""
    return render_page("show_link.html", masthead, secret=secret)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a reader's account shows beside itself: the session of this browser, a token made just now, a complaint.

    `providers` are (name, address that ties it), `known_as` how each issuer is called.
    """

    own_session: int | None = None
    complaint: str = ""
    secret: str = ""
    providers: tuple[tuple[str, str], ...] = ()
    known_as: Mapping[str, str] = field(default_factory=dict)


def show_account(masthead: Masthead, account: Account, desk: Desk) -> str:
    """Return a reader's account; a token that was made just now is shown this once."""
    return render_page(
        "show_account.html",
        masthead,
        account=account,
        desk=desk,
        scopes={name: told for name, told in SCOPES.items() if _may(account, name)},
        moment=lambda value: f"{value.astimezone(masthead.zone):%Y-%m-%d %H:%M}" if value else "",
    )


def show_email_sent(masthead: Masthead, email: str) -> str:
    """Return what is said after a new address was given."""
    return render_page("show_email_sent.html", masthead, email=email)


def show_new_email(masthead: Masthead, email: str, token: str) -> str:
    """Return the page to which the link in a new address leads: one button."""
    return render_page("show_new_email.html", masthead, email=email, token=token)


def _may(account: Account, scope: str) -> bool:
    """Say whether a scope is of use to this reader."""
    needed = {"curate": "curator", "operate": "operator"}.get(scope, ROLES[0])
    return account.reader.is_at_least(needed)
