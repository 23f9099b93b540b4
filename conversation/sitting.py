"""Somebody on their seat, and the small steps that every use case of the interview is made of.

All of these happen inside the caller's transaction. What the person is owed next is left in the posting
ledger there, so that neither a crash nor a second click can lose or double it.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from conversation.desk import Desk
from conversation.errors import AssessmentIsClosed, Forgotten, NotYourSeat, PassedOn, StaleCard, TakenOff
from conversation.live import owe_intro_edit_if_named, owe_refresh
from conversation.pack import Item, Pack
from conversation.scope import Scope
from conversation.standing import NO_LAST_TIME, Interview, LastTime, Reply, asked, standing
from storage.records import (
    ANSWERS,
    Assessment,
    AssessmentState,
    Fact,
    Posting,
    PostingState,
    Said,
    Seat,
    SeatState,
)
from storage.store import Tx

#: Two presses of *Continue* within this time are one.
ONE_PRESS = timedelta(seconds=10)


@dataclass(frozen=True)
class Sitting:
    """A seat with all that is needed to speak with who sits there. `said` is what the interview was heard
    from, and if the seat is `held` until the transaction ends, all that was said there; `cards` has their
    last card in Slack, or nothing, and is None where nobody has looked."""

    assessment: Assessment
    scope: Scope
    pack: Pack
    seat: Seat
    interview: Interview
    said: tuple[Fact, ...] = ()
    cards: tuple[Posting, ...] | None = field(default=None, compare=False)
    held: bool = field(default=False, compare=False)

    @property
    def alone(self) -> bool:
        """Whether this is a self-check, which nobody else sees."""
        return self.assessment.state is AssessmentState.SELF_CHECK

    @property
    def chooses_role(self) -> bool:
        """Whether they are to say first which role is theirs; until then nothing else can be asked."""
        return _chooses_role(self.assessment, self.seat)


@dataclass(frozen=True)
class Spoken:
    """What came of something that a person did: where they stand now, the question whose card can become
    a record (None while it is still asked), where that card stands in Slack, and the messages that are
    owed at once (claimed by this process).

    If they had done it `before`, nothing is owed, and `last_card` is the card of the present turn. Where all
    is `sent`, that card is the review, which says so from then on."""

    sitting: Sitting
    card: Item | None = None
    last_card: Posting | None = None
    owed: tuple[Posting, ...] = ()
    before: bool = False
    sent: bool = False

    def may_become_record(self, channel: str, ts: str) -> bool:
        """Whoever presses twice must not lose the next card, if that took the place of this one, or is
        about to."""
        card = self.last_card
        sent = card is not None and card.state is PostingState.SENT
        return not self.before or (card is not None and sent and (card.channel, card.ts) != (channel, ts))


@dataclass(frozen=True)
class Choice:
    """One of the answers that a card offers."""

    kind: Said
    value: int | None = None
    reason: str | None = None


def sit(desk: Desk, tx: Tx, user_id: str, seat_id: str) -> Sitting:
    """Sit down, and keep the seat until the transaction ends.

    Raises: Forgotten, NotYourSeat, AssessmentIsClosed and TakenOff (with `subject`, `facilitator`), PassedOn.
    """
    return stay(desk, tx, sit_down_again(desk, tx, user_id, seat_id))


def stay(desk: Desk, tx: Tx, sitting: Sitting) -> Sitting:
    """Whoever sits there may answer. Raises: as `sit`, but for Forgotten and NotYourSeat."""
    assessment = sitting.assessment
    if not assessment.takes_answers:
        raise AssessmentIsClosed(subject=assessment.subject, facilitator=assessment.facilitator)
    if sitting.seat.state is SeatState.PASSED_ON:
        raise PassedOn(subject=assessment.subject, person=sitting.interview.passed_on.get(None))
    if sitting.seat.state is SeatState.OFF:
        raise TakenOff(subject=assessment.subject, facilitator=assessment.facilitator)
    if sitting.seat.state is SeatState.LEFT:
        return replace(sitting, seat=asked_again(desk, tx, assessment, sitting.seat))
    return sitting


def sit_down_again(desk: Desk, tx: Tx, user_id: str, seat_id: str) -> Sitting:
    """The same, also after closing. Raises: Forgotten, NotYourSeat."""
    found = tx.sittings.begin(seat_id)
    if found is None:
        raise Forgotten()
    if found.seat.user_id != user_id:
        raise NotYourSeat()
    sitting = _attended(desk, tx, found.assessment, found.seat, found.said)
    return replace(sitting, cards=(found.card,) if found.card else (), held=True)


def asked_again(desk: Desk, tx: Tx, assessment: Assessment, seat: Seat) -> Seat:
    """Who was not asked any more is again, where they were."""
    interview = hear(tx, desk.pack_of(tx, assessment), assessment, seat).interview
    state = SeatState.STARTED if interview.started else SeatState.INVITED
    state = SeatState.SENT if interview.sent else state
    tx.seats.change(seat.id, state=state)
    owe_intro_edit_if_named(desk, tx, assessment)
    return seat.model_copy(update={"state": state})


def hear(tx: Tx, pack: Pack, assessment: Assessment, seat: Seat) -> Sitting:
    """This seat with where it stands, from all that it said."""
    said = tuple(tx.answers.of(seat.id))
    return _heard(assessment, Scope.of(assessment), pack, seat, said)


def attend_now(desk: Desk, tx: Tx, seat_id: str) -> Sitting | None:
    """The same, read at once; None if the seat is not there any more."""
    found = tx.sittings.begin(seat_id)
    return _attended(desk, tx, found.assessment, found.seat, found.said) if found else None


def attend(desk: Desk, tx: Tx, assessment: Assessment, seat: Seat) -> Sitting:
    """The same for who sits there, with what they said in the round before."""
    return _attended(desk, tx, assessment, seat, tuple(tx.answers.of(seat.id)))


def last_time(desk: Desk, tx: Tx, assessment: Assessment, seat: Seat) -> LastTime:
    """What this person answered in their last round of the subject, as far as the questions still mean the
    same. Nothing where who answered what was erased. Reads no more than that person's own answers."""
    if assessment.round == 1 or assessment.state is not AssessmentState.OPEN or not seat.user_id:
        return NO_LAST_TIME
    before = tx.seats.before(seat.user_id, subject_key=assessment.subject_key, round=assessment.round)
    if before is None:
        return NO_LAST_TIME
    then, now = desk.pack_with(tx, before.pack_digest), desk.pack_of(tx, assessment)
    facts = [
        fact
        for fact in tx.answers.of_kinds(before.seat_id, [*ANSWERS, Said.SHOWED])
        if fact.question and now.means_the_same(then, fact.question)
    ]
    replies = {fact.question: _reply(fact) for fact in facts if fact.kind in ANSWERS and fact.question}
    showed = any(fact.kind is Said.SHOWED for fact in facts)
    shown = tx.evidence.standing_of(before.seat_id) if showed else {}
    return LastTime(
        closed_at=before.closed_at,
        seat=before.seat_id,
        replies={key: reply for key, reply in replies.items() if reply.kind is not Said.SKIPPED},
        shown={key: number for key, number in shown.items() if now.means_the_same(then, key)},
    )


def _attended(desk: Desk, tx: Tx, assessment: Assessment, seat: Seat, said: tuple[Fact, ...]) -> Sitting:
    pack, last = desk.pack_of(tx, assessment), last_time(desk, tx, assessment, seat)
    return _heard(assessment, Scope.of(assessment), pack, seat, said, last)


def _reply(fact: Fact) -> Reply:
    return Reply(fact.kind, fact.value, fact.text, revision=0)


def _heard(
    assessment: Assessment,
    scope: Scope,
    pack: Pack,
    seat: Seat,
    said: tuple[Fact, ...],
    last: LastTime = NO_LAST_TIME,
) -> Sitting:
    items = asked(pack, usual(assessment, scope, pack, seat), said)
    return Sitting(assessment, scope, pack, seat, standing(items, said, last), said)


def usual(assessment: Assessment, scope: Scope, pack: Pack, seat: Seat) -> tuple[Item, ...]:
    """What this seat is asked by its roles; nothing, as long as these are not known."""
    return () if _chooses_role(assessment, seat) else scope.questions(pack, seat.roles)


def _chooses_role(assessment: Assessment, seat: Seat) -> bool:
    return not seat.roles and assessment.state is not AssessmentState.SELF_CHECK


def say(
    desk: Desk, tx: Tx, sitting: Sitting, key: str, kind: Said, question: str | None = None, **said: Any
) -> Sitting:
    """Add one fact, and hear it; the very same sitting comes back if it was there already."""
    fact = Fact(key=key, kind=kind, question=question, at=desk.now(), **said)
    if sitting.held:
        if any(known.key == key for known in sitting.said):
            return sitting
        tx.answers.put_new(sitting.seat.id, sitting.assessment.id, fact)
    elif not tx.answers.put(sitting.seat.id, sitting.assessment.id, fact):
        return sitting
    facts, before = (*sitting.said, fact), sitting.interview
    items = asked(sitting.pack, usual(sitting.assessment, sitting.scope, sitting.pack, sitting.seat), facts)
    heard = before.after(fact) if items is before.items else standing(items, facts, before.last)
    return replace(sitting, interview=heard, said=facts)


def said_before(tx: Tx, sitting: Sitting, item: Item) -> Spoken:
    """Its card may become a record once more: the first time may have been lost."""
    return Spoken(sitting, item, tx.postings.find(card_key(sitting)), before=True)


def must_be_current(sitting: Sitting, question: str, revision: int) -> None:
    """Raises: StaleCard unless this is the card of the question that is asked now, as it was drawn last."""
    asking = sitting.interview.asking
    if asking is None or asking.id != question or sitting.interview.revision(question) != revision:
        raise stale(sitting, question)


def stale(sitting: Sitting, question: str) -> StaleCard:
    interview = sitting.interview
    return StaleCard(
        seat=sitting.seat.id,
        now=interview.number(interview.asking.id) if interview.asking else None,
        question=question if interview.has(question) else None,
        number=interview.number(question) if interview.has(question) else None,
    )


def record(desk: Desk, tx: Tx, sitting: Sitting, key: str, item: Item, choice: Choice) -> Spoken:
    """Keep the answer; the next card (or the review) is owed. To skip an answered question is to leave its
    answer as it is."""
    last_card, before = card_of(tx, sitting, item), choice_of(sitting.interview.replies.get(item.id))
    if before and choice.kind is Said.SKIPPED:
        choice = before
    heard = say(desk, tx, sitting, key, choice.kind, item.id, value=choice.value, text=choice.reason)
    # Then this turn is, too: nobody else says anything here meanwhile, and what was said is not taken away.
    is_new = sitting.held and heard is not sitting
    sitting = heard
    sent, word = sitting.interview.sent, "unchanged" if choice == before else "changed"
    done = sent or (sitting.alone and sitting.interview.at_review)
    progress(desk, tx, sitting, SeatState.SENT if done else SeatState.STARTED)
    owed = owe_reply(desk, tx, sitting, key, word) if sent else owe_card(desk, tx, sitting, is_new=is_new)
    return Spoken(sitting, item, last_card, owed)


def go_to(desk: Desk, tx: Tx, sitting: Sitting, question: str) -> Spoken:
    """Ask this question (again) now."""
    left = sitting.interview.asking
    last_card = card_of(tx, sitting, left)
    sitting = say(desk, tx, sitting, f"went/{sitting.interview.facts}", Said.WENT_TO, question)
    if sitting.alone:
        progress(desk, tx, sitting, SeatState.STARTED)
    return Spoken(sitting, left, last_card, owe_card(desk, tx, sitting))


def progress(desk: Desk, tx: Tx, sitting: Sitting, state: SeatState) -> None:
    """Keep how far the seat is beside its answers, so that a status reads no answers."""
    tx.seats.change(sitting.seat.id, state=state, answered=sitting.interview.answered, active_at=desk.now())
    if state is not sitting.seat.state:
        owe_refresh(desk, tx, sitting.assessment)


def owe_card(desk: Desk, tx: Tx, sitting: Sitting, *, is_new: bool = False) -> tuple[Posting, ...]:
    """The card of the question that is asked now, or the review when none is."""
    return _owe(desk, tx, sitting, card_key(sitting), "card", is_new=is_new, **shown(sitting.interview))


def owe_card_again(desk: Desk, tx: Tx, sitting: Sitting) -> Spoken:
    """The same once more at the bottom, unless it was put there (or is on its way) since a moment ago."""
    last = tx.postings.find(card_key(sitting))
    if last and desk.now() - last.due_at < ONE_PRESS:
        return Spoken(sitting)
    return repeat_card(desk, tx, sitting)


def repeat_card(desk: Desk, tx: Tx, sitting: Sitting) -> Spoken:
    """The same once more at the bottom."""
    sitting = say(desk, tx, sitting, f"again/{sitting.interview.facts}", Said.LOOKED)
    return Spoken(sitting, owed=owe_card(desk, tx, sitting))


def owe_reply(
    desk: Desk, tx: Tx, sitting: Sitting, key: str, word: str, **values: Any
) -> tuple[Posting, ...]:
    return _owe(desk, tx, sitting, f"reply/{sitting.seat.id}/{key}", "reply", word=word, values=values)


def ask_role(desk: Desk, tx: Tx, sitting: Sitting, key: str = "", *, unclear: bool = False) -> Spoken:
    """Ask which role is theirs; `unclear` if what they wrote names none. Without the `key` of
    what they wrote, two presses at once are one."""
    now = int(desk.now().timestamp() // ONE_PRESS.total_seconds())
    key = key or f"role/{now}"
    return Spoken(sitting, owed=owe_reply(desk, tx, sitting, key, "which_role", unclear=unclear))


def card_key(sitting: Sitting) -> str:
    """Each turn of the interview owes its card once, and only the card of the present turn is wanted."""
    return f"card/{sitting.seat.id}/{sitting.interview.turn}"


def shown(interview: Interview) -> dict[str, Any]:
    """What tells one card from another; the review is a card without a question."""
    asking = interview.asking
    return {
        "question": asking.id if asking else None,
        "revision": interview.revision(asking.id) if asking else None,
    }


def record_of(tx: Tx, sitting: Sitting, item: Item) -> Posting | None:
    """The last card of this question that is in Slack, whatever came after it."""
    cards = [each for each in tx.postings.about([sitting.seat.id], kind="card") if each.ts]
    return next((each for each in reversed(cards) if each.contents["question"] == item.id), None)


def card_of(tx: Tx, sitting: Sitting, item: Item | None) -> Posting | None:
    """The last card in Slack, if it is the one of this question (of no question: if it is the review)."""
    if sitting.cards is None:
        last = tx.postings.latest(subject_id=sitting.seat.id, kind="card")
    else:
        last = next(iter(sitting.cards), None)
    return last if last and last.contents["question"] == (item.id if item else None) else None


def choice_of(reply: Reply | None) -> Choice | None:
    return Choice(reply.kind, reply.value, reply.reason) if reply else None


def _owe(
    desk: Desk,
    tx: Tx,
    sitting: Sitting,
    key: str,
    kind: str,
    due_at: datetime | None = None,
    is_new: bool = False,
    **contents: Any,
) -> tuple[Posting, ...]:
    posting = desk.owe(
        tx,
        key,
        kind=kind,
        subject_id=sitting.seat.id,
        recipient=sitting.seat.user_id,
        due_at=due_at,
        is_new=is_new,
        **contents,
    )
    return (posting,) if posting else ()
