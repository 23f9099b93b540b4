"""The page in a real browser: what one person sees, and what happens when they do something."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from playwright.async_api import Browser, Locator, Page, Route, expect
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.browsing import PHONE, is_accessible, keep, nothing_is_on_its_way, opened, reach
from tests.workspace.kitchen import CONFIRM, EVIL, MODAL, SIZES, button, mrkdwn, option, plain, served
from workspace.people import People
from workspace.seed import Seed
from workspace.server import Workspace

pytestmark = pytest.mark.asyncio(loop_scope="session")
Json = dict[str, Any]
Listener = Callable[..., Awaitable[None]]


class Helper:
    """An app that opens modals, and keeps what it is sent."""

    def __init__(self, server: Workspace) -> None:
        self.client = AsyncWebClient(server.bot_token, base_url=server.api_url)
        self.app = AsyncApp(client=self.client, process_before_response=True)
        self.actions: list[Json] = []
        self.submitted: list[Json] = []
        self.errors: dict[str, str] = {}
        self.app.action("order")(self._order)
        self.app.action("further")(self._further)
        self.app.action({"block_id": "row"})(self._keep)
        self.app.view("order")(self._take)
        self.app.event("app_home_opened")(self._home)
        for event in ("message", "app_mention", "member_joined_channel"):
            self.app.event(event)(_heard)
        self.app.command("/helper")(self._command)

    async def _keep(self, ack: Any, body: Json) -> None:
        self.actions.append(body)
        await ack()

    async def _order(self, ack: Any, body: Json) -> None:
        await ack()
        await self.client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    async def _further(self, ack: Any, body: Json) -> None:
        await ack()
        blocks = [{"type": "section", "text": mrkdwn("One more thing")}]
        view = {"type": "modal", "title": plain("Further"), "blocks": blocks}
        await self.client.views_push(trigger_id=body["trigger_id"], view=view)

    async def _take(self, ack: Any, body: Json) -> None:
        self.submitted.append(body["view"]["state"]["values"])
        await ack(response_action="errors", errors=self.errors) if self.errors else await ack()

    async def _home(self, event: Json) -> None:
        blocks = [{"type": "header", "text": plain("Welcome home")}]
        await self.client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    async def _command(self, ack: Any, body: Json) -> None:
        await ack(f"You said: {body['text']}")


async def _heard() -> None:
    """Nothing to say to that."""


@pytest_asyncio.fixture(loop_scope="session")
async def server() -> AsyncIterator[Workspace]:
    async with Workspace.start(Seed.default(), ack_seconds=1.0) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def slack(server: Workspace) -> AsyncIterator[People]:
    async with People(server.url, within=5.0) as slack:
        yield slack


@pytest_asyncio.fixture(loop_scope="session")
async def helper(server: Workspace, slack: People) -> AsyncIterator[Helper]:
    helper = Helper(server)
    handler = AsyncSocketModeHandler(helper.app, server.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await slack.connected()
    yield helper
    await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def seat(
    browser: Browser, server: Workspace, name: str, at: str = "", **window: Any
) -> AsyncIterator[Page]:
    """A browser in which this person looks at a conversation, else at the app's messages."""
    async with opened(browser, f"{server.url}/?as={name}" + (f"&at={at}" if at else ""), **window) as page:
        yield page


@asynccontextmanager
async def sent(page: Page, verb: str) -> AsyncIterator[None]:
    """Until the gesture has been answered."""
    async with page.expect_response(f"**/page/do/{verb}"):
        yield


async def posted(helper: Helper, text: str, *blocks: Json, to: str = "") -> Json:
    channel = to or (await helper.client.conversations_open(users=await _ana(helper)))["channel"]["id"]
    answer = await helper.client.chat_postMessage(channel=channel, text=text, blocks=list(blocks) or None)
    return {"channel": answer["channel"], "ts": answer["ts"]}


async def _ana(helper: Helper) -> str:
    users = (await helper.client.users_list())["members"]
    return next(str(user["id"]) for user in users if user["name"] == "ana")


def row(*elements: Json, block: str = "row") -> Json:
    return {"type": "actions", "block_id": block, "elements": list(elements)}


async def test_every_block_is_drawn_and_nothing_runs(
    browser: Browser, server: Workspace, helper: Helper
) -> None:
    works = server.team.channel("harbour-works").id
    for text, blocks in served(server.team):
        await posted(helper, text, *blocks, to=works)

    async with seat(browser, server, "ana", "harbour-works") as page:
        messages = page.get_by_role("article")
        await expect(messages).to_have_count(len(served(server.team)))
        assert (
            await page.locator("#messages script, #messages img[onerror], a[href^=javascript]").count() == 0
        )
        assert "caught" not in await page.title()
        await expect(messages.last).to_contain_text(EVIL)
        assert await page.locator(".unknown").count() == 0
        await expect(page.get_by_role("img", name="Maturity, bar")).to_be_visible()
        await expect(messages.first.locator("time").last).to_have_text("Dec 10, 2026 at 18:00")
        for number, where in enumerate(("first", "actions", "chart")):
            await messages.nth((0, 2, 7)[number]).evaluate("it => it.scrollIntoView()")
            await keep(page, f"blocks-{where}")
        await is_accessible(page)
        await keep(page, "blocks-dark")
    async with seat(browser, server, "ana", "harbour-works", size=PHONE) as page:
        await messages_fit(page)
        await keep(page, "blocks-phone")


async def messages_fit(page: Page) -> None:
    """Nothing makes a narrow page scroll sideways."""
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_names_that_mean_harm_are_only_names(browser: Browser) -> None:
    seed = {
        "team": {"name": EVIL, "domain": "harm"},
        "app": {"name": EVIL, "commands": [{"command": "/evil", "description": EVIL, "usage_hint": EVIL}]},
        "people": [{"name": "eve", "real_name": EVIL, "title": EVIL}, {"name": "ana"}],
        "channels": [{"name": "hall", "members": ["eve", "ana"], "topic": EVIL}],
    }
    async with Workspace.start(seed) as server, People(server.url) as slack:
        await slack.person("eve").says(EVIL, to="hall")
        await slack.person("eve").says("&lt;script&gt; *" + EVIL + "*", to="hall")

        async with seat(browser, server, "ana", "hall") as page:
            await expect(page.get_by_role("article")).to_have_count(2)
            assert await page.locator("script:not([src]), img").count() == 0
            await expect(page.locator("#side")).to_contain_text(EVIL)


async def test_messages_appear_by_themselves_and_are_unread_until_seen(
    browser: Browser, server: Workspace, slack: People
) -> None:
    ben = slack.person("ben")
    async with seat(browser, server, "ana", "general") as page:
        await ben.says("Good morning, @ana", to="harbour-works")
        door = page.get_by_role("link", name="harbour-works")
        await expect(door).to_contain_text("1 unread")
        await expect(page).to_have_title("(1) #general · Ana Ruiz · Harbour")

        await door.click()
        await expect(page.get_by_role("article")).to_contain_text("Good morning, @ana")
        await expect(door).not_to_contain_text("unread")

        await ben.says("And again", to="harbour-works")
        await expect(page.get_by_role("article").last).to_contain_text("And again")
        await expect(page.locator("#news")).to_have_text("Ben Okafor: And again")


async def test_a_command_is_hinted_at_and_answered_to_one_person(
    browser: Browser, server: Workspace, helper: Helper
) -> None:
    async with seat(browser, server, "ana", "harbour-works") as ana:
        field = ana.get_by_role("combobox", name="Message #harbour-works")
        await field.press_sequentially("/he")
        await expect(ana.get_by_role("option")).to_contain_text("/helper [words]Ask the helper")
        await field.press("ArrowDown")
        await field.press("Enter")
        await field.press_sequentially("hello")
        await field.press("Enter")
        await expect(ana.get_by_role("article")).to_contain_text("Only visible to you")
        await expect(ana.get_by_role("article")).to_contain_text("You said: hello")
        await expect(field).to_be_focused()

        await field.fill("/nonsense")
        await field.press("Enter")
        await expect(ana.get_by_role("alert").last).to_contain_text("/nonsense is not a valid command")
        await expect(field).to_have_value("/nonsense")
    async with seat(browser, server, "ben", "harbour-works") as ben:
        await expect(ben.locator("#messages")).to_contain_text("Nothing has been said here yet.")


async def test_a_thread_opens_beside_the_conversation(
    browser: Browser, server: Workspace, slack: People
) -> None:
    await slack.person("ben").says("Who comes?", to="general")
    async with seat(browser, server, "ana", "general") as page:
        message = page.locator("#messages article")
        await message.hover()
        await message.get_by_label("More for this message").click()
        await message.get_by_role("link", name="Reply in a thread").click()
        thread = page.get_by_role("complementary", name="Thread")
        reply = thread.get_by_role("combobox", name="Reply in the thread")
        await expect(reply).to_be_focused()
        await reply.fill("I do")
        await reply.press("Enter")
        await expect(thread.get_by_role("article")).to_have_count(2)
        await expect(page.locator("#messages article")).to_have_count(1)
        await expect(message.get_by_role("link", name="1 reply")).to_be_visible()
        await keep(page, "thread")
        await reply.press("Escape")
        await expect(thread).to_be_hidden()


async def test_a_search_by_keyboard_leads_to_what_this_person_can_see(
    browser: Browser, server: Workspace, slack: People
) -> None:
    ben, chloe = slack.person("ben"), slack.person("chloe")
    asked = await ben.says(f"Who keeps the budget? {EVIL}", to="general")
    await chloe.says("I keep the *budget*", to="general", in_thread=asked)
    await chloe.says("The budget is not public", to="back-office")
    async with seat(browser, server, "dev", "harbour-works") as page:
        await page.keyboard.press("Control+K")
        field, count = page.get_by_role("searchbox", name="Search messages"), page.get_by_role("status")
        await expect(field).to_be_focused()
        await page.keyboard.type("BUDGET")
        await expect(count).to_have_text("2 messages")
        found = page.get_by_role("list", name="What was found").get_by_role("link")
        await expect(found.last).to_contain_text(EVIL)
        await expect(found.last.locator("mark")).to_have_text("budget")
        await is_accessible(page)
        await keep(page, "search-dark")

        await ben.says("A budget is a plan", to="harbour-works")
        await expect(count).to_have_text("3 messages")
        await page.keyboard.type(" from:@chloe")
        await expect(count).to_have_text("1 message")

        await reach(page, await found.inner_text())
        await page.keyboard.press("Enter")
        thread = page.get_by_role("complementary", name="Thread")
        await expect(thread.get_by_role("article").last).to_be_focused()
        await expect(thread.get_by_role("article").last).to_contain_text("I keep the budget")
        await page.go_back()
        await expect(count).to_have_text("1 message")
        await expect(field).to_have_value("BUDGET from:@chloe")
        await field.fill("nothing of the kind")
        await expect(count).to_have_text("Nothing found.")
        await field.press("Escape")
        await expect(field).to_be_hidden()


async def test_what_was_begun_waits_where_it_was_begun(
    browser: Browser, server: Workspace, slack: People
) -> None:
    asked = await slack.person("ben").says("Who comes?", to="general")
    async with seat(browser, server, "ana", f"general&thread={asked.ts}") as page:
        general = page.get_by_role("combobox", name="Message #general")
        reply = page.get_by_role("combobox", name="Reply in the thread")
        door = page.get_by_role("link", name="general")
        draft = door.get_by_text("Draft")
        await general.fill("To be continued")
        await reply.fill("I do, if")
        await page.get_by_role("link", name="harbour-works").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("#harbour-works")
        await expect(page.get_by_role("combobox")).to_have_value("")
        await expect(draft).to_be_visible()

        await page.locator("#who summary").click()
        await page.get_by_role("link", name="Ben Okafor").click()
        await expect(page.locator("#who summary")).to_contain_text("Ben Okafor")
        await door.click()
        await expect(general).to_have_value("")
        await expect(draft).to_be_hidden()

        await page.goto(f"{server.url}/?as=ana&at=general&thread={asked.ts}")
        await expect(general).to_have_value("To be continued")
        await expect(reply).to_have_value("I do, if")
        await general.press("Enter")
        await expect(page.locator("#messages article").last).to_contain_text("To be continued")
        await page.get_by_role("link", name="harbour-works").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("#harbour-works")
        await expect(draft).to_be_hidden()
        await door.click()
        await expect(general).to_have_value("")


async def test_one_writes_to_somebody_new_and_to_several(browser: Browser, server: Workspace) -> None:
    async with seat(browser, server, "ana", "general", size=PHONE) as page:
        await page.locator("#nav").click()
        await page.get_by_role("link", name="New message").click()
        filter_, form = page.get_by_role("searchbox", name="To"), page.locator("#new-form")
        await expect(filter_).to_be_focused()
        await filter_.press_sequentially("oka")
        await expect(form.get_by_role("checkbox")).to_have_count(1)
        await is_accessible(page)
        await messages_fit(page)
        await keep(page, "new-message-phone-dark")
        await filter_.press("Enter")
        field = page.get_by_role("combobox", name="Message Ben Okafor")
        await expect(field).to_be_focused()
        await field.press_sequentially("Lunch?")
        await field.press("Enter")

        await page.locator("#nav").click()
        await page.get_by_role("link", name="New message").click()
        await form.get_by_role("button", name="Start the conversation").click()
        await expect(page.get_by_role("alert").last).to_have_text("Choose somebody to write to.")
        await form.get_by_role("checkbox", name="Ben Okafor").check()
        await form.get_by_role("checkbox", name="Dev Patel").check()
        await form.get_by_role("button", name="Start the conversation").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Ben Okafor, Dev Patel")
    async with seat(browser, server, "ben", "general") as page:
        await expect(page.get_by_role("link", name="Ana Ruiz")).to_contain_text("1 unread")


async def test_an_answer_may_go_to_the_channel_too_and_a_thread_may_be_locked(
    browser: Browser, server: Workspace, slack: People
) -> None:
    await slack.person("ben").says("Who comes?", to="general")
    async with seat(browser, server, "ana", "general") as page:
        first, last = page.locator("#messages article").first, page.locator("#messages article").last
        await menu_of(first, "Reply in a thread")
        reply = page.get_by_role("combobox", name="Reply in the thread")
        await reply.fill("All of us")
        await page.get_by_role("checkbox", name="Also send to #general").check()
        await reply.press("Enter")
        await expect(last).to_contain_text("Replied to a thread: Who comes?")
        await expect(last).to_contain_text("All of us")
        await expect(page.get_by_role("checkbox", name="Also send to #general")).not_to_be_checked()
        await is_accessible(page)
        await keep(page, "thread-broadcast-dark")

        await menu_of(first, "Lock the thread")
        await expect(page.locator("#thread")).to_contain_text("This thread has been locked.")
        await expect(reply).to_be_hidden()
        await menu_of(first, "Unlock the thread")
        await expect(reply).to_be_visible()
    async with seat(browser, server, "dev", "general") as page:
        await page.locator("#messages article").first.get_by_label("More for this message").click()
        await expect(page.get_by_text("Lock the thread")).to_have_count(0)


async def menu_of(message: Locator, choice: str) -> None:
    await message.hover()
    await message.get_by_label("More for this message").click()
    await message.get_by_text(choice, exact=True).click()


async def test_people_react_reword_and_take_back(browser: Browser, server: Workspace, slack: People) -> None:
    async with seat(browser, server, "ana", "general") as page:
        await page.get_by_role("combobox").fill("Helo & <welcome>")
        await page.get_by_role("button", name="Send").click()
        message = page.get_by_role("article")
        await expect(message).to_contain_text("Helo & <welcome>")

        await message.hover()
        await message.get_by_label("More for this message").click()
        await message.get_by_role("button", name="+1").click()
        pressed = message.get_by_role("button", name="+1 1")
        await expect(pressed).to_have_attribute("aria-pressed", "true")
        await pressed.click()
        await expect(pressed).to_be_hidden()

        await message.get_by_label("More for this message").click()
        await message.get_by_role("button", name="Edit").click()
        await page.get_by_role("textbox", name="Your message").fill("Hello & <welcome>")
        await page.get_by_role("button", name="Save").click()
        await expect(message).to_contain_text("Hello & <welcome>")
        await expect(message).to_contain_text("(edited)")

        await message.get_by_label("More for this message").click()
        await message.get_by_role("button", name="Delete").click()
        await expect(message).to_be_hidden()


async def test_a_button_may_ask_first(browser: Browser, server: Workspace, helper: Helper) -> None:
    await posted(
        helper, "Danger", row(button("Delete", "delete", style="danger", confirm=CONFIRM, value="7"))
    )
    async with seat(browser, server, "ana") as page:
        press, asked = (
            page.get_by_role("button", name="Delete"),
            page.get_by_role("dialog", name="Delete it?"),
        )
        await press.click()
        await expect(asked).to_contain_text("It cannot be brought back.")
        await keep(page, "confirm")
        await asked.get_by_role("button", name="Keep").click()
        await expect(asked).to_be_hidden()
        await expect(press).to_be_focused()
        assert helper.actions == []

        await press.click()
        async with sent(page, "presses"):
            await asked.get_by_role("button", name="Delete").click()
        await expect(asked).to_be_hidden()
        assert [action["value"] for action in helper.actions[0]["actions"]] == ["7"]


async def test_menus_and_dates_reach_the_app(browser: Browser, server: Workspace, helper: Helper) -> None:
    size = {"type": "static_select", "action_id": "size", "placeholder": plain("Size"), "options": SIZES}
    sizes = {**size, "type": "multi_static_select", "action_id": "sizes", "placeholder": plain("Sizes")}
    day = {"type": "datepicker", "action_id": "day", "placeholder": plain("Day")}
    moment = {"type": "datetimepicker", "action_id": "moment"}
    who = {"type": "users_select", "action_id": "who", "placeholder": plain("Who")}
    more = {"type": "overflow", "action_id": "more", "options": [option("Later"), option("Never")]}
    one = {"type": "radio_buttons", "action_id": "one", "options": SIZES}
    await posted(helper, "Choose", row(size, sizes, day, moment, who, more, one))

    async with seat(browser, server, "ana") as page:
        async with sent(page, "chooses"):
            await page.get_by_label("Size", exact=True).select_option("Large")
        await page.get_by_text("Sizes (0)").click()
        await page.get_by_role("checkbox", name="Small").check()
        await page.get_by_role("checkbox", name="Large").check()
        async with sent(page, "chooses"):
            await page.get_by_role("button", name="Choose these").click()
        async with sent(page, "chooses"):
            await page.get_by_label("Day", exact=True).fill("2026-12-10")
        async with sent(page, "chooses"):
            await page.get_by_label("datetimepicker").fill("2026-12-10T09:30")
        async with sent(page, "chooses"):
            await page.get_by_label("Who", exact=True).select_option("Ben Okafor (@ben)")
        await page.get_by_label("More actions").click()
        async with sent(page, "chooses"):
            await page.get_by_role("button", name="Never").click()
        async with sent(page, "chooses"):
            await page.get_by_role("radio", name="Medium").check()

    picked = [body["actions"][0] for body in helper.actions]
    assert [
        (each.get("selected_option") or {}).get("value")
        or [chosen["value"] for chosen in each.get("selected_options", [])]
        or each.get("selected_date")
        or each.get("selected_date_time")
        or each.get("selected_user")
        for each in picked
    ] == [
        *("large", ["small", "large"], "2026-12-10", 1_796_891_400),
        *(server.team.person("ben").id, "never", "medium"),
    ]


async def test_a_second_pick_counts_while_the_first_is_not_answered_yet(
    browser: Browser, server: Workspace, helper: Helper
) -> None:
    size = {"type": "static_select", "action_id": "size", "placeholder": plain("Size"), "options": SIZES}
    await posted(helper, "Choose", row(size, button("Once", "once")))
    held: list[Route] = []

    async with seat(browser, server, "ana") as page:
        menu, once = page.get_by_label("Size", exact=True), page.get_by_role("button", name="Once")
        await page.route("**/page/do/*", lambda route: held.append(route))
        for choice in ("Large", "Medium"):
            async with page.expect_request("**/page/do/chooses"):
                await menu.select_option(choice)
        async with page.expect_request("**/page/do/presses"):
            await once.click()
        await once.click()  # a button takes one press at a time
        first, *others = held
        async with page.expect_response(lambda answer: "/page/" not in answer.url):  # it is drawn anew
            await first.continue_()
        await expect(menu).to_have_attribute("aria-busy", "true")
        for route in others:
            await route.continue_()
        await nothing_is_on_its_way(page)

        await expect(menu).to_have_value("medium")
    done = [body["actions"][0] for body in helper.actions]
    assert [(each.get("selected_option") or {}).get("value") for each in done] == ["large", "medium", None]


async def test_what_is_typed_reaches_the_app_at_enter_and_the_app_suggests(
    browser: Browser, server: Workspace, helper: Helper
) -> None:
    typed = {"type": "plain_text_input", "action_id": "typed"}
    note = {
        "type": "input",
        "block_id": "row",
        "label": plain("Note"),
        "element": typed,
        "dispatch_action": True,
    }
    menu = {
        "type": "external_select",
        "action_id": "drink",
        "placeholder": plain("Drink"),
        "min_query_length": 1,
    }
    offered = [option("Green tea"), option("Black tea")]

    async def suggest(ack: Any, body: Json) -> None:
        await ack(options=[each for each in offered if body["value"].lower() in each["value"]])

    helper.app.options("drink")(suggest)
    helper.app.action("drink")(helper._keep)
    await posted(helper, "Type", note, row(menu, block="other"))
    async with seat(browser, server, "ana") as page:
        field = page.get_by_label("Note")
        await field.press_sequentially("two lumps")
        assert helper.actions == []
        async with sent(page, "chooses"):
            await field.press("Enter")
        assert helper.actions[0]["actions"][0]["value"] == "two lumps"

        async with sent(page, "suggests"):
            await page.get_by_label("Drink").press_sequentially("g")
        await expect(page.locator("datalist option")).to_have_text("Green tea")
        async with sent(page, "chooses"):
            await page.get_by_label("Drink").fill("Green tea")
            await page.get_by_label("Drink").press("Enter")
    assert helper.actions[-1]["actions"][0]["selected_option"]["value"] == "green tea"


async def test_a_modal_is_checked_filled_and_sent(
    browser: Browser, server: Workspace, helper: Helper
) -> None:
    await posted(helper, "Order", row(button("Order", "order")))
    helper.errors = {"what": "There is no tea left."}
    async with seat(browser, server, "ana") as page:
        await page.get_by_role("button", name="Order").click()
        form = page.get_by_role("dialog", name="An order")
        what = form.get_by_label("What")
        await expect(what).to_be_focused()
        await form.get_by_label("E-mail").fill("nowhere")
        await form.get_by_label("How many").fill("12")
        await form.get_by_role("button", name="Order it").click()
        await expect(form.get_by_text("Please complete this required field.")).to_have_count(4)
        await expect(form.get_by_text("Please enter a valid email address.")).to_be_visible()
        await expect(form.get_by_text("Please enter a number of 9 or less.")).to_be_visible()
        await expect(what).to_be_focused()
        await expect(what).to_have_attribute("aria-invalid", "true")
        await is_accessible(page)
        await keep(page, "modal-faults-dark")

        await what.fill("tea")
        await form.get_by_label("E-mail").fill("")
        await form.get_by_label("How many").fill("2")
        await form.get_by_role("radio", name="Large").check()
        await form.get_by_role("checkbox", name="Sugar").check()
        await form.get_by_role("checkbox", name="Ben Okafor").check()
        await form.get_by_label("When").fill("2026-12-10")
        await form.get_by_role("button", name="Order it").click()
        await expect(form.get_by_text("There is no tea left.")).to_be_visible()
        await expect(form.get_by_label("How many")).to_have_value("2")

        helper.errors = {}
        await what.fill("coffee")
        await form.get_by_role("button", name="Order it").click()
        await expect(form).to_be_hidden()
        await expect(page.get_by_role("button", name="Order")).to_be_focused()

    values = helper.submitted[-1]
    assert values["what"]["what"]["value"] == "coffee"
    assert values["mail"]["mail"]["value"] is None
    assert values["size"]["size"]["selected_option"]["value"] == "large"
    assert values["whom"]["whom"]["selected_users"] == [server.team.person("ben").id]


async def test_modals_lie_on_each_other_and_escape_takes_one_away(
    browser: Browser, server: Workspace, helper: Helper, slack: People
) -> None:
    blocks = [*MODAL["blocks"], {"type": "actions", "elements": [button("Further", "further")]}]
    helper.app.action("stack")(_opens(helper, {**MODAL, "blocks": blocks}))
    await posted(helper, "Order", row(button("Order", "stack"), block="other"))
    async with seat(browser, server, "ana") as page:
        await page.get_by_role("button", name="Order").click()
        first, second = (
            page.get_by_role("dialog", name="An order"),
            page.get_by_role("dialog", name="Further"),
        )
        await first.get_by_label("What").fill("tea")
        await first.get_by_role("button", name="Further").click()
        await expect(second).to_be_visible()
        await expect(first).to_be_hidden()

        await page.keyboard.press("Escape")
        await expect(second).to_be_hidden()
        await expect(first.get_by_label("What")).to_have_value("tea")
        await slack.person("ben").says("meanwhile", to="general")
        await expect(first.get_by_label("What")).to_have_value("tea")

        await page.keyboard.press("Escape")
        await expect(first).to_be_hidden()


def _opens(helper: Helper, view: Json) -> Listener:
    async def listener(ack: Any, body: Json) -> None:
        await ack()
        await helper.client.views_open(trigger_id=body["trigger_id"], view=view)

    return listener


async def test_the_home_is_drawn_when_it_is_opened(
    browser: Browser, server: Workspace, helper: Helper
) -> None:
    async with seat(browser, server, "ana") as page:
        await page.get_by_role("link", name="Home").click()
        await expect(page.get_by_role("heading", name="Welcome home")).to_be_visible()


async def test_one_can_be_anybody_and_is_remembered(
    browser: Browser, server: Workspace, slack: People
) -> None:
    await slack.person("ana").says("A secret", to="back-office")
    async with seat(browser, server, "ana", "back-office") as page:
        await expect(page.get_by_role("article")).to_contain_text("A secret")
        await page.locator("#who summary").click()
        await page.get_by_role("link", name="Dev Patel").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Helper")
        await expect(page.locator("body")).not_to_contain_text("back-office")

        await page.goto(f"{server.url}/")
        await expect(page.locator("#who summary")).to_contain_text("Dev Patel")
        await page.goto(f"{server.url}/?as=dev&at=back-office")
        await expect(page.locator("body")).not_to_contain_text("A secret")
        await expect(page.locator("body")).not_to_contain_text("back-office")


async def test_a_window_that_somebody_had_before_knows_nothing_of_it(
    browser: Browser, server: Workspace
) -> None:
    async with seat(browser, server, "dev", "general", size=PHONE) as page:
        await page.get_by_role("combobox").fill("A draft")
        await page.emulate_media(color_scheme="dark", media="print")

    async with opened(browser, f"{server.url}/?at=general") as page:
        await expect(page.locator("#who summary")).to_contain_text("Ana Ruiz")
        await expect(page.get_by_role("combobox")).to_have_value("")
        assert await page.evaluate("matchMedia('screen and (prefers-color-scheme: light)').matches")
        await page.goto(f"{server.url}/?as=dev&at=general")
        await expect(page.get_by_role("combobox")).to_have_value("")


async def test_the_inspector_shows_a_click_on_the_wire(
    browser: Browser, server: Workspace, helper: Helper
) -> None:
    await posted(helper, "Press", row(button("Press", "press")))
    async with seat(browser, server, "ana") as page:
        await page.get_by_role("button", name="Press").click()
        await page.get_by_role("link", name="On the wire").click()
        wire = page.get_by_role("complementary", name="On the wire")
        piece = page.get_by_text("block_actions: press")
        await expect(wire.locator("details", has=piece)).to_contain_text("acked after")
        await piece.click()
        await expect(wire.locator("details[open]")).to_contain_text('"action_id": "press"')
        await expect(wire.get_by_text("chat.postMessage")).to_be_visible()
        await is_accessible(page)
        await keep(page, "wire-dark")


async def test_files_are_attached_seen_and_handed_in(
    browser: Browser, server: Workspace, helper: Helper
) -> None:
    upload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Two of us review."}
    field = {"type": "file_input", "action_id": "file"}
    form = {
        "type": "modal",
        "callback_id": "order",
        "title": plain("Evidence"),
        "submit": plain("Hand in"),
        "blocks": [{"type": "input", "block_id": "file", "label": plain("A file"), "element": field}],
    }
    helper.app.action("evidence")(_opens(helper, form))
    await posted(helper, "Evidence", row(button("Evidence", "evidence"), block="other"))
    async with seat(browser, server, "ana") as page:
        await page.locator("input[type=file]").set_input_files(upload)  # type: ignore[arg-type]
        link = page.get_by_role("link", name="notes.txt")
        async with page.expect_download() as download:
            await link.click()
        assert (await (await download.value).path()).read_bytes() == b"Two of us review."

        await page.get_by_role("button", name="Evidence").click()
        dialog = page.get_by_role("dialog", name="Evidence")
        await dialog.get_by_label("A file").set_input_files(upload)  # type: ignore[arg-type]
        await dialog.get_by_role("button", name="Hand in").click()
        await expect(dialog).to_be_hidden()

    assert [file["name"] for file in helper.submitted[-1]["file"]["file"]["files"]] == ["notes.txt"]


async def test_only_the_page_itself_makes_gestures(server: Workspace) -> None:
    asked = {"as": "ana", "at": server.team.channel("general").id, "text": "forged"}
    async with ClientSession(server.url) as outside:
        elsewhere = await outside.post("/page/do/says", json=asked, headers={"Sec-Fetch-Site": "cross-site"})
        as_a_form = await outside.post("/page/do/says", data=asked)
        page = await outside.get("/?as=ana")
        nobody = await outside.get("/page/../server.py")

    assert (elsewhere.status, as_a_form.status, nobody.status) == (403, 403, 404)
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert not server.team.channel("general").messages
