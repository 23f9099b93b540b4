"""files.*: an upload in three steps, and what became of it."""

from __future__ import annotations

from workspace import files
from workspace.api.calls import Call, method
from workspace.api.content import checked_blocks, sender, thread
from workspace.attached import file as shown
from workspace.refusals import ApiError, bad_arguments
from workspace.state import Channel, File, Json

LONGEST_ALT_TEXT = 1000
BIGGEST_SNIPPET = 1024 * 1024
MOST_CHANNELS = 100
_SNIPPETS = frozenset(
    {
        *("text", "markdown", "python", "javascript", "json", "yaml", "sql", "shell", "html", "css", "csv"),
        *("xml", "java", "go", "ruby", "rust", "c", "cpp", "diff"),
    }
)


@method("files.getUploadURLExternal", "files:write", tier=4)
def get_upload_url_external(call: Call) -> Json:
    name, length, snippet = call.text("filename"), call.number("length", 0), call.maybe("snippet_type")
    if length <= 0:
        raise ApiError("missing_argument")
    if len(call.maybe("alt_txt")) > LONGEST_ALT_TEXT:
        raise ApiError("alt_txt_too_large")
    if snippet and snippet not in _SNIPPETS:
        raise ApiError("unknown_snippet_type")
    if snippet and length > BIGGEST_SNIPPET:
        raise ApiError("snippet_too_large")
    owner = call.team.app.bot
    file = files.reserve(call.team, owner, name, length, alt_txt=call.maybe("alt_txt"), snippet_type=snippet)
    return {"ok": True, "upload_url": f"{call.team.url}/upload/v1/{file.ticket}", "file_id": file.id}


@method("files.completeUploadExternal", "files:write", tier=4)
def complete_upload_external(call: Call) -> Json:
    """The files are there at once; the messages that carry them come a moment later."""
    named = call.structure("files")
    if not named or not isinstance(named, list):
        raise bad_arguments("missing required field: files")
    pending = [(_uploaded(call, each), str(each.get("title") or "")) for each in named]
    places = _places(call)
    said = files.Covering(
        text=call.maybe("initial_comment"),
        blocks=None if call.maybe("initial_comment") else checked_blocks(call, call.structure("blocks")),
        thread_ts=thread(call, places[0]) if places else None,
        sender=sender(call),
    )
    for file, title in pending:
        files.complete(call.team, file, title)
    these = [file for file, _ in pending]
    files.share_soon(call.team, these, places, call.team.app.bot, said)
    return {"ok": True, "files": [shown(call.team, file) for file in these]}


@method("files.info", "files:read", tier=4)
def files_info(call: Call) -> Json:
    file = _known(call)
    if not files.visible_to_app(call.team, file):
        raise ApiError("not_visible")
    metadata = {"response_metadata": {"next_cursor": ""}}
    return {"ok": True, "file": shown(call.team, file), "comments": [], **metadata}


@method("files.list", "files:read", tier=3)
def files_list(call: Call) -> Json:
    """Paged by number, as Slack still does here."""
    place, owner = call.maybe("channel"), call.maybe("user")
    if owner:
        call.person("user")
    found = [
        file
        for file in call.team.files.values()
        if file.complete
        and not file.deleted
        and files.visible_to_app(call.team, file)
        and owner in ("", file.owner)
        and (not place or place in [channel for channel, _ in file.shares])
        and call.number("ts_from", 0) <= file.created <= call.number("ts_to", 10**11)
    ]
    count, number = max(1, call.number("count", 100)), max(1, call.number("page", 1))
    some = sorted(found, key=lambda file: -file.created)[(number - 1) * count : number * count]
    paging = {"count": count, "total": len(found), "page": number, "pages": -(-len(found) // count)}
    return {"ok": True, "files": [shown(call.team, file) for file in some], "paging": paging}


@method("files.delete", "files:write", tier=3)
def files_delete(call: Call) -> Json:
    file = _known(call)
    if file.owner != call.team.app.bot.id:
        raise ApiError("cant_delete_file")
    files.delete(call.team, file)
    return {"ok": True}


def _known(call: Call) -> File:
    file = call.team.files.get(call.text("file"))
    if file is None or not file.complete:
        raise ApiError("file_not_found")
    if file.deleted:
        raise ApiError("file_deleted")
    return file


def _uploaded(call: Call, named: object) -> File:
    file = call.team.files.get(str(named.get("id"))) if isinstance(named, dict) else None
    if file is None or file.content is None or file.complete:
        raise ApiError("file_not_found")
    return file


def _places(call: Call) -> list[Channel]:
    names = [*call.names("channel_id"), *call.names("channels")]
    if len(names) > MOST_CHANNELS:
        raise ApiError("channels_limit_exceeded")
    return [_place(call, name) for name in names]


def _place(call: Call, name: str) -> Channel:
    person = call.team.people.get(name)
    place = call.team.dm(person) if person else call.team.channels.get(name)
    if place is None:
        raise ApiError("channel_not_found")
    if call.team.app.bot.id not in place.members:
        raise ApiError("channel_not_found" if place.private else "not_in_channel")
    if place.archived:
        raise ApiError("posting_to_channel_denied")
    return place
