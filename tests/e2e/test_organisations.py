"""An organisation that has installed us once, for all of its workspaces: who belongs to which of them, who
may do what there, and what is left when a workspace or all of it goes."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from bot import starting
from bot.__main__ import main
from bot.doctor import examine
from bot.listeners import changes
from bot.settings import Settings
from bot.vault import new_key
from storage.records import PostingState
from storage.store import Store
from tests.e2e.company import (
    Company,
    Service,
    checked_and_launched,
    company,
    launch,
    question,
)
from tests.e2e.workspace import SHORT, never_short
from workspace.events import shared
from workspace.people import Modal, Someone
from workspace.team import Organisation

pytestmark = pytest.mark.usefixtures("as_it_runs")
ONE, OTHER, WHOLE = "Harbour", "Ridge", "Fleet"


def _person(name: str, title: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "id": f"U0{name.upper()}", "title": title, "tz": "Europe/London", **more}


#: Zoe works in both workspaces, and Olga looks after the organisation.
_IN_BOTH = [_person("zoe", "Data Scientist"), _person("olga", "IT", is_org_admin=True, is_admin=True)]
_HERE = [
    _person("lee", "Head of Platform"),
    _person("ana", "Data Scientist"),
    _person("kim", "Product Manager", is_admin=True),
]
_THERE = [
    _person("ray", "Head of Data"),
    _person("rosa", "Data Scientist"),
    _person("kay", "Product Manager", is_admin=True),
]
PEOPLE = {ONE: [*_IN_BOTH, *_HERE], OTHER: [*_IN_BOTH, *_THERE]}
CHANNELS = {
    team: [{"name": f"ml-{team.lower()}", "members": [each["name"] for each in people], "app": True}]
    for team, people in PEOPLE.items()
}
GROUPS = {
    ONE: [{"handle": "scientists", "name": "Scientists", "members": ["ana"]}],
    OTHER: [{"handle": "analysts", "name": "Analysts", "members": ["rosa"]}],
}


@pytest.fixture
async def fleet(store: Store) -> AsyncIterator[Company]:
    """Not installed anywhere yet."""
    async with a_fleet(store) as ready:
        yield ready


def a_fleet(store: Store, **more: Any) -> AbstractAsyncContextManager[Company]:
    whole = Organisation("E0FLEET", WHOLE)
    seeds: dict[str, Any] = {"people": PEOPLE, "channels": CHANNELS, "groups": GROUPS}
    return company(store, ONE, OTHER, organisation=whole, **seeds, **more)


async def launched(service: Service, team: str, by: str, *people: str) -> None:
    await launch(service, team, *people, subject=f"{team} models", by=by, channel=f"ml-{team.lower()}")
    await service.beat()


async def test_what_one_workspace_of_an_organisation_assesses_the_other_does_not_hear_of(
    fleet: Company,
) -> None:
    async with fleet.service() as service:
        await service.install(WHOLE)
        await launched(service, ONE, "lee", "ana", "zoe")
        await launched(service, OTHER, "ray", "rosa", "zoe")
        await service.later(days=2)
        seen = {
            (team, name): await everything_seen(fleet.people[team].person(name), f"ml-{team.lower()}")
            for team, names in ((ONE, ("lee", "ana", "kim")), (OTHER, ("ray", "rosa", "kay")))
            for name in names
        }
        homes = [await slack.person("zoe").opens_home() for slack in fleet.people.values()]
        zoe = [each.shown for each in await fleet.people[ONE].person("zoe").dm() if "At most 3" in each.shown]
        form = str((await opens_scope(fleet.people[OTHER].person("ray"))).blocks)

    for (team, name), what in seen.items():
        assert (f"{ONE} models" in what, f"{OTHER} models" in what) == (team == ONE, team == OTHER), name
    assert len({re.sub(r"@\w+", "@somebody", each.shown) for each in homes}) == 1
    assert all(f"{team} models" in homes[0].shown for team in (ONE, OTHER))
    (reminder,) = zoe
    assert all(f"{team} models" in reminder for team in (ONE, OTHER))
    assert ("@analysts" in form, "@scientists" in form) == (True, False)


async def test_what_nobody_facilitates_is_for_who_looks_after_the_organisation(
    fleet: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it takes long to find them, among the many people of an organisation."""
    monkeypatch.setattr(changes, "PATIENCE", 0.01)
    async with fleet.service() as service:
        await service.install(WHOLE)
        await launched(service, ONE, "lee", "ana")
        here, there = (fleet.people[team] for team in (ONE, OTHER))
        await here.spoil("users.list", "ratelimited")
        await here.person("kim").deactivates("lee")
        await here.settled()
        attempts = [each["attempt"] for each in await here.envelopes() if about(each, "user_change")]
        await service.beat()
        asked = {
            name: any("hand it over" in each.shown for each in await slack.person(name).dm())
            for slack, name in ((here, "kim"), (there, "kay"), (there, "olga"))
        }
        refused = await there.person("kay").command("/tidemark hand-over", channel="ml-ridge")
        olga = there.person("olga")
        await olga.command("/tidemark hand-over", channel="ml-ridge")
        form = await olga.modal()

    assert attempts == [0]
    assert asked == {"kim": False, "kay": False, "olga": True}
    assert "no assessment" in refused.shown
    assert "Harbour models" in form.shown


async def test_who_leaves_one_workspace_has_not_left_the_organisation(fleet: Company) -> None:
    async with fleet.service() as service:
        await service.install(WHOLE)
        await launched(service, ONE, "lee", "zoe")
        here, there = (fleet.people[team] for team in (ONE, OTHER))
        gone = []
        for admin in (here.person("kim"), there.person("kay")):
            await admin.deactivates("zoe")
            await here.settled()
            await there.settled()
            await service.beat()
            with fleet.store.transaction("E0FLEET") as tx:
                gone.append(tx.people.get("U0ZOE").gone)

    assert gone == [False, True]


async def test_nobody_of_an_organisation_is_written_to_in_their_quiet_hours(fleet: Company) -> None:
    """Slack tells of them by workspace."""
    async with fleet.service() as service:
        await service.install(WHOLE)
        there = fleet.people[OTHER]
        rosa, kay = there.person("rosa"), there.person("kay")
        for each in (rosa, kay):
            await each.wants_quiet("09:00", "15:00")
        await launched(service, OTHER, "ray", "rosa", "kay")
        before = [await each.dm() for each in (rosa, kay)]
        await service.later(hours=6)
        after = [await rosa.sees("asks for your view"), await kay.sees("asks for your view")]

    assert before == [[], []]
    assert len(after) == 2


async def test_a_workspace_that_the_organisation_takes_out_is_missed_by_nobody_else(fleet: Company) -> None:
    async with fleet.service() as service:
        await service.install(WHOLE)
        for team, by, who in ((ONE, "lee", "ana"), (OTHER, "ray", "rosa")):
            await launched(service, team, by, who)
        here, there = (fleet.people[team] for team in (ONE, OTHER))
        ana, rosa = here.person("ana"), there.person("rosa")
        await ana.clicks("Start", message=await ana.sees("asks for your view"))
        card = await question(ana, 1)
        await there.person("olga").sends_app_out()
        await service.later(days=2)
        await ana.clicks("B", message=card)
        await question(ana, 2)
        form = str((await opens_scope(here.person("lee"))).blocks)
        await there.person("olga").lets_app_in()
        await rosa.clicks("Start", message=await rosa.sees("asks for your view"))
        await question(rosa, 1)

    assert "@scientists" in form
    assert removed(fleet, "E0FLEET") is None


async def test_what_is_due_there_meanwhile_is_given_up_in_a_line(fleet: Company) -> None:
    async with fleet.service() as service:
        await service.install(WHOLE)
        await launched(service, OTHER, "ray", "rosa")
        await fleet.people[OTHER].person("olga").sends_app_out()
        with capture_logs() as log:
            await service.later(days=2)
        with fleet.store.transaction("E0FLEET") as tx:
            given_up = [(each.kind, each.note) for each in tx.postings.in_state(PostingState.FAILED)]
        await fleet.people[OTHER].person("olga").lets_app_in()
        await service.later(days=5)
        await fleet.people[OTHER].person("rosa").sees("Reminder")

    assert given_up == [("nudge", "channel_not_found")]
    assert [(each["event"], each["error"]) for each in log if each["log_level"] in {"warning", "error"}] == [
        ("profile_not_read", "user_not_found"),
        ("post_refused", "channel_not_found"),
        ("profile_not_read", "user_not_found"),
    ]


@pytest.mark.parametrize("event", ["app_uninstalled", "tokens_revoked"])
@pytest.mark.parametrize(
    "named",
    [
        {"team_id": "T", "enterprise_id": "E0FLEET", "is_enterprise_install": True},
        {"team_id": "T", "enterprise_id": "E0FLEET"},
        {"team_id": "E0FLEET", "enterprise_id": "E0FLEET"},
        {"enterprise_id": "E0FLEET"},
    ],
    ids=lambda named: "+".join(named),
)
async def test_that_an_organisation_has_removed_us_is_heard_however_slack_names_it(
    fleet: Company, event: str, named: dict[str, Any]
) -> None:
    """Slack's examples of these two events carry no authorizations."""
    ids = {**named, **({"team_id": fleet.id(OTHER)} if named.get("team_id") == "T" else {})}
    async with fleet.service() as service:
        await service.install(WHOLE)
        await launched(service, ONE, "lee", "ana")
        server, olga = fleet.slack.team(OTHER), fleet.people[OTHER].person("olga")
        said: dict[str, Any] = {"type": event, "tokens": {"oauth": [], "bot": [server.team.app.bot.id]}}
        fleet.slack.team(OTHER).team.app.events = frozenset()  # it says so in our words, and not in its own
        server.delivery.tell(
            {
                "type": "event_callback",
                "token": "workspace",
                "api_app_id": server.team.app.id,
                "event": said,
                "event_id": f"Ev{event}",
                "event_time": int(fleet.time.at.timestamp()),
                **ids,
            }
        )
        await fleet.people[OTHER].settled()
        heard = removed(fleet, "E0FLEET")
        await olga.uninstalls_app()
        await service.later(days=2)
        reminded = [each for each in await fleet.people[ONE].person("ana").dm() if "Reminder" in each.shown]
        await service.later(days=29)
        left = fleet.store.teams()

    assert heard == event
    assert reminded == []
    assert left == []


async def test_an_organisation_takes_over_from_a_workspace_whose_data_wait_to_be_moved(
    fleet: Company, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    one = fleet.id(ONE)
    async with fleet.service() as service:
        await service.install(ONE)
        await launched(service, ONE, "lee", "ana")
        ana = fleet.people[ONE].person("ana")
        await ana.clicks("Start", message=await ana.sees("asks for your view"))
        await ana.clicks("B", message=await question(ana, 1))
        await service.install(WHOLE)
        await fleet.people[ONE].settled()
        before = await ana.command("/tidemark status", channel="ml-harbour")
        set_up(monkeypatch, fleet, service, database_url)
        (behind,) = [each for each in await examine(fleet.time.now, http=True) if "move-team" in each.fix]
        listed = await tidemark("installations", "list")
        moved = await tidemark("db", "move-team", one, "--to-org", "E0FLEET", "--really", "--while-it-runs")
        after = await ana.command("/tidemark status", channel="ml-harbour")
        await ana.says("continue")
        await question(ana, 2)
        await service.later(days=31)
        kept = fleet.store.teams()
        again = await service.install(ONE)

    assert "no assessment" in before.shown
    assert removed(fleet, one) is None  # forgotten with all that was its own
    assert f"{one} belongs to Fleet (E0FLEET)" in behind.said
    assert "erased on 2026-12-30" in behind.said
    assert re.search(
        rf"(?m)^{one} .*removed 2026-11-30 \(tokens_revoked\), erased 2026-12-30$", listed.stdout
    )
    assert re.search(r"(?m)^E0FLEET +Fleet: organisation, installed 2026-11-30", listed.stdout)
    assert moved.exit_code == 0
    assert "Harbour models" in after.shown
    assert kept == ["E0FLEET"]
    assert again.startswith("409 Your organisation has Tidemark already")


async def test_in_a_channel_of_both_workspaces_both_find_what_is_posted_there(fleet: Company) -> None:
    async with fleet.service() as service:
        await service.install(WHOLE)
        await launched(service, ONE, "lee", "ana")
        here, there = (fleet.people[team] for team in (ONE, OTHER))
        server = fleet.slack.team(ONE).team
        channel = server.channel("ml-harbour")
        await here.person("kim").shares("ml-harbour", fleet.id(OTHER))
        for team in (fleet.id(OTHER), "E0FLEET"):  # should Slack say so of them at all
            shared(server, channel, team)
        await here.settled()
        paused = [
            each.shown for each in await here.person("lee").dm() if "another organisation" in each.shown
        ]
        await there.person("rosa").joins("ml-harbour")
        status = await there.person("rosa").command("/tidemark status", channel="ml-harbour")
        own = await there.person("rosa").command("/tidemark status", channel="ml-ridge")
        await here.person("kim").shares("ml-harbour", "T0STRANGE")
        await here.settled()
        await service.beat()
        asked = [each.shown for each in await here.person("lee").dm() if "another organisation" in each.shown]

    assert "0 of 1 person has sent" in status.shown
    assert "no assessment" in own.shown
    assert (len(paused), len(asked)) == (0, 1)


async def test_the_token_of_an_organisation_is_renewed_sealed_anew_and_replaced(
    store: Store, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    async with a_fleet(store, rotation=True) as fleet:
        async with fleet.service() as service:
            await service.install(WHOLE)
            await launched(service, OTHER, "ray", "rosa")
            rosa = fleet.people[OTHER].person("rosa")
            await rosa.clicks("Start", message=await rosa.sees("asks for your view"))
            await service.later(hours=11)
            await rosa.clicks("B", message=await question(rosa, 1))
            app = fleet.slack.team(OTHER).team.app
            app.scopes = tuple(each for each in app.scopes if each != "usergroups:read")
            set_up(monkeypatch, fleet, service, database_url)
            lacking = await said_of_scopes(fleet)
            old, fleet.keys = fleet.keys, f"{new_key()},{fleet.keys}"
            monkeypatch.setenv("TIDEMARK_TOKEN_KEYS", fleet.keys)
            rekeyed = await tidemark("installations", "rekey")
        fleet.keys = fleet.keys.removesuffix(f",{old}")
        async with fleet.service() as service:
            again = await service.install(WHOLE)
            await service.later(hours=11)
            await rosa.says("C")
            await question(rosa, 3)
            set_up(monkeypatch, fleet, service, database_url)
            well = await said_of_scopes(fleet)
            # The doctor tries it with a code that is none; and not everybody is in each workspace.
            untold = {"oauth.v2.access", "dnd.info", "dnd.teamInfo"}
            answers = {
                each["response"]["ok"]
                for slack in fleet.people.values()
                for each in await slack.requests()
                if each["method"] not in untold
            }

    assert app.sold == 4  # with each installation, and after eleven hours
    assert any("usergroups:read is missing" in each for each in lacking)
    assert well == ["Fleet (E0FLEET): All scopes of manifest.yml are granted."]
    assert (rekeyed.exit_code, rekeyed.stdout) == (0, "1 sealed with the newest key.\n")
    assert again.startswith("200 Tidemark is installed for Fleet")
    assert answers == {True}


async def test_one_process_speaks_for_an_organisation_whose_token_it_is_given(
    fleet: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fleet.service() as service:
        await service.install(WHOLE)
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        monkeypatch.delenv(name)
    app = fleet.slack.team(ONE).team.app
    settings = Settings(
        SLACK_BOT_TOKEN=app.bot_token, SLACK_APP_TOKEN=app.app_token, SLACK_API_URL=fleet.slack.api_url
    )
    for slack in fleet.people.values():
        await slack.delivers_by_socket()
    life = starting.running(settings, fleet.store, now=fleet.time.now, seconds=never_short())
    async with life as bot:
        ray = fleet.people[OTHER].person("ray")
        form = await opens_scope(ray)
        await form.fill({"subject": "Ridge models", "length": SHORT, "groups": ["@analysts"]})
        assert not (await form.submit()).errors
        await checked_and_launched(ray)
        await bot.poster.post_due()
        await fleet.people[OTHER].person("rosa").sees("asks for your view")
        asked = [
            each["args"]["team_id"]
            for slack in fleet.people.values()
            for each in await slack.requests(method="usergroups.users.list")
        ]

    assert set(asked) == {fleet.id(OTHER)}, "the group is looked for where it is"
    assert fleet.store.teams() == ["E0FLEET"]


async def opens_scope(person: Someone) -> Modal:
    team = ONE if person.name in {each["name"] for each in _HERE} else OTHER
    await person.command("/tidemark start", channel=f"ml-{team.lower()}")
    return await person.modal("Set up an assessment")


async def everything_seen(person: Someone, channel: str) -> str:
    """What somebody gets to see who asks us for all that there is."""
    commands = ("status", "result", "plan", "history", "digest", "compare", "export", "hand-over", "my-data")
    replies = [await person.command(f"/tidemark {each}", channel=channel) for each in commands]
    home = await person.opens_home()
    messages = [each.shown for each in [*await person.dm(), *await person.reads(channel)]]
    return "\n".join([*(each.shown for each in replies), home.shown, *messages])


def about(envelope: dict[str, Any], event: str) -> bool:
    return bool((envelope["payload"].get("event") or {}).get("type") == event)


def removed(place: Company, team: str) -> str | None:
    """Why we have left there, if we have."""
    with place.store.transaction(team) as tx:
        gone = tx.departures.current()
    return gone.why if gone else None


def set_up(monkeypatch: pytest.MonkeyPatch, place: Company, service: Service, database_url: str) -> None:
    """For our commands, as the service has it."""
    port = int(service.url.rpartition(":")[2])
    for name, value in {**place.settings(port), "TIDEMARK_DATABASE_URL": database_url}.items():
        monkeypatch.setenv(name, value)


async def said_of_scopes(place: Company) -> list[str]:
    return [each.said for each in await examine(place.time.now, http=True) if each.about == "scopes"]


async def tidemark(*words: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, main, words)
