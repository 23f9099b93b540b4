"""What people do in Slack, any of it at any time: with what they see now, and with what they saw before."""

from __future__ import annotations

from base64 import b64encode
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any

from tests.fuzz import words
from tests.fuzz.house import House
from workspace import rooms, staff, views
from workspace.acts import forms, handing, pressing, shortcuts, writing
from workspace.acts.picking import options_of
from workspace.acts.surfaces import Surface, of_message, of_view
from workspace.entries import TYPED, VALUE_KEYS, Place, entry, places
from workspace.reading import words_of
from workspace.refusals import Cannot
from workspace.state import Kind, Person, View

Json = dict[str, Any]
#: So many messages back somebody scrolls.
REACH = 12
#: So much of what was on screens is remembered, to be pressed when it is stale.
ALBUM = 60
METHODS = (
    "chat.postMessage",
    "chat.update",
    "views.open",
    "views.update",
    "views.publish",
    "response_url",
    "users.info",
)
DEEDS = (
    *("deactivate", "reactivate", "reactivate", "archive", "unarchive", "enter", "enter", "leave"),
    *("invite", "invite", "remove", "group", "zone", "locale", "status", "quiet", "share"),
    *("uninstall", "revoke"),
)
#: Time also goes back.
HOURS = (1, 3, 12, 24, 24, 72, 24 * 8, 24 * 30, 24 * 365, -2, -24)
#: Who facilitates and who is asked do more than others.
_WHO = (0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8)
_OFTEN = (
    *(("press", 36.0), ("press what is stale", 8.0), ("submit", 18.0), ("close", 1.0), ("say", 12.0)),
    *(("command", 7.0), ("reword", 2.0), ("share a file", 1.0), ("open home", 3.0), ("use a shortcut", 0.5)),
    *(("time", 3.5), ("beat", 1.0), ("restart", 1.0), ("die", 1.5), ("again", 1.5), ("bad call", 1.0)),
    ("rule", 2.0),
)
FAULTS = ("lost", "unavailable", "internal_error", "ratelimited")


@dataclass(frozen=True)
class Use:
    """Something on a screen that can be used."""

    surface: Surface
    place: Place
    stale: bool = False


@dataclass
class Acting:
    """`told` is what was done, as lines that can be read."""

    house: House
    told: list[str] = field(default_factory=list)
    album: dict[str, deque[Surface]] = field(default_factory=dict)
    marks: int = 0

    @property
    def people(self) -> list[Person]:
        return [each for each in self.house.team.people.values() if not each.is_bot]

    def person(self, number: int) -> Person:
        return self.people[number % len(self.people)]

    def mark(self, person: Person) -> str:
        self.marks += 1
        return f"zq{person.name}{self.marks:04d}zq"

    def step(self, chance: Random) -> None:
        """Anything; what people do often, often."""
        number, who, seed = chance.randrange(10**6), chance.choice(_WHO), chance.randrange(10**6)
        match chance.choices(*zip(*_OFTEN, strict=True))[0]:
            case "press":
                self.press(who, number, seed, twice=chance.random() < 0.08)
            case "press what is stale":
                self.press(who, number, seed, stale=True)
            case "submit":
                open_ = [n for n, each in enumerate(self.people) if self.house.team.stacks.get(each.id)]
                self.submit(chance.choice(open_) if open_ else who, seed, twice=chance.random() < 0.08)
            case "close":
                self.close(who, everything=chance.random() < 0.5)
            case "say":
                self.say(who, number, seed, twice=chance.random() < 0.1)
            case "command":
                self.command(who, seed, twice=chance.random() < 0.05)
            case "reword":
                self.reword(who, number, seed)
            case "share a file":
                self.share_file(who, seed)
            case "open home":
                self.open_home(who)
            case "use a shortcut":
                self.shortcut(who, seed)
            case "time":
                self.time_passes(chance.choice(HOURS))
            case "beat":
                self.beat()
            case "restart":
                self.restart()
            case "die":
                self.dies(chance.randrange(6), before=chance.random() < 0.5)
            case "again":
                self.redeliver(number)
            case "bad call":
                self.bad_call(seed)
            case "rule":
                self.rule(who, seed)

    # Gestures. A number chooses among what there is; the seed decides all the rest.

    def press(self, who: int, which: int, seed: int, *, twice: bool = False, stale: bool = False) -> None:
        person, chance = self.person(who), Random(seed)
        uses = [*self._stale(person)] if stale else [*self._uses(person)]
        if not uses:
            return
        use = uses[which % len(uses)]
        element = use.place.element
        shown = words_of(element["text"]) if isinstance(element.get("text"), dict) else element["type"]
        self.told.append(
            f"{person.name} presses [{shown}] {element['action_id']}{' (stale)' if stale else ''}"
        )
        self._do(self._press(person, use, chance), twice=twice)

    def submit(self, who: int, seed: int, *, twice: bool = False) -> None:
        person, chance = self.person(who), Random(seed)
        view = views.top(self.house.team, person)
        if view is None or not view.body.get("submit"):
            return
        self.told.append(
            f"{person.name} submits “{words_of(view.body['title'])}” ({view.body.get('callback_id')})"
        )
        self._do(self._fill(person, view, chance), twice=False)
        view_now = views.top(self.house.team, person)
        if view_now is view:
            self._do(forms.submit(self.house.team, person, view), twice=twice)
            if view.errors and views.top(self.house.team, person) is view:
                self.told.append(f"   {forms.by_label(view)}"[:300])

    def close(self, who: int, *, everything: bool = False) -> None:
        person = self.person(who)
        self.told.append(f"{person.name} closes the form")
        self._do(forms.close(self.house.team, person, everything=everything))

    def say(self, who: int, where: int, seed: int, *, twice: bool = False) -> None:
        """In the direct message, in a thread of it, or naming the bot in a channel."""
        person, chance, team = self.person(who), Random(seed), self.house.team
        line = words.line(chance, [*team.people], mark=self.mark(person))
        place, thread = team.dm(person), None
        if where % 10 == 9:
            place = chance.choice([each for each in team.channels.values() if each.kind.rooms])
            line = f"<@{team.app.bot.id}> {line}"
        elif where % 10 == 8 and place.messages:
            thread = chance.choice([*place.messages][-REACH:])
        self.told.append(f"{person.name} > {line!r} in {place.name}{' (thread)' if thread else ''}")

        async def gesture() -> None:
            writing.say(team, person, place, line, thread_ts=thread)

        self._do(gesture(), twice=twice)

    def command(self, who: int, seed: int, *, twice: bool = False) -> None:
        person, chance, team = self.person(who), Random(seed), self.house.team
        rooms_of = [each for each in team.channels.values() if person.id in each.members]
        place = chance.choice(rooms_of) if rooms_of else team.dm(person)
        line = words.line(chance, [*team.people], of=words.COMMANDS).replace("\n", " ")
        self.told.append(f"{person.name} types /tidemark {line!r} in {place.name}")
        self._do(writing.command(team, person, place, f"/tidemark {line}"), twice=twice)

    def reword(self, who: int, which: int, seed: int) -> None:
        person, chance, team = self.person(who), Random(seed), self.house.team
        own = [each for each in team.dm(person).messages.values() if each.author == person.id][-REACH:]
        if not own:
            return
        message = own[which % len(own)]
        line = words.line(chance, [*team.people], mark=self.mark(person))
        gone = chance.random() < 0.3
        self.told.append(f"{person.name} {'deletes' if gone else 'rewords'} {message.text[:40]!r} {line!r}")

        async def gesture() -> None:
            if gone:
                writing.take_back(team, person, message)
            elif line.strip():
                writing.reword(team, person, message, line)

        self._do(gesture())

    def share_file(self, who: int, seed: int) -> None:
        person, chance, team = self.person(who), Random(seed), self.house.team
        name = chance.choice(
            ("oven.png", "run.log", "übersicht.pdf", "a" * 200 + ".txt", "noending", "x.exe")
        )
        size = chance.choice((1, 100, 11 * 1024 * 1024)) if chance.random() < 0.2 else 10
        saying = chance.choice(("", "", words.text(chance, self.mark(person))))
        self.told.append(f"{person.name} shares {name} ({size}) saying {saying!r}")

        async def gesture() -> None:
            handing.upload(team, person, team.dm(person), name, b"x" * size, saying=saying)

        self._do(gesture())

    def open_home(self, who: int) -> None:
        from workspace import events

        person, team = self.person(who), self.house.team
        self.told.append(f"{person.name} opens Home")

        async def gesture() -> None:
            if not person.deleted:
                events.home_opened(team, person, tab="home")

        self._do(gesture())

    def shortcut(self, who: int, seed: int) -> None:
        person, chance, team = self.person(who), Random(seed), self.house.team
        if not team.app.shortcuts:
            return
        known = chance.choice(team.app.shortcuts)
        self.told.append(f"{person.name} uses the shortcut {known.name}")
        if known.type == "message":
            there = [*team.dm(person).messages.values()]
            if there:
                self._do(shortcuts.on_message(team, person, known.name, chance.choice(there)))
        else:
            self._do(shortcuts.on_workspace(team, person, known.name))

    # What happens by itself.

    def time_passes(self, hours: int) -> None:
        """Also backwards."""
        self.told.append(f"{hours} hours pass")
        when = self.house.at + timedelta(hours=hours)
        self.house.do(self.house.goes_to(when))
        self._settle()

    def beat(self) -> None:
        self.told.append("a beat")
        self.house.do(self.house.beat())
        self._settle()

    def restart(self) -> None:
        self.told.append("the bot is restarted")
        self.house.do(self.house.restart())

    def dies(self, calls: int, *, before: bool) -> None:
        """At one of the next calls to Slack, before or after Slack has taken it."""
        self.told.append(f"the bot will die at call {calls}, {'before' if before else 'after'} it is taken")
        self.house.wire.dies_after, self.house.wire.dies_before_it_is_taken = calls, before

    def redeliver(self, back: int) -> None:
        events = [each for each in self.house.letters if each.kind == "events_api"]
        if not events:
            return
        letter = events[-1 - back % len(events)]
        self.told.append(f"Slack brings an event again: {letter.payload['event'].get('type')}")
        self._do(self.house.deliver(letter.kind, letter.payload, keep=False))

    def bad_call(self, seed: int) -> None:
        chance = Random(seed)
        method, how = chance.choice(METHODS), chance.choice(FAULTS)
        if method == "response_url" and how == "ratelimited":
            how = "unavailable"
        self.told.append(f"the next {method} goes wrong: {how}")
        self.house.team.weather.spoil(method, how)

    def rule(self, who: int, seed: int) -> None:
        """The workspace changes: who is where, who is there at all."""
        person, chance, team = self.person(who), Random(seed), self.house.team
        place = chance.choice([each for each in team.channels.values() if each.kind.rooms])
        app = team.app.bot
        deed = chance.choice(DEEDS)
        self.told.append(f"{deed}: {person.name} #{place.name}")

        async def gesture() -> None:
            if deed == "deactivate" and sum(not each.deleted for each in self.people) > 4:
                staff.deactivate(team, person)
            elif deed == "reactivate":
                for each in self.people:
                    if each.deleted:
                        staff.reactivate(team, each)
                        return
            elif deed in ("archive", "unarchive") and place.archived is (deed == "unarchive"):
                (rooms.archive if deed == "archive" else rooms.unarchive)(team, place, person)
            elif deed == "enter":
                rooms.enter(team, place, person)
            elif deed == "leave" and person.id in place.members:
                rooms.leave(team, place, person)
            elif deed == "invite":
                rooms.enter(team, place, app)
            elif deed == "remove" and app.id in place.members:
                rooms.leave(team, place, app)
            elif deed == "group" and team.groups:
                staff.regroup(team, chance.choice([*team.groups.values()]), person)
            elif deed == "zone":
                zone = chance.choice(
                    ("Asia/Kathmandu", "Pacific/Kiritimati", "America/St_Johns", "Europe/London")
                )
                staff.change(team, person, tz=zone)
            elif deed == "locale":
                staff.change(team, person, locale=chance.choice(("es-ES", "en-GB", "ja-JP", "")))
            elif deed == "status":
                ends = int((self.house.at + timedelta(days=chance.randint(-1, 30))).timestamp())
                staff.change(
                    team, person, status_text="Vacation", status_emoji=":palm_tree:", status_expiration=ends
                )
            elif deed == "quiet":
                staff.change(team, person, quiet_from="09:00", quiet_until="15:00")
            elif deed == "share" and seed % 5 == 0:
                rooms.share(team, place, "T-OTHER")
            elif deed in ("uninstall", "revoke") and seed % 7 == 0 and team.app.installed:
                (staff.uninstall if deed == "uninstall" else staff.revoke_tokens)(team)

        self._do(gesture())
        if not team.app.installed:
            self._comes_back()

    def _comes_back(self) -> None:
        """Whoever runs it starts it with its new token."""
        self.told.append("   and the app is installed again")
        self.house.do(self.house.beat())
        staff.install_again(self.house.team)
        self.house.do(self.house.restart())
        self.time_passes(1)

    # How it is done.

    def _do(self, gesture: Any, *, twice: bool = False) -> None:
        before = self.house.sent
        with suppress(Cannot):
            self.house.do(gesture)
        if twice and self.house.sent > before:
            self.told.append("   twice")
            letter = self.house.letters[-1]
            self.house.do(self.house.deliver(letter.kind, letter.payload, keep=False))
        self._settle()

    def _settle(self) -> None:
        self.house.do(self.house.settle())
        if self.house.wire.dies_after is not None and self.house.wire.dies_after < 0:
            self.house.do(self.house.restart())
        self._remember()

    def _remember(self) -> None:
        """What is on screens now can be pressed when it is not there any more."""
        for person in self.people:
            album = self.album.setdefault(person.id, deque(maxlen=ALBUM))
            known = {self._seq(each) for each in album}
            for surface in self._front(person):
                if (surface.view or surface.message) and self._seq(surface) not in known:
                    album.append(self._photo(surface))

    @staticmethod
    def _seq(surface: Surface) -> int:
        return (surface.view or surface.message).seq  # type: ignore[union-attr]

    @staticmethod
    def _photo(surface: Surface) -> Surface:
        blocks = deepcopy(surface.blocks)
        if surface.view:
            view = replace(surface.view, body=deepcopy(surface.view.body))
            return Surface(view.blocks, {}, view=view)
        assert surface.message
        return Surface(blocks, {}, message=replace(surface.message, blocks=blocks))

    def _front(self, person: Person) -> Iterator[Surface]:
        """The open form, the newest messages, Home."""
        team = self.house.team
        if person.deleted:
            return
        if front := views.top(team, person):
            yield of_view(front)
        rooms_of = [each for each in team.channels.values() if person.id in each.members]
        for room in (team.dm(person), *(each for each in rooms_of if each.kind is not Kind.IM)):
            reach = 0
            for message in team.messages(room, person.id):
                if message.by_app or message.author == team.app.bot.id:
                    yield of_message(message, person)
                    reach += 1
                if reach >= (REACH if room.kind is Kind.IM else 4):
                    break
        if home := team.homes.get(person.id):
            yield of_view(home)

    def _uses(self, person: Person) -> Iterator[Use]:
        for surface in self._front(person):
            for place in places(surface.blocks):
                if place.dispatches:
                    yield Use(surface, place)

    def _stale(self, person: Person) -> Iterator[Use]:
        for surface in self.album.get(person.id, ()):
            for place in places(surface.blocks):
                if place.dispatches:
                    yield Use(surface, place, stale=True)

    async def _press(self, person: Person, use: Use, chance: Random) -> None:
        team, place = self.house.team, use.place
        if place.kind in ("button", "icon_button"):
            facts: Json = {
                key: place.element[key] for key in ("value", "url", "text", "style") if key in place.element
            }
            await pressing.act(team, person, use.surface, place, facts)
        elif place.kind == "overflow":
            option = chance.choice([*options_of(place.element)])
            await pressing.act(team, person, use.surface, place, {"selected_option": option})
        elif place.kind in VALUE_KEYS:
            state = entry(place.element, self._value(person, place, chance))
            use.surface.entered[place.key] = state
            await pressing.act(team, person, use.surface, place, state)

    async def _fill(self, person: Person, view: View, chance: Random) -> None:
        """Some fields stay as they are; the others get anything that Slack lets in."""
        diligent = chance.random() < 0.5
        for place in [*places(view.blocks)]:
            if place.kind not in VALUE_KEYS or chance.random() < (0.8 if diligent else 0.3):
                required = place.is_input and not place.block.get("optional")
                empty = place.kind in VALUE_KEYS and not view.entered.get(place.key)
                has_initial = place.kind in VALUE_KEYS and VALUE_KEYS[place.kind][1] in place.element
                if not (required and empty and not has_initial):
                    continue
            state = entry(place.element, self._value(person, place, chance))
            view.entered[place.key] = state
            if place.dispatches:
                await pressing.act(self.house.team, person, of_view(view), place, state)
                if views.top(self.house.team, person) is not view:
                    return

    def _value(self, person: Person, place: Place, chance: Random) -> Any:
        kind, element, team = place.kind, place.element, self.house.team
        if kind in TYPED:
            return self._typed(person, element, chance)
        if kind in ("static_select", "radio_buttons"):
            return chance.choice([*options_of(element)])
        if kind in ("multi_static_select", "checkboxes"):
            offered = [*options_of(element)]
            most = min(len(offered), element.get("max_selected_items", 99))
            return chance.sample(offered, chance.randint(_least(place), most))
        if kind.endswith("users_select"):
            there = [each.id for each in team.people.values() if not each.deleted]
            if kind == "users_select":
                return chance.choice(there)
            most = min(6, len(there), element.get("max_selected_items", 99))
            return chance.sample(there, chance.randint(_least(place), most))
        if kind.endswith(("conversations_select", "channels_select")):
            there = [each.id for each in team.channels.values() if each.kind.rooms and not each.archived]
            return (
                chance.sample(there, min(len(there), chance.randint(0, 2)))
                if kind.startswith("multi")
                else chance.choice(there)
            )
        if kind == "datepicker":
            days = chance.choice((-400, -1, 0, 1, 2, 7, 14, 30, 90, 400))
            return (self.house.at + timedelta(days=days)).strftime("%Y-%m-%d")
        if kind == "timepicker":
            return chance.choice(("00:00", "09:30", "23:59"))
        if kind == "datetimepicker":
            return int((self.house.at + timedelta(hours=chance.randint(-50, 900))).timestamp())
        if kind == "file_input":
            name = chance.choice(("a.png", "b.pdf", "c.txt", "d.csv"))
            try:
                return [
                    handing.attach(team, person, element, {"name": name, "content": b64encode(b"x").decode()})
                ]
            except Cannot:
                return []
        return None

    def _typed(self, person: Person, element: Json, chance: Random) -> str | None:
        kind = element["type"]
        if kind == "number_input":
            low, high = float(element.get("min_value", 0)), float(element.get("max_value", 1000))
            number = chance.uniform(low, high)
            return f"{number:.2f}" if element.get("is_decimal_allowed") else str(int(number))
        if kind == "url_text_input":
            return chance.choice(("https://wiki.example/x", "http://a", "https://e.example/?q=" + "x" * 500))
        if kind == "email_text_input":
            return "a@b.example"
        said = words.text(chance, self.mark(person)) or None
        if chance.random() < 0.15:
            said = chance.choice(("1", "0.5", "12 ms", "30 %", "2026-12-24", "Fraud team", "1000000"))
        most, least = element.get("max_length", 3000), element.get("min_length", 0)
        if said is None or not said.strip():
            return None
        return str(said + "x" * least)[: int(most)]


def _least(place: Place) -> int:
    """Slack itself sees to it that what is required is not empty."""
    return 1 if place.is_input and not place.block.get("optional") else 0
