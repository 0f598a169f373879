"""The default embedder: what it gives, whatever it is given."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from broadsheet.domain.errors import Misconfigured
from broadsheet.embedding import make_embedder, word_vectors
from broadsheet.embedding.word_vectors import WordVectors

DOCUMENTS = [
    ("Attention is all you need", "We propose the Transformer, a network based solely on attention mechanisms."),
    ("Language models are few-shot learners", "Scaling up language models greatly improves few-shot performance."),
    ("Graphene under strain", "We measure the conductivity of\nstrained graphene  at low temperature."),
]


@pytest.fixture(scope="module")
def embedder() -> WordVectors:
    """One model for all tests here: it has no state that shows."""
    return WordVectors()


def package_folder() -> Path:
    """Where WordLlama's files lie."""
    spec = find_spec("wordllama")
    assert spec and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


def test_rows_are_unit_and_in_order(embedder: WordVectors) -> None:
    rows = embedder.embed_documents(DOCUMENTS)
    assert (rows.shape, rows.dtype) == ((3, embedder.dimension), np.float32)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.array_equal(rows[::-1], embedder.embed_documents(DOCUMENTS[::-1]))


def test_nothing_gives_no_rows(embedder: WordVectors) -> None:
    assert embedder.embed_documents([]).shape == (0, 256)
    assert embedder.embed_queries([]).shape == (0, 256)


def test_same_vector_alone_in_a_batch_and_in_another_model(embedder: WordVectors) -> None:
    many = DOCUMENTS * 200  # more than one slice
    rows = embedder.embed_documents(many)
    assert all(np.array_equal(rows[n], embedder.embed_documents([many[n]])[0]) for n in (0, 1, 2, 299, 599))
    assert np.array_equal(WordVectors().embed_documents(DOCUMENTS), rows[:3])


def test_cutting_word_by_word_gives_the_tokens_of_the_whole_text(embedder: WordVectors) -> None:
    text = "The Transformer's (encoder-decoder) β-VAE reaches 28.4 BLEU, i.e. +2.0; naïve 深度学习 $\\ell_2$ works."
    vectors, tokenizer = embedder._model.vectors, embedder._model.tokenizer
    whole = vectors[tokenizer.encode(text, add_special_tokens=False).ids].sum(axis=0)
    assert np.allclose(embedder.embed_queries([text])[0], whole / np.linalg.norm(whole), atol=1e-6)


def test_a_title_counts_five_times_and_space_does_not_count(embedder: WordVectors) -> None:
    title, text = DOCUMENTS[2]
    as_words = embedder.embed_queries([" ".join([title] * 5 + [text])])
    assert np.allclose(embedder.embed_documents([DOCUMENTS[2]]), as_words, atol=1e-5)
    assert np.array_equal(embedder.embed_queries(["a  b\n"]), embedder.embed_queries(["a b"]))


def test_the_like_is_nearer_than_the_unlike(embedder: WordVectors) -> None:
    rows = embedder.embed_documents(DOCUMENTS)
    for query, best in [
        ("pretrained large language model", 1),
        ("carbon sheets electrical conductance", 2),
        ("self-attention", 0),
    ]:
        assert int(np.argmax(rows @ embedder.embed_queries([query])[0])) == best


def test_hostile_texts_give_finite_rows(embedder: WordVectors, hostile: str) -> None:
    rows = np.vstack([embedder.embed_queries([hostile, "fine"]), embedder.embed_documents([(hostile, hostile)])])
    lengths = np.linalg.norm(rows, axis=1)
    assert np.allclose(lengths[[0, 2]], 1 if hostile.strip() else 0, atol=1e-5)
    assert np.array_equal(rows[1], embedder.embed_queries(["fine"])[0])


def test_an_empty_title_or_text_leaves_the_other(embedder: WordVectors) -> None:
    rows = embedder.embed_documents([("graphene", ""), ("", "graphene"), ("", "")])
    assert np.allclose(rows[0], rows[1], atol=1e-6)
    assert not rows[2].any()


def test_known_words_are_forgotten_when_there_is_no_room(
    monkeypatch: pytest.MonkeyPatch, embedder: WordVectors
) -> None:
    monkeypatch.setattr(word_vectors, "_CACHE_ROOM", 50)
    small = WordVectors()
    for _ in range(3):
        assert np.array_equal(small.embed_documents(DOCUMENTS), embedder.embed_documents(DOCUMENTS))
    small.embed_queries(["one"])
    small.embed_queries(["two"])
    assert len(small._known.tokens) <= 2


def test_threads_get_the_same_rows(monkeypatch: pytest.MonkeyPatch, embedder: WordVectors) -> None:
    monkeypatch.setattr(word_vectors, "_CACHE_ROOM", 200)
    shared, wanted = WordVectors(), embedder.embed_documents(DOCUMENTS)
    wrong: list[int] = []

    def work(number: int) -> None:
        for turn in range(50):
            shared.embed_queries([f"word{number} of{turn}"])
            if not np.array_equal(shared.embed_documents(DOCUMENTS), wanted):
                wrong.append(number)

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_files_are_those_that_were_measured(embedder: WordVectors) -> None:
    # Another digest means other vectors: measure anew, and everyone's papers are embedded again.
    assert embedder.model_id == "wordllama-256-4d243a4b-title5-1"


@pytest.mark.parametrize("damage", ["missing", "cut", "swapped", "no tokenizer"])
def test_damaged_files_are_a_sentence(tmp_path: Path, damage: str) -> None:
    weights, rules = tmp_path / word_vectors._WEIGHTS, tmp_path / word_vectors._TOKENIZER
    if damage != "missing":
        for file in (weights, rules):
            file.parent.mkdir()
            shutil.copy(package_folder() / file.relative_to(tmp_path), file)
    if damage == "cut":
        weights.write_bytes(weights.read_bytes()[:-1000])
    elif damage == "swapped":
        weights.write_bytes(rules.read_bytes())
    elif damage == "no tokenizer":
        rules.write_text("{}")
    with pytest.raises(Misconfigured, match="pip install --force-reinstall wordllama"):
        WordVectors(tmp_path).embed_queries(["x"])


def test_no_heavy_library_is_imported() -> None:
    code = (
        "import sys; from broadsheet.embedding import make_embedder; e = make_embedder('default');"
        "early = {'tokenizers', 'safetensors'} & set(sys.modules); e.embed_queries(['x']);"
        "print(early, {'torch', 'wordllama', 'onnxruntime', 'transformers', 'requests'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set() set()"


def test_default_is_word_vectors() -> None:
    assert isinstance(make_embedder(), WordVectors)
    assert isinstance(make_embedder("default"), WordVectors)
