"""A real browser for tests: one headless Chromium for each worker, and what a person does in it.

Playwright drives the system's own Chromium; its downloads are not needed. Without one the tests are skipped
with what to install; in CI (`CI=true`) its absence is a failure.
"""

import os
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, ConsoleMessage, Error, Page, async_playwright, expect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = "No Chromium is installed. Install it: sudo apt-get install chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: Of the rules of axe; between day and night only colours differ.
ALL = {"resultTypes": ["violations"]}
COLOURS = {**ALL, "runOnly": ["color-contrast"]}
SCREENSHOTS = Path("var/screenshots")
DESKTOP, PHONE = (1280, 860), (390, 800)
WITHIN = 10_000.0


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path=_chromium(), args=ARGUMENTS)


@asynccontextmanager
async def opened(
    browser: Browser, address: str, *, size: tuple[int, int] = DESKTOP, deaf: bool = False
) -> AsyncIterator[Page]:
    """A window of one person. What its script cannot do, or may not do, fails the test. A deaf one hears
    nothing of what changes, like a laptop that wakes up on an old page."""
    page, wrong = await _window(browser), list[str]()

    def goes_wrong(error: Error) -> None:
        wrong.append(str(error))

    def says(said: ConsoleMessage) -> None:
        if said.type == "error":
            wrong.append(said.text)

    page.on("pageerror", goes_wrong)
    page.on("console", says)
    if deaf:
        await page.route("**/page/changes", lambda route: route.fulfill(status=204))
    try:
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        await page.goto(address)
        yield page
        assert not wrong
    except BaseException:
        await page.context.close()
        raise
    page.remove_listener("pageerror", goes_wrong)
    page.remove_listener("console", says)
    await _left(page)
    _AT_REST[browser].append(page)


#: Windows that nobody looks at. In a new one a process is started and every script compiled again, which took
#: longer than what a test does in it.
_AT_REST: defaultdict[Browser, list[Page]] = defaultdict(list)


async def _window(browser: Browser) -> Page:
    if _AT_REST[browser]:
        return _AT_REST[browser].pop()
    window = await browser.new_context(reduced_motion="reduce")
    window.set_default_timeout(WITHIN)
    return await window.new_page()


async def _left(page: Page) -> None:
    """Nothing of this person stays in the window: whoever has it next is new to every page."""
    await page.unroute_all()
    await page.evaluate("localStorage.clear(), sessionStorage.clear()")
    await page.context.clear_cookies()
    await page.goto("about:blank")
    await page.emulate_media(media="null", color_scheme="light")


async def keep(page: Page, name: str) -> None:
    """A screenshot to look at, for who asks for it by LOOK=1."""
    if "LOOK" in os.environ:
        await page.screenshot(path=SCREENSHOTS / f"{name}.png")


async def nothing_is_on_its_way(page: Page) -> None:
    """What was pressed or picked is answered: until then the same button takes nothing else."""
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)


async def is_accessible(page: Page) -> None:
    """axe-core finds nothing serious, by day and by night, once nothing is on its way any more."""
    await nothing_is_on_its_way(page)
    for scheme, rules in (("light", ALL), ("dark", COLOURS)):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = await violations(page, rules)
        grave = [each for each in found if each["impact"] in ("serious", "critical")]
        assert not grave, "\n".join(_told(scheme, each) for each in grave)


async def violations(page: Page, rules: dict[str, Any]) -> list[dict[str, Any]]:
    """What axe-core finds; it is read once by each page."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = await page.evaluate(
        "rules => axe.run(document, rules).then(all => all.violations)", rules
    )
    return found


async def reach(page: Page, name: str, *, key: str = "Tab", most: int = 120) -> None:
    """Press Tab until what has the focus is called this, as somebody without a mouse does."""
    for _ in range(most):
        await page.keyboard.press(key)
        if await page.evaluate(_CALLED) == name:
            return
    raise AssertionError(f"{key} does not reach “{name}”. {await page.evaluate(_CALLED)!r} has the focus.")


_CALLED = """() => {
    const it = document.activeElement;
    const field = /^(INPUT|SELECT|TEXTAREA)$/.test(it.nodeName);
    return ((field ? it.labels?.[0]?.innerText : it.innerText) || it.ariaLabel || "").trim();
}"""


def _told(scheme: str, found: dict[str, Any]) -> str:
    where = "; ".join(str(node["target"]) + " " + node["failureSummary"][:200] for node in found["nodes"][:3])
    return f"{scheme}: {found['help']} ({found['impact']}): {where}"


def chromium() -> str | None:
    """Where the system's own is, if there is one."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def _chromium() -> str:
    found = chromium()
    if found is None:
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(INSTALL)
        pytest.skip(INSTALL)
    return found
