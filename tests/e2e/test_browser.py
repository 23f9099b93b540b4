"""Tidemark as people meet it: by mouse, by keyboard, in the light and in the dark, in a real browser."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from storage.store import Store
from tests.browsing import PHONE, is_accessible, keep, nothing_is_on_its_way, opened, reach
from tests.e2e.workspace import Scene, scene

UPLOAD = {"name": "models.csv", "mimeType": "text/csv", "buffer": b"model,owner\nfraud,ana\n"}

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def stage() -> AsyncIterator[Scene]:
    store = Store.in_memory()
    async with scene(store) as ready:
        yield ready
    store.close()


def seat(stage: Scene, name: str, at: str = "app") -> str:
    return f"{stage.server.url}/?as={name}&at={at}"


async def presses(page: Page, question: int, of: str) -> None:
    """The button with this letter on the card of a question."""
    card = page.get_by_role("article").filter(has_text=f"Question {question} of 4")
    await card.locator(f'button:text-is("{of}")').click()


async def test_a_questionnaire_by_mouse(browser: Browser, stage: Scene) -> None:
    await stage.launch("ana")
    async with opened(browser, seat(stage, "ana")) as page:
        await page.get_by_role("button", name="Start").click()
        for question, of in enumerate("BCBD", start=1):
            if question == 2:
                await is_accessible(page)
                await keep(page, "card-dark")
            await presses(page, question, of)
        await expect(page.get_by_role("article").last).to_contain_text("Review your answers")
        await keep(page, "review-dark")
        await page.get_by_role("button", name="Send my answers").click()
        await expect(page.get_by_role("article").last).to_contain_text("your answers are in")

    await stage.person("lee").sees("has sent their answers")


async def test_a_questionnaire_by_keyboard_alone(browser: Browser, stage: Scene) -> None:
    await stage.launch("ana")
    async with opened(browser, seat(stage, "ana")) as page:
        await reach(page, "Start")
        await page.keyboard.press("Enter")
        for question, of in enumerate("BCB", start=1):
            await expect(page.get_by_role("article").last).to_contain_text(f"Question {question} of 4")
            await reach(page, of)
            await page.keyboard.press("Enter")
            record = page.get_by_role("article").filter(has_text=f"{question}. ")
            await expect(record.get_by_role("button", name="Change")).to_be_visible()
        await expect(page.get_by_role("article").last).to_contain_text("Question 4 of 4")
        await reach(page, "Message Tidemark")
        await page.keyboard.type("c, because we do")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("article").last).to_contain_text("Review your answers")
        await reach(page, "Send my answers", key="Shift+Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("article").last).to_contain_text("your answers are in")


async def test_an_assessment_is_set_up_with_a_command_and_its_form(browser: Browser, stage: Scene) -> None:
    async with opened(browser, seat(stage, "lee", "ml-platform")) as page:
        field = page.get_by_role("combobox", name="Message #ml-platform")
        await field.press_sequentially("/tid")
        await expect(page.get_by_role("option", name="/tidemark")).to_be_visible()
        await field.press("ArrowDown")
        await field.press("Tab")
        await field.press_sequentially("start")
        await field.press("Enter")

        form = page.get_by_role("dialog", name="Set up an assessment")
        await form.get_by_role("checkbox", name="Ana Silva").check()
        subject = form.get_by_role("textbox", name="What do you assess?")
        await subject.fill("")
        await form.get_by_role("button", name="Next").click()
        await expect(form.get_by_text("Please complete this required field.")).to_have_count(1)
        await expect(subject).to_be_focused()
        await is_accessible(page)
        await keep(page, "form-dark")

        await subject.fill("Fraud team")
        await subject.press("Enter")
        for step, onward in (("What matters", "Next"), ("What counts, who sees", "Check the roles")):
            form = page.get_by_role("dialog", name=step)
            await expect(form).to_be_visible()
            await is_accessible(page)
            await keep(page, f"form-{step.split(',')[0].replace(' ', '-').lower()}")
            await form.get_by_role("button", name=onward).click()
        roles = page.get_by_role("dialog", name="Check the roles")
        await expect(roles).to_be_visible()
        await roles.get_by_role("button", name="Check the launch").click()
        check = page.get_by_role("dialog", name="Ready to launch?")
        await expect(check).to_be_visible()
        await is_accessible(page)
        await keep(page, "form-launch")
        await check.get_by_role("button", name="Launch to 1 person").click()
        await expect(check).to_be_hidden()
    await stage.person("lee").sees("is launched")


async def test_the_home_and_the_first_look_at_phone_width(browser: Browser, stage: Scene) -> None:
    await stage.launch("ana")
    async with opened(browser, seat(stage, "ana", "home"), size=PHONE) as page:
        await expect(page.get_by_role("heading", name="Your questionnaires")).to_be_visible()
        await expect(page.locator("#home")).to_contain_text("Fraud team")
        await is_accessible(page)
        await keep(page, "home-phone-dark")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")

        await page.get_by_role("button", name="Set up an assessment").click()
        form = page.get_by_role("dialog", name="Set up an assessment")
        await form.get_by_role("button", name="Cancel").click()
        await expect(form).to_be_hidden()
        await expect(page.get_by_role("button", name="Set up an assessment")).to_be_focused()

        await page.get_by_role("button", name="Channels and direct messages").click()
        await keep(page, "menu-phone-dark")
        await page.get_by_role("navigation").get_by_role("link", name="Tidemark").click()
        await expect(page.get_by_role("button", name="Start")).to_be_visible()
        await page.emulate_media(color_scheme="light")
        await keep(page, "invitation-phone")


async def test_a_button_of_a_card_that_has_moved_on(browser: Browser, stage: Scene) -> None:
    await stage.launch("ana")
    await stage.person("ana").clicks("Start")
    async with (
        opened(browser, seat(stage, "ana"), deaf=True) as old,
        opened(browser, seat(stage, "ana")) as new,
    ):
        await expect(old.get_by_role("article").last).to_contain_text("Question 1 of 4")
        await presses(new, 1, "B")
        await expect(new.get_by_role("article").last).to_contain_text("Question 2 of 4")

        await presses(old, 1, "D")
        await expect(old.get_by_role("article").last).to_contain_text("from an older message")
        await expect(new.get_by_role("article").last).to_contain_text("nothing was changed")
        await expect(old.get_by_role("article").filter(has_text="1. ").first).to_contain_text(": B.")


async def test_the_result_in_the_channel(browser: Browser, stage: Scene) -> None:
    await stage.launch("ana", "omar")
    for name in ("ana", "omar"):
        person = stage.person(name)
        await person.clicks("Start")
        for number in range(1, 5):
            await person.clicks("B", message=await person.sees(f"Question {number} of 4"))
        await person.sees("Review your answers")
        await person.clicks("Send my answers")

    await stage.person("lee").sees("has sent their answers")
    async with opened(browser, seat(stage, "lee")) as page:
        await page.get_by_role("button", name="Close and see the result").last.click()
        await page.get_by_role("dialog").get_by_role("button", name="Close now").click()
        await expect(page.get_by_role("article").last).to_contain_text("Only you see this")
        await is_accessible(page)
        await keep(page, "result-dark")
        await page.emulate_media(color_scheme="light")
        await keep(page, "result")


async def test_a_file_as_evidence_from_the_one_who_shows_it_to_the_one_who_checks_it(
    browser: Browser, stage: Scene
) -> None:
    await stage.launch("ana")
    await stage.person("ana").clicks("Start")
    async with opened(browser, seat(stage, "ana")) as page:
        await page.get_by_role("button", name="Evidence").click()
        form = page.get_by_role("dialog", name="Evidence")
        await form.get_by_role("textbox", name="What can you point to?").fill("https://git.example/inventory")
        await form.get_by_label("A file").set_input_files(UPLOAD)  # type: ignore[arg-type]
        await form.get_by_role("combobox", name="Where does it come from?").select_option("Document")
        await is_accessible(page)
        await keep(page, "evidence-form")
        await form.get_by_role("button", name="Save").click()
        await expect(form).to_be_hidden()
        kept = page.get_by_role("article").filter(has_text="Kept as evidence for question 1")
        await expect(kept).to_contain_text("models.csv")
        await keep(page, "evidence-kept")

    async with opened(browser, seat(stage, "lee", "ml-platform")) as page:
        field = page.get_by_role("combobox", name="Message #ml-platform")
        await field.fill("/tidemark evidence")
        await field.press("Enter")
        review = page.get_by_role("dialog", name="Check the evidence")
        await expect(review).to_contain_text("2 pieces cannot be accepted, and each says why")
        await is_accessible(page)
        await keep(page, "evidence-check")
        await review.get_by_role("button", name="Send me the file models.csv").click()
        await review.get_by_role("button", name="Close").first.click()
    lee = stage.person("lee")
    await lee.sees("Here is a copy of models.csv")

    async with opened(browser, seat(stage, "lee")) as page:
        async with page.expect_download() as download:
            await page.get_by_role("link", name="models.csv").click()
        assert (await (await download.value).path()).read_bytes() == UPLOAD["buffer"]


async def test_a_result_is_opened_into_its_reasons_and_a_question_settled(
    browser: Browser, stage: Scene
) -> None:
    await stage.launch("ana", "omar")
    for name, letters in (("ana", "AADA"), ("omar", "DDAD")):
        person = stage.person(name)
        await person.clicks("Start")
        for number, letter in enumerate(letters, start=1):
            await person.clicks(letter, message=await person.sees(f"Question {number} of 4"))
    async with opened(browser, seat(stage, "lee")) as page:
        await stage.person("lee").command("/tidemark status", channel="ml-platform")
        await page.goto(seat(stage, "lee", "ml-platform"))
        await page.get_by_role("button", name="Close and see the result").last.click()
        await page.get_by_role("dialog").get_by_role("button", name="Close now").click()
        await page.goto(seat(stage, "lee"))
        await page.get_by_role("button", name="How the result of Fraud team was worked out").click()
        details = page.get_by_role("dialog", name="How it was worked out")
        for shown, words, pictures in (
            ("Deployment", "By role", 1),
            ("Strengths, weaknesses, opportunities, threats", "Threats", 0),
            ("Scope and method", "What was asked of the facilitator", 0),
        ):
            await nothing_is_on_its_way(page)
            await details.get_by_role("combobox").select_option(shown)
            await expect(details).to_contain_text(words)
            # They come after the words, with another form, and a pick in the one before would be lost.
            await expect(details.locator("img")).to_have_count(pictures)
            await keep(page, f"details-{shown.split(',')[0].replace(' ', '-').lower()}")
        await is_accessible(page)
        await details.get_by_role("button", name="Close").first.click()

        await page.get_by_role("button", name="Settle a question").click()
        form = page.get_by_role("dialog", name="Settle a question")
        await expect(form).to_contain_text("Answers: A 1, D 1.")
        await is_accessible(page)
        await keep(page, "settle")
        await form.get_by_role("combobox", name="Which level did you agree on?").select_option(
            "Level 1, Basic"
        )
        await form.get_by_role("textbox", name="What convinced you?").fill("We looked together.")
        await form.get_by_role("button", name="Record it").click()
        await expect(form).to_contain_text("counts as level 1 now")
        await keep(page, "settled")
    await stage.later(minutes=1)
    await stage.person("lee").sees("Agreed by talking")
