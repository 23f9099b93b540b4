"""Pictures of the screens that matter most, taken from the local workspace, and of every chart:
`python -m tests.pictures`.

Everything stands still while they are taken: the clock, the store, the window. So the same code gives the
same pictures on the same machine, and a change in one of them is a change that people will see.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import FloatRect, Locator, Page, async_playwright

from storage.store import Store
from tests import chartbook
from tests.browsing import ARGUMENTS, INSTALL, chromium
from tests.e2e.test_dialogues import answers_by_aspect
from tests.e2e.workspace import LONG, PEOPLE, Scene, town

FOLDER = Path("docs/pictures")
#: Wide enough for a table, and no wider than a page of documentation shows.
WINDOW = {"width": 1040, "height": 1400}
#: Of what is longer its beginning is shown.
TALLEST = 900
#: The frame of the page is left away, so that there is only what the app draws.
BARE = """
#top, #side, #head, .composer, .day { display: none !important }
body { display: block !important } #main { width: 900px; height: auto !important }
.scroll { overflow: visible !important; height: auto !important; max-height: none !important }
"""


async def take(folder: Path) -> list[Path]:
    """Play a small assessment, and take each picture when its screen is there."""
    store = Store.in_memory()
    async with town(store, people=PEOPLE, is_new=True) as place, place.bot() as stage, _window() as page:
        camera = _Camera(page, stage, folder)
        await _first_minute(camera)
        await _setting_up(camera)
        await _answering(camera)
        await _result(camera)
        await _following_up(camera)
    store.close()
    return camera.taken


async def _first_minute(camera: "_Camera") -> None:
    lee = camera.stage.person("lee")
    await lee.opens_home()
    await camera.home("home-first", "lee")
    await lee.sees("Tidemark is ready")
    await camera.message("welcome", "lee", "Tidemark is ready")
    await lee.says("self-check")
    for number, letter in enumerate("BCBB", start=1):
        await lee.clicks(letter, message=await lee.sees(f"Question {number} of 4"))
    await lee.sees("Your work looks like")
    await camera.message("self-check", "lee", "Your work looks like")


async def _setting_up(camera: "_Camera") -> None:
    lee = camera.stage.person("lee")
    await lee.command("/tidemark start", channel="ml-platform")
    form = await lee.modal("Set up an assessment")
    await camera.form("setting-up", "lee", "Set up an assessment")
    await form.closes(everything=True)


async def _answering(camera: "_Camera") -> None:
    stage, ana = camera.stage, camera.stage.person("ana")
    await stage.launch("ana", "omar", "kim", length=LONG, subject="Fraud team")
    await ana.sees("asks for your view")
    await camera.message("invitation", "ana", "asks for your view")
    await ana.clicks("Start")
    await ana.sees("Question 1 of")
    await camera.message("question", "ana", "Question 1 of")
    for name, deployment in (("ana", "C"), ("omar", "C"), ("kim", "B")):
        await answers_by_aspect(stage, name, deployment=deployment, otherwise="B")


async def _result(camera: "_Camera") -> None:
    lee = camera.stage.person("lee")
    await lee.opens_home()
    await camera.home("home-facilitator", "lee")
    await lee.clicks("Close and see the result", message=await lee.sees("has sent their answers"))
    preview = await lee.sees("Fraud team: level")
    await lee.clicks("Post to the channel", message=preview)
    await lee.sees("Fraud team: level", channel="ml-platform")
    await camera.message("result", "lee", "Fraud team: level", at="ml-platform")
    await lee.clicks("How this was worked out", message=preview)
    await camera.form("reasons", "lee", "Fraud team")
    await (await lee.modal()).closes(everything=True)
    await lee.command("/tidemark plan", channel="ml-platform")
    await camera.message("plan", "lee", "Plan it", at="ml-platform")


async def _following_up(camera: "_Camera") -> None:
    """An action of the plan: its owner is reminded, says how it goes, and the channel hears of it."""
    stage, lee, omar = camera.stage, camera.stage.person("lee"), camera.stage.person("omar")
    await lee.command("/tidemark plan", channel="ml-platform")
    await lee.clicks("Add an action", channel="ml-platform")
    form = await lee.modal("Plan an action")
    await form.fill(
        {
            "Objective": "Every live model has an alert on its quality",
            "How will everybody know that it worked?": "Models with an alert: 2 of 7 now, 7 of 7 by the date",
            "Number now": "2",
            "Number to reach": "7",
            "Unit": "models",
            "Owner": "omar",
            "Due": "2026-12-18",
            "Keep informed": ["kim"],
            "First steps, one a line": "List what runs\nSet a limit for each\nSet one alert off on purpose",
        }
    )
    await form.submit()
    await (await lee.modal()).closes(everything=True)
    await omar.clicks("Accept", message=await omar.sees("asks you to own an action"))
    await stage.goes_to(datetime(2026, 12, 11, 9, 30, tzinfo=UTC))
    reminder = await omar.sees("wants a word from you")
    await camera.message("reminder", "omar", "wants a word from you")
    await omar.clicks("At risk", message=reminder)
    await stage.goes_to(datetime(2026, 12, 14, 10, 0, tzinfo=UTC))
    await camera.message("digest", "omar", "0 of 1 action done", at="ml-platform")
    await omar.says("at risk: two models have no outcomes yet")
    await omar.picks("Open", message=await omar.sees("Every live model has an alert on its quality: at risk"))
    action = await omar.modal("Action")
    await action.fill({"action_tick": ["1. List what runs"]})
    await camera.form("action", "omar", "Action")
    await action.closes(everything=True)


class _Camera:
    def __init__(self, page: Page, stage: Scene, folder: Path) -> None:
        self.stage, self.taken = stage, list[Path]()
        self._page, self._folder = page, folder

    async def message(self, name: str, who: str, words: str, *, at: str = "app") -> None:
        """The newest message with these words, as this person sees it."""
        await self._look(who, at)
        await self._shoot(name, self._page.get_by_role("article").filter(has_text=words).last)

    async def home(self, name: str, who: str) -> None:
        await self._look(who, "home")
        await self._shoot(name, self._page.locator("#home"))

    async def form(self, name: str, who: str, title: str) -> None:
        await self._look(who, "app")
        await self._shoot(name, self._page.locator("dialog[open]").filter(has_text=title).last)

    async def _look(self, who: str, at: str) -> None:
        await self.stage.slack.settled()
        await self.stage.bot.drawing.finished()
        await self._page.goto(f"{self.stage.server.url}/?as={who}&at={at}")
        await self._page.add_style_tag(content=BARE)

    async def _shoot(self, name: str, what: Locator) -> None:
        file = self._folder / f"{name}.png"
        box = await what.bounding_box()
        assert box, f"{name} is not there to be taken."
        clip = FloatRect(x=box["x"], y=box["y"], width=box["width"], height=min(box["height"], TALLEST))
        await self._page.screenshot(path=file, clip=clip, animations="disabled", caret="hide", full_page=True)
        self.taken.append(file)


@asynccontextmanager
async def _window() -> AsyncIterator[Page]:
    program = chromium()
    if program is None:
        raise SystemExit(INSTALL)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=[*ARGUMENTS, "--disable-lcd-text"]
        )
        window = await browser.new_context(
            viewport=WINDOW,
            color_scheme="light",
            reduced_motion="reduce",
            timezone_id="Europe/London",
            bypass_csp=True,
        )
        yield await window.new_page()
        await browser.close()


if __name__ == "__main__":
    to = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    to.mkdir(parents=True, exist_ok=True)
    for taken in [*asyncio.run(take(to)), *chartbook.write(to)]:
        sys.stdout.write(f"{taken} {taken.stat().st_size // 1024} KB\n")
