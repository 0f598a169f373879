"""The outbox folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.domain.errors import MailFailed
from broadsheet.mail.outbox import Outbox, file_name


def test_each_message_is_one_file_however_often_it_is_sent(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox")
    for body in (b"first", b"again"):
        outbox.send("ada@example.org", "<digest-1@example.org>", body)
    outbox.send("ada@example.org", "<digest-2@example.org>", b"other")
    assert sorted(path.read_bytes() for path in (tmp_path / "outbox").iterdir()) == [b"again", b"other"]
    assert all(path.suffix == ".eml" for path in (tmp_path / "outbox").iterdir())


@pytest.mark.parametrize("message_id", ["<../../etc/passwd@x>", "<a/b@x>", "", "<" + "x" * 5_000 + "@x>", "<\x00ü@x>"])
def test_names_are_safe(message_id: str) -> None:
    name = file_name(message_id)
    assert name == Path(name).name
    assert len(name) < 120 and name.isascii() and name.endswith(".eml")


def test_names_that_look_alike_stay_apart() -> None:
    assert file_name("<a.b@x>") != file_name("<a-b@x>")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file stands in the way")
    with pytest.raises(MailFailed, match="cannot be written") as failed:
        Outbox(tmp_path / "outbox").send("ada@example.org", "<1@x>", b"")
    assert failed.value.is_for_all and failed.value.may_retry
