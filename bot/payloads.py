"""The shape of what Slack sends, as far as we go by it: checked once, at the entrance, so that listeners can
trust it. What we do not read may be anything, and kinds of events that we do not know have any shape."""

from functools import cache
from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from typing_extensions import TypedDict

#: Whatever has one: a person, a channel, a user group, a file.
Id = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]{1,60}$")]
#: Of them, a person; a place where people write.
Who = Annotated[str, StringConstraints(pattern=r"^[UW][A-Z0-9-]{1,60}$")]
Where = Annotated[str, StringConstraints(pattern=r"^[CDG][A-Z0-9-]{1,60}$")]
#: What somebody wrote. No database keeps a NUL, and no keyboard has one.
Words = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=100_000)]
#: When a message was posted, or something was done.
Stamp = Annotated[str, StringConstraints(pattern=r"^\d{1,16}(\.\d{1,9})?$")]
Name = Annotated[str, StringConstraints(pattern=r"^[^\x00]{1,255}$")]
#: What we gave Slack with a form or a button, and get back.
Ours = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=4000)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://\S{1,2000}$")]
#: Seconds since 1970; no calendar ends before that.
Moment = Annotated[int, Field(ge=0, le=200_000_000_000)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")]


class Shape(TypedDict):
    """Of everything else that is there nothing is said."""

    __pydantic_config__ = ConfigDict(extra="ignore", strict=True)  # type: ignore[misc]


class Named(Shape):
    id: Id


class Somebody(Shape):
    id: Who


class Room(Shape):
    id: Where


class Dated(Shape, total=False):
    """When an event happened."""

    event_time: Moment


class File(Named):
    name: NotRequired[Words | None]
    title: NotRequired[Words | None]
    mimetype: NotRequired[str | None]
    size: NotRequired[int]
    filetype: NotRequired[str | None]
    subtype: NotRequired[str | None]


class Option(Shape):
    value: Ours


class Entered(Shape, total=False):
    """The state of a field, and what an action says of what was chosen."""

    value: Words | None
    selected_option: Option | None
    selected_options: list[Option] | None
    selected_user: Who | None
    selected_users: list[Who] | None
    selected_conversation: Where | None
    selected_conversations: list[Where] | None
    selected_channel: Where | None
    selected_channels: list[Where] | None
    selected_date: Day | None
    selected_date_time: int | None
    files: list[File] | None


class Action(Entered):
    action_id: Name
    action_ts: Name
    url: NotRequired[str]
    block_id: NotRequired[str]


class Element(Shape, total=False):
    action_id: Name
    value: Ours
    options: list[Option]


class Block(Shape):
    type: Name
    block_id: NotRequired[Name]
    elements: NotRequired[list[Element]]
    accessory: NotRequired[Element]
    element: NotRequired[Element]


class State(Shape):
    values: NotRequired[dict[Name, dict[Name, Entered]]]


class View(Shape):
    id: Name
    type: Literal["modal", "home", "workflow_step"]
    private_metadata: Ours
    callback_id: NotRequired[str]
    root_view_id: NotRequired[Name | None]
    previous_view_id: NotRequired[Name | None]
    hash: NotRequired[Name]
    notify_on_close: NotRequired[bool]
    blocks: NotRequired[list[Block]]
    state: NotRequired[State]


class Container(Shape, total=False):
    channel_id: Where
    message_ts: Name
    view_id: Name


class Beside(Shape, total=False):
    """Beside the button that was pressed. What it shows is ours, and checked where it is read."""

    user: Who
    text: Words | None
    ts: Name
    thread_ts: Name


class Drawn(Shape):
    blocks: list[Block]


class Message(Beside, total=False):
    """As it stands in an event about it."""

    subtype: str
    files: list[File] | None
    attachments: list[dict[str, Any]] | None
    blocks: list[Block] | None
    edited: Shape | None


class Gesture(Shape):
    """A click, a form, a shortcut."""

    type: Name
    user: Somebody
    team: NotRequired[Named | None]
    response_url: NotRequired[Url | None]
    channel: NotRequired[Room | None]
    container: NotRequired[Container | None]
    message: NotRequired[Beside | None]


class Click(Gesture):
    trigger_id: Name
    actions: Annotated[list[Action], Field(min_length=1)]
    view: NotRequired[View | None]


class Form(Gesture):
    view: View


class Shortcut(Gesture):
    trigger_id: Name


class Suggestion(Gesture):
    """Somebody types into a menu."""

    action_id: Name


class Command(Shape):
    command: Name
    user_id: Who
    trigger_id: Name
    team_id: Id
    text: NotRequired[Words | None]
    channel_id: NotRequired[Where | None]
    response_url: NotRequired[Url]


class Happening(Shape):
    """An event; what it has beside its type depends on that."""

    type: Name


class Anything(Happening):
    """Whoever did it is looked for in every event."""

    user: NotRequired[Who | Somebody | None]


class Said(Happening):
    channel: Where
    ts: Stamp
    channel_type: NotRequired[str]
    subtype: NotRequired[str | None]
    user: NotRequired[Who | None]
    text: NotRequired[Words | None]
    thread_ts: NotRequired[Stamp | None]
    event_ts: NotRequired[Stamp]
    deleted_ts: NotRequired[Stamp]
    files: NotRequired[list[File] | None]
    attachments: NotRequired[list[dict[str, Any]] | None]
    message: NotRequired[Message | None]
    previous_message: NotRequired[Message | None]


class Mentioned(Said):
    user: Who  # type: ignore[misc]


class Opened(Happening):
    user: Who
    tab: NotRequired[str | None]


class Joined(Happening):
    user: Who
    channel: Where
    inviter: NotRequired[Who | None]


class Profile(Shape, total=False):
    real_name: str | None
    display_name: str | None
    title: str | None
    status_text: str | None
    status_emoji: str | None
    status_expiration: Moment | None


class Person(Somebody):
    name: NotRequired[str | None]
    real_name: NotRequired[str | None]
    tz: NotRequired[str | None]
    locale: NotRequired[str | None]
    profile: NotRequired[Profile | None]


class PersonChanged(Happening):
    user: Person


class ChannelChanged(Anything):
    channel: Where | Room


class ChannelRenumbered(Anything):
    old_channel_id: Where
    new_channel_id: Where


class FileDeleted(Anything):
    file_id: Id


class GroupChanged(Anything):
    subteam_id: Id
    added_users: NotRequired[list[Who] | None]


class Revoked(Anything):
    tokens: NotRequired[dict[str, list[str] | None] | None]


_GESTURES = {
    "block_actions": Click,
    "block_suggestion": Suggestion,
    "view_submission": Form,
    "view_closed": Form,
    "shortcut": Shortcut,
}
_EVENTS: dict[str, Any] = {
    "message": Said,
    "app_mention": Mentioned,
    "app_home_opened": Opened,
    "member_joined_channel": Joined,
    "user_change": PersonChanged,
    "channel_id_changed": ChannelRenumbered,
    "file_deleted": FileDeleted,
    "subteam_members_changed": GroupChanged,
    "tokens_revoked": Revoked,
    **{
        f"{kind}_{what}": ChannelChanged
        for kind in ("channel", "group")
        for what in ("archive", "unarchive", "deleted", "left", "shared")
    },
}


def wrong_with(payload: Any) -> str | None:
    """Where it is not as Slack says that it is; None if nothing is."""
    if not isinstance(payload, dict):
        return "payload"
    team = payload.get("team_id")
    if team is not None and not isinstance(team, str):
        return "team_id"
    event = payload.get("event")
    if event is not None or payload.get("type") == "event_callback":
        if payload.get("type") != "event_callback":
            return "type"
        if _wrong(Dated, payload):
            return "event_time"
        kind = event.get("type") if isinstance(event, dict) else None
        return _wrong(_EVENTS.get(kind, Anything) if isinstance(kind, str) else Anything, event)
    if "command" in payload:
        return _wrong(Command, payload)
    kind = payload.get("type")
    if isinstance(kind, str) and kind in {"url_verification", "ssl_check"}:
        return None
    where = _wrong(_GESTURES.get(kind, Gesture) if isinstance(kind, str) else Gesture, payload)
    return "container" if where is None and kind == "block_actions" and _is_nowhere(payload) else where


def _is_nowhere(click: dict[str, Any]) -> bool:
    """In no form and no message."""
    container = click.get("container") or {}
    return not (click.get("view") or click.get("message") or container.get("message_ts"))


def drawn_in(message: Any) -> list[dict[str, Any]]:
    """The blocks of a message of ours that came along with a gesture; none where they are odd."""
    return [] if _wrong(Drawn, message) else list(message["blocks"])


def make_ready() -> None:
    """For what is pressed."""
    _reader(Click)


@cache
def _reader(shape: Any) -> TypeAdapter[Any]:
    """Made when it is needed first: all of them would make a start slower."""
    return TypeAdapter(shape)


def _wrong(shape: Any, thing: Any) -> str | None:
    try:
        _reader(shape).validate_python(thing)
    except ValidationError as error:
        return ".".join(map(str, error.errors(include_url=False, include_input=False)[0]["loc"])) or "all"
    except RecursionError:
        return "nested too deeply"
    return None
