"""How an app gets its token, and how it loses it."""

from __future__ import annotations

from workspace import consent, staff
from workspace.api.calls import Call, method
from workspace.refusals import ApiError
from workspace.state import Json


@method("oauth.v2.access", tier=0, token="none")
def oauth_v2_access(call: Call) -> Json:
    team, app = call.team, call.team.app
    _is_the_app(call)
    kind = call.maybe("grant_type") or "authorization_code"
    if kind == "refresh_token":
        raise ApiError("invalid_refresh_token")
    if kind != "authorization_code":
        raise ApiError("invalid_grant_type")
    if call.maybe("code_verifier"):
        raise ApiError("pkce_not_allowed")
    grant = consent.spend(team, call.maybe("code"), call.maybe("redirect_uri"))
    app.install(grant.scopes)
    team.pulse.beat()
    return {
        "ok": True,
        "app_id": app.id,
        "access_token": app.bot_token,
        "token_type": "bot",
        "scope": ",".join(app.scopes),
        "bot_user_id": app.bot.id,
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": grant.person},
    }


@method("auth.revoke", tier=3)
def auth_revoke(call: Call) -> Json:
    if call.flag("test"):
        return {"ok": True, "revoked": False}
    staff.revoke_tokens(call.team)
    return {"ok": True, "revoked": True}


@method("apps.uninstall", tier=1)
def apps_uninstall(call: Call) -> Json:
    _is_the_app(call)
    staff.uninstall(call.team)
    return {"ok": True}


def _is_the_app(call: Call) -> None:
    if call.maybe("client_id") != call.team.app.client_id:
        raise ApiError("invalid_client_id")
    if call.maybe("client_secret") != call.team.app.client_secret:
        raise ApiError("bad_client_secret")
