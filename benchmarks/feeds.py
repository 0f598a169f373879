"""Measure a feed of 100 papers in the process: worked out anew, kept, and not sent again (304).

python benchmarks/feeds.py [--papers N] [--runs N]
"""

from __future__ import annotations

import argparse
import runpy
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

from machine import processor

from broadsheet.domain.paper import Link, Record
from broadsheet.web.app import make_app

_WEB = Path(__file__).parents[1] / "tests" / "web"
_INVENTED = SimpleNamespace(**runpy.run_path(str(_WEB / "invented_papers.py")))
_CLIENT = SimpleNamespace(**runpy.run_path(str(_WEB / "asgi_client.py")))
SENTENCE = "We bound the regret of learners on large balls, and show where the bound is met by slow rivers of stones. "


def record(number: int) -> Record:
    """Make a paper of usual size: six authors, an abstract of 1,200 characters with some TeX."""
    names = tuple(f"Given{n} Family{number % 997 + n}" for n in range(6))
    paper_id = f"25{number // 10_000 % 12 + 1:02d}.{number % 10_000:05d}"
    address = f"https://arxiv.org/abs/{paper_id}"
    title = rf"Paper {number}: Bounds on $\ell_2$ Balls"
    day, edition = date(2025, 11, 6), date(2025, 11, 7)
    return Record(
        "arxiv", paper_id, title,
        rf"{number} $\ell_2$ and $10^6$: " + SENTENCE * 11, authors=names, published_on=day, edition_on=edition,
        categories=("cs.LG", "stat.ML"), links=(Link("abs", address), Link("pdf", address)), arxiv_id=paper_id,
    )  # fmt: skip


def milliseconds(work: Callable[[], object], runs: int) -> tuple[float, float]:
    """Return median and 99th percentile."""
    taken = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(taken), sorted(taken)[int(len(taken) * 0.99)]


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--papers", type=int, default=2_000)
    parser.add_argument("--runs", type=int, default=200)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        house = _INVENTED.open_filled_house(Path(folder), map(record, range(asked.papers)))
        app = make_app(house)
        client = _CLIENT.AsgiClient(app)
        print(f"{processor()}; {asked.papers:,} papers, {asked.runs} runs, milliseconds (p50, p99)")
        for address in (
            "/papers/trending.atom", "/papers/trending.rss", "/papers/trending.feed.json", "/papers.atom?q=rivers",
        ):  # fmt: skip
            etag = client.request("GET", address).headers["etag"]

            def anew(address: str = address) -> None:
                app.state.site._pages.clear()
                client.request("GET", address)

            new = milliseconds(anew, asked.runs)
            kept = milliseconds(lambda it=address: client.request("GET", it), asked.runs)
            same = milliseconds(
                lambda it=address, tag=etag: client.request("GET", it, {"if-none-match": tag}), asked.runs
            )
            told = "  ".join(
                f"{name} {p50:6.2f} {p99:6.2f}" for name, (p50, p99) in (("anew", new), ("kept", kept), ("304", same))
            )
            print(f"{address:28} {told}")
        client.close()
        house.close()


if __name__ == "__main__":
    main()
