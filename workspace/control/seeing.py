"""The doors through which people look."""

from __future__ import annotations

from workspace import views
from workspace.acts import surfaces
from workspace.control.doors import Doors, title
from workspace.reading import Reader
from workspace.refusals import Cannot
from workspace.state import Json, Message, View


class Seeing(Doors):
    async def do_reads(self, asked: Json) -> Json:
        person, place = self._person(asked), self._place(asked)
        surfaces.may_read(person, place)
        visible = [message for message in place.messages.values() if message.visible_to(person.id)]
        return {"messages": [self._shown(message, person) for message in visible]}

    async def do_channel(self, asked: Json) -> Json:
        """A channel as somebody would see it who is in it: without what is ephemeral."""
        place = self._team.channel(asked["channel"])
        reader = self._team.people[place.members[0]] if place.members else self._team.app.bot
        public = [message for message in place.messages.values() if message.only_for is None]
        return {
            "id": place.id,
            "members": [self._team.people[member].name for member in place.members],
            "archived": place.archived,
            "messages": [self._shown(message, reader) for message in public],
        }

    async def do_sees(self, asked: Json) -> Json:
        """The newest message with this text, as soon as there is one."""
        person, place = self._person(asked), self._place(asked)
        surfaces.may_read(person, place)
        reader, text = Reader(self._team, person), asked["text"]
        after, known = asked.get("after", 0), dict[str, tuple[int, str]]()

        def drawn(message: Message) -> str:
            """Drawing is the slow part of looking, so it is done again only for what changed."""
            seq, shown = known.get(message.ts, (0, ""))
            if seq != message.seq:
                shown = reader.message(message)
                known[message.ts] = (message.seq, shown)
            return shown

        def newest() -> Message | None:
            found = (message for message in self._team.messages(place, person.id) if message.seq > after)
            return next((message for message in found if text in drawn(message)), None)

        message = await self._team.pulse.until(newest, asked.get("within", 10.0))
        if message is None:
            there = [drawn(message) for message in self._team.messages(place, person.id)][::-1]
            where = surfaces.called(place)
            raise Cannot(f"@{person.name} does not see {text!r} in {where}. There is:\n{_listing(there)}")
        return {"message": self._shown(message, person)}

    async def do_modal(self, asked: Json) -> Json:
        """The modal in front, once it has this title."""
        person, wanted = self._person(asked), asked.get("title")

        def in_front() -> View | None:
            view = views.top(self._team, person)
            return view if view and wanted in (None, title(view)) else None

        view = await self._team.pulse.until(in_front, asked.get("within", 10.0))
        if view is None:
            front = views.top(self._team, person)
            there = f"There is “{title(front)}”." if front else "No modal is open."
            raise Cannot(f"@{person.name} has no modal “{wanted}” in front. {there}")
        return {"modal": self._modal(view, person)}

    async def do_view(self, asked: Json) -> Json:
        """A view by id, if it is still there."""
        person = self._person(asked)
        view = self._team.view(asked["view"])
        return {"modal": self._modal(view, person) if view else None}

    async def do_mark(self, asked: Json) -> Json:
        """How many changes there were so far: what is newer is new."""
        return {"seq": self._team.pulse.count}


def _listing(shown: list[str]) -> str:
    return "\n".join("  | " + text.replace("\n", "\n  | ") + "\n  ---" for text in shown[-12:]) or "  nothing"
