"""Measure search from end to end beside the bare engines, SQLite FTS5 and LanceDB, on the same papers.

python benchmarks/search.py [--papers N...] [--keep DIR] [--runs N] [--queries N] [--docs DIR]

The papers are the real ones, and beyond them copies that differ: an abstract with a stretch of words of another's
in it, a vector jittered with two others'. The queries are real ones and the beginnings of titles. Each size is built,
and measured, in a process of its own; each figure is the median of its runs, each run asking other queries. A run
writes its numbers, a table and a plot to docs/benchmarks, beside the sizes of earlier runs. `--keep` keeps what was
built, to measure it again.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("LANCE_LOG", "error")

import argparse
import json
import platform
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import snapshot
import tantivy
from machine import processor
from search_plot import draw

from broadsheet.domain.paper import Link, Paper, PaperContent, SourceRef
from broadsheet.domain.query import Query, parse_query
from broadsheet.embedding import Embedder, make_embedder
from broadsheet.index.asking import Limits
from broadsheet.index.embedded import VECTORS_NAME, EmbeddedIndex
from broadsheet.index.paper_vectors import PaperVectors
from broadsheet.index.protocol import Meaning
from broadsheet.index.text import TextSide

if os.environ.get("BROADSHEET_SHARED_DATA"):
    snapshot.DATA = Path(os.environ["BROADSHEET_SHARED_DATA"])
SIZES = (10_000, 100_000)
RIVALS_SIZE = 100_000
COLLECTIONS = ("topic_lists", "scifact", "cranfield")
FILTER = "after:2018 cat:cs.LG"
FIRST_DAY, DAYS = date(2008, 1, 1), 6_600
CHUNK = 10_000
DAY = 600
WARMING = 100
LIMIT = 20
WORDS = re.compile(r"[^\W_]+")
DOCS = Path(__file__).resolve().parents[1] / "docs" / "benchmarks"
Figures = dict[str, float | str]

# What stands in the tables: key, what it is, unit.
ROWS = (
    ("hybrid_filter_p50", f"hybrid, top {LIMIT} with marked words, filter ({FILTER}): p50", "ms"),
    ("hybrid_filter_p99", "the same: p99", "ms"),
    ("hybrid_filter_cpu_p99", "the same: p99 of processor time, which others' load troubles less", "ms"),
    ("hybrid_p50", f"hybrid, top {LIMIT} with marked words, no filter: p50", "ms"),
    ("hybrid_p99", "the same: p99", "ms"),
    ("index_p50", "hybrid, no filter, the index alone: p50", "ms"),
    ("index_p99", "the same: p99", "ms"),
    ("text_p50", "text mode, top 20 with marked words: p50", "ms"),
    ("text_p99", "the same: p99", "ms"),
    ("tantivy_p50", "bare tantivy, the words in one field: p50", "ms"),
    ("tantivy_p99", "the same: p99", "ms"),
    ("vector_p50", "bare vector search: p50", "ms"),
    ("vector_p99", "the same: p99", "ms"),
    ("ratio_p50", "the index alone over both bare engines' sum: p50", "times"),
    ("ratio_p99", "the same: p99", "times"),
    ("fts5_p50", "SQLite FTS5, any of the words, bm25, with snippets: p50", "ms"),
    ("fts5_p99", "the same: p99", "ms"),
    ("lancedb_p50", "LanceDB's hybrid (no marked words): p50", "ms"),
    ("lancedb_p99", "the same: p99", "ms"),
    ("memory", "peak memory, searching and adding", "MB"),
    ("memory_own", "of it not mapped from files", "MB"),
    ("disk", "index on disk", "MB"),
    ("adding", f"add {DAY} papers (text, embedding, vectors) until found", "s"),
    ("embedding", "embedding with the default", "abstracts/s"),
    ("build", "building all of it", "s"),
    ("load", "load of the machine while measured (1 minute)", ""),
)


def main() -> None:
    """Build and measure each size, print one table, write table, numbers and plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--keep", type=Path, help="keep what was built here, and use it again")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--docs", type=Path, default=DOCS)
    parser.add_argument("--build-only", action="store_true")
    parser.add_argument("--step", choices=("build", "measure"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        figures = (build if arguments.step == "build" else measure)(arguments)
        print(json.dumps(figures))
        return
    with tempfile.TemporaryDirectory() as scratch:
        keep = arguments.keep or Path(scratch)
        found = {}
        for size in arguments.papers:
            folder = keep / str(size)
            if not (folder / "built.json").exists():
                shutil.rmtree(folder, ignore_errors=True)
                (folder / "index").mkdir(parents=True)
                built = step("build", size, keep, arguments)
                (folder / "built.json").write_text(json.dumps(built))
            if not arguments.build_only:
                write_queries(folder, WARMING + arguments.runs * arguments.queries)
                built = json.loads((folder / "built.json").read_text())
                found[str(size)] = built | step("measure", size, keep, arguments)
    if found:
        write_docs(arguments.docs, found)


def step(name: str, size: int, keep: Path, arguments: argparse.Namespace) -> Figures:
    """Do one step in a process of its own."""
    command = [sys.executable, __file__, "--step", name, "--papers", str(size), "--keep", str(keep)]
    command += ["--runs", str(arguments.runs), "--queries", str(arguments.queries)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def write_docs(folder: Path, found: dict[str, Figures]) -> None:
    """Write the numbers, with those of other sizes from before, and print the table."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "search.json"
    before = json.loads(file.read_text())["sizes"] if file.exists() else {}
    sizes = dict(sorted({**before, **found}.items(), key=lambda pair: int(pair[0])))
    file.write_text(json.dumps({"sizes": sizes}, indent=1) + "\n")
    (folder / "search.svg").write_text(draw(sizes))
    (folder / "search.md").write_text(table(sizes))
    print(table({name: sizes[name] for name in found}))


def table(sizes: dict[str, Figures]) -> str:
    """Return the Markdown table."""
    machines = dict.fromkeys(f"{figures['machine']}, {figures['date']}" for figures in sizes.values())
    lines = [
        "# How search grows",
        "",
        "Written by `python benchmarks/search.py`; every figure is the median of its runs on: " + "; ".join(machines),
        "",
        "The papers are real up to 39,600; beyond, abstracts with words of others in them and vectors jittered with",
        "others'. Hybrid is timed from the text of the query to the marked words (texts of the hits from SQLite).",
        "",
        "![Latency and memory over size](search.svg)",
        "",
        "| | " + " | ".join(f"{int(size):,} papers" for size in sizes) + " |",
        "| --- |" + " ---: |" * len(sizes),
    ]
    for key, name, unit in ROWS:
        cells = [shown(figures.get(key), unit) for figures in sizes.values()]
        if any(cells):
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def shown(value: float | str | None, unit: str) -> str:
    """Return a figure as the table shows it."""
    if value is None:
        return ""
    number = float(value)
    digits = 0 if abs(number) >= 100 else 1 if abs(number) >= 20 else 2
    return f"{number:,.{digits}f} {unit}".strip()


# Building.


def build(arguments: argparse.Namespace) -> Figures:
    """Make the papers, and the index, the texts and the queries of one size."""
    size, begun = arguments.papers[0], time.perf_counter()
    folder = arguments.keep / str(size)
    embedder = make_embedder()
    real = snapshot.real_papers()
    np.random.default_rng(0).shuffle(real)
    documents = [(str(paper["title"]), str(paper["text"])) for paper in real]
    rows, rate = embed_all(embedder, documents)
    texts = sqlite3.connect(folder / "texts.sqlite")
    texts.execute("CREATE TABLE papers (pk INTEGER PRIMARY KEY, title TEXT, abstract TEXT)")
    vectors = PaperVectors(folder / "index" / VECTORS_NAME, embedder.model_id, embedder.dimension)
    with EmbeddedIndex(folder / "index").batch() as batch:
        for papers, some in chunks_of(real, rows, size):
            batch.put(papers)
            vectors.put_papers(papers, some)
            vectors.commit(papers[-1].pk, papers[-1].pk, False)
            values = [(paper.pk, paper.content.title, paper.content.abstract) for paper in papers]
            texts.executemany("INSERT INTO papers VALUES (?, ?, ?)", values)
        batch.commit(size)
    vectors.commit(size, size, True)
    texts.commit()
    extra = next(chunks_of(real, rows, size + DAY, size))[0]
    values = [[p.content.title, p.content.abstract] for p in extra]
    (folder / "extra.json").write_text(json.dumps(values))
    return {"build": time.perf_counter() - begun, "embedding": rate, "disk": size_of(folder / "index") / 1e6}


def embed_all(embedder: Embedder, documents: list[tuple[str, str]]) -> tuple[Any, float]:
    """Return the vectors of all documents, and the median of abstracts/s over rounds of 2,000."""
    parts, rates = [], []
    for start in range(0, len(documents), 2_000):
        some, begun = documents[start : start + 2_000], time.perf_counter()
        parts.append(embedder.embed_documents(some))
        rates.append(len(some) / (time.perf_counter() - begun))
    return np.concatenate(parts), statistics.median(rates)


def chunks_of(real: list[dict[str, Any]], rows: Any, size: int, begin: int = 0) -> Iterator[tuple[list[Paper], Any]]:
    """Yield papers and their vectors up to `size`, pks from 1: the real ones, then mixtures of them."""
    words = [str(paper["text"]).split() for paper in real]
    for start in range(begin, size, CHUNK):
        chance = np.random.default_rng(start)
        numbers = np.arange(start, min(start + CHUNK, size))
        first, second, third = chance.integers(0, len(real), (3, numbers.size))
        is_real = numbers < len(real)
        first[is_real] = numbers[is_real]
        noise = chance.normal(0, 0.32 / np.sqrt(rows.shape[1]), (numbers.size, rows.shape[1])).astype(np.float32)
        mixed = rows[first] + np.float32(0.45) * (rows[second] - rows[third]) + noise
        mixed[is_real] = rows[first[is_real]]
        papers = []
        for number, one, other in zip(numbers.tolist(), first.tolist(), second.tolist(), strict=True):
            text = words[one] if number < len(real) else blend(words[one], words[other], number)
            papers.append(paper_of(number, real[one], " ".join(text), size))
        yield papers, (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)


def blend(words: list[str], others: list[str], seed: int) -> list[str]:
    """Return the words with a third of them replaced by a stretch of the others, at a random place."""
    chance = random.Random(seed)
    length = len(words) // 3
    place = chance.randrange(len(words) - length + 1)
    origin = chance.randrange(max(1, len(others) - length))
    return words[:place] + others[origin : origin + length] + words[place + length :]


def paper_of(number: int, real: dict[str, Any], text: str, size: int) -> Paper:
    """Return a paper: the real one's title, authors and categories, a day of its own, code for each fifth."""
    title = str(real["title"]) if number < size else f"{real['title']} again"
    content = PaperContent(
        title=title,
        abstract=text,
        authors=tuple(map(str, real["authors"])),
        published_on=FIRST_DAY + timedelta(days=number * 7_919 % DAYS),
        categories=tuple(real.get("categories") or ["cs.LG"]),
        links=(Link("code", f"https://example.org/{number}"),) if number % 5 == 0 else (),
    )
    return Paper(number + 1, f"b-{number + 1}", content, (SourceRef("benchmark", str(number)),))


def write_queries(folder: Path, count: int) -> None:
    """Write different queries: real ones of three collections for up to half, beginnings of titles."""
    chance = random.Random(1)
    files = [snapshot.DATA / "collections" / name / "queries.jsonl" for name in COLLECTIONS]
    real = [json.loads(line)["text"] for file in files for line in file.read_text().splitlines()]
    titles = [str(paper["title"]).split() for paper in snapshot.real_papers()]
    begun = [" ".join(title[: chance.randint(2, 10)]) for title in chance.sample(titles, 2 * count)]
    plain = [" ".join(WORDS.findall(text)) for text in chance.sample(real, min(len(real), count // 2)) + begun]
    plain = list(dict.fromkeys(text for text in plain if text))[:count]
    chance.shuffle(plain)
    (folder / "queries.json").write_text(json.dumps(plain))


def size_of(folder: Path) -> int:
    """Return the bytes of a folder's files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


# Measuring.


class Searches:
    """One size, opened for searching."""

    def __init__(self, folder: Path) -> None:
        self.embedder = make_embedder()
        self.index = EmbeddedIndex(folder / "index", self.texts_of)
        self.vectors = self.index.vectors(self.embedder.model_id, self.embedder.dimension)
        self.texts = sqlite3.connect(folder / "texts.sqlite")

    def texts_of(self, pks: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Return title and abstract of papers."""
        marks = ",".join("?" * len(pks))
        found = self.texts.execute(f"SELECT pk, title, abstract FROM papers WHERE pk IN ({marks})", list(pks))
        return {pk: (title, abstract) for pk, title, abstract in found}

    def meaning(self, query: Query) -> Meaning:
        """Embed a query."""
        return Meaning(self.embedder.model_id, self.embedder.embed_queries([query.meaning])[0])

    def hybrid(self, text: str) -> int:
        """Search with words and meaning, mark the words of the hits."""
        query = parse_query(text)
        return self.marked(query, self.meaning(query))

    def filtered(self, text: str) -> int:
        """Do the same within a filter."""
        return self.hybrid(f"{text} {FILTER}")

    def by_words(self, text: str) -> int:
        """Search with words alone, mark them."""
        return self.marked(parse_query(text), None)

    def by_index(self, text: str) -> int:
        """Search with words and meaning, the query embedded, nothing marked."""
        query = parse_query(text)
        return len(self.index.search(query, LIMIT, meaning=self.meaning(query)).hits)

    def marked(self, query: Query, meaning: Meaning | None) -> int:
        """Search, fetch the hits' texts and mark the words; return how many hits there were."""
        found = self.index.search(query, LIMIT, meaning=meaning)
        highlight = self.index.highlighter(query)
        pks = ",".join(str(hit.pk) for hit in found.hits)
        for title, abstract in self.texts.execute(f"SELECT title, abstract FROM papers WHERE pk IN ({pks})"):
            highlight(title)
            highlight(abstract)
        return len(found.hits)


def measure(arguments: argparse.Namespace) -> Figures:
    """Open what was built and measure it."""
    size, load = arguments.papers[0], os.getloadavg()[0]
    folder = arguments.keep / str(size)
    searches = Searches(folder)
    if searches.index.count() != size:
        raise SystemExit(f"{folder} is of another format of the index: delete it, and it is built again")
    queries = json.loads((folder / "queries.json").read_text())

    def percentiles(name: str, action: Callable[[str], object], count: int = arguments.queries) -> Figures:
        return timed(name, action, queries, arguments.runs, count)

    figures = percentiles("hybrid_filter", searches.filtered)
    figures |= percentiles("hybrid", searches.hybrid)
    figures |= percentiles("text", searches.by_words)
    figures["adding"] = measure_adding(searches, folder, size, arguments.runs)
    figures |= memory()
    figures |= percentiles("index", searches.by_index)
    figures |= percentiles("tantivy", bare_tantivy(folder / "index"))
    meanings = {text: searches.meaning(parse_query(text)).vector for text in queries}
    figures |= percentiles("vector", lambda text: searches.vectors.nearest(meanings[text], LIMIT, Limits()))
    for point in ("p50", "p99"):
        bare = float(figures[f"tantivy_{point}"]) + float(figures[f"vector_{point}"])
        figures[f"ratio_{point}"] = float(figures[f"index_{point}"]) / bare
    if size == RIVALS_SIZE:
        figures |= percentiles("fts5", fts5(folder), 50)
        if find_spec("lancedb"):
            figures |= percentiles("lancedb", lancedb(folder, searches))
    figures["load"] = (load + os.getloadavg()[0]) / 2
    figures["machine"] = f"{processor()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    figures["date"] = date.today().isoformat()
    return figures


def timed(name: str, action: Callable[[str], object], queries: Sequence[str], runs: int, count: int) -> Figures:
    """Return p50 and p99 in ms and of processor time, each the median of runs, each run of `count` new queries."""
    for text in queries[:WARMING]:
        action(text)
    walls, works = [], []
    for run in range(runs):
        times, worked = [], []
        for text in queries[WARMING + run * count : WARMING + (run + 1) * count]:
            begun, work = time.perf_counter(), time.process_time()
            action(text)
            worked.append((time.process_time() - work) * 1000)
            times.append((time.perf_counter() - begun) * 1000)
        walls.append(statistics.quantiles(times, n=100))
        works.append(statistics.quantiles(worked, n=100))
    figures: Figures = {}
    for point, place in (("p50", 49), ("p99", 98)):
        figures[f"{name}_{point}"] = statistics.median(cut[place] for cut in walls)
        figures[f"{name}_cpu_{point}"] = statistics.median(cut[place] for cut in works)
    return figures


def memory() -> Figures:
    """Return this process's peak memory, and what it holds that is not of mapped files, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    sizes = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith(("Rss", "VmHWM"))}
    return {"memory": int(sizes["VmHWM"]) / 1e3, "memory_own": int(sizes["RssAnon"]) / 1e3}


def measure_adding(searches: Searches, folder: Path, size: int, runs: int) -> float:
    """Return the seconds from handing over a day's papers until a search finds one of them, the median of runs."""
    values = json.loads((folder / "extra.json").read_text())
    today = date(2026, 9, 1)
    spent = []
    for run in range(runs):
        pks = range(size + 1 + run * DAY, size + 1 + (run + 1) * DAY)
        word = f"zebu{run}quoll"
        papers = [
            Paper(pk, f"b-{pk}", PaperContent(f"{title} {word}", abstract, published_on=today, categories=("cs.LG",)))
            for pk, (title, abstract) in zip(pks, values, strict=True)
        ]
        query = parse_query(f"{word} {FILTER}")
        begun = time.perf_counter()
        with searches.index.batch() as batch:
            batch.put(papers)
            batch.commit(size + run)
        rows = searches.embedder.embed_documents([(p.content.title, p.content.abstract) for p in papers])
        searches.vectors.put_papers(papers, rows)
        searches.vectors.commit(size + run, size, True)
        hits = searches.index.search(query, LIMIT, meaning=searches.meaning(query)).hits
        spent.append(time.perf_counter() - begun)
        assert hits[0].pk in pks, "what was added is not found first"
    gone = list(range(size + 1, size + 1 + runs * DAY))
    with searches.index.batch() as batch:
        batch.remove(gone)
        batch.commit(size)
    searches.vectors.remove_pks(gone)
    searches.vectors.commit(size, size, True)
    return statistics.median(spent)


def bare_tantivy(folder: Path) -> Callable[[str], object]:
    """Return a search of tantivy alone: any of the query's terms in the ranked field, the top and their pks."""
    text = TextSide(folder)
    searcher, should = text.searcher(), tantivy.Occur.Should

    def search(query: str) -> object:
        terms = dict.fromkeys(text.terms(query))
        clauses = [(should, tantivy.Query.term_query(text.schema, "body", term, "freq")) for term in terms]
        hits = searcher.search(tantivy.Query.boolean_query(clauses), LIMIT, count=False).hits
        return searcher.fast_field_values("pk", [address for _, address in hits]) if hits else []

    return search


def fts5(folder: Path) -> Callable[[str], object]:
    """Return a search of SQLite's FTS5 with snippets; its index is made where there is none."""
    connection = sqlite3.connect(folder / "fts5.sqlite")
    connection.execute(f"ATTACH '{folder / 'texts.sqlite'}' AS texts")
    if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        connection.execute("CREATE VIRTUAL TABLE found USING fts5(title, abstract, tokenize = 'porter unicode61')")
        connection.execute("INSERT INTO found (rowid, title, abstract) SELECT pk, title, abstract FROM texts.papers")
        connection.commit()
    select = "SELECT rowid, snippet(found, 1, '<', '>', '', 40) FROM found WHERE found MATCH ? ORDER BY rank LIMIT ?"

    def search(query: str) -> object:
        words = " OR ".join(f'"{word}"' for word in query.split())
        return connection.execute(select, (words, LIMIT)).fetchall()

    return search


def lancedb(folder: Path, searches: Searches) -> Callable[[str], object]:
    """Return LanceDB's hybrid search (IVF_PQ, its text index, its reranker); the table is made where there is none."""
    import lancedb as lance
    import pyarrow

    database = lance.connect(folder / "lance")
    if not (folder / "lance" / "papers.lance").exists():
        rows = searches.texts.execute("SELECT pk, title || '. ' || abstract FROM papers ORDER BY pk").fetchall()
        pks = [pk for pk, _ in rows]
        vectors = searches.vectors.vectors_of(np.array(pks))
        flat = pyarrow.array(vectors.reshape(-1), pyarrow.float32())
        columns = {"pk": pks, "text": [text for _, text in rows]}
        data = pyarrow.table(columns).append_column(
            "vector", pyarrow.FixedSizeListArray.from_arrays(flat, vectors.shape[1])
        )
        made = database.create_table("papers", data)
        made.create_fts_index("text")
        made.create_index(metric="cosine")
    opened = database.open_table("papers")

    def search(query: str) -> object:
        vector = searches.embedder.embed_queries([query])[0]
        return opened.search(query_type="hybrid").vector(vector).text(query).limit(LIMIT).select(["pk"]).to_arrow()

    return search


if __name__ == "__main__":
    main()
