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


async def installed(slack: Together, name: str) -> Any:
    """What a consent there buys."""
    query = {**CLIENT, "scope": "chat:write,users:read,usergroups:read", "team": slack.team(name).team.id}
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


async def test_an_organisation_has_one_token_and_says_of_which_team(slack: Together) -> None:
    fleet = Organisation("E0FLEET", "Fleet")
    async with Together.start([a_team("Harbour"), a_team("Ridge")], organisation=fleet) as whole:
        bought = await installed(whole, "Harbour")
        client = AsyncWebClient(bought["access_token"], base_url=whole.api_url)
        teams = (await client.auth_teams_list())["teams"]
        groups = [
            [group["handle"] for group in (await client.usergroups_list(team_id=team["id"]))["usergroups"]]
            for team in teams
        ]
        with pytest.raises(SlackApiError, match="missing_argument"):
            await client.usergroups_list()

    assert (bought["team"], bought["enterprise"]) == (None, {"id": "E0FLEET", "name": "Fleet"})
    assert bought["is_enterprise_install"]
    assert [team["name"] for team in teams] == ["Harbour", "Ridge"]
    assert len(groups) == 2
