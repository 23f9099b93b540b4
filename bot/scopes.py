"""The permissions without which we cannot do what we say, those that are optional, and what does not work
without each."""

#: As in manifest.yml, like `OPTIONAL`.
NEEDED = {
    "app_mentions:read": "Tidemark does not hear lines that name it in a channel.",
    "channels:read": "Tidemark cannot see who is in a public channel, or whether it may post there.",
    "chat:write": "Tidemark cannot write anything.",
    "commands": "/tidemark does not work.",
    "groups:read": "Tidemark cannot see who is in a private channel, or whether it may post there.",
    "im:history": "Tidemark does not read what people type to it.",
    "im:write": "Tidemark cannot open a direct message with whoever is invited.",
    "usergroups:read": "People cannot be taken from a user group.",
    "users:read": "Tidemark knows no names, job titles or time zones.",
}
OPTIONAL = {
    "channels:history": "What may have reached a public channel is not sent again, but left to people.",
    "dnd:read": "Reminders go by working hours alone, not by do-not-disturb hours.",
    "files:read": "Evidence is links, numbers and words, not files.",
    "files:write": "A file that is shown as evidence cannot be passed on to whoever checks it.",
    "groups:history": "What may have reached a private channel is not sent again, but left to people.",
}


def missing(granted: str | None) -> tuple[str, ...]:
    """What Slack did not grant us, by its header `x-oauth-scopes`; nothing where it does not tell."""
    return tuple(sorted(NEEDED.keys() - granted_in(granted))) if granted else ()


def granted_in(header: str | None) -> frozenset[str]:
    return frozenset(filter(None, map(str.strip, (header or "").split(","))))
