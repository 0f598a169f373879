"""Our own files: one small sheet, one small script, nothing from elsewhere."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from broadsheet.render.pages import STATIC_FILES, static_bytes, static_version


@pytest.mark.parametrize(("name", "most"), [("broadsheet.css", 24_000), ("broadsheet.js", 10_000), ("icon.svg", 2_000)])
def test_files_are_small(name, most):
    assert 0 < len(static_bytes(name)) < most


def test_the_style_sheet_loads_nothing_and_names_its_colours_once():
    sheet = static_bytes("broadsheet.css").decode()
    assert re.search(r"url\(|@import|@font-face|https?:", sheet) is None
    below = sheet.split("* { box-sizing", 1)[1]
    assert re.search(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", below) is None
    used, made = set(re.findall(r"var\((--[a-z-]+)", sheet)), set(re.findall(r"(--[a-z-]+):", sheet))
    assert used == made


def test_dark_names_every_colour_that_light_names():
    sheet = static_bytes("broadsheet.css").decode()
    light, dark = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)[:2]
    colours = {name for name, _ in re.findall(r"(--[a-z-]+): (#[0-9a-f]+)", light)}
    assert colours == {name for name, _ in re.findall(r"(--[a-z-]+): (#[0-9a-f]+)", dark)}


def test_every_class_of_the_sheet_is_used_by_a_template():
    sheet = re.sub(r"/\*.*?\*/", "", static_bytes("broadsheet.css").decode(), flags=re.DOTALL)
    templates = [t.read_text("utf-8") for t in (files("broadsheet.render") / "templates").iterdir()]
    used = " ".join(words for text in templates for words in re.findall(r'class="([^>]*)>', text))
    styled = set(re.findall(r"\.([a-z][a-z-]*)(?=[^{}]*\{)", sheet))
    assert len(styled) > 20
    assert {name for name in styled if re.search(rf"\b{name}\b", used) is None} == set()


def test_the_script_makes_no_code_from_text_and_asks_only_where_the_search_box_leads():
    script = static_bytes("broadsheet.js").decode()
    assert re.search(r"\beval\b|innerHTML|outerHTML|document\.write|XMLHttp|import\(|https?:", script) is None
    assert re.findall(r"fetch\(\w*|address = [^;]*", script) == [
        "address = `${box.form.action}?${new URLSearchParams({ q: text })}`",
        "fetch(address",
    ]


def test_versions_are_made_from_the_content():
    versions = {static_version(name) for name in STATIC_FILES}
    assert len(versions) == len(STATIC_FILES)
    assert all(re.fullmatch(r"[0-9a-f]{10}", version) for version in versions)


def ratio(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, 1.4.3)."""

    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1])
def test_words_stand_out_from_their_ground(scheme):
    sheet = static_bytes("broadsheet.css").decode()
    block = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)[scheme]
    colour = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
    for ink in ("ink", "soft", "accent"):
        for ground in ("paper", "wash"):
            assert ratio(colour[ink], colour[ground]) >= 4.5, (ink, ground)
    assert ratio(colour["ink"], colour["mark"]) >= 4.5
