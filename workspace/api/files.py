"""files.*: an upload in three steps, and what became of it."""

from __future__ import annotations

from workspace import files
from workspace.api.calls import Call, method
from workspace.api.content import checked_blocks, sender, thread
from workspace.attached import file as shown
from workspace.kit.shapes import several, shape, string
from workspace.preferences import IMAGES
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
#: The kinds that files.list can be asked for, and which endings belong to them. The rest are in none.
_KINDS = {
    "all": frozenset[str](),
    "spaces": frozenset[str](),
    "snippets": frozenset[str](),
    "images": IMAGES,
    "gdocs": frozenset({"gdoc", "gsheet", "gslides"}),
    "zips": frozenset({"zip"}),
    "pdfs": frozenset({"pdf"}),
}
_COMPLETED = several(
    shape({"id": string(255)}, {"title": string(10_000, least=0), "highlight_type": string(10)}), 10_000
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
    _is_allowed(call, name, length)
    file = files.reserve(
        call.team, call.me, name, length, alt_txt=call.maybe("alt_txt"), snippet_type=snippet
    )
    return {"ok": True, "upload_url": f"{call.team.url}/upload/v1/{file.ticket}", "file_id": file.id}


@method("files.completeUploadExternal", "files:write", tier=4)
def complete_upload_external(call: Call) -> Json:
    """The files are there at once; the messages that carry them come a moment later."""
    named = call.structure("files")
    if named is None:
        raise bad_arguments("missing required field: files")
    if problems := list(_COMPLETED(named, "/files")):
        raise bad_arguments(*map(str, problems))
    pending = [(_uploaded(call, each["id"]), str(each.get("title") or "")) for each in named]
    places = _places(call)
    under = thread(call, places[0]) if places else None
    said = files.Covering(
        text=call.maybe("initial_comment"),
        blocks=None if call.maybe("initial_comment") else checked_blocks(call, call.structure("blocks")),
        thread_ts=under.ts if under else None,
        broadcast=bool(under and under.broadcast),
        sender=sender(call),
        by_app=True,
    )
    for file, title in pending:
        files.complete(call.team, file, title)
    these = [file for file, _ in pending]
    files.share_soon(call.team, these, places, call.me, said)
    return {"ok": True, "files": [shown(call.team, file) for file in these]}


@method("files.info", "files:read", tier=4)
def files_info(call: Call) -> Json:
    file = _known(call)
    if not files.visible_to(call.team, file, call.me):
        raise ApiError("not_visible")
    metadata = {"response_metadata": {"next_cursor": ""}}
    return {"ok": True, "file": shown(call.team, file), "comments": [], **metadata}


@method("files.list", "files:read", tier=3)
def files_list(call: Call) -> Json:
    """Paged by number, as Slack still does here."""
    place, owner, kinds = call.maybe("channel"), call.maybe("user"), call.names("types")
    if owner:
        call.person("user")
    if set(kinds) - _KINDS.keys():
        raise ApiError("unknown_type")
    found = [
        file
        for file in call.team.files.values()
        if file.complete
        and not file.deleted
        and files.visible_to(call.team, file, call.me)
        and owner in ("", file.owner)
        and (not place or place in [channel for channel, _ in file.shares])
        and call.number("ts_from", 0) <= file.created <= call.number("ts_to", 10**11)
        and _is_of(file, kinds)
    ]
    count, number = max(1, call.number("count", 100)), max(1, call.number("page", 1))
    some = sorted(found, key=lambda file: -file.created)[(number - 1) * count : number * count]
    paging = {"count": count, "total": len(found), "page": number, "pages": -(-len(found) // count)}
    return {"ok": True, "files": [shown(call.team, file) for file in some], "paging": paging}


@method("files.delete", "files:write", tier=3)
def files_delete(call: Call) -> Json:
    file = _known(call)
    if file.owner != call.me.id:
        raise ApiError("cant_delete_file")
    files.delete(call.team, file)
    return {"ok": True}


def _is_allowed(call: Call, name: str, length: int) -> None:
    """What the team's settings say of such a file."""
    rules, ending = call.team.rules, _ending(name)
    if rules.only_images and ending not in IMAGES:
        raise ApiError("file_uploads_except_images_disabled")
    if rules.upload_types and ending not in rules.upload_types:
        raise ApiError("file_type_not_allowed")
    if rules.largest_upload is not None and length > rules.largest_upload:
        raise ApiError("file_upload_size_restricted")
    stored = sum(each.size for each in call.team.files.values() if not each.deleted)
    if rules.storage is not None and stored + length > rules.storage:
        raise ApiError("storage_limit_reached")


def _is_of(file: File, kinds: list[str]) -> bool:
    if not kinds or "all" in kinds or ("snippets" in kinds and file.kind):
        return True
    return any(_ending(file.name) in _KINDS[kind] for kind in kinds)


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def _known(call: Call) -> File:
    file = call.team.files.get(call.text("file"))
    if file is None or not file.complete:
        raise ApiError("file_not_found")
    if file.deleted:
        raise ApiError("file_deleted")
    return file


def _uploaded(call: Call, name: str) -> File:
    file = call.team.files.get(name)
    if file is None or file.content is None or file.complete:
        raise ApiError("file_not_found")
    if file.owner != call.me.id:
        raise ApiError("access_denied")
    return file


def _places(call: Call) -> list[Channel]:
    one, more = call.names("channel_id"), call.names("channels")
    if len(one) + len(more) > MOST_CHANNELS:
        raise ApiError("channels_limit_exceeded")
    return [
        *(_place(call, name, "channel_not_found") for name in one),
        *(_place(call, name, "invalid_channel") for name in more),
    ]


def _place(call: Call, name: str, unknown: str) -> Channel:
    person = call.team.people.get(name)
    place = call.team.conversation([person.id, call.me.id]) if person else call.team.channels.get(name)
    if place is None or not call.sees(place):
        raise ApiError(unknown)
    if not call.is_in(place):
        raise ApiError("not_in_channel")
    if place.archived or (place.posting in ("admins", "read_only") and not call.me.is_admin):
        raise ApiError("posting_to_channel_denied")
    return place
