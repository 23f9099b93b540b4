"""What `tidemark doctor` looks at in each workspace that has installed us: whether a key opens its token,
whether Slack takes it, until when it is good, and what was granted."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime

from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError

from bot.findings import Finding, ok, problem, warning
from bot.installations import no_key_opens
from bot.line import slack_client
from bot.patience import reason
from bot.settings import HttpSettings, Settings
from bot.slackchecks import NO_ANSWER, channels, granted, of_nobody
from bot.teams import Teams
from bot.vault import CannotUnseal, Vault
from conversation import installing
from storage import inspection
from storage.errors import CannotOpenDatabase
from storage.migrations import newest
from storage.records import Departure, Installation

_AGAIN = "Let them install Tidemark again: /slack/install."


async def of_installations(
    session: ClientSession, settings: Settings | HttpSettings, now: Callable[[], datetime]
) -> AsyncIterator[Finding]:
    found = _installations(settings.database_url)
    if found is None:
        return
    if not found:
        yield ok("installed", "Nobody has installed Tidemark yet: /slack/install is where they do.")
    for each in of_nobody(settings, [installation.team_id for installation, _ in found]):
        yield each
    vault = Vault(settings.keys)
    gone = {installation.team_id: departure for installation, departure in found if departure}
    for installation, _ in found:
        async for finding in _of(installation, gone, vault, session, settings, now()):
            yield finding


def _installations(url: str) -> "list[tuple[Installation, Departure | None]] | None":
    """None where the database does not say; that has a finding of its own."""
    try:
        with inspection.opened(url) as engine:
            return inspection.installations(engine) if inspection.revision(engine) == newest() else None
    except CannotOpenDatabase:
        return None


async def _of(
    installation: Installation,
    gone: Mapping[str, Departure],
    vault: Vault,
    session: ClientSession,
    settings: Settings | HttpSettings,
    now: datetime,
) -> AsyncIterator[Finding]:
    who = f"{installation.name} ({installation.team_id})"
    if departure := gone.get(installation.team_id):
        since = f"{departure.since:%Y-%m-%d}"
        yield ok("installed", f"{who} has removed Tidemark, on {since} ({departure.why}).")
        return
    try:
        token = vault.open(installation).access
    except CannotUnseal:
        closed, fix = no_key_opens([who]).split(". ", 1)
        yield problem("installed", f"{closed}.", fix)
        return
    client = slack_client(settings, session, token)
    try:
        said = await client.auth_test()
    except SlackApiError as error:
        yield problem("installed", f"Slack does not take the token of {who}: {reason(error)}.", _AGAIN)
        return
    except NO_ANSWER as error:
        yield warning("installed", f"{who}: Slack did not answer ({type(error).__name__}).", "Try again.")
        return
    yield ok("installed", f"Slack takes the token of {who}.")
    ends = installation.expires_at
    if ends and ends <= now + installing.AHEAD / 2:
        yield warning(
            "installed",
            f"The token of {who} ends at {ends:%Y-%m-%d %H:%M} UTC, and was not renewed.",
            "See that Tidemark runs, and what its log says: after token_not_renewed it tries again, after "
            f"token_spent only a new installation helps. {_AGAIN}",
        )
    for each in granted(said.headers.get("x-oauth-scopes"), where=f"{who}: "):
        yield each
    async for each in channels(client, settings, installation.team_id):
        yield each
    if installation.is_organisation:
        teams = Teams(client, lambda: now, organisation=installation.team_id)
        async for each in _left_behind(teams, installation, gone, settings):
            yield each


async def _left_behind(
    teams: Teams, organisation: Installation, gone: Mapping[str, Departure], settings: Settings | HttpSettings
) -> AsyncIterator[Finding]:
    """Workspaces of an organisation that have data of their own, of before it installed us as a whole."""
    try:
        its = {each["team_id"] for each in await teams.each()}
    except (SlackApiError, *NO_ANSWER):
        return
    with inspection.opened(settings.database_url) as engine:
        behind = sorted(its & inspection.teams(engine))
    for team in behind:
        until = _until(gone.get(team))
        yield warning(
            "installed",
            f"{team} belongs to {organisation.name} ({organisation.team_id}), which has installed Tidemark "
            f"as a whole, and has assessments of its own that nobody reaches from there.{until}",
            f"See what would become the organisation's: `tidemark db move-team {team} --to-org "
            f"{organisation.team_id}`.",
        )


def _until(departure: Departure | None) -> str:
    """Slack may tell us that the workspace's own token has ended with it."""
    if departure is None or departure.erase_at is None:
        return ""
    return f" They are erased on {departure.erase_at:%Y-%m-%d}, because its own installation has ended."
