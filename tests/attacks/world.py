"""A town with everything in it that somebody could be after: drafts, trials, open, closed, shared and kept
rounds, self-checks, evidence, a ranking, a plan. It is lived through once; each chapter is kept as it was.

Words that stand nowhere else (canaries) are in all that people said, so that whoever reads one elsewhere
knows where it came from.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from sqlite3 import Connection
from typing import Any, Protocol

from conversation import (
    acting,
    adjusting,
    again,
    agreeing,
    drafting,
    evidence,
    facilitating,
    handed_in,
    interview,
    late,
    launching,
    opening,
    plans,
    results,
    retention,
    self_check,
    sharing,
    ticketing,
)
from conversation.actions import More
from conversation.desk import Desk
from conversation.evidence import Shown
from conversation.pack import Length
from conversation.scope import ASK_THEM, Privacy, Scope
from conversation.ticketing import Obstacle
from conversation.trackers import TrackerHere
from storage.database import copy_in_memory, engine_for
from storage.migrations import create_all
from storage.records import (
    ActionState,
    AssessmentState,
    EvidenceForm,
    Person,
    PersonKind,
    SlackFile,
    Source,
    TrackerKind,
)
from storage.store import Store
from tests.attacks.gestures import Gesture, Surface
from tests.attacks.house import House, Outcome, house, surfaces
from tests.attacks.slack import Slack, a_channel, a_person
from tests.conversation.desk import BAKERY, Clock

HERE, THERE = "T1", "T2"
#: Who they are is said where they come in.
LEE, KIM, PAT = "U0LEE", "U0KIM", "U0PAT"
ANA, OMAR, SOL, MIA, BEN, GUS = "U0ANA", "U0OMAR", "U0SOL", "U0MIA", "U0BEN", "U0GUS"
ZOE, SUE, REX = "U0ZOE", "U0SUE", "U0REX"
ADA, MAX, SAM, IDA = "U0ADA", "U0MAX", "U0SAM", "U0IDA"
EVERYBODY = (LEE, KIM, PAT, ANA, OMAR, SOL, MIA, BEN, GUS, ZOE, SUE, REX, ADA, MAX, SAM, IDA)
#: Of another workspace, THERE.
TOM, TIA = "U0TOM", "U0TIA"
#: Whose Home is looked at, from chapter to chapter.
AT_HOME = (LEE, ANA, ZOE, PAT, REX)
#: Where the first assessment is talked of, and a group of whom people were asked.
CHANNEL, GROUP, ELSEWHERE = "C0ML", "S0BAKERS", "C0NEWS"
JIRA = TrackerHere(TrackerKind.JIRA, "https://jira.example", "OPS")


class Moment(Protocol):
    """That can be gone back to."""

    @property
    def at(self) -> datetime: ...

    @property
    def database(self) -> Connection: ...


@dataclass(frozen=True)
class Chapter:
    """How everything was at that moment, and what the bot had drawn since the one before."""

    name: str
    at: datetime
    database: Connection = field(repr=False)
    drawn: tuple[Surface, ...] = field(repr=False)


@dataclass
class Town:
    """The bot of one workspace, `HERE`, with its people."""

    house: House
    clock: Clock
    chapters: list[Chapter] = field(default_factory=list)
    _drawn: list[Surface] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        return self.house.desk

    async def does(self, gesture: Gesture) -> Outcome:
        self.clock.passes(seconds=5)
        outcome = await self.house.does(gesture)
        self._drawn.extend(outcome.surfaces(gesture))
        return outcome

    def goes_to(self, moment: "Moment") -> None:
        """Everything is as it was then."""
        self.clock.at = moment.at
        self.house.put_back(moment.database)

    async def commands(self, who: str, words: str, channel: str = "") -> Outcome:
        return await self.does(self.house.hands.command(who, words, channel))

    async def types(self, who: str, text: str) -> Outcome:
        return await self.does(self.house.hands.types(who, text))

    async def passes(self, **time: float) -> None:
        """Time, and what falls due goes out."""
        self.clock.passes(**time)
        self.house.slack.said.clear()
        await self.house.beats()
        self._drawn.extend(surfaces(self.house.slack.said))
        self.house.slack.said.clear()

    async def days(self, number: int) -> None:
        for _ in range(number):
            await self.passes(days=1)

    async def ends(self, name: str) -> None:
        """A chapter. Everybody has looked at their Home."""
        await self.passes(minutes=1)
        for who in AT_HOME:
            await self.house.opens_home(who)
            self._drawn.extend(surfaces(self.house.slack.said))
        self.chapters.append(Chapter(name, self.clock.at, self.house.kept(), tuple(self._drawn)))
        self._drawn.clear()

    def newest(self, who: str, name: str, *, about: str = "", pick: int = 0) -> Gesture:
        """What this person can do by that name with what the bot drew last, since the chapter began."""
        hands = self.house.hands
        for drawn in reversed(self._drawn):
            if drawn.reader == who:
                found = [
                    each
                    for each in hands.all_on(drawn, who)
                    if each.name == name and about in str(each.payload.get("actions"))
                ]
                if found:
                    return found[pick]
        raise LookupError(f"{who} cannot do {name}.")

    def newest_of(self, who: str, name: str) -> Gesture:
        """The same with what it had drawn before."""
        self._drawn[:0] = self.chapters[-1].drawn
        return self.newest(who, name)

    def seat(self, who: str, assessment: str) -> str:
        with self.desk.transaction() as tx:
            return next(seat.id for seat in tx.seats.held_by(who) if seat.assessment_id == assessment)

    def answers(self, who: str, assessment: str, level: int, *, sends: bool = True, most: int = 99) -> None:
        seat = self.seat(who, assessment)
        sitting = interview.start(self.desk, who, seat=seat).sitting
        while (asking := sitting.interview.asking) and most:
            most -= 1
            revision = sitting.interview.revision(asking.id)
            choice = interview.option(level)
            said = interview.answer(
                self.desk, who, seat=seat, question=asking.id, revision=revision, choice=choice
            )
            sitting = said.sitting
        if sends:
            interview.send(self.desk, who, seat=seat)


def person(who: str) -> Person:
    """As Slack describes them."""
    title = {ANA: "Baker", OMAR: "Shop assistant", SOL: "Baker", MIA: "Poet", BEN: "Baker", GUS: "Baker"}.get(
        who, ""
    )
    kind = {GUS: PersonKind.GUEST, SAM: PersonKind.STRANGER}.get(who, PersonKind.MEMBER)
    return Person(
        user_id=who,
        name=f"{who[2:].capitalize()} Q",
        tz="Europe/London",
        title=title,
        kind=kind,
        locale="en-GB",
    )


def known(people: Iterable[str]) -> dict[str, Person]:
    return {who: person(who) for who in people}


def _in_slack(who: str) -> dict[str, Any]:
    known, more = person(who), {}
    if known.kind is PersonKind.GUEST:
        more["is_restricted"] = True
    if known.kind is PersonKind.STRANGER:
        more["is_stranger"] = True
    return a_person(who, title=known.title, is_admin=who == ADA, **more)


def a_slack(team: str) -> Slack:
    return Slack(
        team,
        {who: _in_slack(who) for who in EVERYBODY},
        {CHANNEL: a_channel(CHANNEL), ELSEWHERE: a_channel(ELSEWHERE)},
        ({"id": GROUP, "handle": "bakers", "name": "Bakers"},),
        {CHANNEL: [LEE, KIM, ANA, OMAR, SOL, REX], GROUP: [ANA, SOL], ELSEWHERE: [LEE, REX]},
    )


@asynccontextmanager
async def town(ids_begin: str = "I") -> AsyncIterator[Town]:
    """On the first morning, with nothing in it. Who goes to a moment of another town gives ids that are not
    taken there."""
    empty = engine_for("sqlite://")
    create_all(empty)
    engine, clock, ids = copy_in_memory(empty), Clock(), count(1)
    desk = Desk(
        team=HERE,
        store=Store(engine),
        now=clock,
        new_id=lambda: f"{ids_begin}{next(ids)}",
        pack=BAKERY,
        claimant="attacked",
        public_url="https://tidemark.example",
        trackers=(JIRA,),
        timezone="Europe/London",
    )
    async with house(desk, a_slack(HERE), engine) as found:
        yield Town(found, clock)


async def lived_through(here: Town) -> None:
    """All that happens there."""
    _there(here)
    await _begins(here)
    await _drafts(here)
    await _open(here)
    await _closing(here)
    await _closed(here)
    await _shared(here)
    await _planned(here)
    await _next_round(here)
    await _kept(here)


def _there(here: Town) -> None:
    """In another workspace `Walrus` is closed, with an action, and `Narwhal` is open. Tom facilitates and
    answers both, with Tia."""
    desk, roles = here.desk.at(THERE), {TOM: ("BAKER",), TIA: ("SELLER",)}
    closes = (here.clock.at + timedelta(days=20)).date()
    found = {}
    for subject in ("Walrus", "Narwhal"):
        draft = drafting.draft(
            desk, person(TOM), subject=subject, scope=_scope(*roles), channel=None, closes_on=closes
        )
        found[subject] = draft.assessment.id
        opening.launch(desk, TOM, assessment=found[subject], roles=roles, people=known(roles))
        with desk.transaction() as tx:
            seat = next(each for each in tx.seats.held_by(TOM) if each.assessment_id == found[subject])
        asking = interview.start(desk, TOM, seat=seat.id).sitting.interview.asking
        assert asking
        interview.answer(desk, TOM, seat=seat.id, question=asking.id, revision=0, choice=interview.option(1))
    results.close(desk, TOM, assessment=found["Walrus"])
    agreeing.add(
        desk,
        TOM,
        assessment=found["Walrus"],
        objective="walnut",
        measure="1 of 5",
        owner=person(TOM),
        due=closes,
        id="ACT",
        more=None,
    )


async def _begins(here: Town) -> None:
    """Lee installs it; Ana takes the self-check and goes through it; Omar begins it."""
    await here.ends("new")
    for who in (ANA, OMAR):
        seat = self_check.take(here.desk, who).sitting.seat
        here.answers(who, seat.assessment_id, 1, sends=False, most=9 if who == ANA else 1)
    await here.ends("self-checks")


def _scope(*people: str, **decided: Any) -> Scope:
    aspects = tuple(aspect.id for aspect in BAKERY.aspects)
    return Scope(aspects=aspects, people=people, length=Length.STANDARD, **decided)


def drafted(here: Town, by: str, subject: str, wanted: Scope, channel: str | None, days: int = 11) -> str:
    closes = (here.clock.at + timedelta(days=days)).date()
    draft = drafting.draft(
        here.desk, person(by), subject=subject, scope=wanted, channel=channel, closes_on=closes
    )
    found = draft.assessment.id
    inside = {who: (GROUP,) if who in {ANA, SOL} else () for who in wanted.people}
    launching.gathered(here.desk, by, assessment=found, found=inside, people=map(person, wanted.people))
    return found


async def _drafts(here: Town) -> None:
    """Lee has a draft, with whom Kim helps, and sets another one up by conversation; a trial runs."""
    wanted = _scope(ANA, OMAR, BEN, sources=(GROUP,))
    draft = drafted(here, LEE, "Kilimanjaro", wanted, CHANNEL)
    await here.ends("drafted")
    await here.commands(LEE, "start", CHANNEL)
    facilitating.choose(here.desk, LEE, assessment=draft, others=[person(KIM)], was=())
    drafting.refine(here.desk, KIM, assessment=draft, target=1)
    await here.does(here.newest(LEE, "view_submission scope", pick=1))
    launching.try_out(here.desk, LEE, assessment=draft, role="BAKER")
    await here.ends("changed by another")
    await here.types(PAT, "set up an assessment")
    await here.types(PAT, "Okapi")
    await here.types(PAT, "<@U0ANA> as baker")
    await here.ends("set up by conversation")


async def _open(here: Town) -> None:
    """`Zanzibar` is open: Lee facilitates with Kim; Ana, Omar, Sol, Mia (who has no role yet) and Ben are
    asked. `Quetzal` too, where answers are anonymous: Pat facilitates; Ana, Omar, Sol and Ben are asked."""
    asked = {ANA: ("BAKER",), OMAR: ("SELLER",), SOL: ("BAKER",), MIA: (ASK_THEM,), BEN: ("BAKER",)}
    zanzibar = drafted(
        here, LEE, "Zanzibar", _scope(*asked, sources=(GROUP,), sponsors=(SUE,), reviewers=(REX,)), CHANNEL
    )
    facilitating.choose(here.desk, LEE, assessment=zanzibar, others=[person(KIM)], was=())
    opening.launch(here.desk, LEE, assessment=zanzibar, roles=asked, people=known(asked))
    here.house.slack.refuses[BEN] = "cannot_dm_user"
    await here.ends("invited")
    here.house.slack.refuses.clear()
    hidden = {ANA: ("BAKER",), OMAR: ("BAKER",), SOL: ("BAKER",), BEN: ("BAKER",)}
    quetzal = drafted(here, PAT, "Quetzal", _scope(*hidden, privacy=Privacy.ANONYMOUS, group=3), None)
    opening.launch(here.desk, PAT, assessment=quetzal, roles=hidden, people=known(hidden))
    await here.passes(minutes=1)
    seat = here.seat(ANA, zanzibar)
    here.answers(ANA, zanzibar, 0, sends=False, most=2)
    await here.passes(minutes=1)
    interview.comment(
        here.desk, ANA, seat=seat, question="FLOUR", text="marmalade " * 200, key="V1", quotable=True
    )
    shown = [
        Shown(EvidenceForm.LINK, Source.REPOSITORY, level=1, text="https://mill.example/turmeric"),
        Shown(EvidenceForm.FILE, Source.OTHER, level=1, file=_file()),
    ]
    evidence.show(here.desk, ANA, seat=seat, question="FLOUR", shown=shown, key="E1")
    here.answers(OMAR, zanzibar, 1)
    here.answers(SOL, zanzibar, 2, sends=False)
    for number, who in enumerate(hidden):
        here.answers(who, quetzal, number)
        interview.comment(
            here.desk,
            who,
            seat=here.seat(who, quetzal),
            question="FLOUR",
            text=f"saffron {who}",
            key=f"V{number}",
            quotable=False,
        )
    await here.passes(minutes=1)
    await here.types(ANA, "hello")
    await here.does(
        here.house.hands.event(
            GUS, {"type": "subteam_members_changed", "subteam_id": GROUP, "added_users": [GUS, MAX]}
        )
    )
    await here.commands(PAT, "status")
    await here.commands(KIM, "status Zanzibar")
    await here.does(here.newest(KIM, "status_menu facilitators"))
    await here.commands(LEE, "status Zanzibar")
    await here.does(here.newest(LEE, "status_menu facilitators"))
    interview.change(here.desk, ANA, seat=seat, question="FLOUR")
    await here.ends("answering")
    interview.answer(here.desk, ANA, seat=seat, question="FLOUR", revision=1, choice=interview.option(0))
    with here.desk.transaction() as tx:
        tx.people.remember(person(BEN).model_copy(update={"gone": True}))
    gone = {**_in_slack(BEN), "deleted": True}
    await here.does(here.house.hands.event(BEN, {"type": "user_change", "user": gone}))
    await here.days(3)
    await here.commands(LEE, "status Zanzibar")
    await here.does(here.newest(LEE, "remind_open"))
    await here.ends("reminded")


def _file() -> SlackFile:
    return SlackFile(id="F1", name="turmeric.png", type="png", size=6)


async def _closing(here: Town) -> None:
    """A day before closing; nobody in some role has answered."""
    silent = drafted(here, LEE, "Yeti", _scope(SOL, OMAR), CHANNEL, days=4)
    opening.launch(
        here.desk,
        LEE,
        assessment=silent,
        roles={SOL: ("BAKER",), OMAR: ("SELLER",)},
        people=known((SOL, OMAR)),
    )
    await here.days(3)
    await here.ends("closing soon")


async def _closed(here: Town) -> None:
    """Zanzibar is closed, and its result is for those who facilitate it. Sol has answered something since."""
    zanzibar = named(here, "Zanzibar")
    results.close(here.desk, LEE, assessment=zanzibar)
    await here.passes(minutes=1)
    seat = here.seat(ANA, zanzibar)
    interview.answer(here.desk, ANA, seat=seat, question="HEAT", revision=0, choice=interview.option(0))
    await here.passes(minutes=1)
    await here.commands(LEE, "result Zanzibar")
    await here.ends("closed")
    late.ask(here.desk, ANA, seat=seat)
    results.close(here.desk, PAT, assessment=named(here, "Quetzal"))
    await here.ends("late answers")


async def _shared(here: Town) -> None:
    zanzibar = named(here, "Zanzibar")
    here.house.slack.refuses[CHANNEL] = "not_in_channel"
    sharing.share(here.desk, LEE, assessment=zanzibar)
    await here.ends("could not be posted")
    here.house.slack.refuses.clear()
    await here.does(here.newest_of(LEE, "post_again"))
    await here.passes(minutes=1)
    await here.commands(LEE, "result Zanzibar", CHANNEL)
    await here.commands(REX, "result Zanzibar", CHANNEL)
    await here.commands(ANA, "result Zanzibar")
    await here.ends("shared")
    for words in ("plan", "rank", "digest", "path", "what-if", "compare", "evidence", "history"):
        await here.commands(LEE, f"{words} Zanzibar" if words not in {"path", "what-if"} else words, CHANNEL)
    for words in ("my-data", "language", "privacy", "reminders", "help", "self-check"):
        await here.commands(ANA, words)
    await here.ends("asked for")
    await here.commands(LEE, "rank Zanzibar", CHANNEL)
    await here.does(here.newest(LEE, "ranking_rate"))
    form = here.newest(LEE, "view_submission gap_rating")
    await here.commands(KIM, "rank Zanzibar", CHANNEL)
    await here.does(here.newest(KIM, "ranking_rate"))
    await here.does(here.newest(KIM, "view_submission gap_rating", pick=1))
    await here.does(form)
    await here.ends("ranked by two")


async def _planned(here: Town) -> None:
    """Zoe owns what is agreed: one is proposed, one is under way, one blocked, one done, one late, one to be
    given an issue."""
    zanzibar, desk = named(here, "Zanzibar"), here.desk
    gaps = plans.board_of(desk, LEE, assessment=zanzibar).findings.gaps
    today = here.clock.at.date()
    for number, (owner, days) in enumerate([(ZOE, 60), (ZOE, 2), (OMAR, 30), (ZOE, 30), (ZOE, 9), (ZOE, 40)]):
        made: dict[str, Any] = {
            "objective": f"cardamom {number}",
            "measure": "1 of 5",
            "owner": person(owner),
            "due": today + timedelta(days=days),
            "id": f"AC{number}",
            "more": {1: More(steps=("knead", "bake")), 3: More(informed=(person(SUE),))}.get(number),
        }
        if number < len(gaps):
            agreeing.agree(desk, LEE, assessment=zanzibar, step=gaps[number].step, **made)
        else:
            agreeing.add(desk, LEE, assessment=zanzibar, **made)
    await here.passes(minutes=1)
    for number in (1, 2, 3, 4):
        agreeing.accept(desk, OMAR if number == 2 else ZOE, action=f"AC{number}")
    agreeing.change_date(desk, ZOE, action="AC5", due=today + timedelta(days=50), reason="pepper")
    acting.mark(desk, ZOE, action="AC3", state=ActionState.BLOCKED, text="fennel")
    acting.finish(desk, OMAR, action="AC2", text="caraway", files=(_file(),))
    adjusting.change_steps(desk, ZOE, action="AC1", add=["anise", "borage"], remove=[], key="S1")
    table = SlackFile(id="F2", name="dill.csv", type="csv", size=30)
    content = b"objective,due\nsaffron,2027-12-01\n"
    handed_in.check(desk, person(LEE), (), file=table, content=content, name="Zanzibar", key="handed_in/D1/1")
    ticketing.create(desk, ZOE, action="AC1", tracker=TrackerKind.JIRA, seen="")
    errand = ticketing.next_errand(desk)
    assert errand
    ticketing.fails(desk, errand, Obstacle.NO_PLACE)
    await here.passes(minutes=1)
    await here.commands(LEE, "plan Zanzibar", CHANNEL)
    await here.commands(ZOE, "plan Zanzibar", CHANNEL)
    await here.commands(OMAR, "plan Zanzibar", CHANNEL)
    await here.does(here.newest(OMAR, "action_open", about="AC2"))
    await here.commands(ZOE, "plan Zanzibar")
    await here.does(here.newest(ZOE, "action_open", about="AC1"))
    await here.does(here.newest(ZOE, "action_form:steps", about="AC1"))
    await here.ends("planned")
    await here.days(14)
    await here.commands(LEE, "history Zanzibar", CHANNEL)
    await here.ends("late actions")
    await here.days(45)
    await here.ends("silent digests")
    acting.finish(desk, ZOE, action="AC1", text="caraway")
    for number in (0, 3, 4, 5):
        acting.drop(desk, LEE, action=f"AC{number}", reason="sesame")
    await here.days(3)
    await here.ends("asked for the next round")


async def _next_round(here: Town) -> None:
    """Ana answered all of it last time, so that she can say what is still so."""
    zanzibar = named(here, "Zanzibar")
    draft = again.begin(here.desk, LEE, assessment=zanzibar)
    asked = {ANA: ("BAKER",), OMAR: ("SELLER",), SOL: ("BAKER",)}
    drafting.refine(
        here.desk,
        LEE,
        assessment=draft.assessment.id,
        closes_at=(here.clock.at + timedelta(days=9)).isoformat(),
    )
    opening.launch(
        here.desk,
        LEE,
        assessment=draft.assessment.id,
        roles=asked,
        people=known(asked),
    )
    await here.passes(minutes=1)
    for who in asked:
        interview.start(here.desk, who, seat=here.seat(who, draft.assessment.id))
    await here.ends("next round")


async def _kept(here: Town) -> None:
    """What is over is about to be erased; what is deleted can be had back for a while."""
    okapi = named(here, "Yeti")
    retention.delete(here.desk, LEE, assessment=okapi, name="Yeti")
    await here.does(here.house.hands.event(LEE, {"type": "channel_archive", "channel": CHANNEL, "user": LEE}))
    await here.ends("deleted, and a channel lost")
    await here.does(
        here.house.hands.event(LEE, {"type": "channel_unarchive", "channel": CHANNEL, "user": LEE})
    )
    gone = {**_in_slack(PAT), "deleted": True}
    await here.does(here.house.hands.event(PAT, {"type": "user_change", "user": gone}))
    await here.ends("facilitator gone")
    await here.passes(days=600)
    await here.passes(days=94)
    await here.ends("about to be erased")


def named(here: Town, subject: str) -> str:
    """The newest assessment of this."""
    with here.desk.transaction() as tx:
        found = [each for each in tx.assessments.in_states(list(AssessmentState)) if each.subject == subject]
    return max(found, key=lambda each: each.round).id
