"""Answers kept on disk, so that a source can say "not changed" instead of sending everything again.

Bounded in files and in bytes, the longest unused going first. Nothing here is ever needed: what is damaged, from
another address, or cannot be written is as if it were not there.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MOST_FILES = 200
MOST_BYTES = 64 << 20
_MOST_VALIDATOR_LETTERS = 200


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """A body with the address that gave it and the names by which that address knows this state of it."""

    url: str
    etag: str
    last_modified: str
    body: bytes

    def conditions(self, url: str) -> dict[str, str]:
        """Return the headers that ask `url` for something newer (RFC 9110, 13.1); none where another one gave it."""
        if url != self.url:
            return {}
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


class KeptAnswers:
    """The answers of one data folder, by the address that was asked; processes may share it."""

    def __init__(self, folder: Path, most_files: int = MOST_FILES, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_files = most_files
        self._most_bytes = most_bytes

    def find(self, asked: str) -> KeptAnswer | None:
        """Return what `asked` gave last, or None."""
        path = self._path(asked)
        try:
            head, _, body = path.read_bytes().partition(b"\n")
            fields = json.loads(head)
            kept = KeptAnswer(fields["url"], fields["etag"], fields["last_modified"], body)
            if fields["asked"] != asked or fields["digest"] != _digest(kept):
                return None
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        with suppress(OSError):
            path.touch()
        return kept

    def keep(self, asked: str, answer: KeptAnswer) -> None:
        """Keep an answer that can be asked for by condition and leaves room for others; drop the longest unused."""
        validators = (answer.etag, answer.last_modified)
        if not any(validators) or not all(_can_be_sent(text) for text in validators):
            return
        if len(answer.body) > self._most_bytes // 4:
            return
        head = {"asked": asked, "url": answer.url, "etag": answer.etag, "last_modified": answer.last_modified}
        line = json.dumps({**head, "digest": _digest(answer)}).encode()
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
                file.write(line + b"\n" + answer.body)
            Path(file.name).replace(self._path(asked))
            self._make_room()

    def forget(self, asked: str) -> None:
        """Drop what `asked` gave last."""
        with suppress(OSError):
            self._path(asked).unlink(missing_ok=True)

    def _path(self, asked: str) -> Path:
        return self._folder / hashlib.sha256(asked.encode()).hexdigest()[:32]

    def _make_room(self) -> None:
        files = [
            (status.st_mtime_ns, status.st_size, path) for path in self._folder.iterdir() if (status := path.stat())
        ]
        size = sum(of_one for _, of_one, _ in files)
        for number, (_, of_one, path) in enumerate(sorted(files)):
            if len(files) - number <= self._most_files and size <= self._most_bytes:
                return
            path.unlink(missing_ok=True)
            size -= of_one


def _digest(answer: KeptAnswer) -> str:
    head = "\n".join((answer.url, answer.etag, answer.last_modified, ""))
    return hashlib.sha256(head.encode() + answer.body).hexdigest()


def _can_be_sent(text: str) -> bool:
    return text.isascii() and (text.isprintable() or not text) and len(text) <= _MOST_VALIDATOR_LETTERS
