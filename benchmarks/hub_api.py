"""Measure what the Hub's clients ask for: lists of daily papers and searches, 100 papers an answer.

python benchmarks/hub_api.py [--papers N] [--keep DIR] [--asked N]

In process: from the address to the whole answer, packed and plain, no answer asked for twice. Over HTTP: one worker
that serves, four clients; in the last two rows answers are asked for again.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import ground_floor
from machine import processor

Row = tuple[str, str, str]
SEARCHES = 50


def main() -> None:
    """Build the record where it is not kept, measure, print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="keep file and data folder here, and use them again")
    parser.add_argument("--asked", type=int, default=300)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        ground_floor.measure_import(folder, arguments.papers)
        ground_floor.settle(folder / "data")
        give_days(folder / "data")
        rows = in_process(folder / "data", arguments.asked) + over_http(folder / "data", arguments.asked)
    machine = f"{processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"{machine}, Python {platform.python_version()}, {arguments.papers:,} papers")
    for name, value, wanted in rows:
        print(f"| {name:<72} | {value:>12} | {wanted:>14} |")


def give_days(data: Path) -> None:
    """Let every paper stand in the edition of the day of its publication, as after years of editions."""
    from broadsheet.wiring import open_house

    house = open_house(data)
    with house.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT OR IGNORE INTO edition_papers (edition_on, paper_pk, score) "
            "SELECT published_on, pk, (pk * 7919) % 1000 / 10.0 FROM papers WHERE published_on IS NOT NULL"
        )
    house.close()


def addresses(data: Path, count: int) -> dict[str, list[str]]:
    """Return what is asked, each address once."""
    from broadsheet.store.editions import list_edition_days
    from broadsheet.wiring import open_house

    house = open_house(data)
    with house.database.read() as connection:
        days = [day for day, _ in sorted(list_edition_days(connection), key=lambda row: -row[1])]
    house.close()
    found = ground_floor.queries(2 * count)
    return {
        "/api/daily_papers?limit=100, page by page": [f"/api/daily_papers?limit=100&p={n}" for n in range(count)],
        "/api/daily_papers?date=...&limit=100": [f"/api/daily_papers?limit=100&date={day}" for day in days[:count]],
        "/api/papers/search?q=...&limit=100, 3 words": [
            f"/api/papers/search?limit=100&q={quote(text)}" for text in found[:count]
        ],
        "/api/papers/search?q=...&limit=20, 3 words": [f"/api/papers/search?q={quote(text)}" for text in found[count:]],
    }


def in_process(data: Path, count: int) -> list[Row]:
    """Ask the application itself, one after another."""
    from broadsheet.cli.serve import settle_memory
    from broadsheet.web.app import make_app
    from broadsheet.wiring import open_house

    house = open_house(data)
    rows = []
    settle_memory()  # as the server does
    with asyncio.Runner() as runner:
        app = make_app(house)
        for packing in ("identity", "gzip"):
            for name, asked in addresses(data, count).items():
                times = [runner.run(ask(app, address, packing)) for address in asked]
                sizes = f"p50 ms, in process, {packing}"
                wanted = "under 15" if "limit=100" in name and packing == "identity" else ""
                rows.append((f"{name}: {sizes}", f"{statistics.median(times):.2f}", wanted))
                rows.append((f"{name}: p99", f"{ground_floor.percentile(times, 99):.2f}", ""))
            app = make_app(house)  # forgets its pages
    house.close()
    return rows


async def ask(app: Any, address: str, packing: str) -> float:
    """Ask once and return the milliseconds; raises ValueError unless it was answered."""
    path, _, query = address.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(b"host", b"localhost"), (b"accept-encoding", packing.encode())],
        "client": ("127.0.0.1", 50_000), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    statuses = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        statuses.append(message.get("status", 0))

    begun = time.perf_counter()
    await app(scope, receive, send)
    seconds = time.perf_counter() - begun
    if statuses[0] != 200:
        raise ValueError(f"{address} answered {statuses[0]}")
    return seconds * 1000


def over_http(data: Path, count: int) -> list[Row]:
    """Serve in a process of its own and ask from four clients."""
    asked = addresses(data, 4 * count)
    command = [sys.executable, "-m", "broadsheet", "up", "--data", str(data), "--no-fetch"]
    begun = time.perf_counter()
    server = subprocess.Popen([*command, "--port", str(ground_floor.PORT)], stdout=subprocess.DEVNULL)
    try:
        ground_floor.wait_for_first_answer(begun)
        rates = {name: ground_floor.at_once(asked[name]) for name in asked}
        again = ground_floor.at_once(["/api/daily_papers?limit=100"] * 4 * count)
        repeated = ground_floor.at_once(
            repeatedly(asked["/api/papers/search?q=...&limit=100, 3 words"][:SEARCHES], count)
        )
    finally:
        server.terminate()
        server.wait(10)
    rows = [(f"{name}: requests/s, one worker", f"{rate:,.0f}", "at least 200") for name, rate in rates.items()]
    return [
        *rows,
        ("/api/daily_papers?limit=100, again and again: requests/s", f"{again:,.0f}", "at least 200"),
        (f"/api/papers/search?q=...&limit=100, {SEARCHES} of them again and again", f"{repeated:,.0f}", "at least 200"),
    ]


def repeatedly(addresses: list[str], count: int) -> list[str]:
    """Return 4 * count requests for these addresses, each about as often, in an order that is the same each time."""
    several = (addresses * (4 * count // len(addresses) + 1))[: 4 * count]
    random.Random(7).shuffle(several)
    return several


if __name__ == "__main__":
    main()
