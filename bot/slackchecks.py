"""What `tidemark doctor` asks Slack: whether it takes our tokens, what it grants us, what time it is there,
and in which channels we are."""

from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice

from aiohttp import ClientError, ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import scopes
from bot.findings import Finding, ok, problem, warning
from bot.oauth import OAuth
from bot.patience import NO_WORDS, reason
from bot.settings import HttpSettings, Settings, StoreSettings
from bot.slack import tenant_of
from storage import inspection
from storage.errors import CannotOpenDatabase
from storage.migrations import newest

#: By which our clock may differ from Slack's: at the second, HTTP requests are refused as replayed.
SKEW, REPLAY = timedelta(seconds=30), timedelta(minutes=5)
#: Slack lets an app ask for so many channels in a minute, and for a few more.
MOST_CHANNELS = 40
NO_ANSWER = (ClientError, TimeoutError, OSError, AttributeError)
#: What Slack says of a consent that nobody gave, to an app that it knows.
_NO_SUCH_CONSENT = "invalid_code"
#: What Slack says of an app that has Socket Mode off.
_IS_OFF = "Socket Mode is not turned on"


async def of_workspace(
    client: AsyncWebClient, settings: Settings | HttpSettings, now: Callable[[], datetime]
) -> tuple[str, list[Finding]]:
    """The id of the workspace, or of the organisation whose token it is, none if Slack did not say; and the
    findings."""
    try:
        said = await client.auth_test()
    except SlackApiError as error:
        if reason(error) == NO_WORDS:
            return "", [
                problem(
                    "slack",
                    f"{client.base_url} does not answer as Slack's API does.",
                    "Check SLACK_API_URL (it ends in /api/), and the network and its proxy.",
                )
            ]
        return "", [
            problem(
                "slack",
                f"Slack does not take SLACK_BOT_TOKEN ({reason(error)}).",
                "Copy the Bot User OAuth Token again (OAuth & Permissions); install an app that was removed.",
            )
        ]
    except NO_ANSWER as error:
        return "", [_unreachable(client, error)]
    headers = {name.lower(): value for name, value in said.headers.items()}
    team, kind = tenant_of(said), "organisation" if said.get("is_enterprise_install") else "workspace"
    return team, [
        ok("slack", f"Slack takes SLACK_BOT_TOKEN, for the {kind} {said.get('team', '')} ({team})."),
        *granted(headers.get("x-oauth-scopes")),
        *[each async for each in _way_in(client, settings)],
        _clock(headers, now()),
    ]


def of_nobody(settings: Settings | HttpSettings, teams: Collection[str]) -> Iterator[Finding]:
    """Integrations that are set for somebody else than `teams`."""
    for team in sorted(settings.by_workspace.keys() - set(teams)):
        yield warning(
            "settings",
            f"Trackers or a webhook are set for {team}, and Tidemark is not installed there.",
            f"Mend the id in the variables that end in _{team}, or take them out.",
        )


async def of_service(
    client: AsyncWebClient,
    session: ClientSession,
    settings: Settings | HttpSettings,
    now: Callable[[], datetime],
) -> AsyncIterator[Finding]:
    """Of one that workspaces install: whether Slack knows the app, and people's browsers come back to us."""
    try:
        said = await client.api_test()
    except (SlackApiError, *NO_ANSWER) as error:
        yield _unreachable(client, error)
        return
    yield ok("slack", f"Slack can be reached at {client.base_url}.")
    yield _clock({name.lower(): value for name, value in said.headers.items()}, now())
    yield await _client(client, settings)
    async for each in _way_in(client, settings):
        yield each
    if settings.public_url:
        yield await _way_back(session, f"{settings.public_url}/slack/oauth_redirect")


async def _client(client: AsyncWebClient, settings: Settings | HttpSettings) -> Finding:
    secret = settings.client_secret.get_secret_value()
    oauth = OAuth(client, client_id=settings.client_id, secret=secret, redirect_uri="")
    try:
        await oauth.buy("none")
    except SlackApiError as error:
        if reason(error) == _NO_SUCH_CONSENT:
            return ok("client", "Slack takes SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.")
        return problem(
            "client",
            f"Slack does not take SLACK_CLIENT_ID and SLACK_CLIENT_SECRET ({reason(error)}).",
            "Copy both again (Basic Information, App Credentials).",
        )
    except NO_ANSWER as error:
        return _unreachable(client, error)
    return warning("client", "Slack sold a token for nothing.", "Check SLACK_API_URL.")


async def _way_back(session: ClientSession, url: str) -> Finding:
    """Nobody was sent there, so that it says that the link is not good."""
    fix = (
        "See that your balancer passes /slack/install and /slack/oauth_redirect on, and that Tidemark runs. "
        "From inside, a public address sometimes cannot be reached: then open it in a browser."
    )
    try:
        async with session.get(url) as answer:
            is_ours = answer.status == 400 and "Tidemark" in await answer.text()
    except NO_ANSWER as error:
        return warning("redirect", f"{url} cannot be reached from here ({type(error).__name__}).", fix)
    if is_ours:
        return ok(
            "redirect", f"{url} is ours. It must stand in the app's Redirect URLs (OAuth & Permissions)."
        )
    return warning("redirect", f"{url} answers, but not as Tidemark does.", fix)


def _unreachable(client: AsyncWebClient, error: Exception) -> Finding:
    return problem(
        "slack",
        f"Slack cannot be reached at {client.base_url} ({type(error).__name__}).",
        "Check the network and its proxy, or SLACK_API_URL (it ends in /api/).",
    )


def granted(header: str | None, *, where: str = "") -> Iterator[Finding]:
    """By the words of Slack; `where`: in which workspace, if there are several."""
    held = scopes.granted_in(header)
    if not held:
        yield warning("scopes", f"{where}Slack did not say which scopes it grants.", "Ask again later.")
        return
    lacking = [scope for scope in scopes.NEEDED if scope not in held]
    declined = [scope for scope in scopes.OPTIONAL if scope not in held]
    for scope in lacking:
        yield problem(
            "scopes",
            f"{where}{scope} is missing: {scopes.NEEDED[scope]}",
            "Add it under OAuth & Permissions, and install the app again.",
        )
    for scope in declined:
        yield warning(
            "scopes",
            f"{where}{scope} is not granted: {scopes.OPTIONAL[scope]}",
            "If that matters, add it under OAuth & Permissions, and install the app again.",
        )
    for scope in sorted(held - scopes.NEEDED.keys() - scopes.OPTIONAL.keys()):
        yield warning(
            "scopes",
            f"{where}{scope} is granted, and Tidemark has no use for it.",
            "Remove it under OAuth & Permissions, as manifest.yml has it.",
        )
    if not lacking and not declined:
        yield ok("scopes", f"{where}All scopes of manifest.yml are granted.")


async def _way_in(client: AsyncWebClient, settings: Settings | HttpSettings) -> AsyncIterator[Finding]:
    """Whether Slack sends what people do to where we wait for it, as far as an app-level token can tell."""
    if isinstance(settings, Settings):
        yield await _socket(client, settings.slack_app_token.get_secret_value())
    elif settings.slack_app_token:
        try:
            yield await _no_socket(client, settings.slack_app_token.get_secret_value())
        except (SlackApiError, *NO_ANSWER):
            return  # over HTTP nobody needs it


async def _socket(client: AsyncWebClient, token: str) -> Finding:
    try:
        is_off = await _socket_mode_is_off(client, token)
    except SlackApiError as error:
        return problem(
            "socket",
            f"Slack opens no connection for SLACK_APP_TOKEN ({reason(error)}).",
            "Make an app-level token with the scope connections:write (Basic Information), and see that "
            "Socket Mode is on.",
        )
    except NO_ANSWER as error:
        return problem(
            "socket", f"Slack did not answer ({type(error).__name__}).", "Check the network, and try again."
        )
    if is_off:
        return warning(
            "socket",
            "Slack opens a connection for SLACK_APP_TOKEN, and says that Socket Mode is not turned on: then "
            "nothing comes over it.",
            "Turn it on (Socket Mode, in the app's settings), or run Tidemark with --http.",
        )
    return ok("socket", "Slack opens a connection for SLACK_APP_TOKEN.")


async def _no_socket(client: AsyncWebClient, token: str) -> Finding:
    """Raises: SlackApiError, or as NO_ANSWER."""
    if await _socket_mode_is_off(client, token):
        return ok("socket", "Slack says that Socket Mode is off, as it has to be over HTTP.")
    return warning(
        "socket",
        "Slack opens a connection for SLACK_APP_TOKEN, and does not say that Socket Mode is off. While it is "
        "on, Slack sends nothing to /slack/events.",
        "Turn it off (Socket Mode, in the app's settings), and see that the three request URLs are set.",
    )


async def _socket_mode_is_off(client: AsyncWebClient, token: str) -> bool:
    """By what Slack adds to its answer, which it documents nowhere: it opens a connection in either case.

    Raises: SlackApiError, or as NO_ANSWER.
    """
    said = await client.apps_connections_open(app_token=token)
    return any(_IS_OFF in str(each) for each in (said.get("response_metadata") or {}).get("messages") or ())


def _clock(headers: Mapping[str, str], now: datetime) -> Finding:
    try:
        theirs = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return warning("clock", "Slack did not say what time it is.", "Check this machine's clock yourself.")
    apart = abs(now - theirs)
    if apart <= SKEW:
        return ok("clock", "This machine's clock agrees with Slack's.")
    told = f"This machine's clock differs from Slack's by {round(apart.total_seconds())} seconds."
    fix = "Let it be set by NTP (timedatectl set-ntp true)."
    return problem("clock", told, fix) if apart > REPLAY else warning("clock", told, fix)


async def channels(client: AsyncWebClient, settings: StoreSettings, team: str) -> AsyncIterator[Finding]:
    """Those in which assessments of this workspace report."""
    try:
        with inspection.opened(settings.database_url) as engine:
            is_current = inspection.revision(engine) == newest()
            used = inspection.channels(engine, team) if is_current and team else {}
    except CannotOpenDatabase:
        return
    wrong = 0
    for channel, subject in islice(used.items(), MOST_CHANNELS):
        finding = await _channel(client, channel, subject)
        wrong += finding is not None
        if finding:
            yield finding
    if used and not wrong:
        seen = "" if len(used) <= MOST_CHANNELS else f" (the first {MOST_CHANNELS} of {len(used)})"
        yield ok("channels", f"Tidemark is in every channel in which assessments report{seen}.")


async def _channel(client: AsyncWebClient, channel: str, subject: str) -> Finding | None:
    whose = f"{channel} ({subject})"
    try:
        info = (await client.conversations_info(channel=channel))["channel"]
    except SlackApiError as error:
        return warning(
            "channels",
            f"{whose} cannot be seen ({reason(error)}).",
            "If it is private, type /invite @Tidemark there; if not, choose another one in the assessment.",
        )
    except NO_ANSWER as error:
        return warning("channels", f"{whose}: Slack did not answer ({type(error).__name__}).", "Try again.")
    named = f"#{info.get('name', channel)} ({subject})"
    if info.get("is_archived"):
        return warning(
            "channels", f"{named} is archived.", "Unarchive it, or choose another one in the assessment."
        )
    if not info.get("is_member"):
        return warning("channels", f"Tidemark is not in {named}.", "Type /invite @Tidemark there.")
    return None
