"""From install to launch: how long the way is, and who may go it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from storage.store import Store
from tests.e2e.workspace import CHANNELS, GROUPS, OTHERS, PEOPLE, town
from workspace.people import Someone

#: What a person types into, rather than choosing.
TYPED = {"plain_text_input", "email_text_input", "number_input", "url_text_input", "rich_text_input"}
MOST_INTERACTIONS, MOST_TYPED = 12, 3


@dataclass
class Counted:
    """Somebody whose every click, choice and line is counted; choosing in a field is one, writing into it is
    one and a typed field."""

    person: Someone
    interactions: int = 0
    typed: int = 0

    async def types(self, line: str) -> None:
        self.interactions, self.typed = self.interactions + 1, self.typed + 1
        await self.person.command(line, channel="ml-platform")

    async def says(self, line: str) -> None:
        self.interactions, self.typed = self.interactions + 1, self.typed + 1
        await self.person.says(line)

    async def opens_home(self) -> None:
        self.interactions += 1
        await self.person.opens_home()

    async def presses(self, button: str, **where: Any) -> None:
        self.interactions += 1
        assert (await self.person.clicks(button, **where)).acked

    async def submits(self, title: str, **fields: Any) -> None:
        form = await self.person.modal(title)
        for name, value in fields.items():
            element = next(block["element"] for block in form.blocks if block.get("block_id") == name)
            self.interactions, self.typed = self.interactions + 1, self.typed + (element["type"] in TYPED)
            await form.fill({element["action_id"]: value})
        self.interactions += 1
        assert not (await form.submit()).errors

    async def launched(self) -> None:
        await self.person.sees("is launched")
        assert self.interactions <= MOST_INTERACTIONS
        assert self.typed <= MOST_TYPED


@pytest.fixture
async def lee(store: Store) -> AsyncIterator[Counted]:
    """Lee, who has just installed it."""
    place = town(store, people=[*PEOPLE, *OTHERS], channels=CHANNELS, groups=GROUPS, is_new=True)
    async with place as there, there.bot() as stage:
        yield Counted(stage.person("lee"))


async def test_the_way_of_a_new_facilitator_by_forms(lee: Counted) -> None:
    await lee.opens_home()
    await lee.presses("Set up an assessment", home=True)
    await lee.submits("Set up an assessment", subject="Fraud team", groups=["@ml-ops"], people=["ana"])
    await lee.submits("What matters")
    await lee.submits("What counts, who sees")
    await lee.submits("Check the roles")
    await lee.submits("Ready to launch?")

    await lee.launched()
    assert (lee.interactions, lee.typed) == (10, 1)


async def test_the_way_of_a_new_facilitator_in_one_line(lee: Counted) -> None:
    await lee.types("/tidemark start Fraud team @ml-ops @ana")
    await lee.submits("Ready to launch?")

    await lee.launched()
    assert (lee.interactions, lee.typed) == (2, 1)


async def test_the_way_of_a_new_facilitator_by_conversation(lee: Counted) -> None:
    await lee.says("new assessment of Fraud team")
    await lee.person.sees("Who is asked about Fraud team?")
    await lee.says("@ana @omar")
    for button in ("These are right", "Standard", "Keep that day", "Names", "Launch to 2 people"):
        await lee.person.sees(button)
        await lee.presses(button)

    await lee.launched()
    assert (lee.interactions, lee.typed) == (7, 2)


@pytest.mark.parametrize(("who", "may"), [("omar", True), ("ana", True), ("lee", False), ("gus", False)])
async def test_who_may_set_up_can_be_limited_to_people_and_groups(store: Store, who: str, may: bool) -> None:
    """Ana is named, Omar is in the group that is; Gus is a guest."""
    place = town(store, people=[*PEOPLE, *OTHERS], channels=CHANNELS, groups=GROUPS)
    async with place as there:
        group = next(each.id for each in there.server.team.groups.values() if each.handle == "ml-ops")
        creators = f"{group}, {there.server.team.person('ana').id}"
        async with there.bot(TIDEMARK_CREATORS=creators) as stage:
            person = stage.person(who)

            said = await person.command("/tidemark start Churn team @kim")

            if may:
                await person.modal("Ready to launch?")
                return
            assert "only some people" in said.shown or "Guests can answer" in said.shown
            assert "@ana" in said.shown
            await person.says("new assessment")
            await person.sees("Ask one of them")


async def test_more_people_than_one_page_holds(store: Store) -> None:
    """The first page has those without a role."""
    crowd = [{"name": f"p{number:02}", "title": "Data Scientist" if number else ""} for number in range(30)]
    channel = {"name": "all", "members": ["lee", *(str(each["name"]) for each in crowd)], "app": True}
    place = town(store, people=[*PEOPLE, *crowd], channels=[*CHANNELS, channel])
    async with place as there, there.bot() as stage:
        lee = stage.person("lee")
        await lee.command("/tidemark start Everybody", channel="all")
        first = await lee.modal("Check the roles")
        assert "These are 1 to 25 of 31" in first.shown
        await first.fill({"P00": ["Leave out"], "Lee Moran": ["Product manager", "Business analyst"]})
        assert not (await first.submit()).errors
        second = await (await lee.modal("Check the roles")).look()
        assert "These are 26 to 31 of 31" in second.shown

        assert not (await second.submit()).errors

        check = await lee.modal("Ready to launch?")
        assert "30 people: 29 Data scientists" in check.shown
        assert "Left out by you: P00" in check.shown
        await check.submit()
        await lee.sees("30 invitations go out")
