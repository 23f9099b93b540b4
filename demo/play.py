"""The play in five acts: the five steps of the white paper. What comes after it is in `again`."""

import asyncio
from datetime import UTC, date, datetime, timedelta

from conversation.typed import LETTERS
from demo import cast
from demo.again import Again
from demo.cast import Case
from demo.pace import AT_ONCE, Pace
from demo.stage import Stage
from demo.telling import Telling
from workspace.people import Message, Someone

#: The words of the form, as Lee reads them.
LONG = "Long: also what each role sees from the side"
LEVEL_2 = "Level 2, Intermediate, in every aspect"

DUE = date(2026, 12, 18)
DIGEST = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
DUE_MORNING = datetime(2026, 12, 18, 8, 30, tzinfo=UTC)
LAST_DIGEST = datetime(2026, 12, 21, 9, 0, tzinfo=UTC)

#: Which gap of the list, who takes it on, and how everybody can tell that it worked.
ACTIONS = (
    (0, "pat", "Models whose value was estimated: 0 of 5 now, 5 of 5 by 18 December"),
    (3, "omar", "Models whose predictions are logged: 1 of 5 now, 5 of 5 by 18 December"),
)

#: What some say in words rather than by pressing a button: by person and number of the question.
TYPED = {
    ("sofia", 1): "{letter}) because we script the checks, but not for every feed",
    ("max", 2): "{letter}: Jenkins does it, the last step is by hand",
    ("omar", 1): "option {letter}",
}
#: What some show for an answer, by person and question: a link is typed, a file is shared.
SHOWN = {
    ("mika", "DEP-V1"): "https://ci.abc.example/pipelines/release/runs/214",
    ("omar", "MON-R1"): "alert-rules.png",
}
#: What is missing in a piece of evidence that Lee returns.
RETURNED = "The picture shows the rules of one model. Please show that every model in the list has some."
#: What Omar says when his action is done.
SHOWS = "Since this morning every prediction is logged with its inputs and the version."
#: What was agreed on a question that people see differently, and why.
SETTLED = (
    "Model performance in production",
    "Level 1, Basic",
    "Omar showed the dashboard: two of five models are on it.",
)

#: A sentence without a letter is kept as the comment.
SENTENCE = ("sofia", 3, "Two of us review each other's notebooks before they are merged.")


UNHURRIED = 24 * 3600.0


class Play:
    def __init__(self, stage: Stage, tell: Telling, pace: Pace = AT_ONCE, *, seat: str | None = None) -> None:
        self.stage, self.tell, self.pace = stage, tell, pace
        self.seat = seat
        self.slack = stage.slack
        self.lee = stage.slack.person(cast.FACILITATOR)
        self.pack = cast.pack()
        self.case: Case = cast.abc_inc()
        self.played = {name: sheet for name, sheet in self.case.answers.items() if name != seat}
        self._answers_due = sum(len(sheet) for sheet in self.played.values())
        self._answered = 0
        self._seen_by_sofia: list[Message] = []
        self._shown: list[tuple[str, Message]] = []
        self._half_way = ""

    async def run(self) -> bool:
        """Whether the levels came out as the case says; with somebody in a seat they are their own."""
        if self.seat == cast.FACILITATOR:
            await self.guests()
            return True
        await self.scope()
        await self.collect()
        result = await self.compare()
        await self.plan()
        await self.follow_up()
        if self.seat is None:
            await Again(self.stage, self.tell, self.pace, self.case).run()
        return self.seat is not None or self.as_expected(result)

    async def guests(self) -> None:
        """Whoever is invited answers as in the case, and does not know what is not in it."""
        self.tell.line("Type /tidemark start there, and invite whom you like: they will answer.")
        await asyncio.gather(*(self._answers(name, within=UNHURRIED) for name in self.played))

    async def scope(self) -> None:
        self.tell.heading("1  Define the scope")
        self.tell.line(f"Lee types /tidemark start in #{cast.CHANNEL} and fills in what opens.")
        reply = await self.lee.command("/tidemark start", channel=cast.CHANNEL)
        assert reply.error is None, reply.error
        modal = await self.lee.modal("Set up an assessment")
        await modal.fill(
            {
                "subject": cast.SUBJECT,
                "goal": "Recommend better lessons, and know when a model goes wrong",
                "length": LONG,
                "target": LEVEL_2,
                "people": list(self.case.answers),
                "channel": cast.CHANNEL,
            }
        )
        self.tell.message("Lee's form", modal.shown, most=24)
        await self.pace.moment(3)
        submitted = await modal.submit()
        assert not submitted.errors, submitted.errors
        for step, fields in cast.SCOPE.items():
            modal = await self.lee.modal(step)
            await modal.fill(fields)
            self.tell.message(f"Lee's form: {step}", modal.shown, most=24)
            await self.pace.moment(3)
            submitted = await modal.submit()
            assert not submitted.errors, submitted.errors
        roles = await self.lee.modal("Check the roles")
        self.tell.message("Lee checks the roles that the job titles suggest", roles.shown)
        await self.pace.moment(3)
        submitted = await roles.submit()
        assert not submitted.errors, submitted.errors
        check = await self.lee.modal("Ready to launch?")
        self.tell.message("Lee looks at what goes out before anything does", check.shown)
        await self.pace.moment(3)
        submitted = await check.submit()
        assert not submitted.errors, submitted.errors
        launched = await self.lee.sees("is launched")
        await self.stage.bot.poster.post_due()
        self.tell.message("Lee's direct message", launched)
        intro = await self.lee.sees(cast.SUBJECT, channel=cast.CHANNEL)
        self.tell.message(f"#{cast.CHANNEL}", intro)

    async def collect(self) -> None:
        self.tell.heading("2  Collect answers and evidence")
        self.tell.line("Eight people in six roles answer in their direct messages, by button and by word.")
        sofia = self.slack.person("sofia")
        self.tell.message("Sofia is invited", await sofia.sees("Start"))
        self.tell.progress("Answers", 0, self._answers_due)
        await asyncio.gather(*(self._answers(name) for name in self.played), self._seat_answers())
        for screen in self._seen_by_sofia:
            self.tell.message("Sofia", screen)
        if self.seat != "sofia":
            self.tell.message("Sofia, at the end", _last(await sofia.dm(), 2), most=70)
        for name, kept in self._shown:
            self.tell.message(f"{name.capitalize()} shows something for an answer", kept)
        self.tell.message("Half-way, Lee asked: /tidemark status", self._half_way)
        finished = await self.lee.sees("has sent their answers")
        self.tell.message("Lee hears when the last one is done", finished)

    async def compare(self) -> str:
        self.tell.heading("3  Compare with the levels")
        finished = await self.lee.sees("has sent their answers")
        await self.pace.moment(2)
        await self._check_evidence()
        await self.lee.clicks("Close and see the result", message=finished)
        preview = await self.lee.sees("Only you see this")
        self.tell.message("Lee sees the result first", preview, most=100)
        await self.pace.moment(4)
        await self._look_into(preview)
        preview = await self._settle(preview)
        await self.pace.moment(2)
        await self.lee.clicks("Post to the channel", message=preview)
        posted = await self.lee.sees("Worth a conversation", channel=cast.CHANNEL)
        self.tell.message(f"#{cast.CHANNEL}", posted, most=100)
        return posted.shown

    async def plan(self) -> None:
        self.tell.heading("4  Rank the gaps, and 5  agree on actions")
        await self.lee.command("/tidemark plan", channel=cast.CHANNEL)
        board = await self.lee.sees("plan", channel=cast.CHANNEL)
        self.tell.message("Lee asks: /tidemark plan", board.shown, most=70)
        for gap, owner, measure in ACTIONS:
            await self._agree(board, gap, owner, measure)
        omar = self.slack.person("omar")
        asked = await omar.sees("asks you to own")
        self.tell.message("Omar is asked", asked)
        await self.pace.moment(2)
        if self.seat != "omar":
            await omar.clicks("Accept", message=asked)
            self.tell.message("He accepts", await omar.sees("Saved. Due"))

    async def follow_up(self) -> None:
        self.tell.heading("Keep at it: reminders and digests (the clock is moved)")
        omar = self.slack.person("omar")
        await self.stage.goes_to(DIGEST)
        digest = await self.lee.sees("0 of 2 actions", channel=cast.CHANNEL)
        self.tell.message(f"#{cast.CHANNEL}, Monday 7 December, 10:00", digest)
        await self.stage.goes_to(DUE_MORNING)
        reminder = await omar.sees("Due today")
        self.tell.message("Omar, Friday 18 December, 09:30", reminder)
        await self.pace.moment(2)
        if self.seat != "omar":
            await omar.clicks("Done", message=reminder)
            form = await omar.modal("It is done")
            await form.fill({"text": SHOWS})
            await self.pace.moment(2)
            assert not (await form.submit()).errors
        done = await omar.sees("Thank you", within=self._patience("omar"))
        self.tell.message("He presses Done", done)
        await self.stage.goes_to(LAST_DIGEST)
        digest = await self.lee.sees("1 of 2 actions", channel=cast.CHANNEL)
        self.tell.message(f"#{cast.CHANNEL}, Monday 21 December, 10:00", digest)

    def as_expected(self, result: str) -> bool:
        """Read off the result post, as anybody in the channel can."""
        self.tell.heading("Where ABC Inc. stands")
        right = True
        for aspect in self.pack.aspects:
            level = self.case.levels[aspect.id]
            row = next(line for line in result.splitlines() if aspect.title in line and "Level" not in line)
            right = right and str(level) in row
            print(f"  {aspect.title:<12} {level} {self.pack.levels[level].name}")
        overall = self.case.levels["overall"]
        print(f"  {'Overall':<12} {overall} {self.pack.levels[overall].name}")
        return right and f"level {overall}" in result.casefold()

    async def _check_evidence(self) -> None:
        self.tell.line("Lee checks what people showed, and types /tidemark evidence.")
        reply = await self.lee.command("/tidemark evidence", channel=cast.CHANNEL)
        assert reply.error is None, reply.error
        modal = await self.lee.modal("Check the evidence")
        self.tell.message("What waits for Lee", modal.shown)
        await self.pace.moment(3)
        if self._waits("mika"):
            await self.lee.clicks("Accept", near=SHOWN["mika", "DEP-V1"])
        if self._waits("omar"):
            await self.lee.clicks("Return", near=SHOWN["omar", "MON-R1"])
            form = await self.lee.modal("Return the evidence")
            await form.fill({"reason": RETURNED})
            assert not (await form.submit()).errors
            told = await self.slack.person("omar").sees("What is missing")
            self.tell.message("Omar gets one piece back", told)
        await (await self.lee.modal("Check the evidence")).closes(everything=True)

    def _waits(self, name: str) -> bool:
        """Whoever is played has shown something."""
        return name in self.played

    async def _look_into(self, preview: Message) -> None:
        await self.lee.clicks("How this was worked out", message=preview)
        await self.lee.picks("Monitoring")
        modal = await self.lee.modal("How it was worked out")
        self.tell.message("Lee opens it into its reasons: monitoring", modal.shown, most=24)
        await self.pace.moment(4)
        await modal.closes(everything=True)

    async def _settle(self, preview: Message) -> Message:
        title, level, reason = SETTLED
        await self.lee.clicks("Settle a question", message=preview)
        await self.lee.picks(title)
        form = await self.lee.modal("Settle a question")
        self.tell.message(
            "People differ on one question; they talked, and Lee records what they agreed on", form.shown
        )
        await form.fill({"Which level did you agree on?": level, "What convinced you?": reason})
        await self.pace.moment(3)
        assert not (await form.submit()).errors
        await (await self.lee.modal("Settle a question")).closes(everything=True)
        await self.stage.goes_to(await self.slack.clock.now() + timedelta(minutes=1))
        return await self.lee.sees("Agreed by talking")

    async def _show(self, person: Someone, what: str) -> None:
        if what.startswith("https:"):
            await person.says(what)
        else:
            await person.uploads(what, b"a picture of alert rules")
        kept = await person.sees("Kept as evidence")
        self._shown.append((person.name, kept))

    async def _answers(self, name: str, *, within: float | None = None) -> None:
        person, sheet = self.slack.person(name), self.played[name]
        await person.sees("[Start]", within=within)
        await self.pace.moment()
        await person.clicks("Start")
        of = cast.questions_in((await person.sees("Question 1 of")).shown)
        for number in range(1, of + 1):
            card = await person.sees(f"Question {number} of {of}")
            question = cast.asked_on(self.pack, card.shown).id
            value = sheet.get(question, "dk")
            await self.pace.moment()
            if shown := SHOWN.get((name, question)):
                await self._show(person, shown)
            await self._answer(person, number, card, value)
            self._answered += 1
            self.tell.progress("Answers", self._answered, self._answers_due)
            if self._answered == self._answers_due // 2 and self.seat != cast.FACILITATOR:
                status = await self.lee.command("/tidemark status", channel=cast.CHANNEL)
                self._half_way = status.shown
        await person.sees("Review your answers")
        await self.pace.moment()
        await person.clicks("Send my answers")
        await person.sees("your answers are in")

    async def _seat_answers(self) -> None:
        """Whoever sits at the browser has all the time they want."""
        if self.seat:
            person = self.slack.person(self.seat)
            await person.sees("your answers are in", within=self._patience(self.seat))

    def _patience(self, name: str) -> float:
        return UNHURRIED if name == self.seat else self.slack.within

    async def _answer(self, person: Someone, number: int, card: Message, value: int | str) -> None:
        if (person.name, number) == ("sofia", 1):
            self._seen_by_sofia.append(card)
        if (person.name, number) == SENTENCE[:2]:
            self._seen_by_sofia.append(await person.says(SENTENCE[2]))
            self._seen_by_sofia.append(await person.sees("saved that as your comment"))
        letter = "I don't know" if value == "dk" else LETTERS[int(value)]
        if words := TYPED.get((person.name, number)):
            said = await person.says(words.format(letter=letter))
            if person.name == "sofia":
                self._seen_by_sofia.append(said)
                self._seen_by_sofia.append(await person.sees("1. "))
        else:
            await person.clicks(letter, message=card)

    async def _agree(self, board: Message, gap: int, owner: str, measure: str) -> None:
        buttons = [
            element
            for block in board.blocks
            for element in (*block.get("elements", ()), block.get("accessory") or {})
            if element.get("action_id") == "plan_gap"
        ]
        await self.lee.clicks("plan_gap", message=board, value=buttons[gap]["value"])
        modal = await self.lee.modal("Plan an action")
        await self.pace.moment()
        await modal.fill({"measure": measure, "owner": owner, "due": DUE.isoformat()})
        if gap == 0:
            self.tell.message("Lee turns the first gap into an action", modal.shown)
        await self.pace.moment(2)
        submitted = await modal.submit()
        assert not submitted.errors, submitted.errors


def _last(messages: list[Message], number: int) -> str:
    return "\n\n".join(message.shown for message in messages[-number:])
