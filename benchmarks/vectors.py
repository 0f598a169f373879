"""Measure the vector set: recall against exact search, latency, filters, memory, building, adding a day.

python benchmarks/vectors.py [--papers N]... [--queries N]

The vectors are those of the real papers by the default embedder, and jittered mixtures of them beyond (row i plus
0.45 times the difference of two others, plus noise); the queries are real ones and the beginnings of titles. Each
size runs in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from machine import processor
from snapshot import DATA, real_papers

from broadsheet.embedding import make_embedder
from broadsheet.index.vector_facts import HAS_CODE, Facts, Filter
from broadsheet.index.vector_set import VectorSet

SIZES = (10_000, 100_000, 300_000, 1_000_000)
COLLECTIONS = ("topic_lists", "scifact", "cranfield")
NAMES = ("cs.LG", "cs.CL", "cs.CV", "math.CO", "stat.ML", "hep-ph", "cs.IR", "q-bio.NC", "econ.EM", "cs.AI")
LIMIT = 20
CHUNK = 25_000
DAY = 600
Row = tuple[str, str]


def main() -> None:
    """Measure each size and print one table, a column a size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, action="append", help=f"sizes; {SIZES} where none is given")
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--inputs", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inputs:
        print(json.dumps(measure(arguments.papers[0], arguments)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        write_inputs(Path(scratch), arguments.queries)
        sizes = arguments.papers or list(SIZES)
        columns = [measure_apart(size, Path(scratch)) for size in sizes]
    load = os.getloadavg()[0]
    print(f"{processor()}, {os.cpu_count()} cores, load {load:.1f}, Python {platform.python_version()}")
    print(f"| {'papers':<44} |" + "".join(f" {size:>17,} |" for size in sizes))
    for name in dict.fromkeys(name for column in columns for name in column):
        print(f"| {name:<44} |" + "".join(f" {column.get(name, ''):>17} |" for column in columns))


def measure_apart(size: int, scratch: Path) -> dict[str, str]:
    """Measure one size in a process of its own."""
    command = [sys.executable, __file__, *sys.argv[1:], "--papers", str(size), "--inputs", str(scratch)]
    command = drop_sizes(command, size)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def drop_sizes(command: list[str], size: int) -> list[str]:
    """Leave `size` as the only --papers of a command."""
    kept: list[str] = []
    words = iter(command)
    for word in words:
        if word == "--papers":
            next(words)
        elif not word.startswith("--papers="):
            kept.append(word)
    return [*kept, "--papers", str(size)]


def write_inputs(folder: Path, count: int) -> None:
    """Embed the real papers and the queries."""
    embedder = make_embedder()
    papers = [(str(paper["title"]), str(paper["text"])) for paper in real_papers()]
    parts = [embedder.embed_documents(papers[start : start + 2_000]) for start in range(0, len(papers), 2_000)]
    np.save(folder / "real.npy", np.concatenate(parts))
    files = [DATA / "collections" / name / "queries.jsonl" for name in COLLECTIONS]
    texts = [json.loads(line)["text"] for file in files for line in file.read_text().splitlines()]
    random = np.random.default_rng(0)
    texts += [" ".join(papers[i][0].split()[: random.integers(2, 12)]) for i in random.integers(0, len(papers), 300)]
    rows = embedder.embed_queries(texts)
    np.save(folder / "queries.npy", rows[random.permutation(np.flatnonzero(rows.any(axis=1)))[:count]])


def chunks_of(real: Any, size: int) -> Iterator[tuple[Any, Any]]:
    """Yield (pks, rows): the real papers, then mixtures of them, the same ones each time."""
    random = np.random.default_rng(2)
    for start in range(0, size, CHUNK):
        pks = np.arange(start, min(start + CHUNK, size))
        first, second, third = random.integers(0, len(real), (3, pks.size))
        noise = random.normal(0, 0.32 / np.sqrt(real.shape[1]), (pks.size, real.shape[1])).astype(np.float32)
        rows = real[first] + np.float32(0.45) * (real[second] - real[third]) + noise
        is_real = pks < len(real)
        rows[is_real] = real[pks[is_real]]
        yield pks, rows / np.linalg.norm(rows, axis=1, keepdims=True)


def facts_of(pks: Any) -> Facts:
    """Return made-up facts: a day a thousand papers, code for a fifth, two categories each."""
    random = np.random.default_rng(int(pks[0]))
    kinds = random.integers(0, len(NAMES), (pks.size, 2)).tolist()
    flags = np.where(random.random(pks.size) < 0.2, HAS_CODE, 0).astype(np.uint8)
    return Facts((pks // 1_000).astype(np.int32), flags, [(NAMES[a], NAMES[b]) for a, b in kinds])


def measure(size: int, arguments: argparse.Namespace) -> dict[str, str]:
    """Build a set of `size` papers and ask it everything."""
    real, queries = np.load(arguments.inputs / "real.npy"), np.load(arguments.inputs / "queries.npy")
    exact = exact_neighbours(real, size, queries)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        rows = measure_loading(folder, real, size)
        rows |= measure_searches(folder, queries, exact, size)
        rows |= measure_adding(folder, real, size)
    return rows


def exact_neighbours(real: Any, size: int, queries: Any) -> list[set[int]]:
    """Return the true nearest papers by float32 vectors."""
    best, pks = np.zeros((len(queries), 0), np.float32), np.zeros((len(queries), 0), np.int64)
    for some_pks, rows in chunks_of(real, size):
        cosines = queries @ rows.T
        top = np.argpartition(-cosines, LIMIT, axis=1)[:, :LIMIT]
        best = np.hstack([best, np.take_along_axis(cosines, top, 1)])
        pks = np.hstack([pks, some_pks[top]])
    order = np.argsort(-best, axis=1)[:, :LIMIT]
    return [set(row) for row in np.take_along_axis(pks, order, 1).tolist()]


def measure_loading(folder: Path, real: Any, size: int) -> dict[str, str]:
    """Put all papers in, a chunk a commit."""
    vectors = VectorSet(folder, "benchmark", real.shape[1])
    spent = 0.0
    for pks, rows in chunks_of(real, size):
        begun = time.perf_counter()
        vectors.put(pks, rows, facts_of(pks))
        vectors.commit(int(pks[-1]), int(pks[-1]), False)
        spent += time.perf_counter() - begun
    size_on_disk = sum(path.stat().st_size for path in vectors.folder.iterdir())
    return {
        "put and commit, papers/s": f"{size / spent:,.0f}",
        "on disk": f"{size_on_disk / 1e6:,.0f} MB",
    }


def measure_searches(folder: Path, queries: Any, exact: list[set[int]], size: int) -> dict[str, str]:
    """Open the set and search it, with filters and without."""
    before, _ = memory()
    begun = time.perf_counter()
    vectors = VectorSet(folder, "benchmark", queries.shape[1])
    opened = time.perf_counter() - begun
    for query in queries[:50]:
        vectors.search(query, LIMIT)
    found, median, worst = timed(lambda query: vectors.search(query, LIMIT)[0], queries)
    hits = sum(len(truth & set(pks.tolist())) for truth, pks in zip(exact, found, strict=True))
    rows = {
        "recall@20": f"{hits / (LIMIT * len(exact)):.4f}",
        "search p50 / p99": f"{median:.2f} / {worst:.2f} ms",
    }
    filters = {
        "newer half": Filter(after=size // 2_000),
        "a category (19 %)": Filter(categories=("cs.IR",)),
        "category, code, newer half (2 %)": Filter(after=size // 2_000, categories=("cs.IR",), flags=HAS_CODE),
        "500 papers": Filter(pks=np.random.default_rng(0).integers(0, size, 500)),
    }
    for name, where in filters.items():
        found, median, worst = timed(lambda query, where=where: vectors.search(query, LIMIT, where)[0], queries)
        assert all(pks.size == LIMIT for pks in found), name
        rows[name] = f"{median:.2f} / {worst:.2f} ms"
    anonymous, mapped = memory()
    return rows | {
        "open": f"{opened * 1e3:.0f} ms",
        "memory own + mapped files": f"{max(0, anonymous - before):,.0f} + {mapped:,.0f} MB",
    }


def timed(ask: Callable[[Any], Any], queries: Any) -> tuple[list[Any], float, float]:
    """Return the answers, and p50 and p99 in ms."""
    answers, spent = [], []
    for query in queries:
        begun = time.perf_counter()
        answers.append(ask(query))
        spent.append((time.perf_counter() - begun) * 1e3)
    return answers, float(np.percentile(spent, 50)), float(np.percentile(spent, 99))


def memory() -> tuple[float, float]:
    """Return this process's own memory and what it has mapped of files, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    sizes = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith("Rss")}
    return int(sizes["RssAnon"]) / 1e3, int(sizes["RssFile"]) / 1e3


def measure_adding(folder: Path, real: Any, size: int) -> dict[str, str]:
    """Add a day's papers twenty times; from the put until a search has found one of them."""
    vectors = VectorSet(folder, "benchmark", real.shape[1])
    spent = []
    for day in range(20):
        pks = np.arange(size + day * DAY, size + (day + 1) * DAY)
        rows = real[(pks * 7) % len(real)]
        begun = time.perf_counter()
        vectors.put(pks, rows, facts_of(pks))
        vectors.commit(int(pks[-1]), 0, False)
        assert pks[5] in vectors.search(rows[5], LIMIT)[0]
        spent.append((time.perf_counter() - begun) * 1e3)
    vectors.remove(np.arange(size, size + 20 * DAY))
    vectors.commit(size, 0, False)
    return {f"add {DAY}, until found, p50 / max": f"{np.median(spent):.0f} / {max(spent):.0f} ms"}


if __name__ == "__main__":
    main()
