"""The pictures of the documentation are there, are used, and say what they show to who cannot see them."""

import re
from pathlib import Path

from tests import chartbook

PICTURES = Path("docs/pictures")
SHOWN = re.compile(r"!\[(?P<words>[^\]]*)\]\((?P<file>[^)]+\.png)\)")


def test_every_picture_is_shown_with_words_for_who_cannot_see_it() -> None:
    pages = [Path("README.md"), *Path("docs").glob("*.md")]
    shown = [
        (page.parent / found["file"], found["words"])
        for page in pages
        for found in SHOWN.finditer(page.read_text(encoding="utf-8"))
    ]

    assert {file for file, _ in shown} == set(PICTURES.glob("*.png"))
    assert len(set(PICTURES.glob("*.png"))) == 13 + 2 * len(chartbook.ABOUT)
    assert all(len(words) > 40 for _, words in shown)


def test_the_page_of_charts_is_as_its_script_writes_it() -> None:
    assert chartbook.PAGE.read_text(encoding="utf-8") == chartbook.page()
