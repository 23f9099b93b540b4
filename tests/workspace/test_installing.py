"""An app gets its token through the consent page, as Bolt's OAuth flows do it, and loses it again."""

import re
import socket
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientSession, DummyCookieJar
from slack_bolt import App
from slack_bolt.app.async_server import AsyncSlackAppServer
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.oauth.oauth_flow import OAuthFlow
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.places import Json, seed
from tests.workspace.test_apps import behind_a_url
from tests.workspace.test_http import served
from workspace.people import People
from workspace.server import Workspace

ASKED = ["chat:write", "channels:read"]
#: slack_sdk names the client in a way that aiohttp no longer likes.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


@pytest.fixture
def port() -> int:
    """Where the app will listen: its redirect URL is registered before it starts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


@pytest.fixture
async def server(port: int) -> AsyncIterator[Workspace]:
    planted = seed(
        installed=False,
        signing_secret="hush",
        client_id="1.2",
        client_secret="secret",
        redirect_urls=[f"http://127.0.0.1:{port}/slack/oauth_redirect"],
        events=["message.channels"],
    )
    async with Workspace.start(planted) as server:
        yield server


def settings(kind: Any, server: Workspace, folder: Path) -> Any:
    states, installations = str(folder / "states"), str(folder / "installations")
    return kind(
        client_id="1.2",
        client_secret="secret",
        scopes=ASKED,
        authorization_url=f"{server.url}/oauth/v2/authorize",
        state_store=FileOAuthStateStore(expiration_seconds=60, base_dir=states, client_id="1.2"),
        installation_store=FileInstallationStore(base_dir=installations, client_id="1.2"),
    )


async def install(app_url: str, *, answer: str = "allow") -> str:
    """Somebody follows the link, reads the page, and decides. A browser sends the app's secure cookie back to
    this machine without https; aiohttp would not, so it is carried by hand."""
    async with ClientSession(cookie_jar=DummyCookieJar()) as browser:
        async with browser.get(app_url.replace("/events", "/install")) as start:
            link = re.search(r'href="([^"]+/oauth/v2/authorize[^"]+)"', await start.text())
            cookie = {"Cookie": start.headers["Set-Cookie"].partition(";")[0]}
        assert link
        url = link.group(1).replace("&amp;", "&")
        async with browser.get(url) as page:
            assert "Helper asks for access to Harbour" in await page.text()
        form = {"answer": answer, "person": "UANA"}
        async with browser.post(url, data=form, allow_redirects=False) as sent:
            back = sent.headers["Location"]
        async with browser.get(back, headers=cookie) as done:
            return await done.text()


async def test_bolt_installs_itself(server: Workspace, slack: People, tmp_path: Path, port: int) -> None:
    client = AsyncWebClient(base_url=server.api_url)
    flow = AsyncOAuthFlow(client=client, settings=settings(AsyncOAuthSettings, server, tmp_path))
    app = AsyncApp(client=client, signing_secret="hush", oauth_flow=flow)

    @app.event("message")
    async def answer(event: Json, say: Any) -> None:
        await say(f"You said: {event['text']}")

    ana = slack.person("ana")
    async with served(AsyncSlackAppServer(0, "/slack/events", app).web_app, port=port) as url:
        thanks = await install(url)
        await slack.delivers_to(url)
        await ana.says("hello", to="ours")
        await ana.sees("You said: hello", channel="ours")

    assert "Thank you" in thanks
    assert server.team.app.scopes == tuple(ASKED)


async def test_bolt_installs_itself_synchronously(
    server: Workspace, slack: People, tmp_path: Path, port: int
) -> None:
    client = WebClient(base_url=server.api_url)
    flow = OAuthFlow(client=client, settings=settings(OAuthSettings, server, tmp_path))
    app: App = App(client=client, signing_secret="hush", oauth_flow=flow)

    @app.event("message")
    def answer(event: Json, say: Any) -> None:
        say(f"You said: {event['text']}")

    ana = slack.person("ana")
    with behind_a_url(app, port=port) as url:
        thanks = await install(url)
        await slack.delivers_to(url)
        await ana.says("hello", to="ours")
        await ana.sees("You said: hello", channel="ours")
        await slack.settled()

    assert "Thank you" in thanks


async def test_who_says_no_is_sent_back_with_that(server: Workspace, port: int) -> None:
    link = f"{server.url}/oauth/v2/authorize?client_id=1.2&scope=chat:write&state=s1"

    form = {"answer": "deny"}
    async with ClientSession() as web, web.post(link, data=form, allow_redirects=False) as answer:
        back = urlsplit(answer.headers["Location"])

    assert (answer.status, back.port, back.path) == (302, port, "/slack/oauth_redirect")
    assert parse_qs(back.query) == {"error": ["access_denied"], "state": ["s1"]}
    assert not server.team.app.installed


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("client_id=9.9&scope=chat:write", "invalid_client_id"),
        ("client_id=1.2", "no_scopes"),
        ("client_id=1.2&scope=chat:write&redirect_uri=https://elsewhere.example", "bad_redirect_uri"),
    ],
)
async def test_a_wrong_link_leads_nowhere(server: Workspace, query: str, said: str) -> None:
    async with ClientSession() as web, web.get(f"{server.url}/oauth/v2/authorize?{query}") as page:
        assert (page.status, said in await page.text()) == (400, True)


async def test_a_code_is_good_once_and_for_ten_minutes(server: Workspace, slack: People) -> None:
    client = AsyncWebClient(base_url=server.api_url)
    used, late = await _code(server), await _code(server)

    given = await _bought(client, used)

    assert given["access_token"] == server.bot_token
    assert given["scope"] == "chat:write,im:write"
    assert given["authed_user"] == {"id": "UANA"}
    assert given["team"]["name"] == "Harbour"
    with pytest.raises(SlackApiError, match="invalid_code"):
        await _bought(client, used)
    await slack.clock.move(minutes=11)
    with pytest.raises(SlackApiError, match="invalid_code"):
        await _bought(client, late)


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"client_secret": "wrong"}, "bad_client_secret"),
        ({"client_id": "wrong"}, "invalid_client_id"),
        ({"redirect_uri": "https://elsewhere.example"}, "bad_redirect_uri"),
        ({"code_verifier": "x"}, "pkce_not_allowed"),
        ({"grant_type": "password"}, "invalid_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_refresh_token"),
    ],
)
async def test_a_code_is_for_who_asked(server: Workspace, port: int, args: Json, error: str) -> None:
    back = f"http://127.0.0.1:{port}/slack/oauth_redirect"
    code = await _code(server, redirect_uri=back)
    whole = {"client_id": "1.2", "client_secret": "secret", "code": code, "redirect_uri": back} | args

    with pytest.raises(SlackApiError, match=error):
        await AsyncWebClient(base_url=server.api_url).api_call("oauth.v2.access", data=whole)


async def test_who_approves_may_give_a_token_of_their_own(server: Workspace) -> None:
    client = AsyncWebClient(base_url=server.api_url)

    both = await _bought(client, await _code(server, user_scope="chat:write,search:read"))
    only = await _bought(client, await _code(server, scope="", user_scope="users:read"))

    assert both["access_token"] == server.bot_token
    assert both["authed_user"] == {
        "id": "UANA",
        "scope": "chat:write,search:read",
        "access_token": server.user_token("ana"),
        "token_type": "user",
    }
    assert "access_token" not in only.data
    assert only["authed_user"]["scope"] == "chat:write,search:read,users:read"
    assert (await client.auth_test(token=only["authed_user"]["access_token"]))["user"] == "ana"


async def test_a_verifier_stands_for_the_secret(server: Workspace, port: int) -> None:
    """The pair is that of RFC 7636, appendix B."""
    server.team.app.pkce = True
    challenge, verifier = (
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    )
    asked = {"code_challenge": challenge, "code_challenge_method": "S256"}
    given = {"client_id": "1.2", "code": await _code(server, **asked), "code_verifier": verifier}

    bought = await AsyncWebClient(base_url=server.api_url).api_call("oauth.v2.access", data=given)

    assert bought["access_token"] == server.bot_token
    given = {"client_id": "1.2", "client_secret": "secret", "code": await _code(server, **asked)}
    with pytest.raises(SlackApiError, match="invalid_code_verifier"):
        await AsyncWebClient(base_url=server.api_url).api_call("oauth.v2.access", data=given)


@pytest.mark.parametrize(
    ("pkce", "query", "said"),
    [
        (False, "scope=chat:write&code_challenge=x", "pkce_not_allowed"),
        (True, "scope=chat:write&code_challenge=x&code_challenge_method=plain", "not S256"),
        (True, "scope=chat:write&redirect_uri=http://localhost:1/back", "cannot ask for bot scopes"),
    ],
)
async def test_pkce_has_its_rules(server: Workspace, pkce: bool, query: str, said: str) -> None:
    server.team.app.pkce, server.team.app.redirect_urls = pkce, ("http://localhost:1",)

    link = f"{server.url}/oauth/v2/authorize?client_id=1.2&{query}"
    async with ClientSession() as web, web.get(link) as page:
        assert (page.status, said in await page.text()) == (400, True)


async def test_the_client_may_come_in_the_header(server: Workspace) -> None:
    code = await _code(server)

    headers = {"Authorization": f"Basic {b64encode(b'1.2:secret').decode()}"}
    url = f"{server.api_url}oauth.v2.access"
    async with ClientSession() as web, web.post(url, data={"code": code}, headers=headers) as answer:
        said = await answer.json()

    assert (said["ok"], said["token_type"]) == (True, "bot")


async def test_coming_back_it_has_another_token(server: Workspace, slack: People) -> None:
    client = AsyncWebClient(base_url=server.api_url)
    first = (await _bought(client, await _code(server)))["access_token"]
    same = (await _bought(client, await _code(server)))["access_token"]

    test = await client.auth_revoke(token=first, test=True)
    gone = await client.auth_revoke(token=first)
    second = (await _bought(client, await _code(server)))["access_token"]

    assert (test["revoked"], gone["revoked"]) == (False, True)
    assert first == same != second
    with pytest.raises(SlackApiError, match="token_revoked"):
        await client.auth_test(token=first)
    assert (await client.auth_test(token=second))["ok"]
    assert (await client.apps_uninstall(token=second, client_id="1.2", client_secret="secret"))["ok"]
    with pytest.raises(SlackApiError, match="account_inactive"):
        await client.auth_test(token=second)


async def _code(server: Workspace, **more: str) -> str:
    query = {"client_id": "1.2", "scope": "chat:write,im:write", **more}
    async with ClientSession() as web:
        link, form = f"{server.url}/oauth/v2/authorize", {"person": "UANA"}
        async with web.post(link, params=query, data=form, allow_redirects=False) as answer:
            return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


async def _bought(client: AsyncWebClient, code: str) -> Any:
    return await client.oauth_v2_access(client_id="1.2", client_secret="secret", code=code)
