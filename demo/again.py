"""What comes after the play: a late action that its facilitator hears of, and the next round, which shows
whether the work has helped."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from conversation.typed import LETTERS
from demo import cast
from demo.cast import Case
from demo.pace import Pace
from demo.stage import Stage
from demo.telling import Telling
from workspace.people import Message

#: Lee hears of Pat's action two working days after the last reminder of it.
ESCALATED = datetime(2026, 12, 30, 8, 30, tzinfo=UTC)
#: Ninety days after the result, in Lee's morning.
PROPOSED = datetime(2027, 3, 1, 8, 30, tzinfo=UTC)
#: What has changed since: whoever answered less on this question, now answers this.
BETTER: Mapping[str, int] = {"MON-Q3": 2}


class Again:
    def __init__(self, stage: Stage, tell: Telling, pace: Pace, case: Case) -> None:
        self.stage, self.tell, self.pace, self.case = stage, tell, pace, case
        self.slack = stage.slack
        self.lee = stage.slack.person(cast.FACILITATOR)
        self.pack = cast.pack()
        self._answered, self._kept = 0, 0
        self._card: Message | None = None

    async def run(self) -> None:
        await self.late()
        await self.begin()
        await self.answer()
        await self.see()

    async def late(self) -> None:
        self.tell.heading("One action is late")
        await self.stage.goes_to(ESCALATED)
        reminder = await self.slack.person("pat").sees("Reminder 3 of at most 3")
        self.tell.message("Pat, Monday 28 December: the last of three reminders", reminder)
        told = await self.lee.sees("late in")
        self.tell.message("Lee, Wednesday 30 December: told once, then it is quiet", told)

    async def begin(self) -> None:
        self.tell.heading("Three months later: the next round")
        await self.stage.goes_to(PROPOSED)
        proposal = await self.lee.sees("time for the next round?")
        self.tell.message("Lee, Monday 1 March 2027, 09:30", proposal)
        await self.pace.moment(3)
        await self.lee.clicks("Start the next round", message=proposal)
        check = await self.lee.modal("Ready to launch?")
        self.tell.message("What goes out, as last time", check.shown)
        await self.pace.moment(3)
        submitted = await check.submit()
        assert not submitted.errors, submitted.errors
        await self.stage.goes_to(await self.slack.clock.now() + timedelta(hours=2))

    async def answer(self) -> None:
        self.tell.line("Everybody sees what they answered last time, and confirms or changes it.")
        self.tell.progress("Answers", 0, self.case.number)
        await asyncio.gather(*(self._answers(name) for name in self.case.answers))
        assert self._card is not None
        self.tell.message("Omar, asked again", self._card)
        self.tell.line(f"{self._kept} of {self._answered} answers are what they were, each by one press.")

    async def see(self) -> None:
        finished = await self.lee.sees("has sent their answers", fresh=True)
        await self.lee.clicks("Close and see the result", message=finished)
        preview = await self.lee.sees("Only you see this", after=finished)
        await self.pace.moment(2)
        await self.lee.clicks("Post to the channel", message=preview)
        posted = await self.lee.sees("Shared by", channel=cast.CHANNEL, after=finished)
        self.tell.message(f"#{cast.CHANNEL}: the result, beside the first round", posted, most=40)
        await self.stage.goes_to(await self.slack.clock.now() + timedelta(minutes=1))
        came = await self.lee.sees("You said, we did", channel=cast.CHANNEL, after=posted)
        self.tell.message("In its thread", came)
        await self.lee.command("/tidemark compare", channel=cast.CHANNEL)
        compared = await self.lee.sees("What changed since round 1", channel=cast.CHANNEL, after=came)
        self.tell.message("Lee asks: /tidemark compare", compared, most=40)

    async def _answers(self, name: str) -> None:
        person, sheet = self.slack.person(name), self.case.answers[name]
        invited = await person.sees("[Start]")
        await self.pace.moment()
        await person.clicks("Start", message=invited)
        of = cast.questions_in((await person.sees("Question 1 of", after=invited)).shown)
        for number in range(1, of + 1):
            card = await person.sees(f"Question {number} of {of}", after=invited)
            question = cast.asked_on(self.pack, card.shown).id
            before = sheet.get(question, "dk")
            now = max(before, BETTER.get(question, 0)) if isinstance(before, int) else before
            letter = "I don't know" if now == "dk" else LETTERS[int(now)]
            same = "Still don't know" if now == "dk" else f"Still {letter}"
            if (name, question) == ("omar", next(iter(BETTER))):
                self._card = card
            await self.pace.moment()
            still = f"[{same}]" in card.shown
            await person.clicks(same if still else letter, message=card)
            self._answered, self._kept = self._answered + 1, self._kept + still
            self.tell.progress("Answers", self._answered, self.case.number)
        await person.sees("Review your answers", after=invited)
        await person.clicks("Send my answers")
        await person.sees("your answers are in", after=invited)
