"""The worker sends what waits for webhooks, and tells them what saved searches wait for."""

from __future__ import annotations

import runpy
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from broadsheet import worker
from broadsheet.settings import Settings
from broadsheet.store import readers
from broadsheet.usecases.saved_searches import announce_search, save_search
from broadsheet.usecases.webhooks import WantedWebhook, add_webhook
from broadsheet.wiring import House
from broadsheet.worker import Worker

_SERVER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "sources" / "hook_server.py")))


def test_a_hit_is_told_while_it_works(
    house: House, take_in: Any, make_record: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "INTERVAL_SECONDS", 0.001)
    server = _SERVER.HookServer()
    house = replace(house, settings=Settings(allowed_hosts=server.host))
    add_webhook(house.database, WantedWebhook(f"{server.url}/200", "", ["search"]), lambda _: None, None, now)
    with house.database.write() as connection:
        ada = readers.insert_reader(connection, "ada", "", "reader", now)
    saved = save_search(house.database, house.index, ada, "lantern", now)
    announce_search(house.database, house.index, ada, saved.pk, is_announced=True)
    take_in(house, make_record(1))
    at_work = Worker(house)
    at_work.start()
    try:
        assert server.arrived.acquire(timeout=30)
    finally:
        at_work.stop(60)
        server.close()
    (told,) = server.bodies
    assert (told["event"], told["data"]["name"]) == ("search", "lantern")
