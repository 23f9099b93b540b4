"""The permissions without which we cannot do what we say; those that are optional are not among them."""

#: As in manifest.yml.
NEEDED = frozenset(
    {
        "app_mentions:read",
        "channels:read",
        "chat:write",
        "commands",
        "groups:read",
        "im:history",
        "im:write",
        "usergroups:read",
        "users:read",
    }
)


def missing(granted: str | None) -> tuple[str, ...]:
    """What Slack did not grant us, by its header `x-oauth-scopes`; nothing where it does not tell."""
    if not granted:
        return ()
    return tuple(sorted(NEEDED - {scope.strip() for scope in granted.split(",")}))
