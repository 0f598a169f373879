"""The settings: defaults, then `settings.toml` in the data folder, then BROADSHEET_... in the environment.

The only place that reads the environment. `docs/settings.md` documents each; a test holds them together.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from broadsheet.domain.errors import Misconfigured

FILE_NAME = "settings.toml"
_CHOICES = {
    "fetch": ("on", "off"),
    "registration": ("open", "invite", "closed"),
    "anonymous_reading": ("on", "off"),
    "discussion": ("on", "off"),
    "adding": ("this machine", "everyone", "nobody"),
    "mail": ("outbox", "smtp"),
    "subscribing": ("everyone", "nobody"),
    "smtp_security": ("starttls", "tls", "none"),
    "submissions": ("curators approve", "at once"),
}
_LIMITS = {
    "port": (0, 65_535),
    "papers_per_page": (1, 200),
    "results_per_page": (1, 100),
    "smtp_port": (1, 65_535),
    "smtp_per_minute": (1, 100_000),
    "searches_per_minute": (0, 1_000_000),
    "writes_per_minute": (0, 1_000_000),
    "sign_ins_per_hour": (0, 1_000_000),
    "comment_edit_minutes": (0, 1_000_000),
}
_SECRET = ("_key", "_password", "_secret", "_secrets")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may choose; each field's name is its name in the file."""

    title: str = "Broadsheet"
    motto: str = "The daily papers"
    timezone: str = "America/New_York"
    # Where readers reach the site, such as https://papers.example.org; empty: under the name that they used.
    address: str = ""
    host: str = "127.0.0.1"
    port: int = 8765
    papers_per_page: int = 40
    results_per_page: int = 20
    embedder: str = "default"
    # Sources: arXiv's categories (white space between), how its operators reach ours, where its search, OAI-PMH, RSS
    # and listings are, and which host:port may be asked though their addresses are private.
    categories: str = "cs.CL cs.LG cs.CV cs.AI"
    contact: str = ""
    arxiv_api: str = "https://export.arxiv.org/api/query"
    arxiv_oai: str = "https://oaipmh.arxiv.org/oai"
    arxiv_rss: str = "https://rss.arxiv.org/rss"
    arxiv_listing: str = "https://arxiv.org/list"
    allowed_hosts: str = ""
    # The worker: which sources it asks (white space between), whether it asks any.
    sources: str = "arxiv-listing arxiv-rss arxiv arxiv-oai hub"
    fetch: str = "on"
    # Readers: who may make an account, whether others may read, which proxies are believed, and in which header
    # they name who signed in.
    registration: str = "invite"
    anonymous_reading: str = "on"
    trusted_proxies: str = ""
    proxy_header: str = ""
    # Providers of OpenID Connect, a line each: a name, the provider's address, our client id; and their secrets, a line
    # each: a name, the secret.
    oidc_providers: str = ""
    oidc_secrets: str = field(default="", repr=False)
    # How much one reader, or one address, may ask for; 0 for no limit.
    searches_per_minute: int = 300
    writes_per_minute: int = 60
    sign_ins_per_hour: int = 30
    # Discussion on papers' pages, and for how long a comment can be edited.
    discussion: str = "on"
    comment_edit_minutes: int = 30
    # The other sources: where each is, and what to ask it for; without that it is not asked.
    hub_address: str = "https://huggingface.co"
    openreview_address: str = "https://api2.openreview.net"
    openreview_venues: str = ""
    crossref_address: str = "https://api.crossref.org"
    crossref_query: str = ""
    openalex_address: str = "https://api.openalex.org"
    openalex_query: str = ""
    openalex_key: str = field(default="", repr=False)
    semantic_scholar_address: str = "https://api.semanticscholar.org"
    semantic_scholar_query: str = ""
    semantic_scholar_key: str = field(default="", repr=False)
    # Where readers' Zotero libraries are asked for.
    zotero_address: str = "https://api.zotero.org"
    feeds: str = ""
    watched_folder: str = ""
    # Who may add a paper by hand, `this machine`, `everyone` or `nobody`.
    adding: str = "this machine"
    # Under which names agents on other machines are answered at /mcp (white space between); none by default.
    agent_hosts: str = ""
    # Mail: whether it goes into the outbox folder or through an SMTP server; in whose name; who may subscribe by typing
    # an address; the secret with which bounces are handed in.
    mail: str = "outbox"
    mail_from: str = ""
    subscribing: str = "everyone"
    smtp_host: str = "localhost"
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_per_minute: int = 60
    mail_bounce_secret: str = field(default="", repr=False)
    # What becomes of a paper that a reader who is no curator brings: `curators approve` it, or it is shown `at once`.
    submissions: str = "curators approve"

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which a day begins and ends."""
        return ZoneInfo(self.timezone)


def default_data_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Return BROADSHEET_DATA, else `broadsheet` where the system keeps users' data."""
    environment = os.environ if environment is None else environment
    if chosen := environment.get("BROADSHEET_DATA"):
        return Path(chosen).expanduser()
    home = environment.get("XDG_DATA_HOME")
    return (Path(home) if home else Path("~/.local/share").expanduser()) / "broadsheet"


def load_settings(folder: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of a data folder; raises Misconfigured with the file or variable that is wrong."""
    environment = os.environ if environment is None else environment
    path = folder / FILE_NAME
    chosen: dict[str, Any] = {}
    try:
        chosen = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        pass
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} is not valid TOML ({error}): mend it or move it away.") from error
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read ({error.strerror}): check its owner and rights.") from error
    origin = dict.fromkeys(chosen, str(path))
    for one in fields(Settings):
        name = f"BROADSHEET_{one.name.upper()}"
        if name in environment:
            chosen[one.name] = _from_text(environment[name], type(one.default))
            origin[one.name] = name
    return _checked(chosen, origin)


def _from_text(text: str, kind: type) -> Any:
    if kind is int:
        return int(text) if re.fullmatch(r"\s*-?[0-9]{1,9}\s*", text) else text
    return text


def _checked(chosen: dict[str, Any], origin: dict[str, str]) -> Settings:
    known = {one.name: type(one.default) for one in fields(Settings)}
    for name, value in chosen.items():
        where = origin[name]
        if name not in known:
            raise Misconfigured(f"{where}: there is no setting {name!r}; the settings are {', '.join(known)}.")
        if type(value) is not known[name]:
            kind = "a whole number" if known[name] is int else "a text"
            # What should have been a key may be one.
            instead = "" if name.endswith(_SECRET) else f", not {value!r}"
            raise Misconfigured(f"{where}: {name} must be {kind}{instead}.")
    settings = Settings(**chosen)
    for name, (least, most) in _LIMITS.items():
        if not least <= getattr(settings, name) <= most:
            raise Misconfigured(f"{origin[name]}: {name} must be between {least} and {most}.")
    for name, values in _CHOICES.items():
        if getattr(settings, name) not in values:
            raise Misconfigured(f"{origin[name]}: {name} must be {' or '.join(repr(value) for value in values)}.")
    if settings.address and not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+/?", settings.address):
        raise Misconfigured(f"{origin['address']}: address must be like https://papers.example.org, without a path.")
    try:
        _ = settings.zone
    except (ValueError, OSError, KeyError) as error:
        example = "Europe/Berlin"
        raise Misconfigured(
            f"{origin['timezone']}: timezone {settings.timezone!r} is unknown; write one like {example}."
        ) from error
    return settings
