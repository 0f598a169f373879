"""Who reads: readers with an account, what their role lets them do, and whoever is asking right now.

One who runs Broadsheet alone needs no account: while nobody has one, whoever sits at the machine itself is its reader
and operator (`LOCAL_READER`). The first account that is made takes this reader's place, with all that was saved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from broadsheet.domain.errors import Invalid
from broadsheet.domain.identities import Identity

LOCAL_READER = "local"
ROLES = ("reader", "curator", "operator")
# What an API token may be good for; a session is good for all that its reader's role allows.
SCOPES = {
    "read": "read what this reader may read",
    "write": "vote, comment, submit papers",
    "library": "change the library, its notes and tags",
    "curate": "curate, where the reader is a curator",
    "operate": "operate, where the reader is an operator",
}
LONGEST_EMAIL = 254
# A dot-atom (RFC 5322, 3.2.3) and a name of two parts or more, in ASCII: other letters may fold into those of somebody
# else's address, and quoted or commented forms are for nobody who signs in.
_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]")
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,37}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Reader:
    """A person with an account, or the one reader of this machine."""

    pk: int
    name: str
    full_name: str
    email: str
    role: str
    created_at: datetime
    is_local: bool = False
    is_blocked: bool = False

    def is_at_least(self, role: str) -> bool:
        """Say whether this reader has a role or a higher one."""
        return ROLES.index(self.role) >= ROLES.index(role)

    @property
    def shown_name(self) -> str:
        """The name that others see."""
        return self.full_name or self.name


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever is asking: a reader or nobody; how that is known; what this way of asking is good for.

    `via` is "" for nobody, else "session", "token", "proxy" or "local". `session_pk` stands where there is a session.
    """

    reader: Reader | None = None
    via: str = ""
    scopes: frozenset[str] = frozenset()
    session_pk: int | None = None

    @property
    def pk(self) -> int | None:
        """The reader's pk, None for nobody."""
        return self.reader.pk if self.reader else None

    def is_at_least(self, role: str) -> bool:
        """Say whether a reader with this role or a higher one asks."""
        return self.reader is not None and self.reader.is_at_least(role)


NOBODY = Visitor()


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in."""

    pk: int
    agent: str
    address: str
    begun_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as its reader sees it; the token itself is not kept."""

    pk: int
    name: str
    scopes: tuple[str, ...]
    made_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """A reader's account as its own page shows it."""

    reader: Reader
    sessions: list[Session]
    tokens: list[ApiToken]
    identities: list[Identity] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as operators see it; the secret of its address is not kept."""

    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    note: str
    made_by: str


def parse_email(text: str) -> str:
    """Return an address as it is kept, in lower case; raises Invalid."""
    address = text.strip()
    if len(address) > LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        raise Invalid("email", "Write an e-mail address such as ada@example.org.")
    return address.lower()


def parse_name(text: str) -> str:
    """Return a reader's short name; raises Invalid."""
    name = text.strip().lower()
    if not _NAME.fullmatch(name) or name == LOCAL_READER:
        raise Invalid("name", "A name has 1 to 39 letters a to z, digits and hyphens, for example ada-quill.")
    return name


def suggested_name(email: str) -> str:
    """Return a short name made from an address."""
    name = re.sub(r"[^a-z0-9]+", "-", email.partition("@")[0].lower()).strip("-")[:32].strip("-")
    return name if name and name != LOCAL_READER else "reader"


def parse_full_name(text: str) -> str:
    """Return a name for others to see, in one line, "" for none; raises Invalid."""
    name = " ".join(text.split())
    if len(name) > 80 or not name.isprintable():
        raise Invalid("full_name", "The name that others see has up to 80 letters in one line.")
    return name


def parse_role(text: str) -> str:
    """Return a role; raises Invalid."""
    if text not in ROLES:
        raise Invalid("role", f"The role is one of {', '.join(ROLES)}.")
    return text


def parse_scopes(names: list[str]) -> tuple[str, ...]:
    """Return scopes in their usual order; raises Invalid for none or an unknown one."""
    if not names or not set(names) <= set(SCOPES):
        raise Invalid("scopes", f"Choose what the token is good for, of {', '.join(SCOPES)}.")
    return tuple(name for name in SCOPES if name in names)
