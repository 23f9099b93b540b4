"""What one person sees on the page: where they can go, the conversation in front, what lies over it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from markupsafe import Markup

from workspace import finding
from workspace.acts import surfaces
from workspace.acts.writing import LOCKED
from workspace.delivery import Delivery
from workspace.page import excerpts, wiretap
from workspace.page.look import Look, called, templates
from workspace.page.marks import Marks
from workspace.page.words import Words
from workspace.reading import Reader
from workspace.refusals import Cannot
from workspace.state import Channel, Kind, Message, Person, View
from workspace.team import Team
from workspace.wire import WireLog

HOME, ABOUT, NEW = "home", "app", "new"
#: A search that nothing has been typed into yet.
ANYTHING = "*"
MOST_MESSAGES, MOST_DRAWN, MOST_FOUND = 400, 4_000, 50
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


class Drawn:
    """Messages that were drawn before; most of a page is the same as a moment ago."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Markup] = OrderedDict()

    def get(self, key: Hashable, draw: Callable[[], Markup]) -> Markup:
        if key not in self._kept:
            self._kept[key] = draw()
        self._kept.move_to_end(key)
        if len(self._kept) > MOST_DRAWN:
            self._kept.popitem(last=False)
        return self._kept[key]


@dataclass(frozen=True)
class Served:
    """What the page is made from."""

    team: Team
    delivery: Delivery
    log: WireLog
    marks: Marks = field(default_factory=Marks)
    drawn: Drawn = field(default_factory=Drawn)


@dataclass(frozen=True)
class Address:
    """Who looks, and at what. `at` is a conversation's id, the app's home, or where a new one begins. Beside
    it one panel may be open: a thread, the wire, or a search."""

    person: Person
    at: str
    thread: str = ""
    wire: str = ""
    find: str = ""

    def to(self, **other: str) -> str:
        panels = {"thread": self.thread, "wire": self.wire, "find": self.find}
        if any(other.get(panel) for panel in panels):
            panels = {}
        parts = {"as": self.person.name, "at": self.at} | panels | other
        return "/?" + urlencode({key: value for key, value in parts.items() if value})


@dataclass(frozen=True)
class Door:
    """An entry of the sidebar. `write` is the form in which one writes there."""

    link: str
    write: str
    name: str
    sign: str
    current: bool
    unread: int = 0
    calls: int = 0


@dataclass(frozen=True)
class Reaction:
    name: str
    count: int
    mine: bool
    people: str


@dataclass(frozen=True)
class Attached:
    """A file of a message. Pictures are shown; without a link it has been deleted."""

    name: str
    size: str
    link: str
    is_picture: bool
    about: str


@dataclass(frozen=True)
class Post:
    """A message as it is drawn. `version` changes with everything that is to be seen of it."""

    message: Message
    version: str
    author: str
    initials: str
    colour: int
    is_app: bool
    time: str
    exact: str
    day: str
    html: Callable[[], Markup]
    plain: str
    mine: bool
    reactions: list[Reaction]
    replies: int
    thread: str
    wire: str
    files: list[Attached]
    answers: str = ""
    new: bool = False

    @property
    def key(self) -> str:
        return f"m-{self.message.channel}-{self.message.ts}"


@dataclass(frozen=True)
class Found:
    """A message that a search has found."""

    link: str
    where: str
    author: str
    time: str
    exact: str
    excerpt: Markup


@dataclass(frozen=True)
class Sheet:
    """An open modal."""

    view: View
    html: Markup
    in_front: bool
    depth: int


class Room:
    def __init__(self, served: Served, address: Address) -> None:
        self._served = served
        self._team = served.team
        self.address = address
        self.person = address.person
        self.team_name, self.app_name = served.team.name, served.team.app.name
        self.zone = ZoneInfo(self.person.tz)
        self.connected = served.team.app.http is not None or served.delivery.sockets.open_connections > 0

    @cached_property
    def place(self) -> Channel:
        """The conversation in front; behind the home it is the one with the app."""
        if self.address.at in (HOME, ABOUT, NEW):
            return self._team.dm(self.person)
        return self._team.channels[self.address.at]

    @property
    def is_home(self) -> bool:
        return self.address.at == HOME

    @property
    def is_new(self) -> bool:
        return self.address.at == NEW

    @property
    def is_apps(self) -> bool:
        """Whether this is where the app lives: its home or its messages."""
        return self.place is self._team.dm(self.person) and not self.is_new

    @property
    def title(self) -> str:
        if self.is_new:
            return "New message"
        return self.app_name if self.is_apps else called(self._team, self.place, self.person)

    @property
    def is_member(self) -> bool:
        return self.person.id in self.place.members

    @property
    def members(self) -> list[Person]:
        return [self._team.people[member] for member in self.place.members]

    @property
    def closed(self) -> str | None:
        """Why this person cannot write here, if so."""
        try:
            surfaces.may_write(self._team, self.person, self.place)
        except Cannot as no:
            return str(no)
        return None

    @property
    def now(self) -> str:
        here = datetime.fromtimestamp(self._team.clock.now(), self.zone)
        return here.strftime(f"%A {here.day} %B, %H:%M")

    @property
    def people(self) -> list[Person]:
        return [each for each in self._team.people.values() if not each.is_bot and not each.deleted]

    @property
    def commands(self) -> list[tuple[str, str, str]]:
        """What can be typed after a slash, with its hint."""
        own = ("/invite", "@someone or @the app", "Bring somebody into this channel")
        apps = [
            (each.command, each.usage_hint, each.description) for each in self._team.app.commands.values()
        ]
        return [*apps, own]

    @property
    def shortcuts(self) -> list[str]:
        return [each.name for each in self._team.app.shortcuts if each.type == "global"]

    @property
    def message_shortcuts(self) -> list[str]:
        return [each.name for each in self._team.app.shortcuts if each.type == "message"]

    @property
    def names(self) -> list[tuple[str, str]]:
        """What can be typed after an @."""
        return [(f"@{each.name}", each.real_name) for each in self._team.people.values() if not each.deleted]

    @cached_property
    def apps(self) -> list[Door]:
        dm = self._team.dm(self.person)
        return [self._door(dm, self.app_name, "app", at=ABOUT, current=self.is_apps)]

    @cached_property
    def channels(self) -> list[Door]:
        mine = self._places(lambda place: self.person.id in place.members)
        return [self._door(each, each.name, "lock" if each.private else "hash") for each in mine]

    @cached_property
    def others(self) -> list[Door]:
        """Public channels that this person is not in."""
        them = self._places(lambda place: place.open_to(self.person) and self.person.id not in place.members)
        return [self._door(each, each.name, "hash") for each in them if not each.archived]

    @cached_property
    def talks(self) -> list[Door]:
        """Direct conversations with people."""
        dm = self._team.dm(self.person)
        direct = [
            each
            for each in self._team.channels.values()
            if each.kind in (Kind.IM, Kind.MPIM) and self.person.id in each.members and each is not dm
            if each.messages or each is self.place or each.creator == self.person.id
        ]
        return [self._door(each, called(self._team, each, self.person), "person") for each in direct]

    @property
    def unread(self) -> int:
        """In the title of the tab: what calls for this person."""
        return sum(door.calls for door in (*self.apps, *self.channels, *self.talks))

    @cached_property
    def posts(self) -> list[Post]:
        """The conversation without the replies in its threads, the oldest first."""
        fresh = {message.ts for message in self._served.marks.unread(self.person, self.place)}
        visible = (
            each
            for each in self.place.messages.values()
            if each.visible_to(self.person.id) and each.in_channel
        )
        return [self._post(each, each.ts in fresh) for each in list(visible)[-MOST_MESSAGES:]]

    @cached_property
    def thread(self) -> list[Post]:
        """The parent and its replies."""
        parent = self.place.messages.get(self.address.thread)
        if parent is None or not parent.visible_to(self.person.id):
            return []
        return [self._post(parent), *(self._post(each) for each in self._replies(parent))]

    @property
    def thread_closed(self) -> str | None:
        """Why this person cannot answer in the thread, if so."""
        return LOCKED if self.thread and self.thread[0].message.locked else self.closed

    @property
    def query(self) -> str:
        """What is searched for."""
        return "" if self.address.find == ANYTHING else self.address.find

    @property
    def anything(self) -> str:
        return ANYTHING

    @cached_property
    def found(self) -> list[Found]:
        """The newest first."""
        return [self._find(each) for each in finding.found(self._team, self.person, self.query)]

    @property
    def most_found(self) -> int:
        return MOST_FOUND

    @cached_property
    def home(self) -> Markup | None:
        view = self._team.homes.get(self.person.id)
        return Look(self._team, self.person, surfaces.of_view(view)).blocks() if view else None

    @property
    def home_id(self) -> str:
        view = self._team.homes.get(self.person.id)
        return view.id if view else ""

    @property
    def has_home(self) -> bool:
        return self._team.app.home_tab

    @cached_property
    def sheets(self) -> list[Sheet]:
        stack = self._team.stacks.get(self.person.id, [])
        return [
            Sheet(
                view,
                Look(self._team, self.person, surfaces.of_view(view), view.errors).blocks(),
                view is stack[-1],
                depth,
            )
            for depth, view in enumerate(stack)
        ]

    @cached_property
    def wires(self) -> list[wiretap.Piece]:
        if not self.address.wire:
            return []
        pieces = wiretap.pieces(self._served.delivery.letters, self._served.log, about=self.address.wire)
        return pieces[: wiretap.MOST]

    def article(self, post: Post, where: str = "m") -> Markup:
        """A message, in the conversation or (`t`) in its thread."""
        entered = str(post.message.entered.get(self.person.id, {}))
        key = (self.person.id, where, post.key, post.version, post.new, entered)
        return self._served.drawn.get(key, lambda: self._parts.post(post, where))

    @cached_property
    def _parts(self) -> Any:
        return templates().get_template("parts.html.j2").make_module({"room": self})

    def words(self, text: str) -> Markup:
        return Words(self._team, self.person).mrkdwn(text)

    def clock(self, moment: float) -> str:
        return datetime.fromtimestamp(moment, self.zone).strftime("%H:%M:%S")

    def _places(self, wanted: Callable[[Channel], bool]) -> Iterator[Channel]:
        for place in sorted(self._team.channels.values(), key=lambda it: it.name):
            if place.kind in (Kind.CHANNEL, Kind.GROUP) and wanted(place):
                yield place

    def _door(
        self, place: Channel, name: str, sign: str, *, at: str = "", current: bool | None = None
    ) -> Door:
        here = (self.place is place and not self.is_new) if current is None else current
        new = self._served.marks.unread(self.person, place) if self.person.id in place.members else []
        direct = place.kind in (Kind.IM, Kind.MPIM)
        calls = [each for each in new if direct or f"<@{self.person.id}>" in each.text]
        link = self.address.to(at=at or place.id, thread="", find="")
        return Door(link, self.form("write", place.id), name, sign, here, len(new), len(calls))

    def form(self, kind: str, about: str) -> str:
        """The form in which this person writes: what is begun there is theirs alone."""
        return f"{kind}-{self.person.id}-{about}"

    def _find(self, message: Message) -> Found:
        place = self._team.channels[message.channel]
        apps = place is self._team.dm(self.person)
        aside = message.is_reply and not message.broadcast
        link = Address(self.person, ABOUT if apps else place.id, message.thread_ts or "" if aside else "")
        post = self._post(message)
        return Found(
            link=f"{link.to()}#{'t' if aside else 'm'}{post.key}",
            where=self.app_name if apps else called(self._team, place, self.person),
            author=post.author,
            time=f"{post.day}, {post.time}",
            exact=post.exact,
            excerpt=excerpts.around(self._words_of(message), finding.Query.read(self.query).words),
        )

    def _words_of(self, message: Message) -> str:
        return Reader(self._team, self.person).message(message)

    def _replies(self, parent: Message) -> list[Message]:
        return [
            each
            for each in self.place.messages.values()
            if each.thread_ts == parent.ts and each is not parent and each.visible_to(self.person.id)
        ]

    def _post(self, message: Message, new: bool = False) -> Post:
        self._served.marks.saw(message)
        author = self._team.people[message.author]
        replies = len(self._replies(message)) if message.thread_ts == message.ts else 0
        when = datetime.fromtimestamp(float(message.ts), self.zone)
        today = datetime.fromtimestamp(self._team.clock.now(), self.zone).date()
        name = message.sender.get("username") or author.real_name
        parent = self._team.channels[message.channel].messages.get(message.thread_ts or "")
        above = parent if message.broadcast else None
        return Post(
            message=message,
            version=f"{message.seq}.{replies}.{above.seq if above else 0}.{today:%j}",
            author=name,
            initials="".join(word[0] for word in name.split()[:2]).upper(),
            colour=sum(map(ord, author.id)) % 8,
            is_app=author is self._team.app.bot,
            time=when.strftime("%H:%M"),
            exact=when.strftime(f"%A {when.day} %B %Y, %H:%M:%S"),
            day=when.strftime(f"%A {when.day} %B") if when.date() != today else "Today",
            html=partial(self._body, message),
            plain=_typed(self._team, message.text),
            mine=author is self.person,
            reactions=list(self._reactions(message)),
            replies=replies,
            thread=self.address.to(thread=message.thread_ts or message.ts, wire=""),
            wire=self.address.to(wire=message.ts, thread=""),
            files=[self._attached(each) for each in message.files if each in self._team.files],
            answers=excerpts.short(self._words_of(above)) if above else "",
            new=new,
        )

    def _attached(self, file_id: str) -> Attached:
        file = self._team.files[file_id]
        link = "" if file.deleted else f"/page/files/{file.id}?" + urlencode({"as": self.person.name})
        picture = file.name.lower().endswith(PICTURES) and not file.deleted
        size = f"{file.size / 1024:.0f} KB" if file.size >= 1024 else f"{file.size} bytes"
        return Attached(file.title or file.name, size, link, picture, file.alt_txt or file.name)

    def _body(self, message: Message) -> Markup:
        if not message.blocks:
            return Markup('<div class="prose">{}</div>').format(self.words(message.text))
        return Look(self._team, self.person, surfaces.of_message(message, self.person)).blocks()

    def _reactions(self, message: Message) -> Iterable[Reaction]:
        for name, people in message.reactions.items():
            who = ", ".join(self._team.people[each].real_name for each in people)
            yield Reaction(name, len(people), self.person.id in people, who)


def _typed(team: Team, text: str) -> str:
    """A person's words as they typed them, to be edited."""
    for person in team.people.values():
        text = text.replace(f"<@{person.id}>", f"@{person.name}")
    for place in team.channels.values():
        text = text.replace(f"<#{place.id}|>", f"#{place.name}")
    for tag in ("here", "channel", "everyone"):
        text = text.replace(f"<!{tag}>", f"@{tag}")
    plain = text.replace("<http", "http").replace(">", "")
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
