"""Who is in the team: users and user groups."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from workspace import objects
from workspace.api.calls import Call, method, page
from workspace.refusals import ApiError
from workspace.state import Group, Json, Person


@method("users.info", "users:read", tier=4)
def users_info(call: Call) -> Json:
    person = _anywhere(call, call.person("user"))
    return {"ok": True, "user": _shown(call, person, with_locale=call.flag("include_locale"))}


@method("users.list", "users:read", tier=2)
def users_list(call: Call) -> Json:
    _names_its_team(call)
    everybody = sorted(call.team.people.values(), key=lambda person: person.id)
    some, metadata = page(call, everybody, default=0)
    with_locale = call.flag("include_locale")
    members = [_shown(call, person, with_locale=with_locale) for person in some]
    return {
        "ok": True,
        "members": members,
        "cache_ts": int(call.team.clock.now()),
        "response_metadata": metadata,
    }


@method("users.lookupByEmail", "users:read.email", tier=3)
def users_lookup_by_email(call: Call) -> Json:
    email = call.text("email")
    for person in call.team.people.values():
        if person.email == email and not person.deleted:
            return {"ok": True, "user": _shown(call, person)}
    raise ApiError("users_not_found")


@method("users.getPresence", "users:read", tier=3)
def users_get_presence(call: Call) -> Json:
    """Of others it says only whether they are there."""
    person = call.person("user") if call.maybe("user") else call.me
    here = not person.is_away and not person.deleted
    about: Json = {
        "online": here,
        "auto_away": False,
        "manual_away": not here,
        "connection_count": int(here),
        "last_activity": int(call.team.clock.now()),
    }
    mine = about if person is call.me else {}
    return {"ok": True, "presence": "active" if here else "away", **mine}


@method("dnd.info", "dnd:read", tier=3)
def dnd_info(call: Call) -> Json:
    _names_its_team(call)
    person = call.person("user") if call.maybe("user") else call.me
    return {"ok": True, **_quiet(call, person)}


@method("dnd.teamInfo", "dnd:read", tier=2)
def dnd_team_info(call: Call) -> Json:
    _names_its_team(call)
    names = call.names("users")
    if not names:
        raise ApiError("no_users_provided")
    people = [call.known(name, "user_not_visible") for name in names]
    return {"ok": True, "users": {person.id: _quiet(call, person) for person in people}}


@method("usergroups.list", "usergroups:read", tier=2)
def usergroups_list(call: Call) -> Json:
    _names_its_team(call)
    _is_paid(call)
    with_users, with_count = call.flag("include_users"), call.flag("include_count")
    shown = [
        group for group in call.team.groups.values() if call.flag("include_disabled") or not group.disabled
    ]
    groups = [
        objects.group(call.team, group, with_users=with_users, with_count=with_count) for group in shown
    ]
    some, metadata = page(call, groups, default=0)
    return {"ok": True, "usergroups": some, "response_metadata": metadata}


@method("usergroups.users.list", "usergroups:read", tier=2)
def usergroups_users_list(call: Call) -> Json:
    _names_its_team(call)
    some, metadata = page(call, list(_group(call).members), default=0)
    return {"ok": True, "users": some, "response_metadata": metadata}


def _names_its_team(call: Call) -> None:
    """A token of a whole organisation does not say of which team."""
    whole = call.team.whole
    if whole and not call.maybe("team_id"):
        raise ApiError("missing_argument")
    if whole and call.maybe("team_id") not in whole.inside:
        raise ApiError("team_access_not_granted")


def _anywhere(call: Call, person: Person) -> Person:
    """Who has left one team of an organisation is still in its others."""
    whole = call.team.whole
    known = (team.people.get(person.id) for team in whole.teams.values()) if whole else ()
    return next((each for each in known if each and not each.deleted), person)


def _shown(call: Call, person: Person, *, with_locale: bool = False) -> Json:
    return objects.user(call.team, person, with_locale=with_locale, scopes=call.token.scopes)


def _quiet(call: Call, person: Person) -> Json:
    """Until when this person is not to be disturbed, or from when on. Without such hours Slack says 1."""
    if not person.quiet_from or person.deleted:
        return {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}
    now = datetime.fromtimestamp(call.team.clock.now(), ZoneInfo(person.tz))
    begins, ends = time.fromisoformat(person.quiet_from), time.fromisoformat(person.quiet_until)
    nights = (_night(now + timedelta(days=days), begins, ends) for days in (-1, 0, 1))
    start, end = next(night for night in nights if night[1] > now)
    return {
        "dnd_enabled": True,
        "next_dnd_start_ts": int(start.timestamp()),
        "next_dnd_end_ts": int(end.timestamp()),
    }


def _night(day: datetime, begins: time, ends: time) -> tuple[datetime, datetime]:
    over_midnight = timedelta(days=ends <= begins)
    start = datetime.combine(day.date(), begins, day.tzinfo)
    return start, datetime.combine(day.date() + over_midnight, ends, day.tzinfo)


def _is_paid(call: Call) -> None:
    if not call.team.rules.paid:
        raise ApiError("plan_upgrade_required")


def _group(call: Call) -> Group:
    _is_paid(call)
    group = call.team.groups.get(call.text("usergroup"))
    if group is None or (group.disabled and not call.flag("include_disabled")):
        raise ApiError("no_such_subteam")
    return group
