"""Every error that Broadsheet raises on purpose, in one tree.

BroadsheetError
├── NotFound            the thing asked for is not here
├── NotAllowed          it is here, but not for this reader
│   └── NotSignedIn     it is for somebody: say who asks
├── TooMany             asked too often; `retry_after_seconds` says when to try again
├── Invalid             a field of the request is wrong (`field` says which)
│   └── TooLarge        it is more than is taken
├── Conflict            it cannot be done now: something else stands in the way
├── SourceFailed        the world outside did not answer as it should
├── MailFailed          a message could not be handed on
├── Misconfigured       a setting, an address or a folder must be changed first
└── Corrupt             stored data is damaged

The message of each is one sentence that says what went wrong and how to mend it; it is shown to people as it is.
"""


class BroadsheetError(Exception):
    """The root of the tree."""


class NotFound(BroadsheetError):
    """The thing asked for is not here."""


class NotAllowed(BroadsheetError):
    """The reader may not do this."""


class NotSignedIn(NotAllowed):
    """Nobody knows who asks."""


class TooMany(BroadsheetError):
    """Too much was asked for in too short a time."""

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Invalid(BroadsheetError):
    """A field of the request is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class TooLarge(Invalid):
    """A field of the request is more than is taken."""


class Conflict(BroadsheetError):
    """The state of the program forbids it now."""


class SourceFailed(BroadsheetError):
    """A source did not answer as it should; `retry_after_seconds` when it said so itself."""

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class MailFailed(BroadsheetError):
    """A message could not be handed on.

    `may_retry`: the same message may be taken later. `is_for_all`: the way itself is shut, for every message.
    """

    def __init__(self, message: str, *, may_retry: bool = True, is_for_all: bool = False) -> None:
        super().__init__(message)
        self.may_retry = may_retry
        self.is_for_all = is_for_all


class Misconfigured(BroadsheetError):
    """A setting, an address or a folder must be changed before the program can work."""


class Corrupt(BroadsheetError):
    """Stored data is damaged."""
