"""Conversation scripts come to life: each line is a gesture of a person in a local workspace, and what they
see is looked for on their screen. A play may vary what must not matter: every event arrives twice, what
people press does too, the bot is restarted, independent turns come in another order.
"""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from conversation.pack import Pack
from storage.records import AssessmentState, PostingState
from storage.store import Store
from tests.e2e.ending import Ending, ending
from tests.e2e.script import LOOKING, BadScript, Script, Step, Turn
from tests.e2e.workspace import CHANNELS, GROUPS, LONG, OTHERS, PEOPLE, PLACES, SHORT, Scene, Town, town
from workspace.messages import delete
from workspace.people import Click, Message, Modal, Someone
from workspace.shown import Upload

EVERYBODY = [*PEOPLE, *OTHERS]
NAMES = [str(person["name"]) for person in EVERYBODY]
SEEN = [str(person["name"]) for person in PEOPLE]
ROOMS = [str(channel["name"]) for channel in CHANNELS]
#: Everything has happened by the time that somebody looks.
AT_ONCE = 1.0
#: A busy machine may stand still for longer than Slack waits; what takes as long as this is stuck.
PATIENCE = 15.0
#: What people share, where it matters what is in it.
FILES = Path(__file__).parent / "files"
#: From one turn to the next, so that there is a before and an after.
A_MOMENT = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Variation:
    """What is done to a script that must not matter. `restarts` are the turns after which the bot is
    restarted; with `events_again` the next one is brought the events that the last one had. `twins` are
    events that arrive twice almost at once. `order` are the turns, if not in the order of the script."""

    name: str
    events_twice: bool = False
    everything_twice: bool = False
    events_again: bool = False
    twins: bool = False
    restarts: frozenset[int] = frozenset()
    order: tuple[Turn, ...] | None = None

    @property
    def shows_more(self) -> bool:
        """Whoever presses twice is told so; nothing else may differ."""
        return self.everything_twice


async def play(script: Script, variation: Variation, store: Store) -> Ending:
    """Raises: BadScript, at the first line that does not come true."""
    with capture_logs() as log:
        scopes = [each for each in script.lacks if ":" in each]
        blocks = [each for each in script.lacks if ":" not in each]
        asked = town(
            store,
            people=EVERYBODY,
            channels=[*CHANNELS, *PLACES],
            groups=GROUPS,
            pack=Pack.named(script.pack),
            ack_seconds=PATIENCE,
            declined=scopes,
            edit_minutes=script.minutes,
            is_new=script.is_new,
        )
        async with asked as place, AsyncExitStack() as life:
            await place.slack.weather(without=blocks)
            stage = await life.enter_async_context(place.bot())
            acting = Acting(place, stage, {turn.act.who for turn in script.turns if "old" in turn.act.words})
            if variation.twins:
                await place.slack.weather(seed=1, duplicates=1.0, without=blocks)
            for number, turn in enumerate(variation.order or script.turns):
                before = acting.delivered
                await _play_turn(script, variation, acting, turn)
                if turn.act.verb == "installs" or (number in variation.restarts and acting.can_restart):
                    await life.aclose()
                    acting.stage = await life.enter_async_context(place.bot())
                    if variation.events_again:
                        await acting.again(since=before, gestures_too=False)
            acting_too = sorted({turn.act.who for turn in script.turns} - {*SEEN, ""})
            found = await ending(acting.stage, [*SEEN, *acting_too], ROOMS)
    failed = [fact for fact in log if fact["log_level"] in {"error", "critical"}]
    if failed:
        raise BadScript(f"{script.file.name}: the log tells of failures: {failed}")
    lines, secrets = str(log), (place.server.bot_token, place.server.app_token)
    if told := [each for each in (*script.typed, *secrets) if each in lines]:
        raise BadScript(f"{script.file.name}: the log tells what is nobody's business: {told}")
    return found


async def _play_turn(script: Script, variation: Variation, acting: "Acting", turn: Turn) -> None:
    steps = [turn.act] if variation.order else [turn.act, *turn.seen]
    acting.stage.time.at += A_MOMENT
    for step in steps:
        try:
            before = acting.delivered
            if step is turn.act:
                await acting.remembers(turn)
            await acting.plays(step)
            if step is turn.act:
                await acting.settle()
                if variation.events_twice or variation.everything_twice:
                    one_gesture = step.verb != "launches"
                    await acting.again(since=before, gestures_too=variation.everything_twice and one_gesture)
        except AssertionError as no:
            raise BadScript(f"{script.at(step)}: {step.line}\n{no}") from None


@dataclass
class Acting:
    """The people of a script, with what they remember of their screens."""

    town: Town
    stage: Scene
    come_back: set[str] = field(default_factory=set)
    before: dict[str, list[Message]] = field(default_factory=dict)
    remembered: dict[str, list[Message]] = field(default_factory=dict)
    forms: dict[str, Modal] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    people: dict[str, Someone] = field(default_factory=dict)

    @property
    def can_restart(self) -> bool:
        """Without a token nobody starts it."""
        return self.town.server.team.app.installed

    async def plays(self, step: Step) -> None:
        do: Callable[[Step], Awaitable[None]] = getattr(self, f"_{step.verb}")
        if step.who and step.verb not in LOOKING:
            self._nothing_left_open(step)
        await do(step)

    async def remembers(self, turn: Turn) -> None:
        """What this turn will be compared with, and what somebody comes back to later."""
        for step in turn.seen:
            if step.verb == "sees_nothing_new":
                self.before[_place(step)] = await self._there(step)
        if turn.act.who in self.come_back:
            there = await self.stage.person(turn.act.who).dm()
            self.remembered.setdefault(turn.act.who, []).extend(there)

    async def settle(self) -> None:
        """All that was begun has been acknowledged and drawn; and what that brought about, too."""
        for _ in range(2):
            await self.stage.slack.settled(quiet=0)
            await self.stage.bot.drawing.finished()

    @property
    def delivered(self) -> int:
        return len(self.town.server.sockets.log)

    async def again(self, *, since: int, gestures_too: bool) -> None:
        """What the app was sent since then arrives once more, as it was."""
        server = self.town.server
        letters = list(server.sockets.log)[since:]
        events = [letter for letter in letters if letter.kind == "events_api"]
        await self.stage.slack.redeliver(last=len(events))
        for letter in letters:
            if gestures_too and letter.kind != "events_api" and server.team.line:
                await server.team.line.ask(letter.kind, letter.payload, accepts_response=False)
        await self.settle()

    # What people do.

    async def _launches(self, step: Step) -> None:
        level = step.words.get("target")
        target = level and f"Level {level}, {self.town.pack.levels[int(level)].name}, in every aspect"
        length = LONG if step.words.get("long") else SHORT
        names = step.words["people"].split(", ")
        assert step.who == "lee", "In scripts, Lee is the one who launches."
        await self.stage.launch(*names, subject=step.words["subject"], length=length, target=target)

    async def _types(self, step: Step) -> None:
        reply = await self._person(step).command(step.words["command"], channel=step.words.get("channel"))
        assert reply.error is None, reply.error

    async def _says(self, step: Step) -> None:
        thread = await self._message(step, step.words["thread"]) if "thread" in step.words else None
        await self._person(step).says(step.words["text"], to=step.words.get("channel"), in_thread=thread)

    async def _presses(self, step: Step) -> None:
        on, old = step.words.get("on"), "old" in step.words
        message = await self._message(step, on, old=old) if on else None
        click = await self._person(step).clicks(
            step.words["button"],
            message=message,
            channel=None if message else step.words.get("channel"),
            home="home" in step.words,
            near=step.words.get("near"),
            stale=old,
        )
        _acknowledged(click)

    async def _picks(self, step: Step) -> None:
        on = step.words.get("on")
        message = await self._message(step, on) if on else None
        picked = await self._person(step).picks(
            step.words["option"], message=message, home="home" in step.words, near=step.words.get("near")
        )
        _acknowledged(picked)

    async def _shares(self, step: Step) -> None:
        name, text = step.words["file"], step.words.get("text", "")
        large = float(step.words["megabytes"]) if "megabytes" in step.words else None
        thread = await self._message(step, step.words["thread"]) if "thread" in step.words else None
        hand_in = self._person(step).uploads
        await hand_in(name, _content(name), saying=text, in_thread=thread, megabytes=large)

    async def _deletes_file(self, step: Step) -> None:
        await self._person(step).deletes_file(step.words["file"])

    async def _fills_in(self, step: Step) -> None:
        form = await self._person(step).modal(step.words["title"], within=AT_ONCE)
        await form.fill({label: _value(form, label, value) for label, value in step.fields})
        done = await form.submit()
        assert done.error is None, done.error
        if done.errors:
            self.forms[step.who] = form

    async def _enters(self, step: Step) -> None:
        form = await self._person(step).modal(step.words["title"], within=AT_ONCE)
        await form.fill({label: _value(form, label, value) for label, value in step.fields})

    async def _rewords(self, step: Step) -> None:
        await self._person(step).rewords(await self._own(step), step.words["text"])

    async def _takes_back(self, step: Step) -> None:
        await self._person(step).takes_back(await self._own(step))

    async def _closes(self, step: Step) -> None:
        await (await self._person(step).modal(within=AT_ONCE)).closes(everything=True)

    async def _adds(self, step: Step) -> None:
        await self._person(step).invites_app(step.words["channel"])

    async def _opens(self, step: Step) -> None:
        self.homes[step.who] = (await self._person(step).opens_home()).shown

    async def _rules(self, step: Step) -> None:
        person = self._person(step)
        deed = {"deactivates": person.deactivates, "reactivates": person.reactivates}[step.words["deed"]]
        await deed(step.words["whom"])

    async def _changes(self, step: Step) -> None:
        person, room = self._person(step), step.words["room"]
        match step.words["deed"]:
            case "archives":
                await person.archives(room)
            case "unarchives":
                await person.unarchives(room)
            case "deletes":
                await person.deletes(room)
            case "shares":
                await person.shares(room, "T-ELSEWHERE")

    async def _moves(self, step: Step) -> None:
        person = self._person(step)
        deed = {"invites": person.invites_app, "removes": person.removes_app}[step.words["deed"]]
        await deed(step.words["room"])

    async def _loses(self, step: Step) -> None:
        """A message of the app, as by an administrator or a rule of the workspace."""
        message = await self._message(step, step.words["on"])
        team = self.town.server.team
        found = [
            place.messages[message.ts] for place in team.channels.values() if message.ts in place.messages
        ]
        delete(team, found[0])

    async def _uninstalls(self, step: Step) -> None:
        await self._person(step).uninstalls_app()

    async def _revokes(self, step: Step) -> None:
        await self._person(step).revokes_tokens()

    async def _installs(self, step: Step) -> None:
        await self._person(step).installs_app()

    async def _closes_door(self, step: Step) -> None:
        """The app's own setting, of whether its messages tab is there."""
        self.town.server.team.app.messages_tab = step.words["how"] == "on"

    async def _wrote_before(self, step: Step) -> None:
        """A message with a button that nobody knows any more."""
        label = {"type": "plain_text", "text": step.words["button"]}
        old = {"type": "button", "action_id": "of_long_ago", "value": "1/2/3", "text": label}
        said = {"type": "section", "text": {"type": "mrkdwn", "text": step.words["text"]}, "accessory": old}
        whom = self.town.server.team.person(step.words["whom"]).id
        await self.stage.bot.app.client.chat_postMessage(channel=whom, text=step.words["text"], blocks=[said])

    async def _travels(self, step: Step) -> None:
        await self._person(step).moves(step.words["zone"])

    async def _sets_status(self, step: Step) -> None:
        await self._person(step).sets_status(step.words["text"], until=_moment(step))

    async def _wants_quiet(self, step: Step) -> None:
        await self._person(step).wants_quiet(step.words["begins"], step.words["ends"])

    async def _joins(self, step: Step) -> None:
        await self._person(step).joins(step.words["place"])

    async def _groups(self, step: Step) -> None:
        await self._person(step).adds_to_group(step.words["guest"], step.words["group"])

    async def _leaves_out(self, step: Step) -> None:
        await self._person(step).removes_app(step.words["place"])

    async def _later(self, step: Step) -> None:
        await self._until(
            self.stage.time.at + timedelta(**{f"{step.words['unit']}s": int(step.words["number"])})
        )

    async def _on(self, step: Step) -> None:
        when = _moment(step)
        assert when > self.stage.time.at, f"It is {self.stage.time.at:%d %B %Y, %H:%M} already."
        await self._until(when)

    # What they see.

    async def _sees(self, step: Step) -> None:
        person, text = self._person(step), step.words["text"]
        if "form" in step.words:
            self.forms.pop(step.who, None)
            form = await (await person.modal(within=AT_ONCE)).look()
            assert text in form.shown, f"In the form there is:\n{form.shown}"
        elif "home" in step.words:
            home = self.homes.get(step.who, "nothing, because nobody opened it")
            assert text in home, f"On Home there is:\n{home}"
        else:
            await person.sees(text, channel=step.words.get("channel"), fresh=True, within=AT_ONCE)

    async def _channel_shows(self, step: Step) -> None:
        there = [
            message.shown for message in await self.stage.slack.channel(step.words["channel"]).messages()
        ]
        assert any(step.words["text"] in shown for shown in there), "\n---\n".join(["There is:", *there])

    async def _sees_nothing_new(self, step: Step) -> None:
        before = {message.ts for message in self.before[_place(step)]}
        now = await self._there(step)
        new = [each.shown for each in now if each.ts not in before and each.author != step.who]
        assert not new, "\n---\n".join(["There is:", *new])

    # How.

    async def _there(self, step: Step) -> list[Message]:
        """All messages of that channel, or of their direct message."""
        if channel := step.words.get("channel"):
            return await self.stage.slack.channel(channel).messages()
        return await self.stage.person(step.who).dm()

    def _person(self, step: Step) -> Someone:
        """Always the same one, who knows when they did something last."""
        return self.people.setdefault(step.who, self.stage.person(step.who))

    async def _message(self, step: Step, words: str, *, old: bool = False) -> Message:
        """The newest one with these words; an old one is as it was when this person saw it."""
        person, channel = self._person(step), step.words.get("channel")
        if not old:
            return await person.sees(words, channel=channel, within=AT_ONCE)
        seen = [message for message in self.remembered[step.who] if words in message.shown]
        assert seen, f"{step.who} has not seen “{words}” before."
        return seen[-1]

    async def _own(self, step: Step) -> Message:
        """The newest message that they wrote themselves with these words."""
        there = await self._person(step).dm()
        own = [each for each in there if each.author == step.who and step.words["on"] in each.shown]
        assert own, f"{step.who} has written no “{step.words['on']}”."
        return own[-1]

    def _nothing_left_open(self, step: Step) -> None:
        form = self.forms.get(step.who)
        if form and step.verb not in {"fills_in", "closes"}:
            raise AssertionError(f"The form was not taken, and nobody said so:\n{form.shown}")
        self.forms.pop(step.who, None)

    async def _until(self, when: datetime) -> None:
        """Whatever falls due on the way goes out in its own time, as from a bot that never sleeps."""
        while moment := self._next_moment(before=when):
            await self.stage.goes_to(moment)
        await self.stage.goes_to(when)

    def _next_moment(self, *, before: datetime) -> datetime | None:
        with self.stage.store.transaction(self.stage.server.team.id) as tx:
            due = [posting.due_at for posting in tx.postings.in_state(PostingState.OWED)]
            closing = [each.closes_at for each in tx.assessments.in_states([AssessmentState.OPEN])]
        return min((at for at in due + closing if self.stage.time.at < at < before), default=None)


def _content(name: str) -> bytes:
    """Of the file of that name in the folder of files, or of any other."""
    file = FILES / name
    return file.read_bytes() if file.is_file() else b"what is in it"


def _place(step: Step) -> str:
    return f"{step.who} in {step.words.get('channel')}"


def _moment(step: Step) -> datetime:
    return datetime.strptime(step.words["moment"], "%d %B %Y at %H:%M").replace(tzinfo=UTC)


def _acknowledged(click: Click) -> None:
    assert click.acked, click.error


def _value(form: Modal, label: str, written: str) -> Any:
    """As the field wants it: a list where several can be chosen, a file by its name."""
    for block in form.blocks:
        element = block.get("element") or block.get("accessory") or {}
        words = (block.get("label") or block.get("text") or {}).get("text", "")
        several = element.get("type", "").startswith(("multi_", "checkboxes"))
        if element.get("type") == "file_input" and words == label:
            return Upload(written, b"what is in it")
        boxes = [each for each in block.get("elements", ()) if each.get("action_id") == label]
        if (several and words.strip("*") == label) or (boxes and boxes[0]["type"] == "checkboxes"):
            return [each for each in written.split(", ") if each]
    return written
