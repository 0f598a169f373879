"""`broadsheet up`, as a process of its own: started, asked, stopped, started again."""

from __future__ import annotations

import json
import re
import selectors
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from broadsheet.usecases.embedding import follow_with_vectors
from broadsheet.usecases.link_papers import link_waiting
from broadsheet.wiring import House

START_SECONDS = 60
STOP_SECONDS = 5
STOP_SECONDS_WITHOUT_A_NETWORK = 2


class Up:
    """A running `broadsheet up`."""

    def __init__(self, folder: Path, environment: dict[str, str], *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "broadsheet", "up", "--data", str(folder), "--port", "0", *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
        )  # fmt: skip
        self.said = self.read_until(rb"Broadsheet is at .*\n", self.process.stdout)
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", self.said)
        assert found, (self.said, self.process.poll())
        self.address = found[0]

    def read_until(self, pattern: bytes, stream: Any) -> str:
        said = b""
        deadline = time.monotonic() + START_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while not re.search(pattern, said) and selector.select(max(0, deadline - time.monotonic())):
                if not (piece := stream.read1(4_096)):
                    break
                said += piece
        return said.decode()

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.address + path.lstrip("/"), timeout=30) as answer:
            assert answer.status == 200
            return str(answer.read().decode())

    def stop(self, sent: signal.Signals, seconds: float = STOP_SECONDS) -> tuple[int, str, str]:
        """Return exit status, what was said since the start, and what went to standard error."""
        self.process.send_signal(sent)
        out, err = self.process.communicate(timeout=seconds)
        return self.process.returncode, out.decode(), err.decode()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


@pytest.fixture
def up(folder: Path, environment: dict[str, str]) -> Iterator[Callable[..., Up]]:
    started: list[Up] = []

    def start(*options: str, **settings: str) -> Up:
        chosen = {f"BROADSHEET_{name.upper()}": value for name, value in settings.items()}
        started.append(Up(folder, {**environment, **chosen}, *(options or ("--no-fetch",))))
        return started[-1]

    yield start
    for one in started:
        one.close()


def test_first_start_fills_the_second_finds_all_as_it_was(
    up: Callable[..., Up], folder: Path, open_at: Callable[[Path], House]
) -> None:
    first = up()
    assert "Made the data folder" in first.said
    assert "Nobody has an account yet: broadsheet reader add NAME" in first.said
    sample = int(re.search(r"sample of (\d+) papers", first.said)[1])  # type: ignore[index]
    page = first.get("/")
    assert "<html" in page
    assert re.search(r"sample", page, re.IGNORECASE)
    assert json.loads(first.get("/healthz"))["papers"] == sample
    assert first.stop(signal.SIGINT)[::2] == (0, "")

    house = open_at(folder)
    follow_with_vectors(house.models)  # for the first may have been stopped before these were done
    link_waiting(house.database)
    revision = house.database.revision()
    assert house.index.count() == sample
    house.close()

    second = up()
    assert "Opened the data folder" in second.said
    assert "sample" not in second.said
    health = json.loads(second.get("/healthz"))
    assert (health["papers"], health["indexed"]) == (sample, sample)
    assert second.stop(signal.SIGTERM)[::2] == (0, "")
    assert open_at(folder).database.revision() == revision


def test_links_that_are_handed_on_lead_to_the_port_that_it_took(up: Callable[..., Up]) -> None:
    running = up()
    running.get("/groups")
    sent = {"sec-fetch-site": "same-origin"}
    for path, body in (("groups", b"title=Lab&access=public&name=lab"), ("g/lab/invitations", b"uses=1&days=1")):
        request = urllib.request.Request(running.address + path, body, sent)
        with urllib.request.urlopen(request, timeout=30) as answer:
            page = answer.read().decode()
    assert f"{running.address}groups/join/" in page


def test_it_stops_while_a_reader_holds_a_connection(up: Callable[..., Up]) -> None:
    running = up()
    host, port = running.address.removeprefix("http://").rstrip("/").split(":")
    with socket.create_connection((host, int(port))) as held:
        held.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        assert running.stop(signal.SIGINT)[::2] == (0, "")


def test_papers_that_another_process_imports_are_served(
    up: Callable[..., Up],
    folder: Path,
    hub_lines: Callable[..., str],
    tmp_path: Path,
    environment: dict[str, str],
) -> None:
    running = up()
    path = tmp_path / "papers.jsonl"
    path.write_text(hub_lines(3))
    done = subprocess.run(
        [sys.executable, "-m", "broadsheet", "import", str(path), "--data", str(folder)],
        capture_output=True, text=True, env=environment, timeout=60, check=True,
    )  # fmt: skip
    assert "built-in sample" in done.stdout
    health: dict[str, Any] = {}
    deadline = time.monotonic() + 30
    while (health.get("papers"), health.get("indexed")) != (3, 3) and time.monotonic() < deadline:
        health = json.loads(running.get("/healthz"))
    assert (health["papers"], health["indexed"]) == (3, 3)
    assert "2602.00002" in running.get("/papers?q=harbour")
    assert "Harbour note number 2" in running.get("/")
    assert running.stop(signal.SIGINT)[::2] == (0, "")


def test_without_a_network_it_serves_tells_once_what_it_cannot_reach_and_stops_at_once(up: Callable[..., Up]) -> None:
    running = up(
        "--host", "127.0.0.1",
        sources="arxiv-listing arxiv-rss arxiv",
        arxiv_listing="http://127.0.0.1:9/list",  # private, and so not even tried
        arxiv_rss="http://127.0.0.1:9/rss",
        arxiv_api="http://nowhere.invalid/api",  # tried again and again
    )  # fmt: skip
    told = running.read_until(rb"arxiv-rss .*\n", running.process.stderr)
    assert "<html" in running.get("/")
    status, out, err = running.stop(signal.SIGINT, STOP_SECONDS_WITHOUT_A_NETWORK)
    assert (status, out) == (0, "Stopped. Everything is kept.\n")
    lines = [line.split(" could not be fetched, and is tried again later: ") for line in (told + err).splitlines()]
    assert [source for source, _ in lines][:2] == ["arxiv-listing", "arxiv-rss"]
    assert len(lines) <= 3  # the search may have been given up meanwhile
    assert all(reason.count(".") and "Traceback" not in reason for _, reason in lines)


def test_a_taken_port_is_told_before_anything_is_made(folder: Path, environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "broadsheet", "up", "--data", str(folder), "--port", str(port)],
            capture_output=True, text=True, env=environment, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode in (1, 2)
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert str(port) in line
    assert "--port" in line
    assert not folder.exists()


def test_a_host_that_is_none_of_ours(folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "broadsheet", "up", "--data", str(folder), "--host", "192.0.2.1"],
        capture_output=True, text=True, env=environment, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode in (1, 2)
    assert len(done.stderr.splitlines()) == 1
    assert not folder.exists()
