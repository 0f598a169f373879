"""Measure the ground floor: import, text search, pages over HTTP, the first request after `up`.

python benchmarks/ground_floor.py [--papers N] [--import-only] [--keep DIR]
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from snapshot import real_papers, write_snapshot

PORT = 8798
Row = tuple[str, str, str]


def main() -> None:
    """Run what was asked for and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--papers", type=int, default=100_000)
    parser.add_argument("--import-only", action="store_true")
    parser.add_argument("--keep", type=Path, help="keep file and data folder here, and use them again")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        rows = measure_import(folder, arguments.papers)
        if not arguments.import_only:
            settle(folder / "data")
            rows += measure_search(folder / "data")
            rows += measure_http(folder / "data")
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {arguments.papers:,} papers"
    )
    for name, value, wanted in rows:
        print(f"| {name:<58} | {value:>14} | {wanted:>18} |")


def measure_import(folder: Path, count: int) -> list[Row]:
    """Import a snapshot of `count` papers in a process of its own."""
    snapshot, data = folder / "snapshot.jsonl", folder / "data"
    if not snapshot.exists():
        write_snapshot(snapshot, count)
    if data.exists():
        return []
    begun = time.perf_counter()
    command = [sys.executable, "-m", "broadsheet", "import", str(snapshot), "--data", str(data), "--json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return [
        ("import into record and index, papers/s", f"{count / seconds:,.0f}", "at least 4,000"),
        ("import, peak memory, MB", f"{peak:,.0f}", "at most 400"),
    ]


def settle(data: Path) -> None:
    """Do what `up` does in the background after an import, so that it does not run while pages are measured."""
    from broadsheet.usecases.embedding import follow_with_vectors
    from broadsheet.usecases.indexing import drain_index
    from broadsheet.usecases.link_papers import link_waiting
    from broadsheet.wiring import open_house

    house = open_house(data)
    follow_with_vectors(house.models)
    link_waiting(house.database)
    drain_index(house.database, house.index)
    house.close()


def queries(count: int) -> list[str]:
    """Return different queries of three words from real titles."""
    chance = random.Random(1)
    titles = [re.findall(r"[A-Za-z]{4,}", str(p["title"])) for p in real_papers()]
    titles = [t for t in titles if len(t) >= 3]
    return list({" ".join(chance.sample(chance.choice(titles), 3)): None for _ in range(2 * count)})[:count]


def measure_search(data: Path) -> list[Row]:
    """Search in process: three words, the top 20 with their papers and marked words."""
    from broadsheet.extraction.readable import readable
    from broadsheet.usecases.read_papers import search_papers
    from broadsheet.wiring import open_house

    house = open_house(data)

    def search(text: str) -> None:
        answer = search_papers(house.database, house.index, text, 20)
        for entry in answer.listing.entries:
            answer.highlight(readable(entry.paper.content.title))
            answer.highlight(readable(entry.paper.content.abstract))

    for text in queries(50):
        search(text)
    times = timed(search, queries(1_000))
    house.close()
    return [
        ("search, 3 words, top 20 with marked words, p50 ms", f"{percentile(times, 50):.2f}", ""),
        ("search, 3 words, top 20 with marked words, p99 ms", f"{percentile(times, 99):.2f}", "under 10"),
    ]


def timed(action: Callable[[str], object], values: list[str]) -> list[float]:
    """Return the milliseconds of each call."""
    times = []
    for value in values:
        begun = time.perf_counter()
        action(value)
        times.append((time.perf_counter() - begun) * 1000)
    return times


def percentile(times: list[float], percent: int) -> float:
    """Return a percentile."""
    return statistics.quantiles(times, n=100)[percent - 1]


def measure_http(data: Path) -> list[Row]:
    """Serve in a process of its own and ask over loopback."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "broadsheet", "up", "--data", str(data), "--port", str(PORT), "--no-fetch"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        first = wait_for_first_answer(begun)
        front = one_after_another(["/"] * 300)
        searches = one_after_another([f"/papers?q={quote(q)}" for q in queries(300)])
        front_rate = at_once(["/"] * 3_000)
        search_rate = at_once([f"/papers?q={quote(q)}" for q in queries(2_500)[500:]])
        body = get("/")
        text = sum(len(t) for t in re.findall(rb"<summary>(.*?)</summary>", body, re.DOTALL))
    finally:
        server.terminate()
        server.wait(10)
    return [
        ("up: first answer, s", f"{first:.2f}", "within 2"),
        ("front page, p50 ms over HTTP, one client", f"{percentile(front, 50):.2f}", "under 10"),
        ("search page, all different, p50 ms over HTTP, one client", f"{percentile(searches, 50):.2f}", "under 10"),
        ("front page, requests/s, 4 clients", f"{front_rate:,.0f}", "at least 300"),
        ("search pages, all different, requests/s, 4 clients", f"{search_rate:,.0f}", "at least 100"),
        ("front page before compression, KB without papers' texts", f"{(len(body) - text) / 1000:.1f}", "under 60"),
    ]


def wait_for_first_answer(begun: float) -> float:
    """Return the seconds until the front page came."""
    while time.perf_counter() - begun < 30:
        try:
            get("/")
            return time.perf_counter() - begun
        except ConnectionError:
            time.sleep(0.01)
    raise TimeoutError("the server does not answer")


def get(path: str, connection: HTTPConnection | None = None) -> bytes:
    """Return the body at an address; raises ValueError unless it is a page."""
    connection = connection or HTTPConnection("127.0.0.1", PORT)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise ValueError(f"{path} answered {answer.status}")
    return body


def one_after_another(paths: list[str]) -> list[float]:
    """Ask on one connection and return the milliseconds of each."""
    connection = HTTPConnection("127.0.0.1", PORT)
    return timed(lambda path: get(path, connection), paths)


def at_once(paths: list[str], clients: int = 4) -> float:
    """Ask from several threads and return the requests a second."""

    def ask(mine: list[str]) -> None:
        connection = HTTPConnection("127.0.0.1", PORT)
        for path in mine:
            get(path, connection)

    threads = [threading.Thread(target=ask, args=(paths[n::clients],)) for n in range(clients)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(paths) / (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
