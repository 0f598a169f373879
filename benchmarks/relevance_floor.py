"""Show what the relevance floor does: how many judged queries it empties, and how much nonsense it lets through.

python benchmarks/relevance_floor.py ../shared/data/collections/*
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from broadsheet.domain.paper import Paper
from broadsheet.domain.query import literal_query
from broadsheet.embedding import make_embedder
from broadsheet.index.embedded import EmbeddedIndex
from broadsheet.index.protocol import Meaning
from broadsheet.sources.collection import read_collection
from broadsheet.usecases.embedding import document_of

LETTERS = "asdfghjklqwertyuiopzxcvbnm"


def nonsense(count: int) -> list[str]:
    """Return keyboard mash: one to three strings of four to nine letters that no one means."""
    chance = random.Random(11)
    return [
        " ".join(
            "".join(chance.choice(LETTERS) for _ in range(chance.randint(4, 9))) for _ in range(chance.randint(1, 3))
        )
        for _ in range(count)
    ]


def main(folders: list[str]) -> None:
    """Print a line for each collection."""
    embedder = make_embedder()
    print(f"{'collection':<14}{'real queries':>14}{'emptied':>10}{'nonsense':>10}{'emptied':>10}")
    for folder in folders:
        collection = read_collection(Path(folder))
        papers = [Paper(pk, name, content) for pk, (name, content) in enumerate(collection.documents, 1)]
        with tempfile.TemporaryDirectory() as scratch:
            index = EmbeddedIndex(Path(scratch))
            with index.batch() as batch:
                batch.put(papers)
                batch.commit(1)
            vectors = index.vectors(embedder.model_id, embedder.dimension)
            vectors.put_papers(papers, embedder.embed_documents([document_of(paper) for paper in papers]))
            vectors.commit(1, len(papers), True)

            def emptied(texts: list[str], index: EmbeddedIndex = index) -> int:
                return sum(
                    not index.search(
                        literal_query(t), 20, 0, Meaning(embedder.model_id, embedder.embed_queries([t])[0])
                    ).hits
                    for t in texts
                )

            real, mash = list(collection.queries.values()), nonsense(100)
            print(f"{collection.name:<14}{len(real):>14}{emptied(real):>10}{len(mash):>10}{emptied(mash):>10}")


if __name__ == "__main__":
    main(sys.argv[1:])
