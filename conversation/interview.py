"""The interview: one question at a time, from the invitation to 'sent'. Here, by buttons and menus;
`conversation.writing` is the same by typed words."""

import re
from functools import cache

from conversation import late
from conversation.desk import Desk, short
from conversation.errors import AssessmentIsClosed, NoReason
from conversation.live import owe_refresh
from conversation.sitting import (
    Choice,
    Sitting,
    Spoken,
    ask_role,
    card_of,
    choice_of,
    go_to,
    must_be_current,
    owe_card,
    owe_card_again,
    owe_reply,
    progress,
    record,
    said_before,
    say,
    sit,
    sit_down_again,
    stale,
    stay,
)
from conversation.vocabulary import Vocabulary, languages
from storage.records import ANSWERS, Assessment, AssessmentState, Posting, Said, SeatState
from storage.store import Tx

DONT_KNOW = Choice(Said.DONT_KNOW)
NOT_MINE = Choice(Said.NOT_MINE)
SKIPPED = Choice(Said.SKIPPED)


def option(value: int) -> Choice:
    """Option A is level 0, then ascending."""
    return Choice(Said.ANSWERED, value)


def does_not_apply(reason: str) -> Choice:
    """Raises: NoReason, because what does not apply leaves the scoring, and somebody will ask why."""
    if not reason_in(reason):
        raise NoReason()
    return Choice(Said.DOES_NOT_APPLY, reason=reason_in(reason))


def reason_in(words: str) -> str:
    """Without its "because": the record has that already."""
    return _because().sub("", words).strip()


@cache
def _because() -> re.Pattern[str]:
    """In any language: nobody begins a reason with another one's word for it."""
    words = "|".join(Vocabulary.of(language).because for language in languages())
    return re.compile(rf"^\s*(?:{words})\b[\s,:]*", re.IGNORECASE)


@short
def start(desk: Desk, user_id: str, *, seat: str) -> Spoken:
    """Start, or go on where you were: the current card comes (again) at the bottom."""
    with desk.transaction() as tx:
        return begin(desk, tx, sit(desk, tx, user_id, seat))


@short
def answer(desk: Desk, user_id: str, *, seat: str, question: str, revision: int, choice: Choice) -> Spoken:
    """Answer the card of this question, drawn when the question had been answered `revision` times.

    The same click twice is one answer. After closing it is a draft of their own. Raises: StaleCard if the
    card is not the current one, was answered differently in the meantime, or has no such option; then nothing
    is changed.
    """
    with desk.transaction() as tx:
        sitting = sit_down_again(desk, tx, user_id, seat)
        if sitting.assessment.state is AssessmentState.CLOSED:
            return _too_late(desk, tx, sitting, question, choice)
        sitting = stay(desk, tx, sitting)
        if _said_so_before(sitting, question, revision, choice):
            return said_before(tx, sitting, sitting.interview.item(question))
        must_be_current(sitting, question, revision)
        item = sitting.interview.item(question)
        if choice.value is not None and choice.value not in range(len(item.levels)):
            raise stale(sitting, question)
        return record(desk, tx, sitting, f"card/{question}/{revision}", item, choice)


@short
def still(desk: Desk, user_id: str, *, seat: str, question: str, revision: int) -> Spoken:
    """The same answer as last time, as an answer of this round.

    Raises: as `answer`; StaleCard too, if there is no answer of last time (any more).
    """
    with desk.transaction() as tx:
        sitting = sit(desk, tx, user_id, seat)
        choice = choice_of(sitting.interview.last.replies.get(question))
        if choice is None:
            raise stale(sitting, question)
        if _said_so_before(sitting, question, revision, choice):
            return said_before(tx, sitting, sitting.interview.item(question))
        must_be_current(sitting, question, revision)
        return record(
            desk, tx, sitting, f"card/{question}/{revision}", sitting.interview.item(question), choice
        )


def _too_late(desk: Desk, tx: Tx, sitting: Sitting, question: str, choice: Choice) -> Spoken:
    """The same click twice is one draft."""
    if not sitting.interview.has(question):
        raise stale(sitting, question)
    answers = sitting.interview.late.answers
    if question in answers and choice == Choice(choice.kind, answers[question]):
        return Spoken(sitting)
    key = f"{question}/{sitting.interview.facts}"
    return late.keep(desk, tx, sitting, sitting.interview.item(question), choice, None, key)


@short
def back(desk: Desk, user_id: str, *, seat: str, question: str, revision: int) -> Spoken:
    """Go to the question before the one on this card; from the first there is nowhere to go."""
    with desk.transaction() as tx:
        sitting = sit(desk, tx, user_id, seat)
        must_be_current(sitting, question, revision)
        return step_back(desk, tx, sitting)


@short
def change(desk: Desk, user_id: str, *, seat: str, question: str) -> Spoken:
    """Change an earlier answer, or answer a skipped question: its card comes at the bottom."""
    with desk.transaction() as tx:
        sitting = sit(desk, tx, user_id, seat)
        if not sitting.interview.has(question):
            raise stale(sitting, question)
        asking = sitting.interview.asking
        if asking and asking.id == question:
            return owe_card_again(desk, tx, sitting)
        return go_to(desk, tx, sitting, question)


@short
def comment(
    desk: Desk, user_id: str, *, seat: str, question: str, text: str, key: str, quotable: bool = False
) -> Spoken:
    """Replace the comment on a question; `key` names this one submission. An empty text removes it. Only a
    `quotable` one may appear in a result, without its author's name."""
    with desk.transaction() as tx:
        sitting = sit(desk, tx, user_id, seat)
        if not sitting.interview.has(question):
            raise stale(sitting, question)
        said = {"text": text.strip(), "value": int(quotable)}
        sitting = say(desk, tx, sitting, f"comment/{key}", Said.COMMENTED, question, **said)
        owed = owe_reply(desk, tx, sitting, key, "commented", question=question)
        item = sitting.interview.item(question)
        if item == sitting.interview.asking:
            return Spoken(sitting, owed=owed)
        return Spoken(sitting, item, card_of(tx, sitting, item), owed)


@short
def explain(desk: Desk, user_id: str, *, seat: str, question: str, key: str) -> Spoken:
    """Why do you ask? Says so below the card; the card stays."""
    with desk.transaction() as tx:
        sitting = sit(desk, tx, user_id, seat)
        if not sitting.interview.has(question):
            raise stale(sitting, question)
        return Spoken(sitting, owed=owe_reply(desk, tx, sitting, key, "why", question=question))


@short
def pause(desk: Desk, user_id: str, *, seat: str, key: str) -> Spoken:
    """Nothing needs to be done to pause; this only says so."""
    with desk.transaction() as tx:
        sitting = sit(desk, tx, user_id, seat)
        return Spoken(sitting, owed=owe_reply(desk, tx, sitting, key, "pause"))


@short
def review(desk: Desk, user_id: str, *, seat: str) -> Spoken:
    """Show all answers; whoever is in the middle goes on from there."""
    with desk.transaction() as tx:
        sitting = sit(desk, tx, user_id, seat)
        return begin(desk, tx, sitting)


@short
def send(desk: Desk, user_id: str, *, seat: str) -> Spoken:
    """Send the answers; skipped questions may stay open. They can be changed until the assessment
    closes."""
    with desk.transaction() as tx:
        return hand_in(desk, tx, sit(desk, tx, user_id, seat))


def decline(desk: Desk, user_id: str, *, seat: str) -> Spoken:
    """Rather not take part. No reason is asked; the facilitator sees that somebody declined.

    Raises: StaleCard if the answers are sent: who has taken part does not decline by an old button.
    """
    with desk.transaction() as tx:
        sitting = sit(desk, tx, user_id, seat)
        if sitting.seat.state is SeatState.DECLINED:
            return Spoken(sitting)
        if sitting.interview.sent:
            raise stale(sitting, "")
        return not_take_part(desk, tx, sitting)


def look(desk: Desk, user_id: str, *, seat: str, question: str | None = None) -> Sitting:
    """Where this person stands, for a modal; changes nothing. Raises: StaleCard if the modal is about a
    question that is not asked (any more)."""
    with desk.transaction() as tx:
        sitting = sit(desk, tx, user_id, seat)
        if question is not None and not sitting.interview.has(question):
            raise stale(sitting, question)
        return sitting


def read_again(desk: Desk, user_id: str, *, seat: str, question: str) -> Sitting:
    """What they wrote, also after closing. Raises: Forgotten, NotYourSeat, StaleCard."""
    with desk.transaction() as tx:
        sitting = sit_down_again(desk, tx, user_id, seat)
        if not sitting.interview.has(question):
            raise stale(sitting, question)
        return sitting


def not_take_part(desk: Desk, tx: Tx, sitting: Sitting) -> Spoken:
    sitting = say(desk, tx, sitting, f"decline/{sitting.interview.facts}", Said.DECLINED)
    tx.seats.change(sitting.seat.id, state=SeatState.DECLINED, active_at=desk.now())
    owe_refresh(desk, tx, sitting.assessment)
    return Spoken(sitting, owed=tell_when_all_are_done(desk, tx, sitting.assessment))


def begin(desk: Desk, tx: Tx, sitting: Sitting) -> Spoken:
    """Start, or go on; who declined may change their mind. Whose role is not known is asked for that."""
    if sitting.chooses_role:
        return ask_role(desk, tx, sitting)
    if sitting.interview.started:
        spoken = owe_card_again(desk, tx, sitting)
    else:
        sitting = say(desk, tx, sitting, "start", Said.STARTED)
        spoken = Spoken(sitting, owed=owe_card(desk, tx, sitting))
    state = sitting.seat.state
    waits = state in {SeatState.INVITED, SeatState.DECLINED}
    progress(desk, tx, spoken.sitting, SeatState.STARTED if waits else state)
    return spoken


def switch(desk: Desk, user_id: str, *, seat: str, key: str) -> Spoken:
    """Go on with this questionnaire rather than another one. `key` names this one click."""
    with desk.transaction() as tx:
        return come_back(desk, tx, sit(desk, tx, user_id, seat), key)


def come_back(desk: Desk, tx: Tx, sitting: Sitting, key: str) -> Spoken:
    """A step: say which questionnaire is in front of them now, and show where they are in it."""
    owed = owe_reply(desk, tx, sitting, f"{key}/switched", "switched")
    spoken = begin(desk, tx, sitting)
    return Spoken(spoken.sitting, owed=(*owed, *spoken.owed))


def step_back(desk: Desk, tx: Tx, sitting: Sitting) -> Spoken:
    interview = sitting.interview
    before = interview.before(interview.asking.id) if interview.asking else interview.items[-1]
    if before is None:
        return Spoken(sitting)
    return go_to(desk, tx, sitting, before.id)


def hand_in(desk: Desk, tx: Tx, sitting: Sitting) -> Spoken:
    review = card_of(tx, sitting, None)
    if sitting.interview.sent and sitting.interview.asking is None:
        return Spoken(sitting, last_card=review, sent=True)
    if sitting.alone or not sitting.interview.at_review:
        return owe_card_again(desk, tx, sitting)
    key = f"sent/{sitting.interview.facts}"
    sitting = say(desk, tx, sitting, key, Said.SENT)
    progress(desk, tx, sitting, SeatState.SENT)
    owed = owe_reply(desk, tx, sitting, key, "sent")
    told = tell_when_all_are_done(desk, tx, sitting.assessment)
    return Spoken(sitting, last_card=review, owed=owed + told, sent=True)


def tell_when_all_are_done(desk: Desk, tx: Tx, assessment: Assessment) -> tuple[Posting, ...]:
    """Tell the facilitator, and again only if more people were asked or it was opened again since. Of two
    who finish at once, one waits here for the other, so that the second of them tells.

    Raises: AssessmentIsClosed if it was closed while we waited.
    """
    if assessment.state is AssessmentState.TRIAL:
        return ()
    if not tx.assessments.hold(assessment.id, [AssessmentState.OPEN]):
        raise AssessmentIsClosed(subject=assessment.subject, facilitator=assessment.facilitator)
    if tx.seats.any_open(assessment.id):
        return ()
    asked, closed = sum(seat.n for seat in tx.seats.counts(assessment.id)), tx.results.latest(assessment.id)
    posting = desk.owe(
        tx,
        f"finished/{assessment.id}/{asked}/{closed.revision if closed else 0}",
        kind="finished",
        subject_id=assessment.id,
        recipient=assessment.facilitator,
    )
    return (posting,) if posting else ()


def _said_so_before(sitting: Sitting, question: str, revision: int, choice: Choice) -> bool:
    reply = sitting.interview.replies.get(question)
    if not sitting.interview.has(question) or reply is None or reply.revision != revision + 1:
        return False
    return (reply.kind, reply.value) == (choice.kind, choice.value) or (
        choice == SKIPPED and _kept(sitting, question)
    )


def _kept(sitting: Sitting, question: str) -> bool:
    """Whether the last answer only repeats the one before, as skipping an answered question does."""
    given = [fact for fact in sitting.said if fact.question == question and fact.kind in ANSWERS]
    last = [(fact.kind, fact.value, fact.text) for fact in given[-2:]]
    return len(last) == 2 and last[0] == last[1]
