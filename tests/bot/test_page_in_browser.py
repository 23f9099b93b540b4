"""The page of a result in a real browser: nothing that a screen reader would miss, on a desk, on a phone, by
day and by night; and on paper no line is cut, neither by the edge nor by the end of a page."""

from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot import exports
from tests.bot import scenes
from tests.bot.scenes import Scene
from tests.bot.tagged import read
from tests.bot.test_exports import a_report
from tests.browsing import ALL, DESKTOP, PHONE, browser, opened, violations
from tests.conversation.desk import CAFE

__all__ = ["browser"]

pytestmark = pytest.mark.asyncio(loop_scope="session")
#: Between the margins of A4, in CSS pixels.
PAPER = 672
TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll(".wide")]
    .filter(each => each.scrollWidth > each.clientWidth).map(each => each.innerText.slice(0, 40))"""


SMALL = Scene(CAFE, "Corner café", "Where to invest next year.", 5, 2, "We use a sieve.")


def page_of(scene: Scene, folder: Path) -> str:
    file = folder / "result.html"
    file.write_bytes(exports.written(a_report(scene), "html"))
    return file.as_uri()


async def test_axe_finds_nothing_on_a_desk_and_a_phone_by_day_and_by_night(
    browser: Browser, tmp_path: Path
) -> None:
    async with opened(browser, page_of(SMALL, tmp_path)) as page:
        for scheme, (width, height) in (("light", PHONE), ("dark", DESKTOP)):
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            await page.set_viewport_size({"width": width, "height": height})
            found = await violations(page, ALL)
            assert not found, [(each["id"], each["nodes"][0]["target"]) for each in found]
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_on_paper_everything_is_there(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, page_of(scenes.everyday(), tmp_path)) as page:
        await page.emulate_media(media="print", color_scheme="dark")
        await page.set_viewport_size({"width": PAPER, "height": 900})
        too_wide = await page.evaluate(TOO_WIDE)
        ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        printed = await page.pdf(prefer_css_page_size=True, tagged=True)

    assert too_wide == []
    assert ground == "rgb(255, 255, 255)"
    tables = read(printed).root.every("Table")
    assert len(tables) > 4
    for table in tables:
        head, *rows = table.every("TR")
        assert all(len(row.pages) == 1 for row in rows)
        assert head.pages >= frozenset().union(*(row.pages for row in rows))
