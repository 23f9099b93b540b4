"""Who is in the team: users and user groups."""

from __future__ import annotations

from workspace import objects
from workspace.api.calls import Call, method, page
from workspace.refusals import ApiError
from workspace.state import Group, Json


@method("users.info", "users:read", tier=4)
def users_info(call: Call) -> Json:
    person = call.person("user")
    return {"ok": True, "user": objects.user(call.team, person, with_locale=call.flag("include_locale"))}


@method("users.list", "users:read", tier=2)
def users_list(call: Call) -> Json:
    everybody = sorted(call.team.people.values(), key=lambda person: person.id)
    some, metadata = page(call, everybody, default=0)
    with_locale = call.flag("include_locale")
    members = [objects.user(call.team, person, with_locale=with_locale) for person in some]
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
            return {"ok": True, "user": objects.user(call.team, person)}
    raise ApiError("users_not_found")


@method("usergroups.list", "usergroups:read", tier=2)
def usergroups_list(call: Call) -> Json:
    with_users, with_count = call.flag("include_users"), call.flag("include_count")
    shown = [
        group for group in call.team.groups.values() if call.flag("include_disabled") or not group.disabled
    ]
    groups = [
        objects.group(call.team, group, with_users=with_users, with_count=with_count) for group in shown
    ]
    return {"ok": True, "usergroups": groups}


@method("usergroups.users.list", "usergroups:read", tier=2)
def usergroups_users_list(call: Call) -> Json:
    return {"ok": True, "users": list(_group(call).members)}


def _group(call: Call) -> Group:
    group = call.team.groups.get(call.text("usergroup"))
    if group is None or (group.disabled and not call.flag("include_disabled")):
        raise ApiError("no_such_subteam")
    return group
