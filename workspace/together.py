"""Several teams in one Slack: one app, one address of the Web API, one clock, and each team with its people
and its page. They may be the teams of one organisation, in which the app is installed once for all.

    async with Together.start([harbour, ridge]) as slack:
        ...  # slack.api_url; slack.team("Harbour") is a Workspace with its own url for People
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from urllib.parse import urlencode

from aiohttp import web

from workspace.api.dispatch import arguments
from workspace.consent import Consent
from workspace.gate import FORMS
from workspace.installed import App
from workspace.refusals import ApiError
from workspace.seed import Seed
from workspace.server import LARGEST_BODY, Workspace
from workspace.state import Json
from workspace.team import Organisation, Team

#: Arguments that name something of one team.
_NAMES_CHANNEL, _NAMES_PERSON, _NAMES_VIEW = (
    ("channel", "channel_id"),
    ("user", "user_id", "users"),
    ("view_id",),
)


class Together:
    def __init__(self, seeds: Sequence[Seed], organisation: Organisation | None = None) -> None:
        self._all = [Workspace(seed) for seed in seeds]
        self._runner: web.AppRunner | None = None
        self.url = ""
        first, *others = self._all
        for other in others:
            other.share(first)
        if organisation:
            _found(organisation, [each.team for each in self._all], seeds[0])

    @classmethod
    @contextlib.asynccontextmanager
    async def start(
        cls, seeds: Sequence[Seed], *, organisation: Organisation | None = None
    ) -> AsyncIterator[Together]:
        slack = cls(seeds, organisation)
        async with contextlib.AsyncExitStack() as opened:
            for each in slack._all:
                await each.open()
                opened.push_async_callback(each.close)
            await slack._open()
            opened.push_async_callback(slack._close)
            yield slack

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    @property
    def app_token(self) -> str:
        return self._all[0].app_token

    def team(self, name: str) -> Workspace:
        return next(each for each in self._all if each.team.name == name)

    async def _open(self) -> None:
        application = web.Application(client_max_size=LARGEST_BODY)
        application.router.add_route("*", "/api/{method}", self._api)
        application.router.add_get("/oauth/v2/authorize", self._consent)
        application.router.add_post("/oauth/v2/authorize", self._consent)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _close(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _api(self, request: web.Request) -> web.Response:
        """Of the team whose token it is; of an organisation's, of the team that is named or meant."""
        args = await _arguments(request)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        return await self._meant(bearer or str(args.get("token", "")), args).gate.api(request)

    def _meant(self, token: str, args: Mapping[str, str]) -> Workspace:
        theirs = [each for each in self._all if _knows(each.team, token, args)] or self._all
        if theirs[0].team.whole:
            theirs = [each for each in theirs if _has(each.team, args)] or theirs
        return theirs[0]

    async def _consent(self, request: web.Request) -> web.Response:
        """Of the team or the organisation that `team` names; without, whoever consents chooses one."""
        named, first = request.query.get("team"), self._all[0].team
        if not named and len(self._all) > 1:
            return web.Response(text=self._choice(request), content_type="text/html")
        if first.organisation and named == first.organisation.id:
            return await Consent(first, first.organisation).answer(request)
        team = next((each.team for each in self._all if each.team.id == named), first)
        return await Consent(team).answer(request)

    def _choice(self, request: web.Request) -> str:
        teams: list[Team | Organisation] = [each.team for each in self._all]
        if whole := self._all[0].team.organisation:
            teams.append(whole)
        links = (
            f'<li><a href="?{urlencode({**request.query, "team": each.id})}">{each.name}</a></li>'
            for each in teams
        )
        return f"<!doctype html><title>Choose a workspace</title><ul>{''.join(links)}</ul>"


async def _arguments(request: web.Request) -> Json:
    """As the gate is going to read them; what cannot be read names nobody."""
    form: dict[str, str] = {}
    if request.content_type in FORMS:
        form = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    try:
        return arguments(request.query, b"" if form else await request.read(), request.content_type, form)
    except ApiError:
        return {}


def _knows(team: Team, token: str, args: Mapping[str, str]) -> bool:
    """Its token, even one that is good no longer; or a code or a refresh token that was given here."""
    app, whole = team.app, team.organisation
    return (
        token in {app.bot_token, *app.ends, *app.once_good, *app.user_tokens}
        or args.get("code") in {*team.grants, *(whole.grants if whole else ())}
        or args.get("refresh_token") == app.refresh_token != ""
    )


def _has(team: Team, args: Mapping[str, str]) -> bool:
    """Whatever is named is there."""
    if args.get("team_id"):
        return args["team_id"] == team.id
    return all(_each_has(team, args))


def _each_has(team: Team, args: Mapping[str, str]) -> Iterator[bool]:
    for name in _NAMES_CHANNEL:
        if args.get(name):
            yield args[name] in team.channels or args[name] in team.people
    for name in _NAMES_PERSON:
        if args.get(name):
            yield args[name] in team.people
    for name in _NAMES_VIEW:
        if args.get(name):
            yield team.view(args[name]) is not None
    if args.get("trigger_id"):
        yield args["trigger_id"] in team.triggers


def _found(organisation: Organisation, teams: Sequence[Team], seed: Seed) -> None:
    """Teams of one organisation, which may have the app for all of them, and does not yet."""
    organisation.app = App.of(
        seed.app.model_copy(update={"installed": False}), organisation.id, teams[0].clock
    )
    for team in teams:
        team.organisation = organisation
        organisation.teams[team.id], organisation.alone[team.id] = team, team.app
