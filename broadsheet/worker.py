"""What runs beside the server, and when: words and vectors follow the record, and papers are fetched when they are due.

Following and fetching have a thread each, so that a slow source delays no indexing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from broadsheet.domain.errors import BroadsheetError, Conflict, MailFailed, SourceFailed
from broadsheet.mail.protocol import Mailer
from broadsheet.usecases.deliver_mail import deliver_mail
from broadsheet.usecases.embedding import follow_with_vectors
from broadsheet.usecases.fetch_rounds import Fetch, Rounds, do_what_is_due
from broadsheet.usecases.indexing import drain_index
from broadsheet.usecases.link_papers import link_waiting
from broadsheet.usecases.refresh_trending import refresh_trending
from broadsheet.usecases.run_job import STOPPED, Ended
from broadsheet.usecases.send_digests import send_digests
from broadsheet.usecases.tell_hits import tell_hits
from broadsheet.wiring import House, make_mailer, make_news_room

INTERVAL_SECONDS = 1.0
# Each commit of words ends a segment of the index, and merging segments takes a core: votes are gathered this long.
AFTER_COMMIT_SECONDS = 1.5
TURN_SECONDS = 2.0
LOOK_AT_SCHEDULE_SECONDS = 20.0
LOOK_FOR_DIGESTS_SECONDS = 20.0
LOOK_FOR_HITS_SECONDS = 60.0
STOP_WEBHOOKS_SECONDS = 0.5
_log = logging.getLogger(__name__)

# Makes the way to fetch, given how to sleep between two requests.
MakeFetch = Callable[[Callable[[float], None]], Fetch]


class _Turn:
    """What long work has before papers that came meanwhile get their words indexed; `was_cut` says it wanted more."""

    def __init__(self, is_stopped: Callable[[], bool]) -> None:
        self._is_stopped = is_stopped
        self._until = time.monotonic() + TURN_SECONDS
        self.was_cut = False

    def is_over(self) -> bool:
        self.was_cut = self._is_stopped() or time.monotonic() > self._until
        return self.was_cut


class Worker:
    """Threads that drain the index queue, whoever filled it, and fetch what is due, until they are stopped."""

    def __init__(self, house: House, make_fetch: MakeFetch | None = None) -> None:
        self._house = house
        self._stop = threading.Event()
        self._told: dict[str, str] = {}
        self._threads = [threading.Thread(target=self._run, name="worker", daemon=True)]
        self._threads.append(threading.Thread(target=self._post, name="post", daemon=True))
        self._threads.append(threading.Thread(target=self._tell_news, name="news", daemon=True))
        if make_fetch is not None:
            rounds = Rounds(house.wanted(), make_fetch(self._sleep), self._stop.is_set, self._tell_run)
            self._threads.append(threading.Thread(target=self._fetch, args=(rounds,), name="fetcher", daemon=True))

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_seconds: float) -> None:
        """Ask the threads to end and wait for them; what they were doing is done again at the next start.

        A thread that waits for an answer from outside is left behind: it ends with the process.
        """
        self._stop.set()
        until = time.monotonic() + timeout_seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _run(self) -> None:
        while not self._stop.is_set():
            indexed = self._try("words", self._stop.is_set, drain_index, self._house.database, self._house.index)
            vectors = _Turn(self._stop.is_set)
            self._try("vectors", vectors.is_over, follow_with_vectors, self._house.models)
            links = _Turn(self._stop.is_set)
            self._try("links", links.is_over, link_waiting, self._house.database)
            scores = _Turn(self._stop.is_set)
            self._try("scores", scores.is_over, refresh_trending, self._house.database, self._house.clock())
            is_cut = vectors.was_cut or links.was_cut or scores.was_cut
            self._stop.wait(0.0 if is_cut else AFTER_COMMIT_SECONDS if indexed else INTERVAL_SECONDS)

    def _fetch(self, rounds: Rounds) -> None:
        while not self._stop.is_set():
            try:
                do_what_is_due(rounds)
            except Conflict:
                pass  # another process writes; look again later
            except (BroadsheetError, OSError) as error:
                if self._is_news("fetching", f"{error}"):
                    _log.error("Nothing can be fetched for now: %s", error)
            except Exception:  # noqa: BLE001 - at the top of a loop that must go on
                _log.exception("What is due could not be fetched")
            self._stop.wait(LOOK_AT_SCHEDULE_SECONDS)

    def _post(self) -> None:
        """Write digests when they are due, and hand on whatever waits in the outgoing post within a second or two."""
        digests_at, mailer = 0.0, None
        while not self._stop.is_set():
            try:
                mailer = mailer or make_mailer(self._house, self._sleep_for_mail)
                if time.monotonic() >= digests_at:
                    digests_at = time.monotonic() + LOOK_FOR_DIGESTS_SECONDS
                    self._write_digests()
                self._deliver(mailer)
            except Conflict:
                pass  # another process writes; look again later
            except (BroadsheetError, OSError) as error:
                if self._is_news("mail", f"{error}"):
                    _log.error("No mail can be sent for now: %s", error)
            except Exception:  # noqa: BLE001 - at the top of a loop that must go on
                _log.exception("Mail could not be sent")
            self._stop.wait(INTERVAL_SECONDS)
        if mailer is not None:
            mailer.close()

    def _tell_news(self) -> None:
        """Look for what saved searches wait for, and send what waits for webhooks within a second or two."""
        house, hits_at, room = self._house, 0.0, None
        while not self._stop.is_set():
            try:
                room = room or make_news_room(house)
                if time.monotonic() >= hits_at:
                    hits_at = time.monotonic() + LOOK_FOR_HITS_SECONDS
                    room.tidy()
                    tell_hits(house.database, house.index, house.clock())
                room.start_due()
                self._told.pop("webhooks", None)
            except Conflict:
                pass  # another process writes; look again later
            except (BroadsheetError, OSError) as error:
                if self._is_news("webhooks", f"{error}"):
                    _log.error("No webhook can be told for now: %s", error)
            except Exception:  # noqa: BLE001 - at the top of a loop that must go on
                _log.exception("Webhooks could not be told")
            self._stop.wait(INTERVAL_SECONDS)
        if room is not None:
            room.stop(STOP_WEBHOOKS_SECONDS)

    def _write_digests(self) -> None:
        house = self._house
        now, today = house.clock(), house.today()
        send_digests(house.post_office(), house.shelf(), now, today, should_stop=self._stop.is_set)

    def _deliver(self, mailer: Mailer) -> None:
        done = deliver_mail(self._house.desk(), mailer, self._stop.is_set)
        if done.failure:
            raise MailFailed(done.failure)
        if done.sent:
            self._told.pop("mail", None)

    def _sleep_for_mail(self, seconds: float) -> None:
        """Sleep between two messages; the one that waits when the worker is stopped stays for the next start."""
        if self._stop.wait(seconds):
            raise MailFailed(STOPPED, is_for_all=True)

    def _sleep(self, seconds: float) -> None:
        """Sleep for a source; what waits when the worker is stopped ends there, as a failure of the source."""
        if self._stop.wait(seconds):
            raise SourceFailed(STOPPED)

    def _tell_run(self, source: str, ended: Ended) -> None:
        """Log that a source cannot be reached when it begins, and that it can be reached again."""
        if not ended.failure:
            if self._told.pop(source, None):
                _log.warning("%s answers again", source)
        elif source not in self._told and not self._stop.is_set():
            self._told[source] = ended.failure
            _log.warning("%s could not be fetched, and is tried again later: %s", source, ended.failure)

    def _try(self, side: str, should_stop: Callable[[], bool], follow: Callable[..., int], *of: object) -> int:
        """Bring one side up to date and return how much that was; what hinders it is logged once, and hinders no other.

        A Conflict is no hindrance: another process does it.
        """
        try:
            done = follow(*of, should_stop=should_stop)
        except Conflict:
            return 0
        except (BroadsheetError, OSError) as error:
            self._tell(side, f"{error}")
        except Exception:  # noqa: BLE001 - at the top of a loop that must go on
            _log.exception("The %s could not be brought up to date", side)
        else:
            self._told.pop(side, None)
            return done
        return 0

    def _tell(self, side: str, reason: str) -> None:
        """Log why a side stays behind, unless it is what was logged last."""
        if self._is_news(side, reason):
            _log.error("The %s stay as they are, and follow when they can: %s", side, reason)

    def _is_news(self, name: str, reason: str) -> bool:
        is_news = self._told.get(name) != reason
        self._told[name] = reason
        return is_news
