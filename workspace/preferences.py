"""What the admins of a team can set, as far as an app comes to feel it."""

from __future__ import annotations

#: Methods that a team setting can forbid an app, and what Slack says then.
FORBIDDEN = {
    "chat.postMessage": "restricted_action",
    "chat.postEphemeral": "restricted_action",
    "chat.scheduleMessage": "restricted_action",
    "conversations.create": "restricted_action",
    "conversations.archive": "restricted_action",
    "conversations.kick": "restricted_action",
    "conversations.close": "not_permitted",
    "pins.add": "restricted_action",
    "pins.remove": "restricted_action",
    "pins.list": "restricted_action",
    "bookmarks.add": "permission_denied",
    "bookmarks.edit": "permission_denied",
    "bookmarks.remove": "permission_denied",
    "files.getUploadURLExternal": "file_uploads_disabled",
    "files.delete": "file_deleting_disabled",
    "apps.connections.open": "forbidden_team",
}
#: The endings of pictures.
IMAGES = frozenset({"png", "jpg", "jpeg", "gif", "webp", "svg", "bmp", "heic"})
