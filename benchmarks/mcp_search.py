"""Measure a search by an agent: the tool alone, through the SDK's server and client, and over HTTP; how long pages are.

python benchmarks/mcp_search.py [--papers N] [--queries N] [--keep DIR]
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn
from ground_floor import Row, measure_import, percentile, queries, settle, timed
from machine import processor
from mcp import Client

from broadsheet.agents.answers import size
from broadsheet.agents.callers import ANONYMOUS
from broadsheet.agents.server import make_server
from broadsheet.agents.tools import call_tool
from broadsheet.web.app import make_app
from broadsheet.wiring import House, open_house


def main() -> None:
    """Build what is missing, measure, print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--keep", type=Path, help="keep file and data folder here, and use them again")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        measure_import(folder, arguments.papers)
        settle(folder / "data")
        house = open_house(folder / "data")
        rows = measure(house, arguments.queries)
        house.close()
    print(f"{processor()}, {arguments.papers:,} papers, {arguments.queries} different queries of three words")
    for name, value, wanted in rows:
        print(f"| {name:<52} | {value:>8} | {wanted:>14} |")


def measure(house: House, count: int) -> list[Row]:
    """Ask the same ways, each with queries of its own."""
    asked = queries(4 * count)
    lengths: list[int] = []

    def tool(text: str, limit: int = 10) -> None:
        answer = call_tool(house, ANONYMOUS, "search_papers", {"query": text, "limit": limit})
        lengths.append(len(answer.text) + size(answer.data))

    for text in asked[:50]:
        tool(text)
    alone = timed(tool, asked[:count])
    most = timed(lambda text: tool(text, 50), asked[3 * count :])
    in_process = asyncio.run(through(make_server(house, ANONYMOUS), asked[count : 2 * count]))
    over_http = served(house, asked[2 * count : 3 * count])
    return [
        ("the tool alone, p50 ms", f"{percentile(alone, 50):.1f}", ""),
        ("the tool alone, p99 ms", f"{percentile(alone, 99):.1f}", ""),
        ("the tool alone, limit 50, p50 ms", f"{percentile(most, 50):.1f}", ""),
        ("SDK client and server in process, p50 ms", f"{percentile(in_process, 50):.1f}", "under 30"),
        ("SDK client and server in process, p99 ms", f"{percentile(in_process, 99):.1f}", ""),
        ("SDK client over HTTP on loopback, p50 ms", f"{percentile(over_http, 50):.1f}", ""),
        ("longest page, characters, text and JSON together", f"{max(lengths):,}", "at most 12,000"),
    ]


async def through(server: Any, texts: list[str]) -> list[float]:
    """Ask by the SDK's client and return the milliseconds of each call."""
    times = []
    async with Client(server) as client:
        await client.call_tool("search_papers", {"query": "warm"})
        for text in texts:
            begun = time.perf_counter()
            answer = await client.call_tool("search_papers", {"query": text})
            times.append((time.perf_counter() - begun) * 1000)
            if answer.is_error:
                raise ValueError(answer.content[0].text)
    return times


def served(house: House, texts: list[str]) -> list[float]:
    """Ask a server on loopback, in this process."""
    server = uvicorn.Server(uvicorn.Config(make_app(house), log_level="warning", lifespan="off"))
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            return asyncio.run(through(f"http://127.0.0.1:{listener.getsockname()[1]}/mcp", texts))
        finally:
            server.should_exit = True
            thread.join()


if __name__ == "__main__":
    main()
