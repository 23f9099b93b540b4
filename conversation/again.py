"""The next round. Whoever facilitates is asked once whether to begin it: when three months have passed, or
when most of what was agreed is final. It is a draft with what was decided for the last one, and everything in
it can be changed before the launch.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from conversation import worktime
from conversation.assessments import assessment_for, facilitated, facilitates, facilitators, named_to, open_to
from conversation.desk import Desk
from conversation.drafting import WORKDAYS_TO_ANSWER, Draft, add_draft, draft_of, with_roles, within
from conversation.errors import AlreadyOpen, NotFacilitator
from conversation.hours import own_zone
from conversation.pack import Item, Pack
from conversation.scope import ASK_THEM, CLOSING_HOUR, Scope
from storage.records import (
    NOT_ASKED,
    Action,
    ActionState,
    Assessment,
    AssessmentState,
    Posting,
    PostingState,
    SeatState,
)
from storage.store import Tx

#: What the history of an action says when somebody wants its question asked again.
ASK_AGAIN = "ask_again"
AFTER = timedelta(days=90)
A_MONTH = timedelta(days=30)
#: When so many of the actions are done or dropped, three months are not waited for.
FINAL = Fraction(3, 4)
#: A round that was kept open for longer is no measure for the next one.
LONGEST = 30
_AFTER_DRAFTING = (AssessmentState.DRAFT, AssessmentState.OPEN, AssessmentState.CLOSED)
_OUT = (*NOT_ASKED, SeatState.PASSED_ON)


@dataclass(frozen=True)
class Again:
    """The question whether to begin the next round, asked for the `number`th time; how many actions there
    are, and what became of them. `months` have passed since it closed; `next_on` is when it is asked
    again."""

    assessment: Assessment
    number: int
    months: int
    actions: int
    done: int
    dropped: int
    next_on: date | None = None


@dataclass(frozen=True)
class Same:
    """How many questions of a draft mean what they meant in the last round, `number`; `asked` are all of
    them. `wished` are those that somebody wanted asked again, to see whether an action had worked."""

    number: int
    same: int
    asked: int
    wished: tuple[Item, ...] = ()


def wishes(tx: Tx, assessment: str) -> tuple[str, ...]:
    """A step: the questions of this assessment that somebody wants asked again, in the order of asking."""
    asked = [each for each in tx.actions.changes(assessment) if each.what == ASK_AGAIN]
    return tuple(dict.fromkeys(str(each.values["question"]) for each in asked))


def owe(desk: Desk, tx: Tx, assessment: Assessment) -> None:
    """A step, when it has closed, or one that closed elsewhere is here. The same again (it was opened and
    closed once more) moves nothing."""
    closed_at = assessment.closed_at or desk.now()
    _owe(desk, tx, assessment, 1, max(desk.now(), closed_at + AFTER))


def owe_sooner(desk: Desk, tx: Tx, assessment: Assessment) -> None:
    """A step, after an action of it has become final: if most are, the question comes now. Whoever was asked
    is not asked again."""
    actions = _counting(tx.actions.of(assessment.id))
    final = sum(action.is_over for action in actions)
    asked = tx.postings.find(_key(assessment, 1))
    if asked is None or asked.state is not PostingState.OWED or not actions:
        return
    if Fraction(final, len(actions)) >= FINAL:
        at = worktime.in_worktime(desk.now(), own_zone(desk, tx.people.get(assessment.facilitator)))
        if at < asked.due_at:
            tx.postings.move(asked, due_at=at)


def question(desk: Desk, tx: Tx, posting: Posting) -> Again | None:
    """A step: what to ask now; nothing if the next round was begun, or this one is kept no longer."""
    assessment = tx.assessments.get(posting.subject_id)
    if assessment.state is not AssessmentState.CLOSED or later_rounds(tx, assessment):
        return None
    return _again(desk, tx, assessment, posting.contents["number"])


def later(desk: Desk, user_id: str, *, assessment: str, number: int) -> Again:
    """Ask again in a month; the same press twice is once. Raises: NoSuchAssessment, NotFacilitator."""
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        if _owe(desk, tx, found, number + 1, desk.now() + A_MONTH):
            desk.write_down(tx, found.id, user_id, "next_round_later")
        asked = tx.postings.find(_key(found, number + 1))
        tz = own_zone(desk, tx.people.get(found.facilitator))
        next_on = worktime.today(asked.due_at, tz) if asked else None
        return replace(_again(desk, tx, found, number), next_on=next_on)


def never(desk: Desk, user_id: str, *, assessment: str, number: int) -> Again:
    """Do not ask again; the next round can be begun at any time. Raises: NoSuchAssessment,
    NotFacilitator."""
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        for posting in tx.postings.about([found.id], kind="again"):
            tx.postings.withdraw(posting, note="not wanted")
        if not any(deed.what == "no_next_round" for deed in tx.deeds.of(found.id)):
            desk.write_down(tx, found.id, user_id, "no_next_round")
        return _again(desk, tx, found, number)


def begin(desk: Desk, user_id: str, *, assessment: str) -> Draft:
    """A draft of the next round after this one, or after the last one since; one that waits is that draft.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyOpen.
    """
    with desk.transaction() as tx:
        return _begin(desk, tx, user_id, facilitated(tx, user_id, assessment))


def begin_named(desk: Desk, user_id: str, *, name: str, channel: str | None) -> Draft:
    """The same for the one that is meant. Raises: NoSuchAssessment, NotFacilitator, AlreadyOpen."""
    with desk.transaction() as tx:
        states = [AssessmentState.CLOSED, AssessmentState.OPEN]
        found = assessment_for(tx, user_id, name, channel, states)
        if not facilitates(found, user_id):
            raise NotFacilitator(**named_to(found, user_id))
        return _begin(desk, tx, user_id, found)


def later_rounds(tx: Tx, assessment: Assessment) -> list[Assessment]:
    """Those that were begun after this one, drafts too, the last one first."""
    found = [
        each
        for each in tx.assessments.in_states(_AFTER_DRAFTING)
        if each.subject_key == assessment.subject_key and each.round > assessment.round
    ]
    return sorted(found, key=lambda each: -each.round)


def same_as_before(desk: Desk, tx: Tx, draft: Draft) -> Same | None:
    """A step: how far this draft asks what the last closed round asked; None if it is the first."""
    mine = draft.assessment
    closed = [
        each
        for each in tx.assessments.in_states([AssessmentState.CLOSED])
        if each.subject_key == mine.subject_key and each.round < mine.round
    ]
    if not closed:
        return None
    last = max(closed, key=lambda each: each.round)
    asked = _asked(draft.pack, draft.scope)
    wished = tuple(draft.pack.item(each) for each in wishes(tx, last.id) if each in asked)
    return Same(last.round, *_alike(desk.pack_of(tx, last), Scope.of(last), draft), wished)


def _alike(pack: Pack, scope: Scope, draft: Draft) -> tuple[int, int]:
    before, now = _asked(pack, scope), _asked(draft.pack, draft.scope)
    return sum(draft.pack.means_the_same(pack, each) for each in now & before), len(now)


def _asked(pack: Pack, scope: Scope) -> set[str]:
    """The questions that some role gets."""
    return {item.id for role in pack.roles for item in scope.questions(pack, (role.id,))}


def _begin(desk: Desk, tx: Tx, user_id: str, found: Assessment) -> Draft:
    for each in (*later_rounds(tx, found), found):
        if each.state is AssessmentState.OPEN:
            raise AlreadyOpen(**open_to(each, user_id))
        if facilitates(each, user_id):
            if each.state is AssessmentState.DRAFT:
                return draft_of(desk, tx, each)
            return _next(desk, tx, user_id, each)
    raise NotFacilitator(**named_to(found, user_id))


def _next(desk: Desk, tx: Tx, user_id: str, last: Assessment) -> Draft:
    """Without who has left, was taken off the list or passed theirs on; in the roles that people have now.
    Where it is not known who sat where, roles are suggested anew."""
    scope, me = Scope.of(last), tx.people.get(user_id)
    seats = {seat.user_id: seat for seat in tx.seats.of(last.id) if seat.user_id}
    people = tuple(
        each for each in _here(tx, scope.people) if each not in seats or seats[each].state not in _OUT
    )
    helping = tuple(each for each in _here(tx, facilitators(last)) if each != user_id)
    copied = within(desk.pack, scope).model_copy(
        update={
            "people": people,
            "facilitators": helping,
            "newcomers": (),
            "choosers": (),
            "reviewers": _here(tx, scope.reviewers),
            "sponsors": _here(tx, scope.sponsors),
        }
    )
    channel = last.channel if last.channel and tx.channels.pause_of(last.channel) is None else None
    tz = own_zone(desk, me)
    closing = worktime.workdays_after(worktime.today(desk.now(), tz), _workdays(last, tz))
    closes_at = worktime.at_local(closing, CLOSING_HOUR, tz)
    draft = add_draft(desk, tx, me, last.subject, copied, channel, closes_at)
    desk.write_down(tx, last.id, user_id, "next_round_begun", round=draft.assessment.round)
    return with_roles(tx, draft, {each: seats[each].roles or (ASK_THEM,) for each in people if each in seats})


def _here(tx: Tx, people: Iterable[str]) -> tuple[str, ...]:
    return tuple(each for each in people if not tx.people.get(each).gone)


def _workdays(last: Assessment, tz: str) -> int:
    """For how many working days the last round was open."""
    if last.opened_at is None:
        return WORKDAYS_TO_ANSWER
    day, end, found = worktime.today(last.opened_at, tz), worktime.today(last.closes_at, tz), 0
    while day < end and found <= LONGEST:
        day, found = worktime.workdays_after(day, 1), found + 1
    return found if 1 <= found <= LONGEST else WORKDAYS_TO_ANSWER


def _owe(desk: Desk, tx: Tx, assessment: Assessment, number: int, at: datetime) -> bool:
    tz = own_zone(desk, tx.people.get(assessment.facilitator))
    return tx.postings.owe(
        _key(assessment, number),
        kind="again",
        subject_id=assessment.id,
        recipient=assessment.facilitator,
        due_at=worktime.in_worktime(at, tz),
        contents={"number": number},
        now=desk.now(),
    )


def _key(assessment: Assessment, number: int) -> str:
    return f"again/{assessment.id}/{number}"


def _again(desk: Desk, tx: Tx, assessment: Assessment, number: int) -> Again:
    actions = _counting(tx.actions.of(assessment.id))
    passed = desk.now() - (assessment.closed_at or assessment.created_at)
    return Again(
        assessment=assessment,
        number=number,
        months=round(passed / A_MONTH),
        actions=len(actions),
        done=sum(action.state is ActionState.DONE for action in actions),
        dropped=sum(action.state is ActionState.DROPPED for action in actions),
    )


def _counting(actions: Iterable[Action]) -> list[Action]:
    """What was merged into another action counts there."""
    return [action for action in actions if action.became is None]
