"""A request becomes a call: its arguments, then token, scope and pace, then the method."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from workspace.api import (
    apps,
    chat,
    conversations,
    files,
    installation,
    marks,
    modals,
    people,
    rooms,
    scheduling,
    search,
)
from workspace.api.calls import METHODS, Call, Method
from workspace.installed import Token
from workspace.preferences import FORBIDDEN
from workspace.refusals import ApiError
from workspace.state import Json
from workspace.team import Team

#: Importing them registers their methods.
MODULES = (
    *(apps, chat, conversations, files, installation),
    *(marks, modals, people, rooms, scheduling, search),
)

#: Methods that Slack served once.
_RETIRED = ("files.upload", "channels.", "groups.", "im.", "mpim.")
_NAME = re.compile(r"\w{1,255}")
_ARRAY = re.compile(r"\w+\[\w*\]")


@dataclass(frozen=True)
class Request:
    """What came over the wire. `token` is from the header or the arguments."""

    method: str
    args: Json
    token: str
    posted: bool = True


def arguments(query: Mapping[str, str], body: bytes, content_type: str, form: Mapping[str, str]) -> Json:
    """Query, form and JSON say the same thing; an empty body of JSON says nothing."""
    args: Json = {**query, **form}
    if content_type == "application/json" and body.strip():
        try:
            given = json.loads(body)
        except ValueError:
            raise ApiError("invalid_json") from None
        if not isinstance(given, dict):
            raise ApiError("json_not_object")
        args |= given
    for name in args:
        if _ARRAY.fullmatch(name):
            raise ApiError("invalid_array_arg")
        if not _NAME.fullmatch(name):
            raise ApiError("invalid_arg_name")
    return args


def answer(team: Team, request: Request) -> Json:
    method = METHODS.get(request.method)
    if method is None:
        gone = request.method.startswith(_RETIRED)
        raise ApiError("method_deprecated") if gone else ApiError("unknown_method", req_method=request.method)
    if method.post_only and not request.posted:
        raise ApiError("insecure_request")
    call = Call(team, request.args, _token(team, method, request.token))
    if method.scopes:
        call.needs(*method.scopes)
    if method.name in team.rules.forbids:
        raise ApiError(FORBIDDEN[method.name])
    if team.weather.limits:
        team.weather.limits.spend(method.name, method.tier, str(request.args.get("channel", "")))
    return method.answer(call)


def _token(team: Team, method: Method, given: str) -> Token:
    if not method.tokens:
        return Token("none", team.app.bot)
    if not given:
        raise ApiError("not_authed")
    token = team.app.token(given)
    if token is None:
        raise ApiError(team.app.what_became_of(given))
    if token.kind not in method.tokens:
        raise ApiError("not_allowed_token_type")
    return token
