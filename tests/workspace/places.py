"""The workspace that the tests of the Web API share, with an app that may do everything."""

from typing import Any

from workspace.seed import Seed

Json = dict[str, Any]

SCOPES = [
    *("chat:write", "chat:write.customize", "files:read", "files:write", "reactions:read", "reactions:write"),
    *("pins:read", "pins:write", "bookmarks:read", "bookmarks:write", "dnd:read", "usergroups:read"),
    *("channels:manage", "channels:read", "channels:history", "channels:join", "groups:write", "groups:read"),
    *("im:write", "im:read", "im:history", "mpim:write", "users:read", "users:read.email", "team:read"),
]
SEED = Seed.model_validate(
    {
        "app": {"name": "Helper", "scopes": SCOPES},
        "people": [
            {"name": "ana", "id": "UANA", "tz": "Europe/Madrid", "is_admin": True, "is_org_admin": True},
            {"name": "ben", "id": "UBEN", "quiet_from": "22:00", "quiet_until": "08:00", "is_away": True},
            {"name": "gone", "id": "UGONE", "deleted": True},
            {"name": "gus", "id": "UGUS", "is_restricted": True},
            {"name": "una", "id": "UUNA", "is_restricted": True, "is_ultra_restricted": True},
        ],
        "channels": [
            {"name": "general", "id": "CGENERAL", "members": ["ana", "ben"], "app": True},
            {"name": "open", "id": "COPEN", "members": ["ana"]},
            {"name": "ours", "id": "COURS", "members": ["ana"], "app": True},
            {"name": "past", "id": "CPAST", "members": ["ana"], "app": True, "archived": True},
            {"name": "news", "id": "CNEWS", "app": True, "posting": "read_only"},
            {"name": "asks", "id": "CASKS", "app": True, "posting": "thread_only"},
            {"name": "notes", "id": "CNOTES", "app": True, "posting": "non_threadable"},
            {"name": "staff", "id": "CADMINS", "app": True, "posting": "admins"},
            {"name": "back", "id": "CBACK", "members": ["ana"], "app": True, "private": True},
            {"name": "secret", "id": "CSECRET", "members": ["ana"], "private": True},
        ],
        "groups": [{"handle": "crew", "id": "SCREW", "members": ["ana", "ben"]}],
        "clock": {"start": "2026-11-23T09:00:00+00:00", "runs": False},
    }
)


def seed(**changes: Any) -> Seed:
    """The same workspace, with another app."""
    return Seed.model_validate(SEED.model_dump() | {"app": SEED.app.model_dump() | changes})
