"""The interview by typed words: whatever somebody writes to us is understood, kept, or answered.

Every line is itself a fact, unique by its message; so the same line delivered twice is one line. A
sentence is never thrown away: it becomes the comment, and the letter is asked for.
"""

from dataclasses import dataclass
from typing import Any

from conversation import interview as deeds
from conversation import typed
from conversation.desk import Desk
from conversation.errors import NothingToAnswer
from conversation.pack import Item
from conversation.sitting import (
    Choice,
    Sitting,
    Spoken,
    again,
    go_to,
    latest_card,
    owe_card_again,
    owe_reply,
    put,
    record,
    sit,
)
from storage.records import AssessmentState, Said, Seat, SeatState
from storage.store import Tx

#: More than this nobody writes about one question; Slack itself ends a message at 40,000 characters.
LONGEST_COMMENT = 12_000


def write(desk: Desk, user_id: str, *, text: str, channel: str, ts: str, thread: str | None = None) -> Spoken:
    """Somebody wrote to us. `thread` is the message that they answered, if any: if that is a card, the
    line is about its question.

    Raises: NothingToAnswer if this person has no open questionnaire.
    """
    with desk.transaction() as tx:
        seat = seat_in_focus(tx, user_id)
        if seat is None:
            raise NothingToAnswer()
        sitting = sit(desk, tx, user_id, seat.id)
        line = _Line(desk, tx, sitting, f"typed/{channel}/{ts}")
        return line.understand(text, line.item_at(channel, thread))


def seat_in_focus(tx: Tx, user_id: str) -> Seat | None:
    """Of several open questionnaires, the one that the person touched last; an unfinished one first."""
    open_seats = [
        seat
        for seat in tx.seats.held_by(user_id)
        if seat.state is not SeatState.DECLINED
        and tx.assessments.get(seat.assessment_id).state is AssessmentState.OPEN
    ]
    return max(
        open_seats,
        key=lambda seat: (seat.state is not SeatState.SENT, seat.active_at or seat.invited_at),
        default=None,
    )


@dataclass
class _Line:
    """One typed line, and what follows from it."""

    desk: Desk
    tx: Tx
    sitting: Sitting
    key: str

    def understand(self, text: str, about: Item | None) -> Spoken:
        if not put(self.desk, self.tx, self.sitting, self.key, Said.TYPED):
            return Spoken(self.sitting)
        self.sitting = again(self.tx, self.sitting)
        item = about or self.sitting.interview.asking
        meaning = typed.meaning(text, item)
        if isinstance(meaning, typed.Command) and (done := self._obey(meaning.name)):
            return done
        if isinstance(meaning, typed.Edit):
            return self._edit(meaning.number)
        if not self.sitting.interview.started:
            return deeds.begin(self.desk, self.tx, self.sitting)
        if item is None:
            return self._reply("nothing_asked")
        return self._about(item, meaning)

    def item_at(self, channel: str, thread: str | None) -> Item | None:
        card = self.tx.postings.at(channel=channel, ts=thread) if thread else None
        question = card.contents.get("question") if card and card.kind == "card" else None
        interview = self.sitting.interview
        return interview.item(question) if question and interview.has(question) else None

    def _obey(self, command: str) -> Spoken | None:
        """The words that mean the same wherever one is."""
        match command:
            case "help" | "pause":
                return self._reply(command)
            case "resume" | "review":
                return deeds.begin(self.desk, self.tx, self.sitting)
            case "send" if self.sitting.interview.at_review:
                return deeds.hand_in(self.desk, self.tx, self.sitting)
            case "send":
                return self._reply("not_yet")
            case "back" if self.sitting.interview.started:
                return deeds.step_back(self.desk, self.tx, self.sitting)
        return None

    def _about(self, item: Item, meaning: typed.Meaning) -> Spoken:
        match meaning:
            case typed.Option(value=value, comment=words):
                return self._answer(item, deeds.option(value), words)
            case typed.DontKnow(comment=words):
                return self._answer(item, deeds.DONT_KNOW, words)
            case typed.NotMine(comment=words):
                return self._answer(item, deeds.NOT_MINE, words)
            case typed.DoesNotApply(reason=reason) if reason:
                return self._answer(item, deeds.does_not_apply(reason), None)
            case typed.DoesNotApply():
                return self._reply("reason_please", item)
            case typed.Command(name="skip"):
                return self._answer(item, deeds.SKIPPED, None)
            case typed.Command(name="why"):
                return self._reply("why", item)
            case typed.Digit(value=value):
                return self._reply("digit", item, value=value)
            case typed.Sentence(text=words):
                self._add_comment(item, words)
                return self._reply("kept", item)
            case _:
                return self._reply("no_words", item)

    def _answer(self, item: Item, choice: Choice, words: str | None) -> Spoken:
        if words:
            self._add_comment(item, words)
        return record(self.desk, self.tx, self.sitting, f"{self.key}/answer", item, choice)

    def _add_comment(self, item: Item, words: str) -> None:
        before = self.sitting.interview.comments.get(item.id)
        text = (f"{before}\n{words}" if before else words)[:LONGEST_COMMENT]
        put(self.desk, self.tx, self.sitting, f"{self.key}/comment", Said.COMMENTED, item.id, text=text)
        self.sitting = again(self.tx, self.sitting)

    def _edit(self, number: int) -> Spoken:
        items = self.sitting.interview.items
        if not 1 <= number <= len(items):
            return self._reply("no_such_number", number=number, last=len(items))
        asking = self.sitting.interview.asking
        if asking and asking.id == items[number - 1].id:
            return Spoken(self.sitting, owed=owe_card_again(self.desk, self.tx, self.sitting))
        put(self.desk, self.tx, self.sitting, "start", Said.STARTED)
        return go_to(self.desk, self.tx, self.sitting, items[number - 1].id)

    def _reply(self, word: str, item: Item | None = None, **values: Any) -> Spoken:
        about = {"question": item.id} if item else {}
        owed = owe_reply(self.desk, self.tx, self.sitting, self.key, word, **about, **values)
        return Spoken(self.sitting, item, latest_card(self.tx, self.sitting), owed)
