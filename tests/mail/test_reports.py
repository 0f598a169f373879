"""What comes back by mail, as mail servers write it, and as nobody should."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest

from broadsheet.domain.errors import Invalid
from broadsheet.mail.reports import Report, read_reports

BOUNCE = """\
From: MAILER-DAEMON@mail.example
To: papers@example.org
Subject: Undelivered Mail Returned to Sender
Message-ID: <report-1@mail.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="seam"

--seam
Content-Type: text/plain

It could not be delivered.

--seam
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; gone@example.org
Action: failed
Status: 5.1.1

Final-Recipient: rfc822; late@example.org
Action: delayed
Status: 4.4.1

Original-Recipient: rfc822;Full+x@Example.org
Final-Recipient: rfc822; forwarded@elsewhere.example
Action: Failed
Status: 4.2.2

--seam
Content-Type: message/rfc822

From: papers@example.org
To: gone@example.org
Subject: Broadsheet

text
--seam--
"""

COMPLAINT = """\
From: abuse@mail.example
Message-ID: <complaint-1@mail.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="seam"

--seam
Content-Type: text/plain

This is a complaint.

--seam
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Example/1
Version: 1
Original-Rcpt-To: <cross@example.org>

--seam
Content-Type: message/rfc822

From: papers@example.org
To: cross@example.org

text
--seam--
"""


def test_a_bounce_names_each_address_that_failed() -> None:
    assert read_reports(BOUNCE.encode()) == (
        Report("bounce", "<report-1@mail.example>", "gone@example.org", is_hard=True),
        Report("bounce", "<report-1@mail.example>", "Full+x@example.org", is_hard=False),
    )
    assert read_reports(BOUNCE.replace("\n", "\r\n").encode()) == read_reports(BOUNCE.encode())


def test_a_complaint_names_who_complained() -> None:
    expected = (Report("complaint", "<complaint-1@mail.example>", "cross@example.org", is_hard=True),)
    assert read_reports(COMPLAINT.encode()) == expected


def test_a_letter_may_ask_for_the_end() -> None:
    (report,) = read_reports(b"From: a@example.org\r\nSubject: Unsubscribe abc.def\r\n\r\n")
    assert (report.kind, report.token) == ("unsubscribe", "abc.def")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Subject: hello\n\nworld",
        b"Subject: unsubscribe\n\n",
        b"\x00\xff" * 1_000,
        BOUNCE.replace("rfc822; gone@example.org", "rfc822; nothing").replace("Failed", "relayed").encode(),
        b'Content-Type: multipart/report; boundary="x\n\n--x',
        b"Content-Type: message/delivery-status\n\n" + b"a:" * 10_000,
        b"Subject: =?utf-8?q?" + b"=ff" * 1_000 + b"?=\nMessage-ID: [[[\n\n",
    ],
)
def test_what_reports_nothing_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        read_reports(body)


def test_damaged_reports_never_break_it() -> None:
    chance = random.Random(3)
    for _ in range(300):
        body = bytearray((BOUNCE if chance.random() < 0.5 else COMPLAINT).encode())
        for _ in range(chance.randrange(1, 20)):
            at = chance.randrange(len(body))
            body[at : at + chance.randrange(4)] = bytes(chance.randrange(256) for _ in range(chance.randrange(4)))
        with suppress(Invalid):
            read_reports(bytes(body))
