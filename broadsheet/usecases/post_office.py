"""What all that has to do with mail needs: where, in whose name, and by which secret its links are signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from broadsheet.domain.errors import Invalid
from broadsheet.domain.subscriptions import Subscriber, Wish, parse_wish
from broadsheet.domain.tokens import FORGED, read_token, sign_token
from broadsheet.render import links
from broadsheet.render.email import Door, Imprint
from broadsheet.usecases.run_job import Desk

CONFIRMED_WITHIN = timedelta(days=2)
_CONFIRM, _PREFERENCES, _UNSUBSCRIBE = "confirm subscription", "change subscriptions", "unsubscribe"


@dataclass(frozen=True, slots=True)
class PostOffice:
    """The desk where mail is done, the name in which it is written, and the secret of its links."""

    desk: Desk
    imprint: Imprint
    secret: bytes

    def confirmation_url(self, subscriber: Subscriber, wish: Wish, now: datetime) -> str:
        """Return the address that confirms a wish, once, for a while."""
        claims = (subscriber.key, str(subscriber.serial), wish.kind, wish.value, wish.cadence)
        token = sign_token(self.secret, _CONFIRM, claims, now + CONFIRMED_WITHIN)
        return self.imprint.at(links.confirmation(token))

    def read_confirmation(self, token: str, now: datetime) -> tuple[str, int, Wish]:
        """Return the key, the serial and the wish of a confirmation; raises Invalid."""
        claims = read_token(self.secret, _CONFIRM, token, now)
        if len(claims) != 5 or not claims[1].isdigit():
            raise Invalid("token", FORGED)
        return claims[0], int(claims[1]), parse_wish(*claims[2:])

    def preferences_token(self, key: str) -> str:
        """Return the token by which a subscriber changes what comes."""
        return sign_token(self.secret, _PREFERENCES, (key,))

    def read_preferences(self, token: str, now: datetime) -> str:
        """Return whose preferences a token opens; raises Invalid."""
        return self._key(_PREFERENCES, token, now)

    def read_unsubscription(self, token: str, now: datetime) -> str:
        """Return whose mail a token ends; raises Invalid."""
        return self._key(_UNSUBSCRIBE, token, now)

    def door(self, key: str) -> Door:
        """Return the addresses in a subscriber's letters; they are good for ever, as old mail must be."""
        token = sign_token(self.secret, _UNSUBSCRIBE, (key,))
        preferences = self.imprint.at(links.subscriptions(self.preferences_token(key)))
        return Door(preferences, self.imprint.at(links.unsubscribe(token)), token)

    def _key(self, purpose: str, token: str, now: datetime) -> str:
        claims = read_token(self.secret, purpose, token, now)
        if len(claims) != 1:
            raise Invalid("token", FORGED)
        return claims[0]
