"""How an app gets its tokens, and how it loses them."""

from __future__ import annotations

from workspace import consent, staff
from workspace.api.calls import Call, method
from workspace.installed import TOKEN_SECONDS, App
from workspace.refusals import ApiError
from workspace.state import Grant, Json
from workspace.team import Team


@method("oauth.v2.access", tier=0, token="none")
def oauth_v2_access(call: Call) -> Json:
    """A code buys the app's own token, and one in the name of who approved it, as far as asked for."""
    _is_the_app(call, by_verifier=bool(call.maybe("code_verifier")))
    kind = call.maybe("grant_type") or "authorization_code"
    if kind == "refresh_token":
        return _renewed(call)
    if kind != "authorization_code":
        raise ApiError("invalid_grant_type")
    grant = consent.spend(
        call.team,
        call.maybe("code"),
        redirect_uri=call.maybe("redirect_uri"),
        verifier=call.maybe("code_verifier"),
    )
    team = call.team
    if team.whole and not grant.whole:
        raise ApiError("cannot_install_an_org_installed_app")
    if team.organisation and grant.whole:
        staff.install_whole(team.organisation, grant.scopes)
    bought = {
        "ok": True,
        "app_id": team.app.id,
        **_own_token(call, grant),
        **_for_whom(team),
        "authed_user": {"id": grant.person, **_persons_token(call, grant)},
    }
    team.pulse.beat()
    return bought


@method("auth.revoke", tier=3)
def auth_revoke(call: Call) -> Json:
    if call.flag("test"):
        return {"ok": True, "revoked": False}
    if call.token.kind == "user":
        staff.revoke_user_token(call.team, call.me)
    else:
        staff.revoke_tokens(call.team)
    return {"ok": True, "revoked": True}


@method("apps.uninstall", tier=1)
def apps_uninstall(call: Call) -> Json:
    _is_the_app(call)
    staff.uninstall(call.team)
    return {"ok": True}


def _own_token(call: Call, grant: Grant) -> Json:
    app = call.team.app
    if not grant.scopes:
        return {}
    if not grant.whole:
        app.install(grant.scopes)
    return {
        "access_token": app.bot_token,
        "token_type": "bot",
        "scope": ",".join(app.scopes),
        "bot_user_id": app.bot.id,
        **_end(app),
    }


def _renewed(call: Call) -> Json:
    """The token that this refresh token buys: it is spent by that."""
    app = call.team.app
    if not call.maybe("refresh_token") or call.maybe("refresh_token") != app.refresh_token:
        raise ApiError("invalid_refresh_token")
    app.rotate()
    return {
        "ok": True,
        "app_id": app.id,
        "access_token": app.bot_token,
        "token_type": "bot",
        "scope": ",".join(app.scopes),
        "bot_user_id": app.bot.id,
        **_end(app),
        **_for_whom(call.team),
    }


def _end(app: App) -> Json:
    """Where tokens are rotated: how long it is good, and what buys the next."""
    return {"expires_in": TOKEN_SECONDS, "refresh_token": app.refresh_token} if app.rotation else {}


def _for_whom(team: Team) -> Json:
    """An installation for a whole organisation names no team."""
    above = team.organisation
    return {
        "team": None if team.whole else {"id": team.id, "name": team.name},
        "enterprise": {"id": above.id, "name": above.name} if above else None,
        "is_enterprise_install": team.whole is not None,
    }


def _persons_token(call: Call, grant: Grant) -> Json:
    app = call.team.app
    if not grant.user_scopes:
        return {}
    token = app.authorize(call.team.people[grant.person], grant.user_scopes)
    scopes = ",".join(app.user_tokens[token].scopes)
    return {"scope": scopes, "access_token": token, "token_type": "user"}


def _is_the_app(call: Call, *, by_verifier: bool = False) -> None:
    """It proves itself by its secret; with PKCE the verifier of its code is enough."""
    app = call.team.app
    if call.maybe("client_id") != app.client_id:
        raise ApiError("invalid_client_id")
    if by_verifier and not app.pkce:
        raise ApiError("pkce_not_allowed")
    if by_verifier and not call.maybe("client_secret"):
        return
    if call.maybe("client_secret") != app.client_secret:
        raise ApiError("bad_client_secret")
