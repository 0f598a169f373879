"""Settings: defaults, then the file, then the environment; what is wrong is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.domain.errors import Misconfigured
from broadsheet.settings import Settings, default_data_folder, load_settings


def test_nothing_chosen(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {}) == Settings()
    assert load_settings(tmp_path / "absent", {}) == Settings()


def test_the_environment_beats_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("title = 'The Lamp'\nport = 9000\n")
    assert load_settings(tmp_path, {}) == Settings(title="The Lamp", port=9000)
    found = load_settings(tmp_path, {"BROADSHEET_PORT": "9001", "BROADSHEET_TITLE": "7", "OTHER": "x"})
    assert found == Settings(title="7", port=9001)


@pytest.mark.parametrize("text", ["--5", "²", "", "80 80", "1_000_000", "٣x", "9" * 5_000, "-1", "1.5"])
def test_a_number_that_is_none(tmp_path: Path, text: str) -> None:
    with pytest.raises(Misconfigured, match="BROADSHEET_PORT"):
        load_settings(tmp_path, {"BROADSHEET_PORT": text})


@pytest.mark.parametrize("zone", ["", "Sea/Lamp", "../etc/passwd", "Europe", "/etc/localtime"])
def test_a_zone_that_is_none(tmp_path: Path, zone: str) -> None:
    with pytest.raises(Misconfigured, match="timezone"):
        load_settings(tmp_path, {"BROADSHEET_TIMEZONE": zone})


def test_a_truth_is_no_number(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("port = true")
    with pytest.raises(Misconfigured, match=r"settings\.toml.*whole number"):
        load_settings(tmp_path, {})


def test_where_the_data_lies() -> None:
    assert default_data_folder({"BROADSHEET_DATA": "/x/y", "XDG_DATA_HOME": "/z"}) == Path("/x/y")
    assert default_data_folder({"XDG_DATA_HOME": "/z"}) == Path("/z/broadsheet")
    assert default_data_folder({}) == Path("~/.local/share/broadsheet").expanduser()


@pytest.mark.parametrize("name", ["openalex_key", "semantic_scholar_key"])
def test_a_key_is_never_shown(tmp_path: Path, name: str) -> None:
    assert "oil-42" not in repr(load_settings(tmp_path, {f"BROADSHEET_{name.upper()}": "oil-42"}))
    (tmp_path / "settings.toml").write_text(f"{name} = 4242\n")
    with pytest.raises(Misconfigured, match=f"{name} must be a text") as failure:
        load_settings(tmp_path, {})
    assert "4242" not in str(failure.value)


def test_who_may_add(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {"BROADSHEET_ADDING": "nobody"}).adding == "nobody"
    with pytest.raises(Misconfigured, match="adding must be 'this machine' or 'everyone' or 'nobody'"):
        load_settings(tmp_path, {"BROADSHEET_ADDING": "me"})
