"""People in a workspace, for tests and demos that read like a dialogue.

    async with People(url) as slack:
        ana = slack.person("ana")
        await ana.says("hello")
        await ana.clicks("Yes")
        answer = await ana.sees("Noted")

Whatever a person at a screen could not do raises an AssertionError that says what there is instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from aiohttp import ClientSession, ClientTimeout, TCPConnector

from workspace.shown import Click, Home, Json, Message, Reply, Submitted, Upload

__all__ = ["Click", "Home", "Message", "Modal", "People", "Place", "Reply", "Someone", "Submitted", "Upload"]


class People:
    def __init__(self, url: str, *, within: float = 10.0) -> None:
        self.clock = ClockHand(self)
        self._url = url.rstrip("/")
        self._within = within
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.close()

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    def person(self, name: str) -> Someone:
        return Someone(self, name)

    def channel(self, name: str) -> Place:
        return Place(self, name)

    async def connected(self, connections: int = 1, *, within: float | None = None) -> None:
        """The app is there."""
        await self.ask("connected", connections=connections, within=within or self._within)

    async def settled(self, *, quiet: float = 0.05, within: float | None = None) -> None:
        """Nothing is under way, and nothing began for a moment."""
        await self.ask("settled", quiet=quiet, within=within or self._within)

    async def requests(self, *, method: str | None = None) -> list[Json]:
        """What the app asked: method, args, response, status. A response URL is called `response_url`."""
        found: list[Json] = (await self.ask("requests", method=method))["requests"]
        return found

    async def envelopes(self, *, type: str | None = None) -> list[Json]:
        """What the app was sent: kind, payload, attempt, ack."""
        found: list[Json] = (await self.ask("envelopes", type=type))["envelopes"]
        return found

    async def team(self) -> Json:
        """Ids and tokens."""
        return await self.ask("team")

    async def drop_sockets(self) -> None:
        await self.ask("drop_sockets")

    async def refresh_sockets(self) -> None:
        await self.ask("refresh_sockets")

    async def warn_sockets(self) -> None:
        """Say that a refresh is near, as Slack does some seconds before it."""
        await self.ask("warn_sockets")

    async def delivers_to(self, url: str) -> None:
        """From now on the app is sent signed requests there, if it answers the challenge."""
        await self.ask("delivers", http={"url": url})

    async def delivers_by_socket(self) -> None:
        await self.ask("delivers")

    async def weather(self, **forecast: object) -> None:
        """Let it be bad from now on: seed=7, lost=0.1, latency=0.2, rate_limits=True … Nothing: calm."""
        await self.ask("weather", forecast=forecast)

    async def spoil(self, method: str, how: str, *, times: int = 1, channel: str | None = None) -> None:
        """The next calls go wrong, or those that name this channel are refused. `lost`: taken, but the reply
        never arrives. `unavailable`: not taken, and answered with 503 and no JSON. Any other word is what
        Slack answers with."""
        await self.ask("spoil", method=method, how=how, times=times, channel=channel)

    async def redeliver(self, *, last: int = 1) -> list[str]:
        """The last acknowledged events arrive once more. Returns their ids."""
        again: list[str] = (await self.ask("redeliver", last=last))["event_ids"]
        return again

    async def ask(self, door: str, **asked: object) -> Json:
        """Ask the control API itself."""
        if self._session is None:
            self._session = ClientSession(connector=TCPConnector(limit=0), timeout=ClientTimeout(total=None))
        async with self._session.post(f"{self._url}/_workspace/{door}", json=asked) as response:
            if response.content_type != "application/json":
                raise RuntimeError(f"{door}: {response.status} {await response.text()}")
            answer: Json = await response.json()
        if not answer["ok"]:
            raise AssertionError(answer["error"])
        return answer

    @property
    def within(self) -> float:
        """How many seconds to wait for what should be seen."""
        return self._within


class Someone:
    """A person who types, clicks and reads. Without a channel it is their direct message with the app."""

    def __init__(self, slack: People, name: str) -> None:
        self.name = name
        self._slack = slack
        self._mark = 0

    async def says(
        self,
        text: str,
        *,
        to: str | None = None,
        in_thread: str | Message | None = None,
        broadcast: bool = False,
    ) -> Message:
        """`broadcast`: the channel sees the reply too."""
        thread = in_thread.ts if isinstance(in_thread, Message) else in_thread
        answer = await self._do("says", text=text, channel=to, in_thread=thread, broadcast=broadcast)
        return Message(**answer["message"])

    async def uploads(
        self,
        name: str,
        content: bytes,
        *,
        to: str | None = None,
        saying: str = "",
        in_thread: Message | None = None,
        megabytes: float | None = None,
    ) -> Message:
        """`megabytes`: so large, the rest of it blanks."""
        file, thread = Upload(name, content).as_json(), in_thread.ts if in_thread else None
        answer = await self._do(
            "uploads", file=file, channel=to, text=saying, in_thread=thread, megabytes=megabytes
        )
        return Message(**answer["message"])

    async def deletes_file(self, name: str) -> None:
        """The newest of this name that is theirs. Messages that carried it say so."""
        await self._do("deletes_file", name=name)

    async def rewords(self, message: Message, text: str) -> Message:
        return Message(**(await self._do("rewords", message=_ref(message), text=text))["message"])

    async def takes_back(self, message: Message) -> None:
        await self._do("takes_back", message=_ref(message))

    async def reacts(self, message: Message, name: str) -> None:
        await self._do("reacts", message=_ref(message), name=name)

    async def command(self, line: str, *, channel: str | None = None) -> Reply:
        answer = await self._do("command", line=line, channel=channel)
        if answer["message"] is None:
            return Reply(error=answer["error"])
        message = Message(**answer["message"])
        return Reply(message.text, message.blocks, message.shown, answer["error"], message)

    async def clicks(
        self,
        button: str,
        *,
        message: Message | None = None,
        channel: str | None = None,
        home: bool = False,
        near: str | None = None,
        value: str | None = None,
        confirm: bool = True,
        stale: bool = False,
    ) -> Click:
        """Press a button by its label or action_id. `near` names words beside it when there are several.

        `stale`: press it on `message` as it was when it was seen, as a quick second click does.
        """
        answer = await self._do(
            "clicks",
            button=button,
            message=_ref(message),
            channel=channel,
            home=home,
            near=near,
            value=value,
            confirm=confirm,
            seen=message.blocks if stale and message else None,
        )
        return Click(answer["acked"], answer["error"])

    async def picks(
        self,
        option: str | list[str],
        *,
        of: str | None = None,
        message: Message | None = None,
        channel: str | None = None,
        home: bool = False,
        near: str | None = None,
    ) -> Click:
        """Choose in a menu: an option by its words, a person by handle, a date."""
        answer = await self._do(
            "picks", option=option, of=of, message=_ref(message), channel=channel, home=home, near=near
        )
        return Click(answer["acked"], answer["error"])

    async def sees(
        self,
        text: str,
        *,
        channel: str | None = None,
        fresh: bool = False,
        after: Message | None = None,
        within: float | None = None,
    ) -> Message:
        """Wait for a message with this text; the newest. `fresh`: new since this person last acted."""
        since = after.seq if after else self._mark if fresh else 0
        answer = await self._slack.ask(
            "sees",
            person=self.name,
            text=text,
            channel=channel,
            after=since,
            within=within or self._slack.within,
        )
        return Message(**answer["message"])

    async def sees_nothing_new(self, *, channel: str | None = None, quiet: float = 0.1) -> None:
        """Since this person last did something, the app showed them nothing."""
        await self._slack.settled(quiet=quiet)
        new = [
            each for each in await self.reads(channel) if each.seq > self._mark and each.author != self.name
        ]
        assert not new, "\n".join([f"@{self.name} sees something new:", *(each.shown for each in new)])

    async def dm(self) -> list[Message]:
        return await self.reads(None)

    async def reads(self, channel: str | None) -> list[Message]:
        answer = await self._slack.ask("reads", person=self.name, channel=channel)
        return [Message(**each) for each in answer["messages"]]

    async def modal(self, title: str | None = None, *, within: float | None = None) -> Modal:
        """Wait for a modal with this title in front."""
        answer = await self._slack.ask(
            "modal", person=self.name, title=title, within=within or self._slack.within
        )
        return Modal(self, answer["modal"])

    async def opens_home(self, *, within: float | None = None) -> Home:
        answer = await self._do("opens_home", within=within or self._slack.within)
        return Home(answer["home"]["shown"], answer["home"]["blocks"], answer["home"]["id"])

    async def opens_dm(self) -> None:
        await self._do("opens_dm")

    async def invites_app(self, channel: str) -> None:
        await self._do("invites", channel=channel)

    async def invites(self, guest: str, channel: str) -> None:
        await self._do("invites", channel=channel, guest=guest)

    async def joins(self, channel: str) -> None:
        await self._do("joins", channel=channel)

    async def uses_shortcut(self, name: str, *, on: Message | None = None) -> Click:
        """A shortcut of the workspace, or one on a message."""
        answer = await self._do("uses_shortcut", name=name, message=_ref(on))
        return Click(answer["acked"], answer["error"])

    async def leaves(self, channel: str) -> None:
        await self._do("leaves", channel=channel)

    async def removes(self, guest: str, channel: str) -> None:
        await self._do("removes", channel=channel, guest=guest)

    async def removes_app(self, channel: str) -> None:
        await self._do("removes", channel=channel)

    async def archives(self, channel: str) -> None:
        await self._do("archives", channel=channel)

    async def unarchives(self, channel: str) -> None:
        await self._do("archives", channel=channel, archived=False)

    async def renames(self, channel: str, to: str) -> None:
        await self._do("renames", channel=channel, to=to)

    async def deletes(self, channel: str) -> None:
        await self._do("deletes", channel=channel)

    async def shares(self, channel: str, with_team: str) -> None:
        """An admin shares a channel with another organisation, or another team of the same one."""
        await self._do("shares", channel=channel, with_team=with_team)

    async def welcomes(self, newcomer: str, **about: object) -> None:
        """An admin brings somebody new into the team."""
        await self._do("welcomes", newcomer={"name": newcomer, **about})

    async def deactivates(self, whom: str) -> None:
        await self._do("deactivates", whom=whom)

    async def reactivates(self, whom: str) -> None:
        await self._do("reactivates", whom=whom)

    async def moves(self, zone: str) -> None:
        """Into another time zone."""
        await self._do("moves", zone=zone)

    async def sets_status(self, text: str = "", emoji: str = "", until: datetime | None = None) -> None:
        """What stands beside their name; with `until` Slack takes it away then."""
        await self._do("sets_status", text=text, emoji=emoji, until=until.isoformat() if until else None)

    async def wants_quiet(self, begins: str = "", ends: str = "") -> None:
        """Do-not-disturb hours, like 22:00 to 08:00 in their zone; without them, none."""
        await self._do("wants_quiet", begins=begins, ends=ends)

    async def adds_to_group(self, guest: str, group: str) -> None:
        """Somebody into a user group, by its handle."""
        await self._do("groups", guest=guest, group=group)

    async def takes_out_of_group(self, guest: str, group: str) -> None:
        await self._do("groups", guest=guest, group=group, out=True)

    async def locks(self, message: Message) -> None:
        """Nobody answers in the thread of this message any more."""
        await self._do("locks", message=_ref(message))

    async def unlocks(self, message: Message) -> None:
        await self._do("locks", message=_ref(message), locked=False)

    async def uninstalls_app(self) -> None:
        await self._do("uninstalls_app")

    async def installs_app(self) -> None:
        """An admin installs it again, with the scopes that it had. Its token is a new one."""
        await self._do("installs_app")

    async def revokes_tokens(self) -> None:
        await self._do("revokes_tokens")

    async def lets_app_in(self) -> None:
        """An admin of the organisation lets its app into this team."""
        await self._do("lets_app_in")

    async def sends_app_out(self) -> None:
        await self._do("lets_app_in", out=True)

    async def _do(self, door: str, **asked: object) -> Json:
        """A gesture. What the workspace shows from here on is fresh."""
        self._mark = (await self._slack.ask("mark"))["seq"]
        return await self._slack.ask(door, person=self.name, **asked)


class Modal:
    """An open modal as its person sees it; what they fill in and submit."""

    def __init__(self, person: Someone, drawn: Json) -> None:
        self._person = person
        self._take(drawn)

    async def fill(self, answers: Mapping[str, object]) -> Modal:
        """Enter values by label, placeholder or action_id."""
        entered = {label: _entered(value) for label, value in answers.items()}
        answer = await self._person._do("fill", view=self.id, answers=entered)
        assert answer["error"] is None, answer["error"]
        self._take(answer["modal"])
        return self

    async def submit(self) -> Submitted:
        answer = await self._person._do("submit", view=self.id)
        await self.look()
        return Submitted(answer["acked"], answer["errors"], answer["error"])

    async def closes(self, *, everything: bool = False) -> None:
        """Cancel this one, or with the cross the whole stack."""
        await self._person._do("closes", view=self.id, everything=everything)

    async def look(self) -> Modal:
        """See it as it is now, if it is still open."""
        answer = await self._person._slack.ask("view", person=self._person.name, view=self.id)
        if answer["modal"]:
            self._take(answer["modal"])
        return self

    def _take(self, drawn: Json) -> None:
        self.id: str = drawn["id"]
        self.title: str = drawn["title"]
        self.shown: str = drawn["shown"]
        self.blocks: list[Json] = drawn["blocks"]
        self.errors: dict[str, str] = drawn["errors"]
        self.private_metadata: str = drawn["private_metadata"]
        self.callback_id: str = drawn["callback_id"]


@dataclass(frozen=True)
class Place:
    slack: People
    name: str

    async def messages(self) -> list[Message]:
        return [Message(**each) for each in (await self.slack.ask("channel", channel=self.name))["messages"]]

    async def members(self) -> list[str]:
        members: list[str] = (await self.slack.ask("channel", channel=self.name))["members"]
        return members

    async def archive(self) -> None:
        await self.slack.ask("archives", channel=self.name)


@dataclass(frozen=True)
class ClockHand:
    """The workspace's clock."""

    slack: People

    async def now(self) -> datetime:
        return datetime.fromtimestamp((await self.slack.ask("clock"))["now"]).astimezone()

    async def move(self, **by: float) -> None:
        """By days, hours, minutes or seconds, as a timedelta takes them."""
        await self.slack.ask("clock", move=timedelta(**by).total_seconds())

    async def set(self, when: datetime) -> None:
        await self.slack.ask("clock", set=when.isoformat())


def _entered(value: object) -> object:
    """What goes over the wire for it; a single file is a list of one."""
    if isinstance(value, Upload):
        return [value.as_json()]
    if isinstance(value, list):
        return [each.as_json() if isinstance(each, Upload) else each for each in value]
    return value


def _ref(message: Message | None) -> Json | None:
    return {"channel": message.channel, "ts": message.ts} if message else None
