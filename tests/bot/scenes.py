"""People, packs and results to draw: an everyday one, and one in which everything is as long as it may be."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from typing import Any, TypeVar

from bot.actions import ActionFormValue
from conversation import comparison, digests
from conversation.actionprogress import By, Progress
from conversation.actions import Promise, Whole
from conversation.adjusting import MOST_STEPS, Wanted
from conversation.again import Again
from conversation.bearings import Bearings
from conversation.byhand import ByHand, Fate
from conversation.channels import Channel
from conversation.comparison import Outcome as ActionOutcome
from conversation.comparison import Reason, Round, TeamResult, Unlike
from conversation.conclusion import conclude
from conversation.contents import (
    Agreed,
    AspectProgress,
    AspectReply,
    Attention,
    Card,
    ClosedEarly,
    ClosingSoon,
    Contents,
    Correction,
    Deleting,
    Digest,
    Done,
    DraftEnded,
    Due,
    DueLine,
    Escalated,
    EscalatedLine,
    Expiring,
    Finished,
    HandedIn,
    HandedOver,
    Heard,
    Help,
    Informed,
    Intro,
    Invite,
    Kept,
    LateAnswers,
    Live,
    MoreToAnswer,
    MyData,
    MyPart,
    No,
    NoLongerAsked,
    Nudge,
    NudgeLine,
    Part,
    PlanPost,
    PrivacyTightened,
    ReminderSettings,
    RenewalRefused,
    Reply,
    Returned,
    RoleCorrected,
    ScopesMissing,
    SinceReply,
    Snoozed,
    Status,
    Summary,
    Tabled,
    TableKind,
    Told,
    Trouble,
    Unaccepted,
    Verdict,
    Waiting,
    Welcome,
)
from conversation.deadline import Closing, Extended
from conversation.details import Details, Voice
from conversation.digests import ROWS, needs_attention
from conversation.drafting import Draft
from conversation.earlier import ROUNDS, Comparison
from conversation.errors import ActionClash, DraftChanged
from conversation.evidence import LARGEST_FILE, Exhibit, Review
from conversation.facilitating import Facilitators
from conversation.findings import Findings, Quote, RoleSplit, Settled
from conversation.followups import Followed
from conversation.handed_in import MOST_TOLD
from conversation.helping import Offered
from conversation.history import PAGE, History
from conversation.home import Facilitated, Home, Past
from conversation.hours import Hours, ZoneFrom
from conversation.introduced import Questions
from conversation.latecomers import Decided, Offer
from conversation.launching import Candidate, LaunchCheck, Roster
from conversation.material import Material
from conversation.pack import Length, Pack, Role
from conversation.paths import PathAnswer, WhatIfAnswer, least_work_in, offered, suppose_in
from conversation.plans import Addition, Board, Proposal
from conversation.progress import progress
from conversation.rebuilt import Rebuilt
from conversation.reference import Aside, Options, Range, ReferenceData, Row
from conversation.results import Worked
from conversation.roster import Member
from conversation.roster import Roster as Everybody
from conversation.scope import ASK_THEM, Privacy, Rhythm, Scope
from conversation.setting_up import STEPS, Question
from conversation.shared import SinceLast, differing
from conversation.sharing import Audience, Sent, Shared
from conversation.sheetfile import Problem
from conversation.sitting import Sitting
from conversation.standing import LastTime, standing
from conversation.standing import Reply as AnswerBefore
from conversation.ticketing import Obstacle, Ticketing, TicketNews, Tickets
from conversation.tightening import Tightened
from conversation.trackers import TrackerHere, WriteBack
from conversation.turnout import by_role
from conversation.withdrawal import Outcome, Withdrawn
from storage.records import (
    OPEN_END,
    Action,
    ActionChange,
    ActionNote,
    ActionState,
    ActionStep,
    Assessment,
    AssessmentState,
    Count,
    Deed,
    Drafted,
    Evidence,
    EvidenceForm,
    EvidenceState,
    Fact,
    Nature,
    Person,
    PersonKind,
    Posting,
    PostingState,
    RemarkWord,
    Said,
    Seat,
    SeatCount,
    SeatState,
    SlackFile,
    Source,
    Ticket,
    TicketState,
    TrackerKind,
)
from tests.conversation.desk import CAFE

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
CLOSES = datetime(2026, 12, 10, 17, 0, tzinfo=UTC)
TODAY = date(2026, 12, 1)
#: What refusals may tell, if whoever raises them knows it.
KNOWN = {
    "name": "Corner café",
    "known": ("Corner café", "Bakery"),
    "subject": "Corner café",
    "facilitator": "U1",
    "closes_at": CLOSES,
    "without": ("U2",),
    "number": 91,
    "most": 90,
    "date": TODAY,
    "person": "U2",
    "owner": "U2",
    "people": 2,
    "group": 5,
    "objective": "A sieve for everybody.",
    "said": "soon",
    "levels": ("Ad hoc", "Basic"),
    "aspect": "Cup",
    "level": 1,
    "tracker": "github",
    "examples": ("https://github.com/acme/mlops/issues/1",),
}
WHYS = ("archived", "deleted", "left", "shared")
SAID_IN_SET_UP = (
    "begun", "found", "nobody", "looking_up", "stopped", "help", "launching", "press_launch", "no_name",
    "no_people", "no_roles", "roles_kept", "no_length", "no_date", "no_privacy",
)  # fmt: skip
HERE = (
    TrackerHere(TrackerKind.GITHUB, "https://github.com", "acme/mlops", WriteBack.CLOSE),
    TrackerHere(TrackerKind.JIRA, "https://acme.atlassian.net", "ML"),
)
_GITHUB, _JIRA = TrackerKind.GITHUB, TrackerKind.JIRA
#: Whose it is, how it stands, and what else there is to it.
TICKETS: dict[str, tuple[TrackerKind, TicketState, dict[str, Any]]] = {
    "open": (_GITHUB, TicketState.CREATED, {"status": "open"}),
    "owed": (_JIRA, TicketState.OWED, {}),
    "waiting": (_GITHUB, TicketState.OWED, {"failures": 2, "refused": Obstacle.SILENT}),
    "not read yet": (_GITHUB, TicketState.LINKED, {}),
    "closed": (_GITHUB, TicketState.LINKED, {"status": "closed", "detail": "not_planned"}),
    "closed in jira": (_JIRA, TicketState.CREATED, {"status": "closed", "detail": "Released"}),
    "gone": (_JIRA, TicketState.CREATED, {"status": "gone"}),
    "unreadable": (_GITHUB, TicketState.CREATED, {"status": "open", "refused": Obstacle.FORBIDDEN}),
    "no entry": (_JIRA, TicketState.FAILED, {"refused": Obstacle.NO_ENTRY}),
    "forbidden": (_GITHUB, TicketState.FAILED, {"refused": Obstacle.FORBIDDEN}),
    "unknown place": (_JIRA, TicketState.FAILED, {"refused": Obstacle.NO_PLACE}),
    "unknown repository": (_GITHUB, TicketState.FAILED, {"refused": Obstacle.NO_PLACE}),
    "refused": (_JIRA, TicketState.FAILED, {"refused": Obstacle.REFUSED}),
    "refused without words": (_GITHUB, TicketState.FAILED, {"refused": Obstacle.REFUSED}),
    "silent": (_GITHUB, TicketState.FAILED, {"refused": Obstacle.SILENT}),
}
NASTY = '<!channel> & <@U99> "quoted" *bold* `code` &lt; @here '

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Scene:
    """A pack, an assessment of it, and how much of everything there is."""

    pack: Pack
    subject: str
    goal: str
    people: int
    actions: int
    words: str

    @property
    def assessment(self) -> Assessment:
        return self.assessment_in(AssessmentState.OPEN)

    def assessment_in(self, state: AssessmentState, channel: str | None = "C1") -> Assessment:
        return Assessment(
            id="a1",
            subject=self.subject,
            round=2,
            state=state,
            facilitator="U1",
            channel=channel,
            pack_digest="d",
            scope={
                "goal": self.goal,
                "aspects": [aspect.id for aspect in self.pack.aspects],
                "keep_months": 24,
            },
            created_at=NOW,
            opened_at=NOW,
            closes_at=CLOSES,
            closed_at=CLOSES if state is AssessmentState.CLOSED else None,
            closed_by=None,
        )

    @property
    def scope(self) -> Scope:
        return Scope.of(self.assessment)

    def seat(self, number: int = 0, state: SeatState = SeatState.STARTED) -> Seat:
        roles = [role.id for role in self.pack.roles]
        return Seat(
            id=f"seat-{number:031}",
            assessment_id="a1",
            user_id=f"U{number}",
            roles=(roles[number % len(roles)], roles[(number + 1) % len(roles)]),
            state=state,
            questions=len(self.pack.items),
            answered=1,
            invited_at=NOW,
            active_at=None,
        )

    def sitting(self, *facts: Fact, sent: bool = False) -> Sitting:
        items = self.scope.questions(self.pack, self.seat().roles)
        said = [fact(0, Said.STARTED), *facts, *([fact(9999, Said.SENT)] if sent else [])]
        seat = self.seat(state=SeatState.SENT if sent else SeatState.STARTED)
        return Sitting(self.assessment, self.scope, self.pack, seat, standing(items, said))

    def in_a_later_round(self, kind: Said) -> Sitting:
        """Everything was answered so last time, with evidence."""
        sitting = self.sitting()
        value, reason = (1, None) if kind is Said.ANSWERED else (None, self.words)
        reply = AnswerBefore(kind, value, reason if kind is Said.DOES_NOT_APPLY else None, 0)
        items = sitting.interview.items
        last = LastTime(NOW, "s0", {item.id: reply for item in items}, {item.id: 2 for item in items})
        return replace(sitting, interview=standing(items, [fact(0, Said.STARTED)], last))

    def answers(self, number: int | None = None) -> list[Fact]:
        """To the first questions, of all kinds, with comments."""
        items = self.scope.questions(self.pack, self.seat().roles)
        kinds = [
            Said.ANSWERED,
            Said.ANSWERED,
            Said.DONT_KNOW,
            Said.DOES_NOT_APPLY,
            Said.NOT_MINE,
            Said.SKIPPED,
        ]
        said = []
        for place, item in enumerate(items[:number], start=1):
            kind = kinds[place % len(kinds)]
            value = place % len(item.levels) if kind is Said.ANSWERED else None
            reason = self.words if kind is Said.DOES_NOT_APPLY else None
            said.append(fact(2 * place, kind, item.id, value=value, text=reason))
            said.append(fact(2 * place + 1, Said.COMMENTED, item.id, text=self.words))
        return said

    def seats(self) -> list[Seat]:
        states = [SeatState.SENT, SeatState.STARTED, SeatState.INVITED, SeatState.DECLINED]
        return [self.seat(number, states[number % 4]) for number in range(self.people)]

    def seat_counts(self, *, begun: bool = True) -> list[SeatCount]:
        return [SeatCount(roles=seat.roles, state=seat.state, n=1, begun=int(begun)) for seat in self.seats()]

    @cache  # noqa: B019
    def findings(self, kind: Said | None = Said.ANSWERED) -> Findings:
        """Of many answers that differ, of nothing but `kind`, or of none."""
        seats = self.seat_counts(begun=kind is not None)
        return conclude(self.pack, self.scope, Material(tuple(self.counts(kind)), tuple(seats)))

    def counts(self, kind: Said | None) -> Iterable[Count]:
        for place, item in enumerate(self.pack.items if kind else ()):
            for number, role in enumerate(self.pack.roles):
                levels = len(item.levels)
                spread = (0, levels - 1, (place + number) % levels)[number % 3]
                value = spread if kind is Said.ANSWERED else None
                yield Count(question=item.id, roles=(role.id,), kind=kind or Said.ANSWERED, value=value, n=2)

    def verdict(self, *, private: bool = True, kind: Said | None = Said.ANSWERED) -> Verdict:
        assessment = self.assessment_in(AssessmentState.CLOSED)
        return Verdict(assessment, self.scope, self.pack, self.findings(kind), 1, private)

    def posted(self) -> Verdict:
        """As it stands in a channel, with all that it can say: what changed, where roles differ, quotes."""
        found = self.findings()
        roles = [role.id for role in self.pack.roles]
        split = tuple(
            RoleSplit(role=role, level=number % 2 * (len(self.pack.levels) - 1), n=4)
            for number, role in enumerate(roles)
        )
        questions = tuple(each.model_copy(update={"roles": split}) for each in found.questions)
        quotes = tuple(Quote(question=each.id, text=self.words) for each in found.questions)
        whole = found.model_copy(
            update={"questions": questions, "quotes": quotes, "withdrew": 1, "evidenced": 0}
        )
        moved = tuple((aspect.id, 0, 1) for aspect in found.aspects)
        return replace(
            self.verdict(private=False),
            findings=whole,
            since=SinceLast(1, NOW, moved, 0.3, self.comparison().trend[:-1]),
            differing=differing(whole),
            threaded=True,
        )

    def borne_out(self) -> Verdict:
        """Evidence was accepted for the first question alone."""
        found = self.findings()
        first, *others = found.questions
        aspects = tuple(each.model_copy(update={"evidenced": 0}) for each in found.aspects)
        questions = (first.model_copy(update={"accepted": 1, "evidenced": 1}), *others)
        changes = {"aspects": aspects, "questions": questions, "evidenced": 0}
        return replace(self.verdict(), findings=found.model_copy(update=changes))

    def my_data(self) -> MyData:
        """With every answer in as many assessments as there are actions."""
        sitting = self.sitting(*self.answers())
        interview = sitting.interview
        part = MyPart(
            assessment=sitting.assessment,
            pack=self.pack,
            seat=sitting.seat,
            replies=tuple(
                (item, interview.replies[item.id]) for item in interview.items if item.id in interview.replies
            ),
            comments=interview.comments,
            evidence=tuple(self.evidence()),
        )
        parts = [replace(part, one_less=str(outcome)) for outcome in Outcome] * self.actions
        return MyData(Person(user_id="U1", name=self.words), (*parts, self.erased()), self.actions, 1)

    def ending(self, state: AssessmentState) -> Assessment:
        return self.assessment_in(state).model_copy(update={"erase_at": CLOSES})

    def erased(self) -> MyPart:
        return MyPart(self.assessment_in(AssessmentState.CLOSED), self.pack, None)

    def made(self, make: Callable[..., T], *args: Any, **how: Any) -> T:
        """Something else of this scene."""
        return make(self, *args, **how)

    def plan(self) -> tuple[Action, ...]:
        gaps = self.findings().gaps
        states = [ActionState.ON_TRACK, ActionState.AT_RISK, ActionState.BLOCKED, ActionState.DONE]
        return tuple(
            Action(
                id=f"action-{number}",
                assessment_id="a1",
                question=gaps[number % len(gaps)].question,
                level=gaps[number % len(gaps)].level,
                objective=self.words,
                measure=self.words,
                owner=f"U{number}",
                due=TODAY + timedelta(days=number - 2),
                state=states[number % 4],
                agreed_by="U1",
                agreed_at=NOW,
                changed_at=NOW,
            )
            for number in range(self.actions)
        )

    def board(self, *, facilitating: bool = True, actions: tuple[Action, ...] | None = None) -> Board:
        plan = self.plan() if actions is None else actions
        people = {
            action.owner: Person(user_id=action.owner, name=self.words) for action in plan if action.owner
        }
        closed = self.assessment_in(AssessmentState.CLOSED)
        burnt = progress(plan, (), since=NOW - timedelta(days=9), now=NOW + timedelta(days=1), tz="")
        return Board(
            closed,
            self.pack,
            self.findings(),
            plan,
            people,
            facilitating,
            TODAY,
            tickets=self.tickets(),
            owns_some=True,
            progress=burnt,
            reachable=True,
        )

    def whole(
        self, *, owned: bool = False, facilitating: bool = True, state: ActionState = ActionState.BLOCKED
    ) -> Whole:
        """With as many steps, notes and other actions as there may be."""
        plan = self.plan()
        action = plan[0].model_copy(
            update={
                "state": state,
                "owner": "U1",
                "unit": self.words[:40],
                "baseline": Decimal("0.50"),
                "current": Decimal(3),
                "target": Decimal("123456789012.25"),
                "starts": TODAY,
                "informed": tuple(f"U{number}" for number in range(20)),
            }
        )
        return Whole(
            assessment=self.assessment_in(AssessmentState.CLOSED),
            action=action,
            pack=self.pack,
            owner=Person(user_id="U1", name=self.words),
            today=TODAY,
            owned=owned,
            facilitating=facilitating and not owned,
            undoable=state is ActionState.DONE,
            item=self.pack.items[0],
            steps=tuple(
                ActionStep(
                    id=f"view-{number}",
                    action_id=action.id,
                    position=number,
                    text=self.words[:300],
                    done_at=NOW if number % 2 else None,
                    done_by="U1" if number % 2 else None,
                )
                for number in range(min(self.actions, MOST_STEPS))
            ),
            notes=tuple(
                ActionNote(
                    action_id=action.id,
                    by="U1",
                    state=state,
                    text=self.words,
                    at=NOW + timedelta(hours=number),
                    link="https://example.com/" + "x" * 100,
                    measured=Decimal(number),
                    files=tuple(self.file(each) for each in range(number % 5)),
                )
                for number in range(self.actions)
            ),
            changes=tuple(self.action_changes(action.id)),
            needs=plan[1:],
            needed_by=plan[1:],
            merged=plan[1:],
            parts=plan[1:],
            others=plan[1:],
        )

    def bare(self) -> Whole:
        """Just added, by whoever owns it."""
        plan = self.plan()[0].model_copy(update={"question": None, "level": None, "owner": None})
        return replace(
            self.whole(), action=plan, owner=None, item=None, steps=(), notes=(), changes=(), needs=(),
            needed_by=(), merged=(), parts=(), others=(),
        )  # fmt: skip

    def action_changes(self, action: str) -> Iterator[ActionChange]:
        """One of each kind."""
        words = self.words[:600]
        kinds: dict[str, dict[str, Any]] = {
            "accepted": {"accepted_at": [None, NOW.isoformat()]},
            "declined": {"owner": ["U1", None], "accepted_at": [NOW.isoformat(), None]},
            "declined_because": {"reason": words},
            "suggested_date": {"date": "2026-12-24", "reason": words},
            "kept_date": {"date": "2026-12-24"},
            "moved": {"due": ["2026-12-10", "2026-12-24"]},
            "changed": {"objective": [words, words], "target": [None, "7"], "informed": [[], ["U1"]]},
            "ticked": {"step": words},
            "unticked": {"step": words},
            "added_step": {"step": words},
            "removed_step": {"step": words},
            "moved_step": {"step": words, "place": 2},
            "ask_on": {"date": "2026-12-24"},
            "needs": {"needs": [[], ["x"]], "names": [words, words]},
            "asked_for_help": {"person": "U2"},
            "suggested": {"text": words},
            "ask_again": {"question": "Q"},
            "undone": {},
            "split_off": {"part": words, "part_id": "x"},
            "merged_in": {"part": words, "part_id": "x"},
            "became": {"state": ["on_track", "dropped"], "became": [None, "x"]},
            "measured": {"current": ["1", "2"]},
            "handed_over": {"owner": ["U1", "U2"]},
        }
        for number, (what, values) in enumerate(kinds.items()):
            at = NOW + timedelta(minutes=number)
            yield ActionChange(action_id=action, by="U1", what=what, values=values, at=at)

    def form_value(self) -> ActionFormValue:
        many = tuple("v" * 32 for _ in range(20))
        return ActionFormValue(i="action-0", n=3, w="U1", c="D1", t="1.2", m=many)

    def action_clash(self) -> ActionClash:
        wanted = Wanted(self.words[:600], self.words[:600], TODAY, informed=(Person(user_id="U1", name="x"),))
        fields = [
            ("objective", self.words, self.words),
            ("due", "2026-12-24", "2026-12-10"),
            ("starts", None, "2026-12-10"),
            ("informed", ["U1"], ["U2", "U3"]),
        ]
        return ActionClash(
            whole=self.whole(), wanted=wanted, fields=fields, person="U2", objective=self.words
        )

    def addition(self) -> Addition:
        return Addition(self.assessment_in(AssessmentState.CLOSED), TODAY)

    def plan_post(self) -> PlanPost:
        plan = self.plan()
        halves = Progress(Fraction(1, 2), By.STEPS)
        return PlanPost(
            assessment=self.assessment_in(AssessmentState.CLOSED),
            actions=plan,
            owners={
                action.owner: Person(user_id=action.owner, name=self.words) for action in plan if action.owner
            },
            progress={action.id: halves for action in plan},
            today=TODAY,
        )

    def proposal(self) -> Proposal:
        gap = self.findings().gaps[0]
        item = self.pack.item(gap.question)
        level, aspect = self.pack.levels[gap.level].name, self.pack.aspect(gap.aspect).title
        return Proposal(self.assessment, item, gap, level, aspect, date(2027, 1, 29), self.pack)

    def status(
        self,
        *,
        facilitating: bool = True,
        state: AssessmentState = AssessmentState.OPEN,
        named: bool = True,
    ) -> Status:
        seats = self.seats()
        roles = by_role(self.pack, self.seat_counts())
        return Status(
            assessment=self.assessment_in(state),
            roles=roles,
            invited=len(seats),
            sent=sum(seat.state is SeatState.SENT for seat in seats),
            started=sum(seat.state is SeatState.STARTED for seat in seats),
            declined=sum(seat.state is SeatState.DECLINED for seat in seats),
            withdrew=1,
            silent_roles=tuple(role for role in roles if not role.sent),
            facilitating=facilitating,
            mine=seats[min(1, len(seats) - 1)],
            evidence=self.actions,
            uncertain=(posting(),) * self.actions,
            attention=Attention(
                away=tuple((f"U{number}", TODAY) for number in range(self.people)),
                gone=tuple(f"U{number}" for number in range(self.people)),
                silent=tuple(f"U{number}" for number in range(self.people)),
                choosing=tuple(f"U{number}" for number in range(self.people)),
                named=named,
            ),
            undelivered=self.people,
            at=NOW,
            choosing=self.people,
            pack=self.pack,
        )

    def round(self, number: int, kind: Said | None = Said.ANSWERED) -> Round:
        names = tuple(level.name for level in self.pack.levels)
        return Round(number, CLOSES - timedelta(days=40 - number), names, self.findings(kind))

    def comparison(self, earlier: int = 1) -> Comparison:
        """Every question moved, the first of them with an action; among as many other teams as there are
        actions; with data on the first questions."""
        rounds = [self.round(number) for number in range(1, earlier + 2)]
        levels, before = len(self.pack.levels), rounds[-1].findings
        moved = [
            question.model_copy(update={"level": ((question.level or 0) + 1) % levels})
            for question in before.questions
        ]
        now = replace(rounds[-1], findings=before.model_copy(update={"questions": tuple(moved)}))
        rounds = [*rounds[:-1], now]
        done = [
            action.model_copy(update={"question": question.id, "level": levels - 1})
            for action, question in zip(self.plan(), moved, strict=False)
        ]
        team = TeamResult.of(before.model_dump(mode="json"))
        return Comparison(
            assessment=self.assessment_in(AssessmentState.CLOSED),
            pack=self.pack,
            rounds=tuple(rounds),
            apart=tuple(range(20, 20 + self.actions)),
            unlike=tuple(Unlike(each.number, 90, 100, 95, "majority", 1) for each in rounds[:-1]),
            trend=comparison.trend(rounds) if earlier else (),
            since=comparison.since(rounds[-2], now, done) if earlier else None,
            among=comparison.among(now.findings, [team] * self.actions),
            asides=tuple(self.asides()),
            outcomes=tuple(self.outcomes(rounds[-2], now)) if earlier else (),
        )

    def outcomes(self, then: Round, now: Round) -> Iterator[ActionOutcome]:
        """Actions of all kinds, in all states, with a measure that moved and one that did not."""
        states = [ActionState.DONE, ActionState.DONE, ActionState.DROPPED, ActionState.BLOCKED]
        for place, action in enumerate(self.plan()):
            measure: dict[str, Any] = {
                "unit": self.words[:40],
                "baseline": Decimal(0),
                "target": Decimal("3.5"),
                "current": Decimal(place % 5),
            }
            question = now.findings.questions[place % len(now.findings.questions)].id
            state = states[place % len(states)]
            done = action.model_copy(update={"state": state, "question": question, "level": 1, **measure})
            yield comparison.outcome(done, then, now)
            yield replace(comparison.outcome(done, then, now), now=None, why=Reason.GONE)
            yield comparison.outcome(done.model_copy(update={"question": None, "level": None}), then, now)

    def asides(self) -> Iterator[Aside]:
        """On the first questions, from data with a scale of each kind."""
        said = self.words * 3
        options = Options(measure=said[:80], options=tuple(f"{n} {said}"[:40] for n in range(4)))
        numbers = Range.model_validate({"measure": said[:80], "from": 0, "to": 10, "unit": said[:40]})
        for scale, values in ((options, (40.5, 29.5, 20, 10)), (numbers, (5.1,))):
            items = tuple(item.id for item in self.pack.items[:3])
            data = ReferenceData(
                id=f"data-{len(values)}",
                title=said[:120],
                source=said[:300],
                bias=said[:300],
                year=2020,
                n=313,
                pack=self.pack.id,
                scale=scale,
                direction="lower is better",
                rows=(Row(label=said[:120], values=values, items=items),),
            )
            yield from (Aside(item, row, data) for item in items for row in data.rows * self.actions)

    def digest(self) -> Digest:
        plan = self.plan()
        note = ActionNote(action_id="x", by="U1", state=ActionState.DONE, text=self.words, at=NOW)
        return Digest(
            assessment=self.assessment,
            actions=plan,
            changed=tuple((action, note if number % 2 else None) for number, action in enumerate(plan)),
            attention=tuple(action for action in plan if needs_attention(action, TODAY))[:ROWS],
            owners={action.owner: Person(user_id=action.owner, name=self.words) for action in plan},
            since=NOW,
            today=TODAY,
            more_attention=4,
            progress=tuple(
                AspectProgress(aspect.id, aspect.title, number % 4, 3, number, number + 1)
                for number, aspect in enumerate(self.pack.aspects)
            ),
            pack=self.pack,
        )

    def draft(self) -> Draft:
        scope = self.scope.model_copy(update={"people": tuple(f"U{number}" for number in range(self.people))})
        drafted = Drafted(revision=3, changed_by="U1", changed_at=NOW)
        return Draft(self.assessment_in(AssessmentState.DRAFT), scope, self.pack, drafted)

    def roster(self, *, gone: bool = False, waiting: bool = False) -> Roster:
        """Members in two roles, guests in one, strangers in none and in one, and somebody left out."""
        kinds = (PersonKind.MEMBER, PersonKind.GUEST, PersonKind.STRANGER, PersonKind.STRANGER)
        roles = tuple(role.id for role in self.pack.roles)
        taken = ((), (), (), ()) if waiting else (roles[:2], roles[-1:], (), roles[:1])
        people = [
            Person(user_id=f"U{number}", name=self.words, title=self.words, kind=kinds[number % 4], gone=gone)
            for number in range(self.people)
        ]
        candidates = [
            Candidate(each, taken[number % 4], taken[number % 4], chosen=number % 4 == 3)
            for number, each in enumerate(people)
        ]
        left_out = people[0].model_copy(update={"user_id": "U999"})
        bots = (Person(user_id="UB", name=self.words, kind=PersonKind.BOT),) * self.people
        to_ask = people[0].model_copy(update={"user_id": "U998"})
        chooses = Candidate(to_ask, () if waiting else (ASK_THEM,), (), chosen=not waiting)
        asked = () if gone else (*candidates, chooses, Candidate(left_out, (), (), chosen=not waiting))
        return Roster(self.draft(), asked, bots, tuple(people) if gone else ())

    def launch_check(self) -> LaunchCheck:
        roster, roles = self.roster(), self.pack.roles
        people = tuple(candidate.person for candidate in roster.asked)
        drafted = roster.draft.drafted.model_copy(update={"empty": ("S1", "C1"), "trial": "t1"})
        return LaunchCheck(
            replace(roster, draft=replace(roster.draft, drafted=drafted)),
            roles,
            roles,
            people,
            (self.assessment,) * 3,
            facilitator_hidden=True,
        )

    def question(self, step: str, word: str = "") -> Question:
        return Question(step, word, {}, self.roster(), None, later=TODAY)

    def offer(self, roles: tuple[Role, ...], kind: PersonKind = PersonKind.MEMBER) -> Offer:
        who = Person(user_id="U7", name=self.words, title=self.words, kind=kind)
        return Offer(self.assessment, self.pack, who, "S1", roles)

    def questions(self) -> Questions:
        items = {
            aspect.id: tuple(item for item in self.pack.items if item.aspect == aspect.id)
            for aspect in self.pack.aspects
        }
        return Questions(self.assessment, self.pack, items)

    def decided(self, roles: tuple[Role, ...]) -> Decided:
        who = Person(user_id="U7", name=self.words)
        return Decided(self.assessment, self.pack, who, roles, invited=bool(roles))

    def clash(self) -> DraftChanged:
        draft = self.draft()
        roles = {f"role:U{number}": [self.pack.roles[0].id] for number in range(self.people)}
        told = {**draft.fields, **roles, "goal": self.words, "sources": ["S1", "C1"], "regulated": True}
        fields = tuple((key, told[key], None) for key in told)
        return DraftChanged(draft=draft, step="scope", aside="a1", fields=fields)

    def bearings(self, state: AssessmentState = AssessmentState.OPEN) -> Bearings:
        """Of whoever everything waits for; what they facilitate is in this state."""
        return Bearings(
            seat=(self.seat(), self.assessment),
            action=self.plan()[0] if self.actions else None,
            facilitated=self.assessment_in(state),
            waiting=self.people - 1,
            draft=self.draft().assessment,
            result=self.assessment.model_copy(update={"id": "a2"}),
            took_part=True,
        )

    def home(self) -> Home:
        closed = self.assessment_in(AssessmentState.CLOSED)
        return Home(
            user_id="U1",
            today=TODAY,
            seats=tuple((seat, self.assessment) for seat in self.seats()),
            actions=tuple((action, closed) for action in self.plan()),
            assessments=tuple(self.facilitated()) * max(self.actions // 2, 1),
            draft=self.draft(),
            check=self.self_check(*self.answers()),
            past=(*self.past(), Past(closed, shared=True)),
            tickets=self.tickets(),
            reachable=True,
        )

    def past(self) -> Iterable[Past]:
        """Closed ones of which somebody is a mere participant."""
        closed = self.assessment_in(AssessmentState.CLOSED)
        yield Past(closed, shared=False)
        yield Past(closed.model_copy(update={"round": 1}), shared=True)

    def facilitated(self) -> Iterable[Facilitated]:
        """In every state."""
        closed = self.assessment_in(AssessmentState.CLOSED)
        yield Facilitated(self.assessment, self.people, 1, self.people - 1, shared=False)
        yield Facilitated(self.assessment, self.people, self.people, 0, shared=False)
        yield Facilitated(closed, self.people, self.people, 0, shared=False)
        yield Facilitated(closed, self.people, self.people, 0, shared=True)

    def self_check(self, *facts: Fact) -> Sitting:
        asked = self.pack.questions_for((), Length.SHORT)
        mine = self.assessment_in(AssessmentState.SELF_CHECK, None)
        scope = self.scope.model_copy(update={"length": Length.SHORT})
        known = {item.id for item in asked}
        said = [fact(0, Said.STARTED), *(each for each in facts if each.question in known)]
        return Sitting(mine, scope, self.pack, self.seat(), standing(asked, said))

    def checked(self, kind: Said, value: int | None = None) -> Sitting:
        """With this answer to every question of it."""
        items = self.pack.questions_for((), Length.SHORT)
        return self.self_check(*(fact(n, kind, item.id, value=value) for n, item in enumerate(items)))

    @cached_property
    def contents(self) -> dict[str, Contents]:
        """One of everything that is posted."""
        roles = by_role(self.pack, self.seat_counts())
        closed = self.assessment_in(AssessmentState.CLOSED)
        return {
            "first card": Card(self.sitting()),
            "card with a comment": Card(self.sitting(*self.answers(2), *self.answers(3)[-1:])),
            "changing": Card(self.sitting(*self.answers(5), self.went_to(1))),
            "review": Card(self.sitting(*self.answers())),
            **{
                f"card that was answered {kind} last time": Card(self.in_a_later_round(kind))
                for kind in (Said.ANSWERED, Said.DONT_KNOW, Said.DOES_NOT_APPLY, Said.NOT_MINE)
            },
            "sent": Card(self.sitting(*self.answers(), sent=True)),
            **{f"reply {word}": reply for word, reply in self.replies().items()},
            "invite": Invite(self.sitting(), self.scope),
            "invite that was passed on": Invite(
                self.sitting(), self.scope, by="U2", note=self.words[:300], busy_with=self.subject
            ),
            "more to answer": MoreToAnswer(self.sitting(), "U2", self.words[:300], self.actions),
            "handed over": HandedOver(self.assessment, "U2", "U3", single=False),
            "a question handed over": HandedOver(self.assessment, "U2", "U3", single=True),
            "role corrected": RoleCorrected(self.assessment, "U2", *self.role_titles()),
            "late answers": LateAnswers(self.late(), self.actions),
            "card after a silence": Card(self.silent()),
            "invite with reminders": Invite(self.sitting(), self.scope, left=True),
            "invite without a role": Invite(self.roleless(), self.scope, left=True),
            **{
                f"tightened to {mode}": self.tightened(mode)
                for mode in (Privacy.CONFIDENTIAL, Privacy.ANONYMOUS)
            },
            **self.closed_early(),
            "nudge": self.nudge((2, 1), left=True),
            "nudge before the start": self.nudge((0, 2), left=True, by_hand="U1"),
            "nudge at review": self.nudge((None, 3)),
            "nudge of several": self.nudge((2, 1), (None, 2), *[(1, 3)] * self.actions, left=True),
            "nudge without a role": Nudge("k", (NudgeLine(self.roleless(), 1),), 3, left=True),
            "nudge of several by hand": self.nudge((0, 1), (1, 1), by_hand="U1"),
            **self.reminder_settings(),
            "intro": Intro(self.assessment, self.scope, self.pack, self.people),
            "intro of what is closed": Intro(
                self.assessment_in(AssessmentState.CLOSED), self.scope, self.pack, self.people
            ),
            "live": Live(self.status()),
            "live before anybody begins": Live(replace(self.status(), sent=0, started=0, declined=0)),
            "live of a closed one": Live(self.status(state=AssessmentState.CLOSED)),
            "closing soon": ClosingSoon(self.assessment, roles),
            **{
                f"told {word}": Told(self.assessment, word.partition(" ")[0], values)
                for word, values in self.told().items()
            },
            "finished": Finished(self.assessment, roles, 1, self.pack),
            "preview": self.verdict(),
            "preview of what is posted": replace(self.verdict(), posted_in="C1"),
            "result": self.verdict(private=False),
            "imported": replace(
                self.verdict(),
                assessment=self.assessment_in(AssessmentState.CLOSED).model_copy(update={"imported_at": NOW}),
            ),
            "result in a channel": self.posted(),
            "result for who took part": replace(self.posted(), threaded=False, mine=Part(True, 9, 2, 1)),
            "result for who wrote nothing": replace(self.posted(), mine=Part(True, 9)),
            "result for who did not answer": replace(self.posted(), mine=Part(True)),
            "result where nobody can tell": replace(self.posted(), mine=Part(False)),
            "first aspect": AspectReply(self.posted(), self.pack.aspects[0].id),
            "last aspect": AspectReply(self.posted(), self.pack.aspects[-1].id),
            "aspect that nobody knows": AspectReply(
                self.verdict(private=False, kind=Said.DONT_KNOW), self.pack.aspects[0].id
            ),
            "aspect that does not apply": AspectReply(
                self.verdict(private=False, kind=Said.DOES_NOT_APPLY), self.pack.aspects[0].id
            ),
            "correction": Correction(self.posted()),
            "what came of the last round": SinceReply(self.comparison()),
            "what came of many rounds": SinceReply(self.comparison(earlier=ROUNDS - 1)),
            "result of a later round": replace(self.verdict(), beside=self.comparison()),
            "result of a later round for who took part": replace(
                self.posted(), threaded=False, mine=Part(True, 9, 2, 1), beside=self.comparison()
            ),
            "next round": Again(closed, 1, 3, 9, 7, 1),
            "next round without actions": Again(closed, 2, 4, 0, 0, 0),
            "result with a headline": replace(
                self.verdict(private=False), headline=" ".join(self.words.split())[:300]
            ),
            "nobody answered": self.verdict(kind=None),
            "everybody says don't know": self.verdict(kind=Said.DONT_KNOW),
            "nothing applies": self.verdict(kind=Said.DOES_NOT_APPLY),
            "agreed to oneself": Agreed(
                closed,
                self.plan()[0].model_copy(update={"accepted_at": NOW}),
                "",
                self.pack,
            ),
            "unaccepted": Unaccepted(closed, self.plan()[0]),
            "informed": Informed(closed, self.plan()[0], self.whole().notes[0], True, CLOSES.date()),
            "informed of a move": Informed(closed, self.plan()[0], None, False, CLOSES.date()),
            **{
                f"heard, {word}": Heard(
                    word,
                    self.plan()[:20] if word == "which" else self.plan()[:1],
                    files=tuple((self.file(n).name, why) for n, why in enumerate((None, "size", "program")))
                    if word in {"shown", "done"}
                    else (),
                )
                for word in (
                    "saved",
                    "accepted",
                    "done",
                    "what_shows",
                    "what_blocks",
                    "which",
                    "over",
                    "shown",
                )
            },
            **self.tables(),
            "plan in the channel": self.plan_post(),
            "agreed": Agreed(
                closed,
                self.plan()[0].model_copy(
                    update={"baseline": Decimal("0.50"), "target": Decimal(3), "unit": self.words[:40]}
                ),
                self.pack.items[0].title,
                self.pack,
            ),
            "agreed, with a ticket": Agreed(
                closed, self.plan()[0], self.pack.items[0].title, self.pack, self.tickets()
            ),
            **{f"ticket {name}": news for name, news in self.ticket_news().items()},
            "due": Due(
                Person(user_id="U1", name=self.words),
                tuple(
                    DueLine(action, closed, late=number % 4 or None, tells="U1", asked=number % 5 == 4)
                    for number, action in enumerate(self.plan())
                ),
                TODAY,
                self.tickets(),
            ),
            "escalated": Escalated(
                closed,
                tuple(
                    EscalatedLine(
                        action,
                        Person(
                            user_id="U7",
                            name=self.words,
                            gone=number == 1,
                            away_until=TODAY + timedelta(days=3),
                        ),
                        number + 1,
                        ActionNote(action_id=action.id, by="U7", state=action.state, text=self.words, at=NOW)
                        if number % 2
                        else None,
                    )
                    for number, action in enumerate(self.plan())
                ),
                TODAY + timedelta(days=30),
            ),
            "returned": Returned(self.sitting(), self.evidence()[2], self.sitting().interview.items[0]),
            "returned after closing": Returned(
                replace(self.sitting(), assessment=closed), self.evidence()[2], self.pack.items[-1]
            ),
            "digest": self.digest(),
            "digest that was edited": replace(self.digest(), edited_at=NOW, rhythm=Rhythm.TWO_WEEKLY),
            "digest of silence": replace(self.digest(), silence=4),
            "summary": Summary(self.digest()),
            "kept": Kept(self.draft()),
            "kept until it was launched": DraftEnded(self.assessment),
            "kept until another took its place": DraftEnded(
                self.assessment.model_copy(update={"opened_at": None})
            ),
            "offer": self.offer(self.pack.roles[:1]),
            "offer of somebody who asked for it": replace(self.offer(self.pack.roles[:1]), source=""),
            "offer of a guest without a role": self.offer((), PersonKind.GUEST),
            "offer of a stranger": self.offer((), PersonKind.STRANGER),
            **{f"set up, {step}": self.question(step) for step in STEPS},
            **{f"set up, said {word}": self.question("roles", word) for word in SAID_IN_SET_UP},
            "set up, ready": replace(self.question("check"), check=self.launch_check()),
            "set up, a role is missing": replace(
                self.question("roles", "roles_wait"), roster=self.roster(waiting=True)
            ),
            "invite to a trial": Invite(
                replace(self.sitting(), assessment=self.assessment_in(AssessmentState.TRIAL)), self.scope
            ),
            "trouble": Trouble(self.assessment, "result", "C1", "not_in_channel", "result/a1/1"),
            "trouble of our own": Trouble(self.assessment, "result", "C1", "unforeseen", "result/a1/1"),
            "trouble of another kind": Trouble(self.assessment, "digest", "C1", self.words, "k"),
            "erased in two weeks": Expiring(self.ending(AssessmentState.CLOSED)),
            "deleted, and may be restored": Deleting(self.ending(AssessmentState.DELETED)),
            "my data": self.my_data(),
            "my data where everything was erased": replace(self.my_data(), parts=(self.erased(),)),
            "nothing of mine": MyData(Person(user_id="U1", name="x"), (), 0, 0),
            "no": No("NoSuchAssessment", {"name": self.words, "known": [self.subject] * self.actions}),
            "welcome": Welcome("U1"),
            "a scope is missing": ScopesMissing(("users:read",)),
            "a token is not renewed": RenewalRefused(CLOSES, "https://tidemark.example/slack/install"),
            "a token is not renewed, and nobody can install": RenewalRefused(CLOSES, ""),
            "scopes are missing": ScopesMissing(("im:write", "users:read")),
            "help": Help("", brief=False, asked=True),
            "help for whoever much waits for": Help("", brief=False, asked=True, bearings=self.bearings()),
            "help with a line": Help(self.words[:80], brief=False),
            "help with a line, after a questionnaire": Help(
                self.words[:80], brief=False, bearings=Bearings(took_part=True)
            ),
            "every command": Help("", brief=False, whole=True),
            "help in brief": Help(self.words[:80], brief=True),
            "self-check": Card(self.self_check()),
            "self-check changed": Card(self.checked(Said.SKIPPED)),
            "self-check done": Card(self.checked(Said.ANSWERED, 0)),
            "self-check at the top": Card(self.checked(Said.ANSWERED, len(self.pack.levels) - 1)),
            **{
                f"self-check of nothing but {kind}": Card(self.checked(kind))
                for kind in (Said.DONT_KNOW, Said.DOES_NOT_APPLY, Said.NOT_MINE, Said.SKIPPED)
            },
            "no to an old card": No(
                "StaleCard", {"seat": "s1", "now": None, "question": None, "number": None}
            ),
        }

    def role_titles(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        titles = tuple(role.title for role in self.pack.roles)
        return titles[:2], titles[-2:]

    def late(self) -> Sitting:
        """Closed, and then two answers and a comment came."""
        items = self.sitting().interview.items
        said = [
            fact(6000 + number, Said.LATE, item.id, value=number - 1, text=self.words)
            for number, item in enumerate(items[:2])
        ]
        alone = fact(6100, Said.LATE, items[-1].id, text=self.words)
        closed = replace(self.sitting(), assessment=self.assessment_in(AssessmentState.CLOSED))
        asked = [fact(0, Said.STARTED), *said, alone, fact(6200, Said.LATE_ASKED)]
        return replace(closed, interview=standing(items, asked))

    def roleless(self) -> Sitting:
        """Nobody has said yet which role is theirs."""
        sitting = self.sitting()
        seat = sitting.seat.model_copy(update={"roles": (), "state": SeatState.INVITED})
        return replace(sitting, seat=seat, interview=standing((), ()))

    def silent(self) -> Sitting:
        return self.sitting(*self.answers(1), fact(200_000, Said.LOOKED))

    def nudge(self, *lines: tuple[int | None, int], left: bool = False, by_hand: str | None = None) -> Nudge:
        """Of questionnaires with so many answers (None: all), for the so-manieth time."""
        waiting = (NudgeLine(self.sitting(*self.answers(some)), number) for some, number in lines)
        return Nudge("nudge/seat-0123456789012345678901234567890/3", tuple(waiting), 3, left, by_hand)

    def reminder_settings(self) -> dict[str, ReminderSettings]:
        """In every state, with as many questionnaires as there are people."""
        person = Person(user_id="U1", name=self.words, away_until=TODAY + timedelta(days=4))
        waiting = tuple(
            Waiting(
                self.assessment, self.seat(n).model_copy(update={"quiet": n % 3 == 0}), [NOW, None][n % 2]
            )
            for n in range(self.people)
        )
        hours = Hours("America/Argentina/ComodRivadavia", ZoneFrom.FACILITATOR, away=person.away_until)
        of = {
            "here": (Person(user_id="U1", name="Ana"), Hours("Europe/London")),
            "away": (person, hours),
            "away with an open end": (
                person.model_copy(update={"away_until": OPEN_END}),
                replace(hours, away=OPEN_END, source=ZoneFrom.WORKSPACE),
            ),
            "quiet": (
                Person(user_id="U1", name="Ana", quiet=True),
                replace(hours, away=None, unavailable_until=CLOSES),
            ),
        }
        return {
            f"reminder settings, {name}, {done or 'asked for'}": ReminderSettings(
                person, hours, NOW, waiting, done
            )
            for name, (person, hours) in of.items()
            for done in (None, *Done)
        }

    def snoozed(self, *, at: datetime | None, invited: bool, number: int = 1) -> Snoozed:
        sittings = tuple(self.sitting(*self.answers(2)) for _ in range(number))
        return Snoozed(sittings, Hours("Europe/London"), at, invited)

    def by_hand(self, **decided: Any) -> ByHand:
        """Of as many people as there are in each of the fates."""
        fates = dict.fromkeys(Fate, self.people) | decided.pop("fates", {})
        names = tuple(f"U{n}" for n in range(self.people))
        return replace(ByHand(self.assessment, fates, names, self.sitting(), None), **decided)

    def tightened(self, privacy: Privacy) -> PrivacyTightened:
        return PrivacyTightened(
            self.sitting(), self.scope.model_copy(update={"privacy": privacy, "group": 7})
        )

    def closed_early(self) -> dict[str, Contents]:
        """What those see who were asked."""
        at = self.assessment_in(AssessmentState.CLOSED).model_copy(
            update={"closed_by": "U2", "closed_at": NOW}
        )
        began, begun, changing, through, sent = (
            replace(sitting, assessment=at)
            for sitting in (
                self.sitting(),
                self.sitting(*self.answers(2)),
                self.sitting(*self.answers(5), self.went_to(1)),
                self.sitting(*self.answers()),
                self.sitting(*self.answers(), sent=True),
            )
        )
        hidden = replace(begun, scope=self.scope.model_copy(update={"privacy": Privacy.CONFIDENTIAL}))
        return {
            "closed early before an answer": ClosedEarly(began),
            "closed early": ClosedEarly(begun),
            "closed early at the review": ClosedEarly(through),
            "no longer asked": NoLongerAsked(at, began),
            "no longer invited": NoLongerAsked(at, began, self.scope),
            "no longer asked, after an answer": NoLongerAsked(at, begun),
            "no longer asked, whoever that was": NoLongerAsked(at),
            "card of what is closed": Card(begun),
            "card of what is closed, without names": Card(hidden),
            "card of what is closed, changing": Card(changing),
            "review of what is closed": Card(through),
            "review of what was sent and is closed": Card(sent),
            "reply sent to what is closed": Reply(sent, "sent"),
        }

    def who_sees(self, privacy: Privacy, group: int = 5, told: int = 0) -> Tightened:
        scope = self.scope.model_copy(update={"privacy": privacy, "group": group})
        return Tightened(self.assessment, scope, told)

    def went_to(self, number: int) -> Fact:
        return fact(5000, Said.WENT_TO, self.sitting().interview.items[number - 1].id)

    def replies(self) -> dict[str, Reply]:
        sitting = self.sitting(*self.answers(2))
        here = {"question": sitting.interview.items[2].id}
        elsewhere = {"question": sitting.interview.items[0].id}
        said: dict[str, tuple[str, dict[str, Any]]] = {
            **{
                word: (word, {})
                for word in ("help", "pause", "nothing_asked", "not_yet", "changed", "unchanged", "sent")
            },
            "declined": ("declined", {}),
            "review": ("review", {}),
            **{word: (word, {}) for word in ("switched", "nowhere_to_switch", "corrected")},
            **{word: (word, here) for word in ("reworded", "taken_back", "as_saved", "no_clips")},
            **{f"{word} elsewhere": (word, elsewhere) for word in ("taken_back", "as_saved", "no_clips")},
            **{
                f"passed_on, {'some' if kept else 'all'}": (
                    "passed_on",
                    {"to": "U2", "questions": 7, "title": self.words, "kept": kept},
                )
                for kept in (True, False)
            },
            "passed_question": (
                "passed_question",
                {"to": "U2", "questions": 1, "title": self.words[:60], "kept": True},
            ),
            **{word: (word, here) for word in ("reason_please", "why", "kept", "no_words", "commented")},
            "kept elsewhere": ("kept", elsewhere),
            "shown": (
                "shown",
                {**here, "evidence": [{"id": f"e{n}", "name": self.words[:60]} for n in range(3)]},
            ),
            "shown, of which only the names are kept": (
                "shown",
                {
                    **elsewhere,
                    "evidence": [
                        {"id": f"e{why}", "name": self.words[:60], "only_name": why}
                        for why in ("size", "program")
                    ],
                },
            ),
            "shown elsewhere": ("shown", {**elsewhere, "evidence": [{"id": "e1", "name": "x"}]}),
            "shown before": ("shown", {**here, "evidence": []}),
            "no_words elsewhere": ("no_words", elsewhere),
            **{f"digit {value}": ("digit", {**here, "value": value}) for value in range(5)},
            "no_option": ("no_option", {**here, "said": "E"}),
            "no_option elsewhere": ("no_option", {**elsewhere, "said": self.words}),
            "no_such_number": ("no_such_number", {"number": 999, "last": 100}),
        }
        asked = {
            f"which_role{', unclear' if unclear else ''}": Reply(
                self.roleless(), "which_role", {"unclear": unclear}
            )
            for unclear in (False, True)
        }
        late = {
            word: Reply(self.late(), word, {})
            for word in ("late", "late_asked", "late_taken", "late_refused")
        }
        return asked | late | {name: Reply(sitting, word, values) for name, (word, values) in said.items()}

    def tables(self) -> dict[str, HandedIn]:
        """Handed in: with problems, in order, and there already."""
        words = self.words[:300]
        actions = Tabled(TableKind.ACTIONS, words[:120], 2, self.actions)
        answers = Tabled(TableKind.ANSWERS, words[:120], 2, 3 * self.people, people=self.people)
        problems = tuple(Problem(words, f"row {number}", "objective") for number in range(MOST_TOLD))
        return {
            "table of actions": HandedIn(words[:100], "handed_in/D1/1.2", actions),
            "table of answers": HandedIn(words[:100], "handed_in/D1/1.2", answers),
            "table that is there": HandedIn(words[:100], "k", replace(answers, there=True)),
            "table with problems": HandedIn(words[:100], "k", None, problems, len(problems) + self.actions),
            "table with a problem": HandedIn(words[:100], "k", None, problems[:1], 1),
        }

    def file(self, number: int = 0) -> SlackFile:
        """One that can be had, one that was deleted, a program, and one that is too large."""
        name, kind = self.words[:200], "exe" if number % 4 == 2 else "png"
        size = LARGEST_FILE + 1 if number % 4 == 3 else 9000
        return SlackFile(id="F1", name=name, size=size, type=kind, gone=number % 4 == 1)

    def evidence(self) -> list[Evidence]:
        """Of every form, in every state."""
        item = self.sitting().interview.items[0]
        states = [EvidenceState.WAITING, EvidenceState.ACCEPTED, EvidenceState.RETURNED]
        return [
            Evidence(
                id=f"e{number}",
                assessment_id="a1",
                seat_id="seat",
                question=item.id,
                key=str(number),
                form=form,
                source=list(Source)[number % len(Source)],
                nature=list(Nature)[number % 2],
                level=number % len(item.levels) if number < 3 else None,
                text=self.words if form in {EvidenceForm.LINK, EvidenceForm.TEXT} else None,
                number="5" if form is EvidenceForm.NUMBER else None,
                unit=self.words[:60] if form is EvidenceForm.NUMBER else None,
                file=self.file() if form is EvidenceForm.FILE else None,
                at=NOW,
                state=states[number % 3],
                ruled_by="U1",
                reason=self.words[:1000] if states[number % 3] is EvidenceState.RETURNED else None,
            )
            for number, form in enumerate([*EvidenceForm] * max(self.actions // 2, 1))
        ]

    def files(self) -> list[Evidence]:
        """Whatever may be said of a file."""
        shown = next(each for each in self.evidence() if each.file)
        return [shown.model_copy(update={"id": f"f{n}", "file": self.file(n)}) for n in range(4)]

    def evidence_review(
        self, state: AssessmentState = AssessmentState.OPEN, shown: Sequence[Evidence] = ()
    ) -> Review:
        authors = [Person(user_id="U1", name=self.words), None]
        item = self.pack.items[-1]
        there = [
            Exhibit(each, item, [None, *range(len(item.levels))][number % 3], authors[number % 2])
            for number, each in enumerate(shown or self.evidence())
        ]
        return Review(
            self.assessment_in(state),
            self.pack,
            waiting=tuple(exhibit for exhibit in there if exhibit.level),
            unsupporting=tuple(exhibit for exhibit in there if not exhibit.level),
            mine=self.actions,
            accepted=2,
            returned=1,
        )

    def seen_by_role(self) -> Details:
        """As it is where names are known: with what roles answered."""
        return Details(self.posted(), None)

    def untraced(self) -> Details:
        """Without anything that a reader of a confidential result does not see."""
        found = self.findings()
        hidden = [each.model_copy(update={"distribution": None, "roles": ()}) for each in found.questions]
        findings = found.model_copy(update={"questions": tuple(hidden)})
        return Details(replace(self.verdict(private=False), findings=findings), None)

    def details(self) -> Details:
        item = self.pack.items[0]
        reply = standing((item,), [fact(1, Said.ANSWERED, item.id, value=1)]).replies[item.id]
        voices = {item.id: tuple(Voice(f"U{n}", ("R",), reply) for n in range(self.people))}
        return Details(self.verdict(), voices)

    def worked(self) -> Worked:
        """With its first question settled."""
        found = self.findings()
        settled = Settled(claimed=0, level=1, reason=self.words[:1000], by="U1", at=NOW.isoformat())
        first = found.questions[0].model_copy(update={"settled": settled, "level": 1})
        questions = (first, *found.questions[1:])
        closed = self.assessment_in(AssessmentState.CLOSED)
        return Worked(closed, self.pack, found.model_copy(update={"questions": questions}))

    def least_work(self, *, level: int | None = None) -> PathAnswer:
        verdict = self.verdict()
        return PathAnswer(verdict, least_work_in(Rebuilt.of(verdict), level=level))

    def path_without_a_way(self, **aspect: Any) -> PathAnswer:
        """Of an aspect that nobody could score, or of which only the level is shown."""
        found = self.verdict(private=False, kind=Said.DONT_KNOW)
        first, *others = found.findings.aspects
        changed = found.findings.model_copy(update={"aspects": (first.model_copy(update=aspect), *others)})
        return PathAnswer(
            replace(found, findings=changed), least_work_in(Rebuilt.of(replace(found, findings=changed)))
        )

    def what_if(self, *, chosen: int, private: bool = True) -> WhatIfAnswer:
        """With so many of its questions at the top."""
        verdict = self.verdict(private=private)
        result, top = Rebuilt.of(verdict), len(self.pack.levels) - 1
        choices = offered(result)
        keys = [question.id for some in choices.values() for question in some][:chosen]
        return WhatIfAnswer(verdict, top, choices, suppose_in(result, dict.fromkeys(keys, top)))

    def told(self) -> dict[str, dict[str, Any]]:
        """Everything that somebody is told in a short message."""
        actions = [(f"action-{number}", self.words) for number in range(self.actions)]
        channel = {"channel": "C1"}
        return {
            "added": {"by": "U1"},
            "removed": {"by": "U1"},
            "stepped_down": {"by": "U1"},
            "owner": {"by": None, "before": "U2"},
            "other_owner": {"to": "U2"},
            "orphaned": {"owner": "U2", "assessments": [("a1", self.subject)] * self.actions},
            "taken_off": {"by": "U1", "answered": 3},
            "taken_off where answers are anonymous": {"by": "U1", "answered": None},
            "seat_left": {"person": "U2", "answered": 3, "questions": 4},
            "seat_back": {"person": "U2", "answered": None, "questions": None},
            "ownerless": {"person": "U2", "actions": actions},
            **{f"channel_paused {why}": {**channel, "why": why} for why in WHYS},
            "channel_back": {**channel, "why": "archived"},
            **self.told_of_actions(),
        }

    def told_of_actions(self) -> dict[str, dict[str, Any]]:
        about = {"action": "action-0", "objective": self.words, "reason": self.words}
        day = "2026-12-24"
        fields = [
            "objective",
            "measure",
            "due",
            "starts",
            "unit",
            "baseline",
            "target",
            "current",
            "informed",
        ]
        return {
            "declined_action": {**about, "person": "U2"},
            "date_suggested": {**about, "person": "U2", "date": day, "was": "2026-12-10"},
            "date_taken": {**about, "by": "U2", "date": day},
            "date_kept": {**about, "by": "U2", "date": day},
            "action_changed": {**about, "by": "U2", "fields": fields},
            "moved_often": {**about, "person": "U2", "times": 2, "date": day},
            "moved_often a third time": {**about, "person": "U2", "times": 3, "date": day},
            "moved_often again": {**about, "person": "U2", "times": 4, "date": day},
            "help_wanted": {**about, "person": "U2", "owner_of_it": "U2"},
            "help_wanted for nobody": {**about, "person": "U2", "owner_of_it": None},
            "action_dropped": {**about, "person": "U2"},
            "suggested": {**about, "person": "U2"},
            "merged_into": {**about, "person": "U2", "titles": [self.words] * 3, "owner_of_it": "U3"},
        }

    def everybody(self, privacy: Privacy = Privacy.ATTRIBUTED, people: int | None = None) -> Everybody:
        states = list(SeatState)
        titles = {role.id: role.title for role in self.pack.roles}
        members = [
            Member(
                person=Person(user_id=f"U{number}", name=self.words),
                roles=tuple(titles)[:2],
                state=None if privacy is Privacy.ANONYMOUS else states[number % len(states)],
                answered=number,
                questions=number + 1,
                off=states[number % len(states)] is SeatState.OFF,
                chooses=number % 3 == 2,
            )
            for number in range(self.people if people is None else people)
        ]
        scope = self.scope.model_copy(update={"privacy": privacy})
        return Everybody(self.assessment, scope, titles, tuple(members), dict.fromkeys(states, len(members)))

    def closing(self, *, complete: bool = False) -> Closing:
        roles = () if complete else by_role(self.pack, self.seat_counts())
        titles = () if complete else tuple(aspect.title for aspect in self.pack.aspects)
        sent = self.people if complete else 0
        return Closing(self.assessment, self.people, sent, 0, roles, titles, titles, CLOSES)

    def facilitators(self, *, owned: bool = True) -> Facilitators:
        return Facilitators(self.assessment, "U1", tuple(f"U{n}" for n in range(2, 12)), owned=owned)

    def audience(self) -> Audience:
        people = tuple(Person(user_id=f"U{n}", name=self.words) for n in range(self.people))
        return Audience(self.assessment, 1, people, people, 1)

    def followed(self, *, again: bool = False) -> Followed:
        return Followed(self.assessment, self.plan()[0], TODAY, again)

    def digest_settings(self, rhythm: Rhythm = Rhythm.WEEKLY) -> digests.Settings:
        next_on = None if rhythm is Rhythm.OFF else TODAY
        return digests.Settings(self.assessment, rhythm, ("U1", "U2"), next_on)

    def offered(self) -> Offered:
        return Offered(self.assessment, ("U1", "U2"))

    def promises(self) -> list[Promise]:
        return [
            Promise(self.assessment, action, tickets=self.tickets(), asked_on=TODAY if number % 2 else None)
            for number, action in enumerate(self.plan()[:20])
        ]

    def ticket(self, name: str = "open", action: str = "action-0") -> Ticket:
        """One for each thing that there is to say of it."""
        kind, state, said = TICKETS[name]
        key = "acme/mlops#12" if kind is TrackerKind.GITHUB else "ML-7"
        there = state in {TicketState.CREATED, TicketState.LINKED}
        values: dict[str, Any] = dict.fromkeys(Ticket.model_fields)
        values |= {"attempts": 1, "failures": 0, "due_at": NOW, "marker": "m1", "asked_by": "U1"}
        values |= {"action_id": action, "tracker": kind, "state": state, **said}
        if there:
            values |= {"key": key, "url": f"https://tracker.example/{key}"}
            values["checked_at"] = NOW if said else None
        if name in {"refused", "unknown place", "unreadable"}:
            values["words"] = self.words[:300]
        return Ticket.model_validate(values)

    def tickets(self) -> Tickets:
        """Every second action has one."""
        ids = [action.id for action in self.plan()][::2]
        found = {id: self.ticket(name, id) for id, name in zip(ids, [*TICKETS] * len(ids), strict=False)}
        return Tickets(HERE, found)

    def ticketing(self, name: str | None) -> Ticketing:
        ticket = self.ticket(name) if name else None
        return Ticketing(self.assessment_in(AssessmentState.CLOSED), self.plan()[0], ticket, HERE)

    def ticket_news(self) -> dict[str, TicketNews]:
        closed, action = self.assessment_in(AssessmentState.CLOSED), self.plan()[0]
        words = {"open": "created", "closed": "closed", "closed in jira": "closed", "gone": "gone"}
        unwritten = {
            f"unwritten {told} {why}": TicketNews(
                "unwritten", closed, action, self.ticket("closed in jira"), HERE, told, why, self.words[:300]
            )
            for told, why in zip(RemarkWord, Obstacle, strict=False)
        }
        return unwritten | {
            name: TicketNews(words.get(name, "failed"), closed, action, self.ticket(name), HERE)
            for name, (_, state, _) in TICKETS.items()
            if name in words or state is TicketState.FAILED
        }

    def withdrawn(self, outcome: Outcome) -> Withdrawn:
        return Withdrawn(self.assessment, outcome)

    def history(self, page: int = 0, *, hidden: bool = False) -> History:
        """Some of the deeds of every kind, and of one that nobody has words for."""
        item, words = self.pack.items[0].id, self.words
        done: dict[str, dict[str, Any]] = {
            "launched": {"people": self.people},
            "tightened": {"privacy": "confidential", "group": 5},
            "reminded": {"people": self.people},
            "closed": {},
            "settled": {"question": item, "level": 1},
            "worked_out_again": {},
            "shared": {"channel": "C1"},
            "sent_to_participants": {"people": self.people},
            "withdrew": {},
            "accepted_evidence": {"question": item},
            "returned_evidence": {"question": item},
            "agreed_action": {"owner": "U1", "objective": words},
            "marked_action": {"state": "at_risk", "objective": words},
            "accepted_action": {"objective": words},
            "declined_action": {"objective": words},
            "suggested_date": {"objective": words},
            "moved_action": {"objective": words, "due": "2026-12-24"},
            "changed_action": {"objective": words},
            "split_action": {"objective": words, "part": words},
            "merged_actions": {"objective": words, "number": 2},
            "wished_again": {"question": item},
            "posted_plan": {"channel": "C1"},
            "asked_for_ticket": {"tracker": "jira", "action": "x", "objective": words},
            "linked_ticket": {"key": "acme/mlops#12", "action": "x", "objective": words},
            "unlinked_ticket": {"key": "ML-7", "action": "x", "objective": words},
            "deletion_begun": {},
            "restored": {},
            "kept_longer": {},
            "imported": {},
            "kept_for": {"months": 6},
            "invited_late": {"person": "U2"},
            "added_people": {"people": self.people},
            "took_off": {"people": 1},
            "replaced": {"people": 1},
            "seat_left": {},
            "seat_back": {},
            "saw_progress": {},
            "extended": {},
            "reopened": {},
            "facilitators": {"added": ["U2"], "removed": ["U3"]},
            "handed_over": {"to": "U2"},
            "headline": {},
            "moved_channel": {"to": "C2"},
            "resumed_channel": {"channel": "C2"},
            "changed_digest": {"rhythm": "two_weekly", "sponsors": 1},
            "added_late": {"person": "U2"},
            "asked_owner_again": {"owner": "U2"},
            "handed_over_action": {"to": "U2"},
            "rated_gap": {
                "question": item,
                "step_to": 2,
                "factors": {"impact": [3, 5], "cost": [5, 1]},
                "after": [item],
                "not_after": ["gone"],
                "reason": words,
            },
            "moved_gap": {"question": item, "before": 3, "to": 1},
            "put_back_gap": {"question": item},
            "explained_move": {"question": item, "reason": words},
            "shaped_order": {"cut_off": 5, "capacity": 8, "weeks": 6, "phases": 3, "method": "wsjf"},
            "next_round_begun": {},
            "next_round_later": {},
            "no_next_round": {},
            "imported_answers": {"people": self.people},
            "imported_actions": {"actions": 4},
            "danced_on_the_table": {"song": words},
        }
        deeds = [
            Deed(
                by="" if what in {"withdrew", "imported"} else "U1",
                what=what,
                values={} if hidden else values,
                at=NOW,
            )
            for what, values in done.items()
        ]
        pages = -(-len(deeds) // PAGE)
        return History(self.assessment, self.pack, tuple(deeds[page * PAGE :][:PAGE]), page, pages)

    def shared(self) -> Shared:
        return Shared(self.assessment, "C1", (posting(),))

    def shared_before(self, minutes: int) -> Shared:
        deed = Deed(by="U2", what="shared", values={"channel": "C1"}, at=NOW)
        return replace(self.shared(), owed=(), before=deed, minutes=minutes)

    def extended(self, unfinished: int) -> Extended:
        return Extended(self.assessment, unfinished)

    def channel(self) -> Channel:
        return Channel(self.assessment, "C1", None, (posting(),))

    def sent(self, people: int) -> Sent:
        return Sent(self.assessment, people, 1)


def fact(
    second: int, kind: Said, question: str | None = None, *, value: int | None = None, text: str | None = None
) -> Fact:
    at = NOW + timedelta(seconds=second)
    return Fact(key=f"{kind}/{second}", kind=kind, question=question, value=value, text=text, at=at)


def posting() -> Posting:
    return Posting(
        key="digest/a1/2026-W50",
        kind="digest",
        subject_id="a1",
        recipient="C1",
        state=PostingState.UNCERTAIN,
        due_at=NOW,
        contents={},
    )


@cache
def everyday() -> Scene:
    return Scene(
        Pack.shipped("mlops"), "Fraud scoring", "Where to invest next year.", 8, 3, "We use Jenkins."
    )


@cache
def alone() -> Scene:
    return Scene(small_pack(), "A", "", 1, 1, "x")


@cache
def extreme() -> Scene:
    nasty = NASTY * 60
    return Scene(longest_pack(), (NASTY * 2)[:60], nasty[:500], 90, 40, nasty[:3000])


def cafe(*roles: str, pack: Pack = CAFE) -> Sitting:
    """Somebody in these roles, at the beginning of all that they can be asked about the café."""
    scene = Scene(pack, "Café", "", 1, 1, "x")
    seat = scene.seat().model_copy(update={"roles": roles})
    asked = standing(pack.questions_for(roles, Length.LONG), [fact(0, Said.STARTED)])
    return Sitting(scene.assessment, scene.scope, pack, seat, asked)


def everyone() -> dict[str, Scene]:
    return {"everyday": everyday(), "alone": alone(), "extreme": extreme()}


def small_pack() -> Pack:
    return Pack.model_validate(made_pack(aspects=1, roles=1, items=3, levels=2, filler="Word "))


def longest_pack() -> Pack:
    """As much of everything as a pack may have, in characters that Slack wants escaped."""
    return Pack.model_validate(made_pack(aspects=10, roles=20, items=100, levels=6, filler="& <b> *x* "))


def made_pack(*, aspects: int, roles: int, items: int, levels: int, filler: str) -> dict[str, Any]:
    def text(limit: int, mark: object = "") -> str:
        return f"{mark}{filler * limit}"[: limit - 1] + "z"

    role_ids = [f"R{number}" for number in range(roles)]
    aspect_ids = [f"aspect-{number}" for number in range(aspects)]
    return {
        "id": "long",
        "version": 1,
        "title": text(60),
        "frame": text(300),
        "levels": {level: {"name": text(30, level), "meaning": text(500)} for level in range(levels)},
        "aspects": [{"id": key, "title": text(60, key)} for key in aspect_ids],
        "criteria": [{"id": "quality", "title": "Quality"}],
        "roles": [{"id": key, "title": text(60, key), "plural": text(60, key)} for key in role_ids],
        "items": [
            {
                "id": f"item-{number:035}",
                "title": text(60, number),
                "aspect": aspect_ids[number * aspects // items],
                "criterion": "quality",
                "primary": role_ids,
                "ask": text(300, number),
                "why": text(400),
                "levels": {level: text(500, level) for level in range(levels)},
                "evidence": {level: text(150, level) for level in range(1, levels)},
                "sufficient": text(300),
                "insufficient": text(300),
                "advice": {level: text(400, level) for level in range(1, levels)},
                "measure": text(150),
                "effort": [13] * (levels - 1),
                "impact": 5,
            }
            for number in range(items)
        ],
    }
