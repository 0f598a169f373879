"""A process that lets its children write digests and hand them to an SMTP server, until each is killed.

Run as `mortal_post.py FOLDER PORT`; for each line on standard input a child is begun, and its id is printed; when it is
gone, how it ended. The parent opens nothing itself, so that its children begin like new processes, but quickly.
"""

from __future__ import annotations

import os
import sys
import traceback
from datetime import UTC, date, datetime
from pathlib import Path

from broadsheet.mail.smtp import Server, SmtpMailer
from broadsheet.settings import Settings
from broadsheet.usecases.deliver_mail import deliver_mail
from broadsheet.usecases.send_digests import send_digests
from broadsheet.wiring import open_house

NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)


def work(folder: Path, port: int) -> None:
    house = open_house(folder, lambda: NOW, Settings(timezone="UTC", embedder="none"))
    send_digests(house.post_office(), house.shelf(), NOW, date(2026, 3, 4))
    mailer = SmtpMailer(Server("127.0.0.1", port, "papers@example.org", "none", per_minute=1_000_000))
    done = deliver_mail(house.desk(), mailer)
    print(done, file=sys.stderr)


def main() -> None:
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                work(folder, port)
                status = 0
            except Exception:
                traceback.print_exc()
            finally:
                os._exit(status)
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
