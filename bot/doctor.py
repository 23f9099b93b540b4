"""`tidemark doctor`: is everything there that Tidemark needs? Each finding is a line that says what to do.

It looks and changes nothing: the database is not upgraded, nothing is posted. It asks Slack for a connection
of Socket Mode, and does not use it.
"""

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice
from pathlib import Path
from zoneinfo import available_timezones

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import scopes
from bot.app import slack_client
from bot.findings import Finding, ok, problem, warning
from bot.posts import SLACK_TIMEOUT, reason
from bot.settings import (
    BadSettings,
    HttpSettings,
    Settings,
    StoreSettings,
    read_http_settings,
    read_settings,
    read_store_settings,
)
from conversation import reference
from conversation.pack import Pack, PackError
from conversation.worktime import is_zone
from storage import inspection
from storage.errors import CannotOpenDatabase, NoDatabaseYet
from storage.migrations import newest, revisions
from storage.records import PostingState

#: By which our clock may differ from Slack's: at the second, HTTP requests are refused as replayed.
SKEW, REPLAY = timedelta(seconds=30), timedelta(minutes=5)
#: For so long something may be owed before somebody should look.
OWED = timedelta(hours=1)
#: Slack lets an app ask for so many channels in a minute, and for a few more.
MOST_CHANNELS = 40
#: One of each part of the world that has half hours, summer times, neither.
_ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Tokyo")
_NO_ANSWER = (ClientError, TimeoutError, OSError, AttributeError)


async def examine(now: Callable[[], datetime], *, http: bool = False) -> list[Finding]:
    """All findings, in the order in which one would mend them; `http`: of a service over HTTP."""
    settings, found = _settings(read_http_settings if http else read_settings)
    team = ""
    if settings:
        async with ClientSession(timeout=ClientTimeout(total=SLACK_TIMEOUT)) as session:
            client = slack_client(settings, session)
            team, slack = await _slack(client, settings, now)
            found += slack
            found += _database(settings, now())
            found += [each async for each in _channels(client, settings, team)]
    else:
        found.append(warning("slack", "Slack was not asked.", "Mend the settings first."))
        found += _stored(now())
    return [*found, _zones(), _fonts()]


def _settings(
    read: Callable[[], Settings | HttpSettings],
) -> tuple[Settings | HttpSettings | None, list[Finding]]:
    try:
        settings = read()
    except BadSettings as error:
        return None, [problem("settings", *_in_two(each)) for each in error.problems]
    wrong = [*_questions(settings.pack), *_references(settings.references)]
    return settings, wrong or [ok("settings", "All settings are there and can be read.")]


def _in_two(sentence: str) -> tuple[str, str]:
    """What is wrong, and what to do."""
    said, _, fix = re.sub(r"\. (?=[A-Z])|; ", "\0", sentence, count=1).partition("\0")
    return f"{said.rstrip('.')}.", fix[:1].upper() + fix[1:]


def _questions(name: str) -> Iterator[Finding]:
    try:
        Pack.named(name)
    except (LookupError, PackError, OSError, UnicodeDecodeError) as error:
        first = str(error).splitlines()[0]
        yield problem("settings", f"TIDEMARK_PACK: {first}", "`tidemark pack lint` names all that is wrong.")


def _references(folder: Path | None) -> Iterator[Finding]:
    try:
        reference.load_all(folder)
    except reference.BadReference as error:
        for each in error.problems:
            yield problem(
                "settings", f"TIDEMARK_REFERENCES: {each}", "`tidemark references lint` checks a file."
            )


async def _slack(
    client: AsyncWebClient, settings: Settings | HttpSettings, now: Callable[[], datetime]
) -> tuple[str, list[Finding]]:
    """The id of the workspace, none if Slack did not say; and the findings."""
    try:
        said = await client.auth_test()
    except SlackApiError as error:
        return "", [
            problem(
                "slack",
                f"Slack does not take SLACK_BOT_TOKEN ({reason(error)}).",
                "Copy the Bot User OAuth Token again (OAuth & Permissions); install an app that was removed.",
            )
        ]
    except _NO_ANSWER as error:
        return "", [
            problem(
                "slack",
                f"Slack cannot be reached at {client.base_url} ({type(error).__name__}).",
                "Check the network and its proxy, or SLACK_API_URL (it ends in /api/).",
            )
        ]
    headers = {name.lower(): value for name, value in said.headers.items()}
    name = f"{said.get('team', '')} ({said['team_id']})"
    return str(said["team_id"]), [
        ok("slack", f"Slack takes SLACK_BOT_TOKEN, for the workspace {name}."),
        *_scopes(headers),
        *([await _socket(client, settings)] if isinstance(settings, Settings) else []),
        _clock(headers, now()),
    ]


def _scopes(headers: Mapping[str, str]) -> Iterator[Finding]:
    granted = scopes.granted_in(headers.get("x-oauth-scopes"))
    if not granted:
        yield warning("scopes", "Slack did not say which scopes it grants.", "Ask again later.")
        return
    lacking = [scope for scope in scopes.NEEDED if scope not in granted]
    declined = [scope for scope in scopes.OPTIONAL if scope not in granted]
    for scope in lacking:
        yield problem(
            "scopes",
            f"{scope} is missing: {scopes.NEEDED[scope]}",
            "Add it under OAuth & Permissions, and install the app again.",
        )
    for scope in declined:
        yield warning(
            "scopes",
            f"{scope} is not granted: {scopes.OPTIONAL[scope]}",
            "If that matters, add it under OAuth & Permissions, and install the app again.",
        )
    for scope in sorted(granted - scopes.NEEDED.keys() - scopes.OPTIONAL.keys()):
        yield warning(
            "scopes",
            f"{scope} is granted, and Tidemark has no use for it.",
            "Remove it under OAuth & Permissions, as manifest.yml has it.",
        )
    if not lacking and not declined:
        yield ok("scopes", "All scopes of manifest.yml are granted.")


async def _socket(client: AsyncWebClient, settings: Settings) -> Finding:
    try:
        await client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
    except SlackApiError as error:
        return problem(
            "socket",
            f"Slack opens no connection for SLACK_APP_TOKEN ({reason(error)}).",
            "Make an app-level token with the scope connections:write (Basic Information), and see that "
            "Socket Mode is on.",
        )
    except _NO_ANSWER as error:
        return problem(
            "socket", f"Slack did not answer ({type(error).__name__}).", "Check the network, and try again."
        )
    return ok("socket", "Slack opens a connection for SLACK_APP_TOKEN.")


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


def _stored(now: datetime) -> list[Finding]:
    """Of the database, where other settings are wrong."""
    try:
        return _database(read_store_settings(), now)
    except BadSettings:
        return [warning("database", "The database was not opened.", "Mend TIDEMARK_DATABASE_URL first.")]


def _database(settings: StoreSettings, now: datetime) -> list[Finding]:
    try:
        with inspection.opened(settings.database_url) as engine:
            at = inspection.revision(engine)
            found = [schema(at)]
            return (
                [*found, *_postings(inspection.stuck(engine, owed_before=now - OWED))]
                if at == newest()
                else found
            )
    except NoDatabaseYet as error:
        return [warning("database", *_in_two(str(error)))]
    except CannotOpenDatabase as error:
        return [problem("database", *_in_two(str(error)))]


def schema(at: str | None) -> Finding:
    """Whether the tables are those of this version."""
    if at is None:
        return warning(
            "database",
            "The database has no tables yet.",
            "`tidemark db upgrade` or `tidemark run` makes them.",
        )
    if at == newest():
        return ok("database", f"The database can be reached, and its tables are up to date (at {at}).")
    if at in revisions():
        return warning(
            "database",
            f"The tables are at {at}, and this version has them at {newest()}.",
            "Keep a copy (`tidemark db backup FILE`), then run `tidemark db upgrade`; `tidemark run` does so "
            "by itself.",
        )
    return problem(
        "database",
        f"The tables are at {at}, of a newer Tidemark; this version knows them up to {newest()}.",
        "Install that version again, or a newer one.",
    )


_WHAT_TO_DO = {
    PostingState.FAILED: (
        "could not be sent",
        "The log says why at post_refused. Mend that; these are not sent again by themselves.",
    ),
    PostingState.UNCERTAIN: (
        "may or may not have arrived",
        "Their facilitator sees them in `/tidemark status`, and can have them sent again.",
    ),
    PostingState.OWED: ("wait to be sent", "See that `tidemark run` runs, and what its log says."),
    PostingState.CLAIMED: (
        "were begun and not finished",
        "See that `tidemark run` runs: it takes them up again by itself.",
    ),
}


def _postings(stuck: list[inspection.Stuck]) -> Iterator[Finding]:
    for each in stuck:
        what, fix = _WHAT_TO_DO[each.state]
        count = "1 message" if each.count == 1 else f"{each.count} messages"
        yield warning(
            "postings",
            f"{each.team}: {count} {what}, the oldest due since {each.since:%Y-%m-%d %H:%M} UTC.",
            fix,
        )
    if not stuck:
        yield ok("postings", "No message is stuck.")


async def _channels(client: AsyncWebClient, settings: StoreSettings, team: str) -> AsyncIterator[Finding]:
    """Those in which assessments report."""
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
    except _NO_ANSWER as error:
        return warning("channels", f"{whose}: Slack did not answer ({type(error).__name__}).", "Try again.")
    named = f"#{info.get('name', channel)} ({subject})"
    if info.get("is_archived"):
        return warning(
            "channels", f"{named} is archived.", "Unarchive it, or choose another one in the assessment."
        )
    if not info.get("is_member"):
        return warning("channels", f"Tidemark is not in {named}.", "Type /invite @Tidemark there.")
    return None


def _zones() -> Finding:
    if lacking := [name for name in _ZONES if not is_zone(name)]:
        return problem(
            "zones",
            f"The time-zone database lacks {', '.join(lacking)}: reminders would come at UTC's hours.",
            "Install it: apt-get install tzdata, or pip install tzdata.",
        )
    return ok("zones", f"The time-zone database has {len(available_timezones())} zones.")


def _fonts() -> Finding:
    """Drawn for once, because it takes the fonts, and the library that draws."""
    try:
        from bot.charts.lettering import font_file
        from bot.pictures import Picture, png

        lacking = [file for bold in (False, True) if not Path(file := font_file(bold=bold)).is_file()]
        png(Picture("test", "Test", "Test", _DRAWING))
    except Exception as error:  # whatever a native library may come up with is the finding
        lacking = [type(error).__name__]
    if lacking:
        return problem(
            "fonts",
            f"Charts cannot be drawn ({', '.join(lacking)}).",
            "Install Tidemark again with all its dependencies (font-roboto and resvg-py among them).",
        )
    return ok("fonts", "Charts can be drawn.")


_DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text x="2" y="15">A</text></svg>'
