"""The consent page: somebody approves the app, and it gets a code that buys its tokens once."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from workspace.refusals import ApiError
from workspace.state import Grant, Person
from workspace.team import Organisation, Team

CODE_SECONDS = 600.0


@cache  # for all workspaces, and only once somebody looks at it
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("consent.html.j2")


class Consent:
    """Of a team; or of a whole organisation, in which `team` stands for all."""

    def __init__(self, team: Team, whole: Organisation | None = None) -> None:
        self._team, self._whole = team, whole

    def mount(self, router: web.UrlDispatcher) -> None:
        router.add_get("/oauth/v2/authorize", self._ask)
        router.add_post("/oauth/v2/authorize", self._decide)

    async def answer(self, request: web.Request) -> web.Response:
        return await (self._decide(request) if request.method == "POST" else self._ask(request))

    async def _ask(self, request: web.Request) -> web.Response:
        error = _wrong(self._team, request.query)
        page = _template().render(
            app=self._team.app.name,
            team=self._whole.name if self._whole else self._team.name,
            error=error,
            scopes=_scopes(request.query),
            user_scopes=_scopes(request.query, "user_scope"),
            people=list(_approvers(self._team)),
        )
        status = HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK
        return web.Response(text=page, content_type="text/html", status=status)

    async def _decide(self, request: web.Request) -> web.Response:
        asked, form = request.query, await request.post()
        if error := _wrong(self._team, asked):
            return web.Response(text=error, status=HTTPStatus.BAD_REQUEST)
        person = next(_approvers(self._team), None)
        if form.get("person"):
            person = self._team.people.get(str(form["person"]))
        answer: dict[str, str] = {"error": "access_denied"}
        if form.get("answer") != "deny" and person:
            answer = {"code": approve(self._team, person, asked, whole=self._whole)}
        if "state" in asked:
            answer["state"] = asked["state"]
        raise web.HTTPFound(_with(_way_back(self._team, asked), answer))


def approve(
    team: Team, person: Person, asked: Mapping[str, str], *, whole: Organisation | None = None
) -> str:
    """The code for what was asked."""
    code = team.new_id("", 24).lower()
    (whole or team).grants[code] = Grant(
        code,
        person.id,
        scopes=_scopes(asked),
        user_scopes=_scopes(asked, "user_scope"),
        redirect_uri=asked.get("redirect_uri", ""),
        challenge=asked.get("code_challenge", ""),
        at=team.clock.now(),
        whole=whole is not None,
    )
    return code


def spend(team: Team, code: str, *, redirect_uri: str, verifier: str) -> Grant:
    """A code is good once, for ten minutes, and for whom it was given to."""
    grant = team.grants.pop(code, None)
    if grant is None and team.organisation:
        grant = team.organisation.grants.pop(code, None)
    if grant is None or team.clock.now() - grant.at > CODE_SECONDS:
        raise ApiError("invalid_code")
    if grant.redirect_uri and redirect_uri != grant.redirect_uri:
        raise ApiError("bad_redirect_uri")
    if grant.challenge != (_challenge_of(verifier) if verifier else ""):
        raise ApiError("invalid_code_verifier")
    return grant


def _challenge_of(verifier: str) -> str:
    """RFC 7636, section 4.2: S256."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def _wrong(team: Team, asked: Mapping[str, str]) -> str | None:
    if asked.get("client_id") != team.app.client_id:
        return "invalid_client_id"
    if not _scopes(asked) and not _scopes(asked, "user_scope"):
        return "no_scopes"
    if not _way_back(team, asked):
        return "bad_redirect_uri"
    return _wrong_challenge(team, asked)


def _wrong_challenge(team: Team, asked: Mapping[str, str]) -> str | None:
    """PKCE is for apps that have chosen it; one that redirects to this machine is then a desktop app, and
    gets no token of its own."""
    if not team.app.pkce:
        return "pkce_not_allowed" if asked.get("code_challenge") else None
    if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
        return "code_challenge_method is not S256"
    at_home = re.match(r"https?://localhost[:/]", _way_back(team, asked))
    return "an app with PKCE on localhost cannot ask for bot scopes" if at_home and _scopes(asked) else None


def _way_back(team: Team, asked: Mapping[str, str]) -> str:
    """Where to send them: what the app asked for, below one of its registered addresses if it has any."""
    known, wanted = team.app.redirect_urls, asked.get("redirect_uri", "")
    if not wanted:
        return known[0] if known else ""
    return wanted if not known or wanted.startswith(known) else ""


def _scopes(asked: Mapping[str, str], name: str = "scope") -> tuple[str, ...]:
    return tuple(scope for scope in asked.get(name, "").replace(" ", ",").split(",") if scope)


def _approvers(team: Team) -> Iterator[Person]:
    return (person for person in team.people.values() if not person.is_bot and not person.deleted)


def _with(url: str, answer: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=urlencode([*parse_qsl(parts.query), *answer.items()])))
