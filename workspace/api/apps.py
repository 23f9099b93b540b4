"""The app about itself: its token, its connections, its team, and whether its blocks are sound."""

from __future__ import annotations

from workspace.api.calls import Call, method, page
from workspace.blocks import check_message, check_view
from workspace.kit.shapes import Problem
from workspace.refusals import ApiError
from workspace.state import Json


@method("api.test", tier=4, token="none")
def api_test(call: Call) -> Json:
    if call.maybe("error"):
        raise ApiError(call.maybe("error"), args=call.args)
    return {"ok": True, "args": call.args}


@method("auth.test", tier=0, token="any")
def auth_test(call: Call) -> Json:
    team, ours, whole = call.team, call.me is call.team.app.bot, call.team.whole
    return {
        "ok": True,
        "url": f"{team.url}/",
        "team": whole.name if whole else team.name,
        "user": call.me.name,
        "team_id": whole.id if whole else team.id,
        "user_id": call.me.id,
        **({"bot_id": team.app.bot_id} if ours else {}),
        **({"enterprise_id": team.organisation.id} if team.organisation else {}),
        "is_enterprise_install": whole is not None,
    }


@method("auth.teams.list", tier=2, token="any")
def auth_teams_list(call: Call) -> Json:
    """Those into which the organisation has let the app, or the one that the token is for."""
    whole = call.team.whole
    teams = [whole.teams[each] for each in whole.inside] if whole else [call.team]
    some, metadata = page(call, [{"id": each.id, "name": each.name} for each in teams], default=100)
    return {"ok": True, "teams": some, "response_metadata": metadata}


@method("apps.connections.open", tier=3, token="app", post_only=True)
def connections_open(call: Call) -> Json:
    team = call.team
    assert team.line
    host = team.url.replace("http", "ws", 1)
    opened: Json = {"ok": True, "url": f"{host}/link/?ticket={team.line.ticket()}&app_id={team.app.id}"}
    if team.app.http:  # documented nowhere; many have seen it
        opened["response_metadata"] = {"messages": ["[WARN] Socket Mode is not turned on."]}
    return opened


@method("team.info", "team:read", tier=3)
def team_info(call: Call) -> Json:
    team = call.team
    if call.maybe("team") not in ("", team.id):
        raise ApiError("team_not_found")
    if call.maybe("domain") and not call.maybe("team"):
        raise ApiError("team_not_on_enterprise")
    return {
        "ok": True,
        "team": {
            "id": team.id,
            "name": team.name,
            "url": f"{team.url}/",
            "domain": team.domain,
            "email_domain": f"{team.domain}.example",
            "icon": {"image_default": True},
        },
    }


@method("bots.info", "users:read", tier=3)
def bots_info(call: Call) -> Json:
    app = call.team.app
    if call.maybe("team_id") not in ("", call.team.id):
        raise ApiError("team_not_found")
    if call.maybe("bot") not in ("", app.bot_id):
        raise ApiError("bot_not_found")
    return {
        "ok": True,
        "bot": {
            "id": app.bot_id,
            "deleted": False,
            "name": app.bot.real_name,
            "updated": 1_500_000_000,
            "app_id": app.id,
            "user_id": app.bot.id,
            "icons": {},
        },
    }


@method("blocks.validate", tier=4, token="none")
def blocks_validate(call: Call) -> Json:
    given = [name for name in ("blocks", "message", "view") if call.args.get(name) not in (None, "")]
    if len(given) != 1:
        told = {"messages": ["must provide exactly one of `blocks`, `view`, or `message`"]}
        raise ApiError("invalid_arguments", response_metadata=told)
    subject = call.structure(given[0])
    problems = [problem for problem in _problems(given[0], subject) if not problem.sums_up]
    if problems:
        raise ApiError(f"invalid_{given[0]}", errors=[problem.detailed for problem in problems])
    return {"ok": True}


def _problems(kind: str, subject: object) -> list[Problem]:
    if kind == "view":
        return check_view(subject, "")
    if kind == "blocks":
        return check_message(subject, "")
    return check_message(subject.get("blocks", []) if isinstance(subject, dict) else subject)
