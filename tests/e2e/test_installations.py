"""One service, which workspaces and organisations install for themselves: each with a token and data of its
own, and none hears of another."""

import asyncio
import gzip
import re
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner

from bot import clock
from bot.__main__ import main
from bot.doctor import examine
from bot.findings import Health
from bot.hosting import WrongKeys
from bot.installations import rekey
from bot.integrations import BY_WORKSPACE
from bot.oauth import Bought, OAuth
from bot.vault import Tokens, Vault, new_key
from conversation import installing
from conversation.desk import Desk
from storage import archive, inspection
from storage.errors import Unavailable
from storage.records import Installation
from storage.store import Store
from tests.e2e.company import (
    Company,
    checked_and_launched,
    company,
    interview,
    question,
    state_in,
)
from tests.e2e.workspace import MONDAY, PEOPLE, SHORT
from tests.storage.given import an_assessment
from workspace.team import Organisation

pytestmark = pytest.mark.usefixtures("as_it_runs")
ONE, OTHER = "Harbour", "Ridge"
#: Seconds after which nothing moves any more.
STUCK = 15


@pytest.fixture
async def two(store: Store) -> AsyncIterator[Company]:
    async with company(store, ONE, OTHER) as ready:
        yield ready


async def test_two_workspaces_are_served_by_one_process_and_one_leaves_and_comes_back(two: Company) -> None:
    jira = {"URL": "https://jira.example", "TOKEN": "t", "PROJECT": "ML"}
    its = {two.id(ONE): {f"TIDEMARK_JIRA_{name}": value for name, value in jira.items()}}
    async with two.service(**{BY_WORKSPACE: its}) as service:
        pages = {team: await service.install(team) for team in two.people}
        offices = [service.host.offices.of(two.id(team)) for team in two.people]
        here, there = [await interview(service, team) for team in two.people]
        await two.people[OTHER].person("kim").uninstalls_app()
        await two.people[OTHER].settled()
        await service.later(hours=1)
        await here.says("C")
        await question(here, 3)
        lost = with_departure(two)

        again = await service.install(OTHER)
        await there.says("C")
        await question(there, 3)
        told = {team: await slack.person("lee").dm() for team, slack in two.people.items()}
        await service.beat()

    assert [page.startswith(f"200 Tidemark is installed in {team} ") for team, page in pages.items()] == [
        True
    ] * 2
    assert again == pages[OTHER]
    assert [len(office.desk.trackers) for office in offices if office] == [1, 0]
    assert lost == [OTHER]
    assert with_departure(two) == []
    for team, other in ((ONE, OTHER), (OTHER, ONE)):
        assert any(f"{team} team" in each.shown for each in told[team])
        assert not any(f"{other} team" in each.shown for each in told[team])


async def test_a_token_that_ends_is_renewed_before_it_does_and_by_one_process(store: Store) -> None:
    async with company(store, ONE, rotation=True) as place, place.service() as service:
        await service.install(ONE)
        ana = await interview(service, ONE)
        for _ in range(3):
            await service.later(hours=11)
        async with place.service() as second:
            place.time.at += timedelta(hours=11)
            await place.people[ONE].clock.set(place.time.at)
            await asyncio.gather(service.host.offices.renew(), second.host.offices.renew())
            await ana.says("C")  # to the second one, which may not be who renewed it
            await question(ana, 3)
        renewals = [
            each["args"]
            for each in await place.people[ONE].requests(method="oauth.v2.access")
            if each["args"].get("grant_type") == "refresh_token"
        ]
        answers = {each["response"]["ok"] for each in await place.people[ONE].requests()}

    assert len(renewals) == 4
    assert answers == {True}


async def test_a_renewal_that_slack_is_slow_to_answer_holds_up_no_workspace(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answers, renew = asyncio.Event(), asyncio.Event(), OAuth.renew

    async def slowly(oauth: OAuth, refresh_token: str) -> Bought:
        asked.set()
        await answers.wait()
        return await renew(oauth, refresh_token)

    night = MONDAY - timedelta(hours=11)
    async with (
        company(store, ONE, OTHER, rotation=True, start=night) as place,
        place.service() as service,
    ):
        await service.install(ONE)
        place.time.at = MONDAY
        for slack in place.people.values():
            await slack.clock.set(MONDAY)
        await service.install(OTHER)  # whose token is new
        monkeypatch.setattr(OAuth, "renew", slowly)
        stop = asyncio.Event()
        beats = asyncio.create_task(service.host.beats(every=0.05, until=stop))
        await asked.wait()
        for team in (OTHER, ONE):
            await interview(service, team, beats=False)
        answers.set()
        stop.set()
        await beats
        sold = [place.slack.team(team).team.app.sold for team in (ONE, OTHER)]

    assert sold == [2, 1]


@pytest.mark.parametrize("hours", [11, 13], ids=["ends soon", "has ended"])
async def test_a_start_does_not_wait_for_a_slack_that_is_slow_to_renew(
    store: Store, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    answers, renew = asyncio.Event(), OAuth.renew

    async def slowly(oauth: OAuth, refresh_token: str) -> Bought:
        await answers.wait()
        return await renew(oauth, refresh_token)

    monkeypatch.setattr("bot.offices.PATIENCE", 0.1)
    async with company(store, ONE, rotation=True) as place:
        async with place.service() as before:
            await before.install(ONE)
            ana = await interview(before, ONE)
        await passes(place, hours)
        monkeypatch.setattr(OAuth, "renew", slowly)
        async with AsyncExitStack() as life:
            async with asyncio.timeout(STUCK):
                service = await life.enter_async_context(place.service())
            answers.set()
            await service.beat()
            await ana.says("C")
            await question(ana, 3)
        sold = place.slack.team(ONE).team.app.sold

    assert sold == 2


async def test_a_token_that_has_ended_is_renewed_before_anybody_is_answered(store: Store) -> None:
    async with company(store, ONE, rotation=True) as place:
        async with place.service() as before:
            await before.install(ONE)
            ana = await interview(before, ONE)
        await passes(place, 13)
        async with place.service():
            await ana.says("C")
            await question(ana, 3)
        answers = {each["response"]["ok"] for each in await place.people[ONE].requests()}

    assert answers == {True}


async def passes(place: Company, hours: int) -> None:
    """While nothing of ours runs."""
    place.time.at += timedelta(hours=hours)
    for slack in place.people.values():
        await slack.clock.set(place.time.at)


async def test_what_slack_sold_is_kept_when_the_database_is_back_and_what_is_lost_is_said(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused, renewed = iter([True, True, False]), installing.renewed

    def when_it_is_back(desk: Desk, was: Installation, **bought: Any) -> bool:
        if next(refused, False):
            raise Unavailable("no room")
        return renewed(desk, was, **bought)

    monkeypatch.setattr(installing, "renewed", when_it_is_back)
    async with company(store, ONE, rotation=True) as place, place.service() as service:
        await service.install(ONE)
        app, lee = place.slack.team(ONE).team.app, place.people[ONE].person("lee")
        ana = await interview(service, ONE)
        for _ in range(3):
            await service.later(hours=11)
            await service.later(seconds=5)
            await service.later(seconds=5)
        sold = app.sold
        app.refresh_token = "xoxe-1-somebody-has-used-it"
        await service.later(hours=11)
        await service.later(minutes=2)
        told = [each.shown for each in await lee.dm() if "I could not renew it" in each.shown]
        again = await service.install(ONE)
        await service.later(hours=11)
        await ana.says("C")
        await question(ana, 3)

    assert sold == 4  # with the installation, and each of three bought once
    assert len(told) == 1
    assert told[0].endswith("/slack/install")
    assert again.startswith("200")


async def test_who_removed_us_while_nobody_heard_it_is_erased_in_time_too(two: Company) -> None:
    """Nothing is owed there, so that no refused message tells of it either."""
    async with two.service() as service:
        for team in two.people:
            await service.install(team)
        with two.store.transaction(two.id(OTHER)) as tx:
            an_assessment(tx)
        await service.beat()
    two.slack.team(OTHER).team.app.events = frozenset()
    await two.people[OTHER].person("kim").uninstalls_app()

    async with two.service() as service:
        await service.beat()
        lost = with_departure(two)
        await service.later(days=29)
        kept = two.id(OTHER) in two.store.teams()
        await service.later(days=2)

    assert (lost, kept) == ([OTHER], True)
    assert two.id(OTHER) not in two.store.teams()
    assert two.id(ONE) in {each.team_id for each in two.store.installations()}


async def test_only_who_was_sent_comes_back_once_and_in_time(two: Company) -> None:
    stale = "400 This link is not good any more"
    async with two.service() as service:
        mine, theirs = service.browser(), service.browser()
        back = await mine.consents(two.id(ONE))
        stolen = await theirs.opens(back)
        burnt = await mine.opens(back)
        back = await mine.consents(two.id(ONE))
        forged = await mine.opens(back.replace(state_in(back), "x" * 43))
        good = await mine.opens(back)
        replayed = await mine.opens(back)
        late = await mine.consents(two.id(OTHER))
        two.time.at += timedelta(minutes=10)
        late = await mine.opens(late)
        cancelled = await mine.install(two.id(OTHER), answer="deny")
        spanish = await mine.install(two.id(OTHER), answer="deny", language="es-MX,es;q=0.9,en;q=0.8")
        spent = await mine.consents(two.id(OTHER))
        two.slack.team(OTHER).team.grants.clear()
        refused = await mine.opens(spent)
        unheard = await mine.consents(two.id(OTHER))
        await two.people[OTHER].spoil("oauth.v2.access", "unavailable")
        unheard = await mine.opens(unheard)

    for page in (stolen, burnt, forged, replayed, late):
        assert page.startswith(stale)
    assert good.startswith("200 Tidemark is installed in Harbour")
    assert cancelled.startswith("200 Nothing was installed You said no")
    assert spanish.startswith("200 No se instaló nada Dijiste que no")
    assert refused.startswith("502 Slack did not install Tidemark Slack says: invalid_code.")
    assert unheard.startswith("502 Slack did not answer")
    assert [each.team_id for each in two.store.installations()] == [two.id(ONE)]


async def test_tokens_are_sealed_and_their_keys_are_changed_while_it_runs(
    two: Company, database_url: str
) -> None:
    async with two.service() as service:
        for team in two.people:
            await service.install(team)
        ana = await interview(service, ONE)
    tokens = [two.slack.team(team).bot_token for team in two.people]
    old = two.keys
    two.keys = f"{new_key()},{old}"

    changed = rekey(two.store, two.keys.split(","))
    two.keys = two.keys.partition(",")[0]
    (other,) = (each for each in two.store.installations() if each.team_id == two.id(OTHER))
    installing.resealed(two.store, other, Vault([new_key()]).seal(other.team_id, Tokens(tokens[1])))
    async with two.service():
        await ana.says("C")
        await question(ana, 3)
        waits = await two.people[OTHER].person("ana").command("/tidemark help")
    two.keys = old
    with pytest.raises(WrongKeys, match="Add the key with which it was sealed"):
        async with two.service():
            pass
    assert "desk" not in {each.name for each in threading.enumerate()}, "the process would not end"
    kept = everything(database_url)

    assert changed == 2
    assert waits.error == '/tidemark failed with the error "http_service_error"'
    assert two.id(ONE).encode() in kept
    assert not [token for token in tokens if token.encode() in kept]


async def test_who_was_forgotten_because_no_key_opens_their_token_hears_how_to_come_back(
    two: Company,
) -> None:
    async with two.service() as service:
        await service.install(ONE)
        await service.install(OTHER)
    (lost,) = (each for each in two.store.installations() if each.team_id == two.id(OTHER))
    installing.resealed(two.store, lost, Vault([new_key()]).seal(lost.team_id, Tokens("xoxb-lost")))
    ana = two.people[OTHER].person("ana")
    async with two.service():
        before = await ana.command("/tidemark help")
        installing.forget(two.store, lost.team_id, two.time.at, days=30)

        after = await ana.command("/tidemark help")

    assert before.error == '/tidemark failed with the error "http_service_error"'
    assert after.error is None
    assert "is not installed" in after.shown


async def test_an_organisation_is_one_whichever_workspace_its_people_come_from(
    store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    fleet = Organisation("E0FLEET", "Fleet")
    people = [{**each, "id": f"U0{each['name'].upper()}", "is_org_admin": True} for each in PEOPLE]
    groups = {ONE: [], OTHER: [{"handle": "scientists", "name": "Scientists", "members": ["ana", "sol"]}]}
    place = company(store, ONE, OTHER, organisation=fleet, people=people, groups=groups)
    async with place as here, here.service() as service:
        page = await service.install("Fleet")
        lee = here.people[OTHER].person("lee")
        await lee.command("/tidemark start", channel="ml-platform")
        form = await lee.modal("Set up an assessment")
        await form.fill({"subject": "Fleet", "length": SHORT, "groups": ["@scientists"]})
        assert not (await form.submit()).errors
        await checked_and_launched(lee)
        await service.beat()
        ana = {team: slack.person("ana") for team, slack in here.people.items()}
        await ana[OTHER].clicks("Start")
        await ana[ONE].clicks("B", message=await question(ana[ONE], 1))
        await ana[OTHER].says("C")
        await question(ana[ONE], 3)
        await ana[ONE].opens_home()
        home = await ana[OTHER].opens_home()
        with store.transaction(here.id(ONE)) as tx:
            an_assessment(tx)
        port = int(service.url.rpartition(":")[2])
        for name, value in {**here.settings(port), "TIDEMARK_DATABASE_URL": database_url}.items():
            monkeypatch.setenv(name, value)
        left = [each for each in await examine(clock.now, http=True) if "move-team" in each.fix]
        words = ["db", "move-team", here.id(ONE), "--to-org", fleet.id]
        sure = ["--really", "--while-it-runs"]
        tried = await asyncio.to_thread(CliRunner().invoke, main, words)
        behind = store.teams()
        moved = await asyncio.to_thread(CliRunner().invoke, main, [*words, *sure])
        again = await asyncio.to_thread(CliRunner().invoke, main, [*words, *sure])
        await here.people[ONE].person("kim").uninstalls_app()
        await here.people[ONE].settled()
        await service.beat()
        (kept,) = store.installations()
        with store.transaction(kept.team_id) as tx:
            gone = tx.departures.current()

    assert page.startswith("200 Tidemark is installed for Fleet One step is left: choose the workspaces")
    assert "Fleet" in home.shown
    assert (kept.team_id, kept.is_organisation, bool(gone)) == (fleet.id, True, True)
    (finding,) = left
    assert finding.said.startswith(f"{here.id(ONE)} belongs to Fleet (E0FLEET)")
    assert f"`tidemark {' '.join(words)}`" in finding.fix
    assert (tried.exit_code, behind) == (0, sorted([fleet.id, here.id(ONE)]))
    assert re.search(r"(?m)^assessment +1$", tried.stdout)
    assert "Nothing was changed." in tried.stdout
    assert f"All of {here.id(ONE)} is Fleet's (E0FLEET) now." in moved.stdout
    assert (again.exit_code, "there is nothing to move" in again.stderr) == (2, True)
    assert store.teams() == [fleet.id]


async def test_over_socket_mode_one_connection_is_for_all_workspaces(two: Company) -> None:
    async with two.sockets() as service:
        stop = asyncio.Event()
        beats = asyncio.create_task(service.host.beats(every=0.05, until=stop))
        pages = [await service.install(team) for team in two.people]
        for team in two.people:
            await interview(service, team, beats=False)
        stop.set()
        await beats
        connections = two.slack.team(ONE).sockets.open_connections

    assert [page[:3] for page in pages] == ["200", "200"]
    assert connections == 1


async def test_whoever_runs_it_sees_who_has_installed_it_and_what_is_wrong(
    two: Company, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PGOPTIONS", "-c synchronous_commit=on")  # the tests' server does not wait so
    async with two.service() as service:
        for team in two.people:
            await service.install(team)
        await two.people[OTHER].person("kim").uninstalls_app()
        await two.people[OTHER].settled()
        port = int(service.url.rpartition(":")[2])
        for name, value in {**two.settings(port), "TIDEMARK_DATABASE_URL": database_url}.items():
            monkeypatch.setenv(name, value)
        well = await examine(clock.now, http=True)
        listed = await asyncio.to_thread(CliRunner().invoke, main, ["installations", "list"])
        monkeypatch.setenv("SLACK_CLIENT_SECRET", "another")
        monkeypatch.setenv("TIDEMARK_TOKEN_KEYS", new_key())
        wrong = await examine(clock.now, http=True)
        rekeyed = await asyncio.to_thread(CliRunner().invoke, main, ["installations", "rekey"])
        forgotten = [
            await asyncio.to_thread(CliRunner().invoke, main, ["installations", "forget", two.id(ONE)])
            for _ in range(2)
        ]
        await service.beat()
        unknown = await two.people[ONE].person("ana").command("/tidemark help")

    assert "not installed here any more" in unknown.text
    assert [(each.about, each.health) for each in well if each.about not in ("zones", "fonts")] == [
        (about, Health.OK)
        for about in (
            *("settings", "slack", "clock", "client", "redirect", "database", "postings"),
            *("installed", "scopes", "installed"),
        )
    ]
    assert [line.split(None, 1)[0] for line in listed.stdout.splitlines()] == sorted(map(two.id, two.people))
    assert "Ridge: workspace, installed 2026-11-30 by" in listed.stdout
    assert re.search(
        r"removed 2026-11-30 \((app_uninstalled|tokens_revoked)\), erased 2026-12-30", listed.stdout
    )
    assert [(each.about, each.fix.split(".")[0]) for each in wrong if each.health is Health.PROBLEM] == [
        ("client", "Copy both again (Basic Information, App Credentials)"),
        ("installed", "Add the key with which it was sealed"),
    ]
    assert all(each.said.endswith(".") for each in wrong)
    assert rekeyed.exit_code == 2
    assert rekeyed.stderr.endswith("install Tidemark again. Nothing was changed.\n")
    assert [each.exit_code for each in forgotten] == [0, 2]
    told = listed.output + rekeyed.output + "".join(each.said + each.fix for each in [*well, *wrong])
    assert not [team for team in two.people if two.slack.team(team).bot_token in told]


def with_departure(place: Company) -> list[str]:
    """Of which workspaces we know that they have removed us."""
    gone = []
    for team in place.people:
        with place.store.transaction(place.id(team)) as tx:
            gone += [team] if tx.departures.current() else []
    return gone


def everything(database: str) -> bytes:
    """All that somebody reads who gets at the database: a backup of it, and for SQLite its files."""
    with TemporaryDirectory() as folder:
        backup = Path(folder) / "all.gz"
        with inspection.opened(database) as engine:
            archive.save(engine, backup, at=MONDAY)
        read = gzip.decompress(backup.read_bytes())
    if database.startswith("sqlite"):
        file = Path(database.removeprefix("sqlite:///"))
        read += b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
    return read
