"""The doors through which people do something."""

from __future__ import annotations

import asyncio
from base64 import b64decode

from workspace import events
from workspace.acts import forms, handing, pressing, writing
from workspace.control.doors import Doors, outcome
from workspace.refusals import Cannot
from workspace.state import Ack, Json, View


class Doing(Doors):
    async def do_says(self, asked: Json) -> Json:
        person, place = self._person(asked), self._place(asked)
        message = writing.say(
            self._team,
            person,
            place,
            asked["text"],
            thread_ts=asked.get("in_thread"),
            broadcast=asked.get("broadcast", False),
        )
        return {"message": self._shown(message, person)}

    async def do_uploads(self, asked: Json) -> Json:
        person, place = self._person(asked), self._place(asked)
        name, content = asked["file"]["name"], b64decode(asked["file"]["content"])
        if asked.get("megabytes"):
            content = content.ljust(int(asked["megabytes"] * 1024 * 1024))
        said = {"saying": asked.get("text", ""), "thread_ts": asked.get("in_thread")}
        message = handing.upload(self._team, person, place, name, content, **said)
        return {"message": self._shown(message, person)}

    async def do_deletes_file(self, asked: Json) -> Json:
        handing.take_away(self._team, self._person(asked), asked["name"])
        return {}

    async def do_rewords(self, asked: Json) -> Json:
        person, message = self._person(asked), self._message(asked)
        writing.reword(self._team, person, message, asked["text"])
        return {"message": self._shown(message, person)}

    async def do_takes_back(self, asked: Json) -> Json:
        writing.take_back(self._team, self._person(asked), self._message(asked))
        return {}

    async def do_reacts(self, asked: Json) -> Json:
        writing.react(self._team, self._person(asked), self._message(asked), asked["name"])
        return {}

    async def do_command(self, asked: Json) -> Json:
        person = self._person(asked)
        shown = await writing.command(self._team, person, self._place(asked), asked["line"])
        message = self._shown(shown.message, person) if shown.message else None
        return {"message": message, "error": shown.error}

    async def do_clicks(self, asked: Json) -> Json:
        person = self._person(asked)
        ack = await pressing.click(
            self._team,
            person,
            asked["button"],
            on=self._surfaces(asked, person),
            near=asked.get("near"),
            value=asked.get("value"),
            confirm=asked.get("confirm", True),
        )
        return outcome(ack)

    async def do_picks(self, asked: Json) -> Json:
        person = self._person(asked)
        on = self._surfaces(asked, person)
        wanted, of, near = asked["option"], asked.get("of"), asked.get("near")
        return outcome(await pressing.pick(self._team, person, wanted, on=on, of=of, near=near))

    async def do_fill(self, asked: Json) -> Json:
        person = self._person(asked)
        view = self._view(asked, person)
        acks = await forms.fill(self._team, person, view, asked["answers"])
        failed = [ack for ack in acks if not ack.acked]
        return {"modal": self._modal(view, person)} | outcome(failed[0] if failed else Ack())

    async def do_submit(self, asked: Json) -> Json:
        person = self._person(asked)
        done = await forms.submit(self._team, person, self._view(asked, person))
        return {"acked": done.acked, "errors": done.errors, "error": done.error}

    async def do_closes(self, asked: Json) -> Json:
        await forms.close(self._team, self._person(asked), everything=asked.get("everything", False))
        return {}

    async def do_opens_home(self, asked: Json) -> Json:
        """Open the home tab, and look at it once the app has drawn it or has had its chance to."""
        person = self._person(asked)
        if not self._team.app.home_tab:
            raise Cannot("This app has no home tab.")
        before = self._team.pulse.count
        events.home_opened(self._team, person, tab="home")

        def drawn() -> View | None:
            home = self._team.homes.get(person.id)
            return home if home and home.seq > before else None

        waiting = [asyncio.ensure_future(self._team.pulse.until(drawn, asked.get("within", 10.0)))]
        if person.id in self._team.homes:
            waiting.append(asyncio.ensure_future(self._quiet.lasts(0.1)))
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        home = self._team.homes.get(person.id)
        if home is None:
            raise Cannot(f"The app has published no home for @{person.name}.")
        return {"home": self._modal(home, person)}

    async def do_opens_dm(self, asked: Json) -> Json:
        person = self._person(asked)
        events.home_opened(self._team, person, tab="messages")
        return {"channel": self._team.dm(person).id}

    async def do_invites(self, asked: Json) -> Json:
        """Bring somebody, or the app when nobody is named, into a channel."""
        person, place = self._person(asked), self._place(asked)
        guest = self._team.person(asked["guest"]) if asked.get("guest") else self._team.app.bot
        writing.join(self._team, place, inviter=person, person=guest)
        return {}

    async def do_joins(self, asked: Json) -> Json:
        writing.join(self._team, self._place(asked), person=self._person(asked))
        return {}
