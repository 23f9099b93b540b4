"""Somebody is at a question when something goes wrong with the database."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import ClientSession

from tests.e2e.test_resilience import question, said
from tests.e2e.workspace import Scene
from workspace.people import Message, Modal

NOT_KEPT = "I did not keep that and it does not count"


@dataclass(frozen=True)
class Told:
    """Whether the click was acked; whether words for her alone, and words under the field of her form, say
    that it was not kept; whether the bot said that it is ready."""

    acked: bool
    in_whisper: bool
    in_form: bool
    ready: bool


AS_PROMISED = Told(acked=True, in_whisper=True, in_form=True, ready=False)


@dataclass
class Turn:
    """Ana's, at the question of that number, with the form for a comment open. `before` is what was kept."""

    stage: Scene
    url: str
    number: int
    card: Message
    form: Modal
    before: list[tuple[str, int | None]]

    @classmethod
    async def at(cls, stage: Scene, url: str, number: int) -> Turn:
        ana = stage.person("ana")
        card, before = await question(ana, number), said(stage, ana)
        await ana.clicks("Comment", message=card)
        form = await (await ana.modal("Comment")).fill({"Your comment": "We script it."})
        return cls(stage, url, number, card, form, before)

    async def tries(self) -> Told:
        """She answers and sends the form, and a beat comes."""
        ana = self.stage.person("ana")
        click = await ana.clicks("B", message=self.card)
        told = await ana.sees(NOT_KEPT, fresh=True)
        (under_it,) = (await self.form.submit()).errors.values()
        await self.stage.beat()
        return Told(click.acked, told.ephemeral, NOT_KEPT in under_it, await is_ready(self.url))

    async def goes_on(self) -> None:
        """Nothing was kept by half, and she answers."""
        ana = self.stage.person("ana")
        assert await is_ready(self.url)
        await self.form.closes()
        assert said(self.stage, ana) == self.before
        assert (await question(ana, self.number)).ts == self.card.ts
        await ana.clicks("B", message=self.card)
        await question(ana, self.number + 1)


async def is_ready(url: str) -> bool:
    async with ClientSession() as session, session.get(f"{url}/readyz") as answer:
        return answer.status == 200
