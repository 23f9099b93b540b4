"""Several teams in one Slack, an organisation of them, and tokens that have an end."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.places import seed
from workspace.people import People
from workspace.seed import Seed
from workspace.team import Organisation
from workspace.together import Together

CLIENT = {"client_id": "1.2", "client_secret": "secret"}


def a_team(name: str, **app: Any) -> Seed:
    planted = seed(installed=False, **CLIENT, redirect_urls=["http://127.0.0.1:1/back"], **app)
    named = planted.team.model_copy(update={"name": name, "domain": name.lower()})
    return planted.model_copy(update={"team": named})


@pytest.fixture
async def slack() -> AsyncIterator[Together]:
    seeds = [a_team("Harbour", token_rotation=True), a_team("Ridge", token_rotation=True)]
    async with Together.start(seeds) as slack:
        yield slack


async def installed(slack: Together, where: str) -> Any:
    """What a consent there buys; an organisation is named by its id."""
    team = where if where.startswith("E0") else slack.team(where).team.id
    scopes = "channels:read,chat:write,users:read,usergroups:read"
    query = {**CLIENT, "scope": scopes, "team": team}
    async with ClientSession() as web:
        link = f"{slack.url}/oauth/v2/authorize"
        async with web.post(link, params=query, data={"person": "UANA"}, allow_redirects=False) as answer:
            code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    return (await _access(slack, code=code)).data


async def _access(slack: Together, **args: str) -> Any:
    return await AsyncWebClient(base_url=slack.api_url).api_call("oauth.v2.access", data={**CLIENT, **args})


async def test_each_team_has_a_token_of_its_own_at_one_address(slack: Together) -> None:
    bought = {name: await installed(slack, name) for name in ("Harbour", "Ridge")}

    said = {
        name: (await AsyncWebClient(sold["access_token"], base_url=slack.api_url).auth_test()).data
        for name, sold in bought.items()
    }

    assert {name: sold["team"]["name"] for name, sold in bought.items()} == {
        "Harbour": "Harbour",
        "Ridge": "Ridge",
    }
    assert {name: each["team_id"] for name, each in said.items()} == {
        name: slack.team(name).team.id for name in bought
    }


async def test_a_token_ends_and_a_refresh_token_buys_one_more(slack: Together) -> None:
    first = await installed(slack, "Ridge")
    async with People(slack.team("Ridge").url) as people:
        await people.clock.move(hours=11)
        second = (await _access(slack, grant_type="refresh_token", refresh_token=first["refresh_token"])).data
        old = AsyncWebClient(first["access_token"], base_url=slack.api_url)
        still = await old.auth_test()
        with pytest.raises(SlackApiError, match="invalid_refresh_token"):
            await _access(slack, grant_type="refresh_token", refresh_token=first["refresh_token"])
        await people.clock.move(hours=1)
        with pytest.raises(SlackApiError) as ended:
            await old.auth_test()
        new = await AsyncWebClient(second["access_token"], base_url=slack.api_url).auth_test()

    assert first["expires_in"] == 43_200
    assert first["access_token"].startswith("xoxe.xoxb-1-")
    assert (still["ok"], ended.value.response["error"], new["ok"]) == (True, "token_expired", True)


@pytest.fixture
async def whole() -> AsyncIterator[Together]:
    """The teams of an organisation, none of which has the app."""
    events = ["tokens_revoked", "team_access_granted", "team_access_revoked"]
    seeds = [a_team("Harbour", events=events), a_team("Ridge", events=events)]
    async with Together.start(seeds, organisation=Organisation("E0FLEET", "Fleet")) as whole:
        yield whole


async def test_an_organisation_has_one_token_and_says_of_which_team(whole: Together) -> None:
    bought = await installed(whole, "E0FLEET")
    client = AsyncWebClient(bought["access_token"], base_url=whole.api_url)
    teams = (await client.auth_teams_list())["teams"]
    groups = [
        [group["handle"] for group in (await client.usergroups_list(team_id=team["id"]))["usergroups"]]
        for team in teams
    ]
    members = await client.usergroups_users_list(usergroup="SCREW", team_id=teams[1]["id"])
    for asked in (client.usergroups_list(), client.usergroups_users_list(usergroup="SCREW")):
        with pytest.raises(SlackApiError, match="missing_argument"):
            await asked

    assert (bought["team"], bought["enterprise"]) == (None, {"id": "E0FLEET", "name": "Fleet"})
    assert bought["is_enterprise_install"]
    assert [team["name"] for team in teams] == ["Harbour", "Ridge"]
    assert groups == [["crew"], ["crew"]]
    assert members["users"] == ["UANA", "UBEN"]


async def test_an_organisation_takes_over_from_a_team_that_had_the_app_for_itself(whole: Together) -> None:
    alone = await installed(whole, "Harbour")
    before = (await AsyncWebClient(alone["access_token"], base_url=whole.api_url).auth_test()).data

    bought = await installed(whole, "E0FLEET")
    async with People(whole.team("Harbour").url) as people:
        await people.settled()
        (revoked, *_) = told(await people.envelopes())
    with pytest.raises(SlackApiError, match="token_revoked"):
        await AsyncWebClient(alone["access_token"], base_url=whole.api_url).auth_test()
    with pytest.raises(SlackApiError, match="cannot_install_an_org_installed_app"):
        await installed(whole, "Ridge")
    after = (await AsyncWebClient(bought["access_token"], base_url=whole.api_url).auth_test()).data

    harbour = whole.team("Harbour").team.id
    assert (alone["team"]["id"], alone["enterprise"]["id"]) == (harbour, "E0FLEET")
    assert (before["team_id"], before["enterprise_id"], before["is_enterprise_install"]) == (
        harbour,
        "E0FLEET",
        False,
    )
    assert (revoked["type"], revoked["whole"]) == ("tokens_revoked", False)
    assert (after["team_id"], after["is_enterprise_install"]) == ("E0FLEET", True)


async def test_an_organisation_chooses_which_teams_have_its_app(whole: Together) -> None:
    bought = await installed(whole, "E0FLEET")
    client = AsyncWebClient(bought["access_token"], base_url=whole.api_url)
    ridge = whole.team("Ridge")
    async with People(ridge.url) as people:
        await people.person("ana").sends_app_out()
        without = [team["name"] for team in (await client.auth_teams_list())["teams"]]
        with pytest.raises(SlackApiError, match="team_access_not_granted"):
            await client.users_list(team_id=ridge.team.id)
        with pytest.raises(AssertionError, match="not a valid command"):
            await people.person("ana").command("/helper", channel="general")
        with pytest.raises(AssertionError, match="no admin of the organisation"):
            await people.person("ben").lets_app_in()
        await people.person("ana").lets_app_in()
        again = [team["name"] for team in (await client.auth_teams_list())["teams"]]
        await people.settled()
        heard = told(await people.envelopes())

    assert (without, again) == (["Harbour"], ["Harbour", "Ridge"])
    assert [(each["type"], each["team_ids"], each["whole"]) for each in heard] == [
        (f"team_access_{what}", [ridge.team.id], True) for what in ("granted", "revoked", "granted")
    ]


async def test_a_channel_of_an_organisation_is_in_several_of_its_teams(whole: Together) -> None:
    bought = await installed(whole, "E0FLEET")
    client = AsyncWebClient(bought["access_token"], base_url=whole.api_url)
    here, there = whole.team("Harbour"), whole.team("Ridge")
    async with People(here.url) as people, People(there.url) as others:
        await people.person("ana").shares("ours", there.team.id)
        await client.chat_postMessage(channel="COURS", text="for both")
        await others.person("ana").sees("for both", channel="ours")
    room = (await client.conversations_info(channel="COURS"))["channel"]

    assert (room["is_shared"], room["is_org_shared"], room["is_ext_shared"]) == (True, True, False)
    assert room["shared_team_ids"] == [here.team.id, there.team.id]


async def test_who_leaves_a_team_stays_in_the_others_of_the_organisation(whole: Together) -> None:
    bought = await installed(whole, "E0FLEET")
    client = AsyncWebClient(bought["access_token"], base_url=whole.api_url)
    here, there = whole.team("Harbour"), whole.team("Ridge")
    async with People(here.url) as people, People(there.url) as others:
        await people.person("ana").deactivates("ben")
        left = (await client.users_info(user="UBEN"))["user"]
        await others.person("ana").deactivates("ben")
        gone = (await client.users_info(user="UBEN"))["user"]

    assert (left["deleted"], left["enterprise_user"]["teams"]) == (False, [there.team.id])
    assert (gone["deleted"], gone["enterprise_user"]["teams"]) == (True, [])


def told(envelopes: list[Any]) -> list[Any]:
    """The events, and whether they are of a whole organisation."""
    payloads = [each["payload"] for each in envelopes if each["kind"] == "events_api"]
    return [
        {**each["event"], "whole": each["authorizations"][0]["is_enterprise_install"]} for each in payloads
    ]
