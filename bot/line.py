"""The line to Slack. It stands before anybody can answer: Slack takes our tokens, and over Socket Mode we are
connected, while the rest of the program is still being loaded. So this module and what it imports know
nothing of listeners, views and use cases."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from urllib.request import getproxies

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import scopes, tracing
from bot.settings import HttpSettings, Settings
from bot.slack import NOT_NOW, SLACK_TIMEOUT, UNSURE, SlackClient, tenant_of
from bot.socket import Socket


class CannotReachSlack(Exception):
    """Slack cannot be reached, or does not take our tokens."""


class SlackIsAway(CannotReachSlack):
    """It may be there a little later."""


@dataclass(frozen=True)
class Line:
    """To the workspace `team`, or a `whole` organisation, which did not grant the scopes in `lacking`. What
    comes over the socket waits for who answers; there is none where Slack sends us requests."""

    session: ClientSession
    client: SlackClient
    team: str
    whole: bool
    lacking: tuple[str, ...]
    socket: Socket | None


@asynccontextmanager
async def calling(settings: Settings | HttpSettings) -> AsyncIterator[Line]:
    """Raises: CannotReachSlack."""
    async with slack_session() as session:
        client = slack_client(settings, session)
        with refusals_in_words(client, "SLACK_BOT_TOKEN"):
            said = await client.auth_test()
        place = await try_the_app_token(client, settings)
        socket = socket_of(client, settings) if isinstance(settings, Settings) else None
        line = Line(
            session=session,
            client=client,
            team=tenant_of(said),
            whole=bool(said.get("is_enterprise_install")),
            lacking=scopes.missing(said.headers.get("x-oauth-scopes")),
            socket=socket,
        )
        if not socket:
            yield line
            return
        try:
            await socket.connect(place)
            yield line
        finally:
            await socket.close()


def slack_session() -> ClientSession:
    """For all calls to Slack and others; its time limit holds for each. Where the machine has a proxy, what
    NO_PROXY does not except goes through it; where it has none, nobody looks for one with each call."""
    return ClientSession(timeout=ClientTimeout(total=SLACK_TIMEOUT), trust_env=bool(getproxies()))


def slack_client(
    settings: Settings | HttpSettings, session: ClientSession, token: str | None = None
) -> SlackClient:
    """All calls share one HTTP session, whose time limit holds for each. No retries of the client's own: it
    would post twice. Without a `token` it has that of the settings, if there is one."""
    if token is None and settings.slack_bot_token:
        token = settings.slack_bot_token.get_secret_value()
    return tracing.client_class()(
        token=token,
        base_url=settings.slack_api_url,
        session=session,
        retry_handlers=[],
    )


def socket_of(client: AsyncWebClient, settings: Settings) -> Socket:
    return Socket(client, settings.slack_app_token.get_secret_value())


async def try_the_app_token(client: AsyncWebClient, settings: Settings | HttpSettings) -> str | None:
    """Where Slack would have us connect, over Socket Mode; the socket's own client would try a bad app token
    for ever. Raises: CannotReachSlack."""
    if not isinstance(settings, Settings):
        return None
    with refusals_in_words(client, "SLACK_APP_TOKEN"):
        said = await client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
        return str(said["url"])


@contextmanager
def refusals_in_words(client: AsyncWebClient, setting: str) -> Iterator[None]:
    """Raises: CannotReachSlack, SlackIsAway."""
    try:
        yield
    except SlackApiError as error:
        raise _refusal(setting, error, client.base_url) from None
    except (ClientError, TimeoutError, OSError, AttributeError) as error:
        raise SlackIsAway(
            f"Slack cannot be reached at {client.base_url} ({type(error).__name__}). "
            "Check the network, or SLACK_API_URL (it ends in /api/)."
        ) from None


def _refusal(setting: str, error: SlackApiError, url: str) -> CannotReachSlack:
    from bot.patience import NO_WORDS, reason  # and the refusals that people hear

    why, status = reason(error), error.response.status_code
    if status >= 500 or status == 429 or why in NOT_NOW | UNSURE:
        said = f"HTTP {status}" if why == NO_WORDS else why
        return SlackIsAway(
            f"Slack does not answer at {url} now ({said}). Try again in a moment; "
            "https://slack-status.com says whether Slack has trouble."
        )
    if why == NO_WORDS:
        return CannotReachSlack(
            f"{url} does not answer as Slack's API does. SLACK_API_URL ends in /api/; check it."
        )
    kind = "Bot User OAuth Token" if setting == "SLACK_BOT_TOKEN" else "app-level token"
    return CannotReachSlack(f"Slack does not take {setting} ({why}). Copy the {kind} again.")
