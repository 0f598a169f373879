"""Who hands news on to a webhook: a signed post to an https address, or Apprise in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from broadsheet.domain.errors import Invalid
from broadsheet.domain.webhooks import Parcel, is_messenger
from broadsheet.sources.posting import NotDelivered, Way, post

MESSENGER_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Courier:
    """Hands parcels on, as the way allows; `messenger_seconds` is how long a service has."""

    way: Way
    messenger_seconds: float = MESSENGER_SECONDS

    def send(self, target: str, parcel: Parcel, now: datetime) -> int | None:
        """Hand a parcel on once and return the status, None where a service took it; raises NotDelivered."""
        if not is_messenger(target):
            return post(self.way, target, parcel.body, parcel.headers, now)
        self._tell(target, parcel.title, parcel.text, is_check=False)
        return None

    def check(self, target: str) -> None:
        """Raise Invalid where Apprise does not understand an address, or is not installed. Nothing is asked."""
        if is_messenger(target):
            try:
                self._tell(target, "", "", is_check=True)
            except NotDelivered as error:
                raise Invalid("target", f"{str(error)[:1].upper()}{str(error)[1:]}.") from error

    def _tell(self, target: str, title: str, text: str, *, is_check: bool) -> None:
        allowed = sorted(self.way.allowed)
        asked = {"target": target, "title": title, "text": text, "allowed": allowed, "is_check": is_check}
        done = _run(asked, self.messenger_seconds)
        if not done["is_done"]:
            raise NotDelivered(str(done["detail"]))


def _run(asked: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Run the messenger with nothing of our environment: no proxies, no home, no secrets in its arguments."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "broadsheet.sources.messenger"],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=seconds,
            check=True,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "HOME": os.devnull},
        )
        found = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise NotDelivered(f"no answer within {seconds:g} s") from error
    except (subprocess.CalledProcessError, ValueError, OSError) as error:
        raise NotDelivered("Apprise broke over it") from error
    if not isinstance(found, dict):
        raise NotDelivered("Apprise broke over it")
    return found
