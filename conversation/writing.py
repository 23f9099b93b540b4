"""The interview by typed words: whatever somebody writes to us is understood, kept, or answered.

Every line is itself a fact, unique by its message; so the same line delivered twice is one line. A
sentence is never thrown away: it becomes the comment, and the letter is asked for.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from conversation import evidence, self_check, typed
from conversation import interview as deeds
from conversation.desk import Desk
from conversation.errors import AssessmentIsClosed, NothingToAnswer, NotTakingPart
from conversation.evidence import Shown
from conversation.pack import Item
from conversation.sitting import (
    Choice,
    Sitting,
    Spoken,
    go_to,
    owe_reply,
    progress,
    record,
    repeat_card,
    say,
    sit,
)
from conversation.vocabulary import ENGLISH
from storage.records import AssessmentState, EvidenceForm, Posting, Said, Seat, SeatState, SlackFile
from storage.store import Tx

#: Slack itself ends a message here, so that one message is always kept whole.
LONGEST_COMMENT = 40_000
_NAMED = re.compile(r"<@[^<>]+>")
#: So much of a line is said again to whoever wrote it.
LONGEST_ECHO = 80
_SELF_CHECK = typed.Command("self_check")
#: What may be said of a self-check that is through; anything else is about nothing.
_LOOKS_BACK = {typed.Command("review"), typed.Command("back")}
#: Whoever declined is not brought back by a "thank you".
_TAKING_PART = {typed.Command("resume"), typed.Command("help")}
#: Which of several questionnaires is meant: an invitation does not come between somebody and their question.
_FOCUS = (
    SeatState.LEFT,
    SeatState.WITHDREW,
    SeatState.DECLINED,
    SeatState.SENT,
    SeatState.INVITED,
    SeatState.STARTED,
)


def write(
    desk: Desk,
    user_id: str,
    *,
    text: str,
    channel: str,
    ts: str,
    thread: str | None = None,
    files: Iterable[SlackFile] = (),
    language: str = ENGLISH,
) -> Spoken:
    """Somebody wrote to us, perhaps with `files`. `thread` is the message that they answered, if any: if that
    is about a question, the line is about the same question of the same questionnaire. It is understood in
    this `language` and in English.

    Raises: NothingToAnswer if this person has no open questionnaire, NotTakingPart, AssessmentIsClosed.
    """
    key = f"typed/{channel}/{ts}"
    meant = typed.meaning(text, None, language)
    with desk.transaction() as tx:
        if meant == _SELF_CHECK:
            return self_check.typed(desk, tx, user_id, key)
        place = tx.postings.at(channel=channel, ts=thread) if thread else None
        seats = tx.seats.held_by(user_id)
        seat = _seat_at(tx, user_id, place) or _in_focus(tx, seats, meant)
        heard = _who_heard(tx, key, seats, seat)
        if seat is None and heard is None:
            wants_help = meant == typed.Command("help")
            too_late = None if wants_help else _too_late(tx, seats)
            raise too_late or NothingToAnswer(said="" if wants_help else typed.as_typed(text)[:LONGEST_ECHO])
        sitting = sit(desk, tx, user_id, heard or (seat.id if seat else ""))
        line = _Line(desk, tx, sitting, key, place, language)
        return line.understand(text, tuple(files))


def calls_for_help(text: str) -> bool:
    """Whether a line in a channel, which begins with our name, asks what we can do."""
    said = _NAMED.sub("", text).strip()
    return not said or typed.meaning(said, None) == typed.Command("help")


def _who_heard(tx: Tx, key: str, seats: list[Seat], focus: Seat | None) -> str | None:
    """A line that comes again is about what it was about, though the focus may be elsewhere since, or
    nowhere. To be asked after the focus, or another process could move that in between."""
    elsewhere = [seat.id for seat in seats] if len(seats) > 1 or focus is None else []
    return tx.answers.heard(key, elsewhere) if elsewhere else None


def _in_focus(tx: Tx, seats: list[Seat], meant: typed.Meaning) -> Seat | None:
    """Of several open questionnaires the one that the person is in the middle of, else one that waits to be
    started, else what they sent, and last what they declined; of two alike, the one touched last. A
    self-check that is through is meant only by whoever looks back."""
    looks_back = meant in _LOOKS_BACK or isinstance(meant, typed.Edit)
    asked = [seat for seat in seats if seat.state is not SeatState.OFF]
    ranked = sorted(asked, key=lambda seat: (_FOCUS.index(seat.state), seat.active_at or seat.invited_at))
    for seat in reversed(ranked):
        assessment = tx.assessments.get(seat.assessment_id)
        through = seat.state is SeatState.SENT and assessment.state is AssessmentState.SELF_CHECK
        if assessment.takes_answers and (looks_back or not through):
            return seat
    return None


def _too_late(tx: Tx, seats: list[Seat]) -> AssessmentIsClosed | None:
    """For who had begun, or not even that, when their last questionnaire closed."""
    for seat in seats[:1]:
        assessment = tx.assessments.get(seat.assessment_id)
        if seat.state in {SeatState.INVITED, SeatState.STARTED}:
            return AssessmentIsClosed(subject=assessment.subject, facilitator=assessment.facilitator)
    return None


def _seat_at(tx: Tx, user_id: str, place: Posting | None) -> Seat | None:
    """The seat that this message of ours is about."""
    seat = tx.seats.find(place.subject_id) if place else None
    return seat if seat and seat.user_id == user_id else None


def _shown(text: str, files: tuple[SlackFile, ...]) -> tuple[Shown, ...]:
    """What a line shows: its files, or the links of which it consists."""
    if files:
        return tuple(Shown(EvidenceForm.FILE, file=file) for file in files)
    return tuple(Shown(EvidenceForm.LINK, text=link) for link in evidence.links_in(typed.as_typed(text)))


@dataclass
class _Line:
    """One typed line, and what follows from it."""

    desk: Desk
    tx: Tx
    sitting: Sitting
    key: str
    place: Posting | None
    language: str

    def understand(self, text: str, files: tuple[SlackFile, ...] = ()) -> Spoken:
        reason_for = self.sitting.interview.reason_for
        if not self._say(self.key, Said.TYPED):
            return Spoken(self.sitting)
        item = self._item_at_place() or self._item(reason_for) or self.sitting.interview.asking
        shown = () if self.sitting.alone else _shown(text, files)
        if shown and item and self.sitting.interview.started:
            return self._show(item, shown, text if files else "")
        meaning = self._meaning(text, item)
        if item and item.id == reason_for and isinstance(meaning, typed.Sentence) and not meaning.asks:
            meaning = typed.DoesNotApply(meaning.text)
        if self.sitting.seat.state is SeatState.DECLINED and meaning not in _TAKING_PART:
            raise NotTakingPart(subject=self.sitting.assessment.subject)
        if isinstance(meaning, typed.Command) and (done := self._obey(meaning.name)):
            return done
        if isinstance(meaning, typed.Edit):
            return self._edit(meaning.number)
        if not self.sitting.interview.started:
            return deeds.begin(self.desk, self.tx, self.sitting)
        if item is None and self.sitting.alone:
            return self._card()
        if item is None:
            return self._reply("nothing_asked")
        if files and self.sitting.alone and not text.strip():
            return self._reply("no_files", item)
        return self._about(item, meaning)

    def _meaning(self, text: str, item: Item | None) -> typed.Meaning:
        wordings = self.sitting.pack.wordings(item.id) if item else ()
        return typed.meaning(text, item, self.language, wordings)

    def _item_at_place(self) -> Item | None:
        """The question of the card or the reply in whose thread this was written."""
        if self.place is None or self.place.kind not in {"card", "reply"}:
            return None
        said = self.place.contents
        return self._item(said.get("question") or said.get("values", {}).get("question"))

    def _item(self, question: str | None) -> Item | None:
        interview = self.sitting.interview
        return interview.item(question) if question and interview.has(question) else None

    def _obey(self, command: str) -> Spoken | None:
        """The words that mean the same wherever one is."""
        match command:
            case "help" | "pause":
                return self._reply(command)
            case "review" | "send" if self.sitting.alone:
                return self._card()
            case "resume" if self.sitting.seat.state is SeatState.DECLINED:
                return deeds.begin(self.desk, self.tx, self.sitting)
            case "review" if self.sitting.interview.started and self.sitting.interview.asking:
                return self._reply("review")
            case "resume" | "review":
                return self._card()
            case "send" if self.sitting.interview.sent:
                return self._reply("sent")
            case "send" if self.sitting.interview.at_review:
                return deeds.hand_in(self.desk, self.tx, self.sitting)
            case "send":
                return self._reply("not_yet")
            case "back" if self.sitting.interview.started:
                moved = deeds.step_back(self.desk, self.tx, self.sitting)
                return moved if moved.owed else self._card()
        return None

    def _card(self) -> Spoken:
        """Start, or the card once more: whoever writes gets an answer, however soon."""
        if not self.sitting.interview.started:
            return deeds.begin(self.desk, self.tx, self.sitting)
        return Spoken(self.sitting, owed=repeat_card(self.desk, self.tx, self.sitting))

    def _about(self, item: Item, meaning: typed.Meaning) -> Spoken:
        match meaning:
            case typed.Option(value=value, comment=words):
                return self._answer(item, deeds.option(value), words)
            case typed.DontKnow(comment=words):
                return self._answer(item, deeds.DONT_KNOW, words)
            case typed.NotMine(comment=words):
                return self._answer(item, deeds.NOT_MINE, words)
            case typed.DoesNotApply(reason=reason) if reason and deeds.reason_in(reason):
                return self._answer(item, deeds.does_not_apply(reason), None)
            case typed.DoesNotApply():
                self._say(f"{self.key}/reason", Said.REASON_ASKED, item.id)
                return self._reply("reason_please", item)
            case typed.Command(name="skip"):
                return self._answer(item, deeds.SKIPPED, None)
            case typed.Command(name="why"):
                return self._reply("why", item)
            case typed.Digit(value=value):
                return self._reply("digit", item, value=value)
            case typed.NoOption(text=words):
                return self._reply("no_option", item, said=words)
            case typed.Sentence(asks=True):
                return self._reply("why", item)
            case typed.Sentence(text=words):
                self._add_comment(item, words)
                return self._reply("kept", item)
            case _:
                return self._reply("no_words", item)

    def _show(self, item: Item, shown: tuple[Shown, ...], words: str) -> Spoken:
        """Links and files are evidence; an answer or a comment beside a file is taken as well."""
        self.sitting, kept = evidence.keep(self.desk, self.tx, self.sitting, item, shown, self.key)
        said = owe_reply(
            self.desk, self.tx, self.sitting, f"{self.key}/shown", "shown", question=item.id, evidence=kept
        )
        if not words.strip():
            return Spoken(self.sitting, owed=said)
        spoken = self._about(item, self._meaning(words, item))
        return replace(spoken, owed=(*said, *spoken.owed))

    def _answer(self, item: Item, choice: Choice, words: str | None) -> Spoken:
        if words:
            self._add_comment(item, words)
        spoken = record(self.desk, self.tx, self.sitting, f"{self.key}/answer", item, choice)
        at_place = self.place if self.place and self.place.kind == "card" else None
        return replace(spoken, last_card=spoken.last_card or at_place)

    def _add_comment(self, item: Item, words: str) -> None:
        before = self.sitting.interview.comments.get(item.id)
        text = (f"{before}\n{words}" if before else words)[:LONGEST_COMMENT]
        self._say(f"{self.key}/comment", Said.COMMENTED, item.id, text=text)

    def _edit(self, number: int) -> Spoken:
        items = self.sitting.interview.items
        if not 1 <= number <= len(items):
            return self._reply("no_such_number", number=number, last=len(items))
        asking = self.sitting.interview.asking
        if asking and asking.id == items[number - 1].id:
            return self._card()
        if not self.sitting.interview.started:
            self._say("start", Said.STARTED)
            progress(self.desk, self.tx, self.sitting, SeatState.STARTED)
        return go_to(self.desk, self.tx, self.sitting, items[number - 1].id)

    def _reply(self, word: str, item: Item | None = None, **values: Any) -> Spoken:
        about = {"question": item.id} if item else {}
        owed = owe_reply(self.desk, self.tx, self.sitting, self.key, word, **about, **values)
        return Spoken(self.sitting, owed=owed)

    def _say(self, key: str, kind: Said, question: str | None = None, **said: Any) -> bool:
        """False if it was said before."""
        before = self.sitting
        self.sitting = say(self.desk, self.tx, before, key, kind, question, **said)
        return self.sitting is not before
