"""The whole questionnaire in one form, for whoever would rather not go card by card.

The same facts as by cards, so that one can change from the one to the other at any time. Every change in the
form is kept when it is made; submitting only makes sure. A form may have stood open for an hour: what was
answered elsewhere since it was drawn is newer and stays.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from conversation import interview as deeds
from conversation.desk import Desk, short
from conversation.errors import NoRoleYet
from conversation.pack import Item
from conversation.sitting import (
    Choice,
    Sitting,
    Spoken,
    card_of,
    choice_of,
    owe_card,
    progress,
    say,
    sit,
    stale,
)
from storage.records import ANSWERS, Fact, Posting, Said, SeatState
from storage.store import Tx

#: Up to so many questions stand on one page; more are shown aspect by aspect, so many at a time.
ONE_PAGE, MOST_ON_PAGE = 10, 18
#: What one field of a form in Slack holds.
LONGEST_FIELD = 3000


@dataclass(frozen=True)
class Entered:
    """What stands beside one question. `revision` and `comments` count how often it had been answered and
    commented when the form was drawn."""

    question: str
    revision: int
    choice: Choice | None = None
    comments: int = 0
    comment: str | None = None


@dataclass(frozen=True)
class Overruled:
    """What was entered in the form, and not kept because something newer was there."""

    item: Item
    choice: Choice | None = None
    comment: str | None = None


@dataclass(frozen=True)
class Filled:
    sitting: Sitting
    overruled: tuple[Overruled, ...] = ()


def pages(items: tuple[Item, ...]) -> tuple[tuple[Item, ...], ...]:
    """Everything on one page, if that is short; otherwise by aspect."""
    if len(items) <= ONE_PAGE:
        return (items,)
    found: list[tuple[Item, ...]] = []
    for _, group in groupby(items, key=lambda item: item.aspect):
        aspect = tuple(group)
        found += [aspect[at : at + MOST_ON_PAGE] for at in range(0, len(aspect), MOST_ON_PAGE)]
    return tuple(found)


def times_commented(sitting: Sitting, question: str) -> int:
    return len(_comments(sitting, question))


def look(desk: Desk, user_id: str, *, seat: str) -> Sitting:
    """What to fill in. Raises: NotYourSeat, AssessmentIsClosed, PassedOn, NoRoleYet."""
    with desk.transaction() as tx:
        sitting = sit(desk, tx, user_id, seat)
        if sitting.chooses_role:
            raise NoRoleYet(subject=sitting.assessment.subject)
        return sitting


@short
def change(desk: Desk, user_id: str, *, seat: str, entered: Entered, view: str, key: str) -> Spoken:
    """Keep one change at once. It is newer than whatever was there. The card of the question, if that is the
    one in front of them, becomes its record; the next one waits until the form is closed. `key` names this
    one change in the form `view`.

    Raises: NotYourSeat, AssessmentIsClosed, PassedOn, StaleCard if the question is not asked (any more).
    """
    with desk.transaction() as tx:
        sitting = _begun(desk, tx, sit(desk, tx, user_id, seat))
        if not sitting.interview.has(entered.question):
            raise stale(sitting, entered.question)
        item = sitting.interview.item(entered.question)
        card = card_of(tx, sitting, item)
        if entered.choice:
            sitting = _answer(desk, tx, sitting, item, entered.choice, f"form/{view}/{key}")
        if entered.comment is not None:
            sitting = _comment(desk, tx, sitting, item, entered.comment, f"form/{view}/{key}/comment")
        answered = bool(entered.choice) and sitting.interview.asking != item
        return Spoken(sitting, item if answered else None, card if answered else None)


def fill(desk: Desk, user_id: str, *, seat: str, entered: Iterable[Entered], view: str, key: str) -> Filled:
    """Make sure that all that was entered on a page is kept, unless something newer is there.

    Raises: NotYourSeat, AssessmentIsClosed, PassedOn.
    """
    with desk.transaction() as tx:
        sitting = sit(desk, tx, user_id, seat)
        overruled: list[Overruled] = []
        for each in entered:
            if not sitting.interview.has(each.question):
                continue
            sitting, lost = _make_sure(desk, tx, sitting, each, view, f"{key}/{each.question}")
            overruled += [lost] if lost else []
        return Filled(sitting, tuple(overruled))


def leave(desk: Desk, user_id: str, *, seat: str) -> tuple[Posting, ...]:
    """The form is closed: the question where they stand now comes in the conversation, if it is not there
    already. Raises: NotYourSeat, AssessmentIsClosed, PassedOn."""
    with desk.transaction() as tx:
        sitting = sit(desk, tx, user_id, seat)
        interview = sitting.interview
        return owe_card(desk, tx, sitting) if interview.started and interview.turn else ()


def send(desk: Desk, user_id: str, *, seat: str) -> Spoken:
    """Send the answers; what has none is skipped. Raises: NotYourSeat, AssessmentIsClosed, PassedOn."""
    with desk.transaction() as tx:
        sitting = _begun(desk, tx, sit(desk, tx, user_id, seat))
        asked = sitting.interview.asking
        card = card_of(tx, sitting, asked) if asked else None
        while (item := sitting.interview.asking) and not sitting.interview.sent:
            choice = choice_of(sitting.interview.replies.get(item.id)) or deeds.SKIPPED
            sitting = _say(desk, tx, sitting, f"form/open/{sitting.interview.facts}", item, choice)
        spoken = deeds.hand_in(desk, tx, sitting)
        return replace(spoken, card=asked, last_card=card) if asked else spoken


def _begun(desk: Desk, tx: Tx, sitting: Sitting) -> Sitting:
    if sitting.interview.started:
        return sitting
    sitting = say(desk, tx, sitting, "start", Said.STARTED)
    progress(desk, tx, sitting, SeatState.STARTED)
    return sitting


def _make_sure(
    desk: Desk, tx: Tx, sitting: Sitting, entered: Entered, view: str, key: str
) -> tuple[Sitting, Overruled | None]:
    item = sitting.interview.item(entered.question)
    choice, comment = entered.choice, entered.comment
    if choice == choice_of(sitting.interview.replies.get(item.id)):
        choice = None
    if comment is not None and _untouched(sitting, entered, comment, view):
        comment = None
    lost = Overruled(
        item,
        choice if _newer(_answers(sitting, item.id)[entered.revision :], view) else None,
        comment if _newer(_comments(sitting, item.id)[entered.comments :], view) else None,
    )
    if choice or comment is not None:
        sitting = _begun(desk, tx, sitting)
    if choice and not lost.choice:
        sitting = _answer(desk, tx, sitting, item, choice, f"form/{view}/{key}")
    if comment is not None and lost.comment is None:
        sitting = _comment(desk, tx, sitting, item, comment, f"form/{view}/{key}/comment")
    return sitting, lost if lost.choice or lost.comment is not None else None


def _untouched(sitting: Sitting, entered: Entered, comment: str, view: str) -> bool:
    """As it is now; or as the form showed it when it was drawn, and what is there now was not entered in it:
    whoever takes back what they entered wants what was there before."""
    comments = _comments(sitting, entered.question)
    drawn = [fact.text or "" for fact in comments[: entered.comments]][-1:] or [""]
    now = sitting.interview.comments.get(entered.question, "")
    entered_here = any(_is_of(view, fact) for fact in comments[entered.comments :][-1:])
    shown = {text[:LONGEST_FIELD].strip() for text in (now, *(() if entered_here else drawn))}
    return comment.strip() in shown


def _newer(facts: list[Fact], view: str) -> bool:
    """Whether any of these came from elsewhere than this form."""
    return any(not _is_of(view, fact) for fact in facts)


def _is_of(view: str, fact: Fact) -> bool:
    return fact.key.startswith(f"form/{view}/")


def _answer(desk: Desk, tx: Tx, sitting: Sitting, item: Item, choice: Choice, key: str) -> Sitting:
    if choice == choice_of(sitting.interview.replies.get(item.id)):
        return sitting
    sitting = _say(desk, tx, sitting, key, item, choice)
    state = SeatState.SENT if sitting.interview.sent else SeatState.STARTED
    progress(desk, tx, sitting, state)
    return sitting


def _say(desk: Desk, tx: Tx, sitting: Sitting, key: str, item: Item, choice: Choice) -> Sitting:
    return say(desk, tx, sitting, key, choice.kind, item.id, value=choice.value, text=choice.reason)


def _comment(desk: Desk, tx: Tx, sitting: Sitting, item: Item, text: str, key: str) -> Sitting:
    """Whoever rewords a comment has not said that the new one may be quoted."""
    if text.strip() == sitting.interview.comments.get(item.id, ""):
        return sitting
    return say(desk, tx, sitting, key, Said.COMMENTED, item.id, text=text.strip(), value=0)


def _answers(sitting: Sitting, question: str) -> list[Fact]:
    return [fact for fact in sitting.said if fact.question == question and fact.kind in ANSWERS]


def _comments(sitting: Sitting, question: str) -> list[Fact]:
    return [fact for fact in sitting.said if fact.question == question and fact.kind is Said.COMMENTED]
