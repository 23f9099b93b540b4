"""One service, which workspaces and organisations install for themselves: each with a token and data of its
own, and none hears of another."""

from collections.abc import AsyncIterator

import pytest

from storage.store import Store
from tests.e2e.company import Company, Service, company
from tests.e2e.workspace import SHORT
from workspace.people import Message, Someone

ONE, OTHER = "Harbour", "Ridge"


@pytest.fixture
async def two(store: Store) -> AsyncIterator[Company]:
    async with company(store, ONE, OTHER) as ready:
        yield ready


async def question(person: Someone, number: int) -> Message:
    return await person.sees(f"Question {number} of")


async def launch(service: Service, team: str, *people: str, subject: str) -> None:
    lee = service.company.people[team].person("lee")
    await lee.command("/tidemark start", channel="ml-platform")
    form = await lee.modal("Set up an assessment")
    await form.fill({"subject": subject, "length": SHORT, "people": list(people)})
    assert not (await form.submit()).errors
    for step in ("What matters", "What counts, who sees", "Check the roles", "Ready to launch?"):
        assert not (await (await lee.modal(step)).submit()).errors
    await lee.sees("is launched")
    await service.beat()


async def test_two_workspaces_are_served_by_one_process_and_one_leaves(two: Company) -> None:
    async with two.service() as service:
        ana = {team: slack.person("ana") for team, slack in two.people.items()}
        pages = {team: await service.install(team) for team in two.people}
        for team in two.people:
            await launch(service, team, "ana", subject=f"{team} team")
            await ana[team].clicks("Start")
            await ana[team].clicks("B", message=await question(ana[team], 1))
            await question(ana[team], 2)
        await two.people[OTHER].person("kim").uninstalls_app()
        await two.people[OTHER].settled()
        await service.later(days=1)
        await ana[ONE].says("C")
        third = await question(ana[ONE], 3)
        told = {team: await slack.person("lee").dm() for team, slack in two.people.items()}

    assert pages.keys() == two.people.keys()
    for team, page in pages.items():
        assert page.startswith(f"200 Tidemark is installed in {team} ")
    assert third.shown
    for team, other in ((ONE, OTHER), (OTHER, ONE)):
        assert any(f"{team} team" in each.shown for each in told[team])
        assert not any(f"{other} team" in each.shown for each in told[team])
