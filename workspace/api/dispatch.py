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
)
from workspace.api.calls import METHODS, Call, Method
from workspace.refusals import ApiError
from workspace.state import Json
from workspace.team import Team

#: Importing them registers their methods.
MODULES = (
    *(apps, chat, conversations, files, installation),
    *(marks, modals, people, rooms, scheduling),
)

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
        raise ApiError("unknown_method", req_method=request.method)
    if method.post_only and not request.posted:
        raise ApiError("insecure_request")
    _may_call(team, method, request.token)
    if team.weather.limits:
        team.weather.limits.spend(method.name, method.tier, str(request.args.get("channel", "")))
    return method.answer(Call(team, request.args))


def _may_call(team: Team, method: Method, token: str) -> None:
    if method.token == "none":
        return
    if not token:
        raise ApiError("not_authed")
    kind = team.app.kind_of(token)
    if kind is None:
        raise ApiError(team.app.once_good.get(token, "invalid_auth"))
    if method.token not in ("any", kind):
        raise ApiError("not_allowed_token_type")
    if method.scopes and not set(method.scopes) & set(team.app.scopes):
        raise ApiError("missing_scope", needed=method.scopes[0], provided=",".join(team.app.scopes))
