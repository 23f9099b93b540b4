"""The self-check: a first look at one's own work, for anybody, without setting anything up.

It is a questionnaire like all others, of the questions that the pack chose for it, so it is answered by the
same cards and the same words. Its assessment is in a state of its own, in which nobody else finds it: no
status, no comparison, no reminder. Its result is there with the last answer, for the one who gave it.
"""

from collections import Counter
from dataclasses import dataclass

from conversation import scorecard
from conversation.desk import Desk
from conversation.errors import NoSelfCheck
from conversation.interview import begin
from conversation.pack import Item, Length
from conversation.scope import Scope
from conversation.sitting import Sitting, Spoken, hear, say, sit
from conversation.standing import Reply
from conversation.statements import VALUES
from scoring.levels import Question, Tally, Value, aspect_result, overall, question_result
from storage.records import AssessmentState, Posting, PostingState, Said, Seat
from storage.store import Tx

#: What we post about a seat.
_KINDS = ("card", "reply")


@dataclass(frozen=True)
class Look:
    """What a self-check says of one aspect: its level, the answer that holds it there, and the level that
    comes next for that one, if there is any."""

    aspect: str
    level: int | None
    item: Item
    reply: Reply | None

    @property
    def next_level(self) -> int | None:
        if self.level is None or self.level + 1 >= len(self.item.levels):
            return None
        return self.level + 1


@dataclass(frozen=True)
class Outcome:
    """`level` is that of the aspect that is furthest behind; None if no question has a level."""

    level: int | None
    looks: tuple[Look, ...]


@dataclass(frozen=True)
class Deleted:
    """What of a self-check may still stand in Slack; and what comes in its place, if it is begun again."""

    posted: tuple[Posting, ...]
    spoken: Spoken | None = None


def take(desk: Desk, user_id: str) -> Spoken:
    """Begin, or go on where they were; whoever is through sees the result once more."""
    with desk.transaction() as tx:
        return begin(desk, tx, _own(desk, tx, user_id))


def typed(desk: Desk, tx: Tx, user_id: str, key: str) -> Spoken:
    """The same by a typed line, which `key` names, so that it is heard once."""
    before = _own(desk, tx, user_id)
    sitting = say(desk, tx, before, key, Said.TYPED)
    return Spoken(sitting) if sitting is before else begin(desk, tx, sitting)


def again(desk: Desk, user_id: str, *, seat: str) -> Deleted:
    """Begin anew; what was answered before is deleted. Raises: NoSelfCheck if it was deleted before."""
    with desk.transaction() as tx:
        posted = erase(tx, user_id, seat)
        return Deleted(posted, begin(desk, tx, _own(desk, tx, user_id)))


def delete(desk: Desk, user_id: str, *, seat: str) -> Deleted:
    """Nothing of it is kept. Raises: NoSelfCheck if it was deleted before."""
    with desk.transaction() as tx:
        return Deleted(erase(tx, user_id, seat))


def of(desk: Desk, tx: Tx, user_id: str) -> Sitting | None:
    """Where this person stands in theirs, if they have one."""
    seat = _seat(tx, user_id)
    if seat is None:
        return None
    assessment = tx.assessments.get(seat.assessment_id)
    return hear(tx, desk.pack_of(tx, assessment), assessment, seat)


def outcome(sitting: Sitting) -> Outcome:
    """The ladder of the method, on these few questions."""
    items, replies = sitting.interview.items, sitting.interview.replies
    results = {
        item.id: question_result(scorecard.question(item), _tally(item, replies.get(item.id)))
        for item in items
    }
    aspects = {
        key: aspect_result(aspect.questions, results, aspect.gates, aspect.strictness)
        for key, aspect in scorecard.aspects(sitting.pack, items).items()
    }
    looks = []
    for key, result in aspects.items():
        own = [item for item in items if item.aspect == key]
        lowest = min(own, key=lambda item: _known(results[item.id].level))
        looks.append(Look(sitting.pack.aspect(key).title, result.level, lowest, replies.get(lowest.id)))
    return Outcome(overall(aspects).level, tuple(looks))


def _known(level: int | None) -> tuple[bool, int]:
    """Those without a level come last."""
    return level is None, level or 0


def _tally(item: Item, reply: Reply | None) -> Tally:
    """One person, who is taken to know what they speak of."""
    question: Question = scorecard.question(item)
    value: Value | None = None
    if reply:
        value = reply.value if reply.kind is Said.ANSWERED else VALUES.get(reply.kind)
    said = Counter() if value is None else Counter({frozenset({(item.primary[0], value)}): 1})
    return Tally.of_counts(question, said)


def _own(desk: Desk, tx: Tx, user_id: str) -> Sitting:
    """Sit down at one's own self-check, which is there from now on."""
    seat = _seat(tx, user_id) or _opened(desk, tx, user_id)
    return sit(desk, tx, user_id, seat.id)


def _seat(tx: Tx, user_id: str) -> Seat | None:
    for seat in tx.seats.held_by(user_id):
        if tx.assessments.get(seat.assessment_id).state is AssessmentState.SELF_CHECK:
            return seat
    return None


def _opened(desk: Desk, tx: Tx, user_id: str) -> Seat:
    pack, id, now = desk.pack, desk.new_id(), desk.now()
    scope = Scope(aspects=tuple(aspect.id for aspect in pack.aspects), length=Length.SHORT)
    tx.packs.keep(digest=pack.digest, name=pack.id, version=pack.version, body=pack.snapshot())
    added = tx.assessments.add_self_check(
        id=id, user_id=user_id, pack_digest=pack.digest, scope=scope.model_dump(mode="json"), at=now
    )
    if added:
        tx.seats.add(
            id=desk.new_id(),
            assessment_id=id,
            user_id=user_id,
            roles=(),
            questions=len(scope.questions(pack, ())),
            invited_at=now,
        )
    seat = _seat(tx, user_id)
    assert seat is not None
    return seat


def erase(tx: Tx, user_id: str, seat_id: str) -> tuple[Posting, ...]:
    """A step. Gives what was posted about it. Raises: NoSelfCheck."""
    seat = tx.seats.lock(seat_id)
    if seat is None or seat.user_id != user_id:
        raise NoSelfCheck()
    assessment = tx.assessments.get(seat.assessment_id)
    if assessment.state is not AssessmentState.SELF_CHECK:
        raise NoSelfCheck()
    posted = [posting for kind in _KINDS for posting in tx.postings.about([seat.id], kind=kind)]
    tx.postings.forget_about([seat.id])
    tx.evidence.forget(seat.id)
    tx.answers.forget(seat.id)
    tx.seats.forget(assessment.id, [seat.id])
    tx.assessments.forget(assessment.id)
    return tuple(posting for posting in posted if posting.state is PostingState.SENT)
