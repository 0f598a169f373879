"""Builds the House: settings, record and index of one data folder, ready to be used and to be closed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from broadsheet.domain.errors import Misconfigured
from broadsheet.index.embedded import EmbeddedIndex
from broadsheet.render.sign_in_message import Writer
from broadsheet.settings import Settings, load_settings
from broadsheet.store.database import Database, open_database
from broadsheet.store.paper_texts import find_texts
from broadsheet.usecases.embedding import Models
from broadsheet.usecases.post_letter import Post
from broadsheet.usecases.run_job import Desk
from broadsheet.usecases.what_is_due import Wanted

if TYPE_CHECKING:  # what these need is loaded where it is used: most commands ask nobody and send nothing
    from broadsheet.mail.protocol import Mailer
    from broadsheet.sources.couriers import Courier
    from broadsheet.sources.http import Limits, PoliteClient, Surroundings
    from broadsheet.sources.openid import Providers
    from broadsheet.sources.protocol import Source
    from broadsheet.sources.single import OutsideFinder
    from broadsheet.usecases.deliver_news import NewsRoom
    from broadsheet.usecases.digest_lists import Shelf
    from broadsheet.usecases.post_office import PostOffice

RECORD_NAME = "broadsheet.sqlite"
INDEX_NAME = "index"
LANES_NAME = "lanes"
OUTBOX_NAME = "outbox"

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class House:
    """All that the doors work with."""

    folder: Path
    settings: Settings
    database: Database
    index: EmbeddedIndex
    models: Models
    clock: Clock

    def today(self) -> date:
        """Return the day it is in the settings' zone."""
        return self.clock().astimezone(self.settings.zone).date()

    def root(self) -> str:
        """Return where readers reach the site, without a slash at the end, for links outside of its pages."""
        return _home(self.settings)

    def desk(self) -> Desk:
        """Return where jobs are done."""
        return Desk(self.folder, self.database, self.clock)

    def shelf(self) -> Shelf:
        """Return what the lists of digests are read from."""
        from broadsheet.usecases.digest_lists import Shelf

        return Shelf(self.database, self.index, self.models)

    def post_office(self) -> PostOffice:
        """Return what mail is written with; raises Misconfigured for a wrong mail_from or address."""
        from broadsheet.render.email import Imprint
        from broadsheet.usecases.post_office import PostOffice
        from broadsheet.usecases.site_secret import site_secret

        home = self.root()
        imprint = Imprint(self.settings.title, home, _sender(self.settings, home))
        return PostOffice(self.desk(), imprint, site_secret(self.database).encode())

    def post(self) -> Post:
        """Return where messages to readers go, and in whose name."""
        return Post(self.folder / OUTBOX_NAME, self._writer(), self.settings.mail == "smtp")

    def _writer(self) -> Writer:
        sender = _sender(self.settings, self.root()) if self.settings.mail == "smtp" else self.settings.mail_from
        return Writer(self.settings.title, self.root(), sender)

    def wanted(self) -> Wanted:
        """Return what the settings want to be fetched."""
        sources = tuple(dict.fromkeys(self.settings.sources.split()))
        return Wanted(self.desk(), sources, tuple(dict.fromkeys(self.settings.categories.split())))

    def close(self) -> None:
        """Give everything back."""
        self.index.close()
        self.database.close()


def open_house(folder: Path, clock: Clock = system_clock, settings: Settings | None = None) -> House:
    """Open a data folder, made and migrated where needed.

    Raises Misconfigured for wrong settings, a folder that cannot be written, a record from a newer version; then
    nothing has been changed.
    """
    settings = settings or load_settings(folder)
    _make_folder(folder)
    database = open_database(folder / RECORD_NAME, clock())

    def texts(pks: Sequence[int]) -> dict[int, tuple[str, str]]:
        with database.read() as connection:
            return find_texts(connection, pks)

    index = EmbeddedIndex(folder / INDEX_NAME, texts)
    return House(folder, settings, database, index, Models(settings.embedder, database, index), clock)


def make_client(
    house: House,
    world: Surroundings | None = None,
    sleep: Callable[[float], None] = time.sleep,
    limits: Limits | None = None,
) -> PoliteClient:
    """Make the polite client of a House; `world` brings other surroundings, such as a simulated clock.

    `sleep` waits between requests, and may raise SourceFailed to end the waiting.

    Raises Misconfigured for a wrong contact or wrong hosts. What it needs is loaded only now: most commands ask
    nobody.
    """
    import random

    from broadsheet import __version__
    from broadsheet.sources.destinations import parse_allowed
    from broadsheet.sources.http import PoliteClient, Surroundings, user_agent

    agent = user_agent(__version__, house.settings.contact)
    if world is None:
        world = Surroundings(house.clock, sleep, random.Random())  # noqa: S311 - spreads load, guards nothing
    return PoliteClient(house.folder / LANES_NAME, agent, world, parse_allowed(house.settings.allowed_hosts), limits)


def make_source(
    house: House, client: PoliteClient, name: str, categories: tuple[str, ...] = (), limit: int | None = None
) -> Source:
    """Make a source of the registry by its name, for the settings' categories unless others are given."""
    from broadsheet.sources import registry

    chosen = categories or tuple(house.settings.categories.split())
    return registry.make_source(
        name, registry.Wants(client, house.clock, asdict(house.settings), house.today(), chosen, limit)
    )


def make_mailer(house: House, sleep: Callable[[float], None] = time.sleep) -> Mailer:
    """Make the way by which mail leaves; raises Misconfigured. `sleep` keeps the pace, and may raise MailFailed."""
    if house.settings.mail == "outbox":
        from broadsheet.mail.outbox import Outbox

        return Outbox(house.folder / OUTBOX_NAME)
    from broadsheet.mail.smtp import Server, SmtpMailer

    chosen = house.settings
    server = Server(
        chosen.smtp_host,
        chosen.smtp_port,
        _sender(chosen, _home(chosen)),
        chosen.smtp_security,
        chosen.smtp_user,
        chosen.smtp_password,
        chosen.smtp_per_minute,
    )
    return SmtpMailer(server, sleep)


def make_courier(house: House) -> Courier:
    """Make what hands news on to webhooks; raises Misconfigured for a wrong contact or wrong hosts."""
    from broadsheet import __version__
    from broadsheet.sources.couriers import Courier
    from broadsheet.sources.destinations import parse_allowed
    from broadsheet.sources.http import user_agent
    from broadsheet.sources.posting import Way

    agent = user_agent(__version__, house.settings.contact)
    return Courier(Way(agent, parse_allowed(house.settings.allowed_hosts)))


def make_news_room(house: House) -> NewsRoom:
    """Make what sends news to webhooks; raises Misconfigured as make_courier does."""
    from broadsheet.render.announcements import Stationery
    from broadsheet.usecases.deliver_news import NewsRoom
    from broadsheet.usecases.site_secret import site_secret

    stationery = Stationery(house.settings.title, house.root(), site_secret(house.database))
    return NewsRoom(house.desk(), make_courier(house), stationery)


def _home(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104 (compared, not bound)
    shown = f"[{host}]" if ":" in host else host
    return settings.address.rstrip("/") or f"http://{shown}:{settings.port}"


def _sender(settings: Settings, home: str) -> str:
    """Return the address that mail comes from."""
    host = urlsplit(home).hostname or "localhost"
    sender = settings.mail_from or f"broadsheet@{host if '.' in host and not host[-1].isdigit() else 'localhost'}"
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}", sender):
        raise Misconfigured(f"mail_from must be a plain address like papers@example.org, not {sender!r}.")
    return sender


def make_finder(house: House, world: Surroundings | None = None) -> OutsideFinder:
    """Make what finds one paper in the world outside, for somebody who waits: it gives up soon.

    `world` stands in for the system's clock, sleep and chance. Raises Misconfigured for wrong settings.
    """
    from broadsheet.sources.http import Limits
    from broadsheet.sources.single import OutsideFinder, Places

    limits = Limits(tries=2, total_seconds=25.0, read_seconds=15.0, retry_after_most_seconds=5.0)
    chosen = house.settings
    places = Places(
        chosen.arxiv_api,
        chosen.openreview_address,
        chosen.crossref_address,
        chosen.openalex_address,
        chosen.openalex_key,
    )
    return OutsideFinder(make_client(house, world, limits=limits), places)


def make_providers(house: House) -> Providers:
    """Make what asks the providers of OpenID Connect of the settings; raises Misconfigured for wrong ones."""
    from broadsheet import __version__
    from broadsheet.sources.destinations import parse_allowed
    from broadsheet.sources.exchange import Outside
    from broadsheet.sources.http import user_agent
    from broadsheet.sources.openid import Providers, parse_providers

    chosen = house.settings
    agent = user_agent(__version__, chosen.contact)
    found = parse_providers(chosen.oidc_providers, chosen.oidc_secrets)
    return Providers(found, Outside(agent, parse_allowed(chosen.allowed_hosts)))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink(missing_ok=True)  # another process may probe at the same time
    except OSError as error:
        raise Misconfigured(
            f"The data folder {folder} cannot be written ({error.strerror}): "
            "choose another with --data, or change its rights."
        ) from error
