"""A real Chromium in front of a real server on loopback; every page is watched for what must not happen."""

from __future__ import annotations

import os
import runpy
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn

from broadsheet.sources.sample import read_sample
from broadsheet.web.app import make_app
from broadsheet.wiring import House

playwright_api = pytest.importorskip("playwright.sync_api")

_INVENTED = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "web" / "invented_papers.py")))
_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
VIEWPORTS = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}


def find_chromium() -> str:
    """Return the browser's path; without one, skip, but fail in CI."""
    names = ("/usr/bin/chromium", "chromium", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None and os.environ.get("CI"):
        pytest.fail("There is no Chromium on this machine: install Debian's package `chromium`.")
    if path is None:
        pytest.skip("There is no Chromium on this machine.")
    return path


@contextmanager
def serve(house: House) -> Iterator[str]:
    """Serve a House on a free port of loopback."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)  # from here on requests wait until the server takes them
        config = uvicorn.Config(
            make_app(house), log_level="error", lifespan="off", ws="none", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)
    house.close()


@pytest.fixture(scope="module")
def hostile_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Calm and hostile papers, served."""
    records = (*_INVENTED.CALM, *_INVENTED.HOSTILE, *(_INVENTED.plain(n) for n in range(200, 245)))
    with serve(_INVENTED.open_filled_house(tmp_path_factory.mktemp("hostile"), records)) as address:
        yield address


@pytest.fixture(scope="module")
def sample_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The built-in sample, served."""
    records = read_sample(_INVENTED.TODAY)
    with serve(_INVENTED.open_filled_house(tmp_path_factory.mktemp("sample"), records)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for a module: while it is open, its event loop runs in this thread, and no other may."""
    path = find_chromium()
    with playwright_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield chromium
        chromium.close()


class Watched:
    """A page, and what happened on it that must not."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.faults: list[str] = []
        self.expected: list[str] = []
        page.on("dialog", self._on_dialog)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("console", self._on_console)
        page.on("request", self._on_request)

    def _on_dialog(self, dialog: Any) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _on_console(self, message: Any) -> None:
        if message.type in ("error", "warning") and not any(words in message.text for words in self.expected):
            self.faults.append(f"console: {message.text}")

    def _on_request(self, request: Any) -> None:
        if not request.url.startswith((self.address + "/", "about:")):
            self.faults.append(f"request: {request.url}")

    def open(self, path: str, status: int = 200) -> Any:
        """Open a path of the site."""
        self.expected = [f"status of {status}"] if status >= 400 else []
        answer = self.page.goto(self.address + path)
        assert answer.status == status
        return self.page


@pytest.fixture
def look(browser: Any) -> Iterator[Callable[..., Watched]]:
    """Open a window of a kind in front of a site; faults fail the test at its end."""
    opened: list[tuple[Any, Watched]] = []

    def open_window(address: str, size: str = "desktop", scheme: str = "light", *, script: bool = True) -> Watched:
        context = browser.new_context(
            viewport=VIEWPORTS[size], color_scheme=scheme, java_script_enabled=script, locale="en-US"
        )
        context.set_default_timeout(10_000)
        opened.append((context, Watched(context.new_page(), address)))
        return opened[-1][1]

    yield open_window
    for context, _ in opened:
        context.close()
    assert [fault for _, watched in opened for fault in watched.faults] == []
