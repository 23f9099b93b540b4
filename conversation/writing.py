"""The interview by typed words: whatever somebody writes to us is understood, kept, or answered.

Every line is itself a fact, unique by its message; so the same line delivered twice is one line. A
sentence is never thrown away: it becomes the comment, and the letter is asked for.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from conversation import evidence, late, self_check, typed
from conversation import interview as deeds
from conversation.choosing import choose_now
from conversation.desk import Desk, short
from conversation.errors import AssessmentIsClosed, NothingToAnswer, NotTakingPart
from conversation.evidence import Shown
from conversation.mentions import roles_named
from conversation.pack import Item
from conversation.scope import MOST_ROLES
from conversation.sitting import (
    Choice,
    Sitting,
    Spoken,
    ask_role,
    go_to,
    owe_reply,
    progress,
    record,
    repeat_card,
    say,
    sit,
)
from conversation.vocabulary import ENGLISH
from storage.records import (
    UNFINISHED,
    AssessmentState,
    EvidenceForm,
    Posting,
    Said,
    Seat,
    SeatState,
    SlackFile,
)
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


@short
def write(
    desk: Desk,
    user_id: str,
    *,
    text: str,
    channel: str,
    ts: str,
    thread: str | None = None,
    files: Iterable[SlackFile] = (),
    clip: bool = False,
    language: str = ENGLISH,
) -> Spoken:
    """Somebody wrote to us, perhaps with `files`; a `clip` among them can only be heard or watched. `thread`
    is the message that they answered, if any: if that is about a question, the line is about the same
    question of the same questionnaire. It is understood in this `language` and in English.

    Raises: NothingToAnswer if this person has no open questionnaire, NotTakingPart, AssessmentIsClosed,
    PassedOn, TooLateToAdd.
    """
    key = f"typed/{channel}/{ts}"
    meant = typed.meaning(text, None, language)
    with desk.transaction() as tx:
        if meant == _SELF_CHECK:
            return self_check.typed(desk, tx, user_id, key)
        place = tx.postings.at(channel=channel, ts=thread) if thread else None
        seats = tx.seats.held_by(user_id)
        seat = _seat_at(tx, user_id, place) or _in_focus(tx, seats, meant)
        switches = nowhere = False
        if seat and isinstance(meant, typed.Switch):
            other = _switched(tx, seats, seat, meant.name)
            switches = other is not None or not meant.name
            seat, nowhere = other or seat, other is None
        heard = _who_heard(tx, key, seats, seat)
        if heard is None and (seat is None or not _is_open(tx, seat)):
            return _after_closing(desk, tx, user_id, seat, seats, _Late(text, key, place, language))
        sitting = sit(desk, tx, user_id, heard or (seat.id if seat else ""))
        line = _Line(desk, tx, sitting, key, place, language)
        if switches:
            return line.switch(nowhere=nowhere)
        return line.understand(text, tuple(files), clip=clip)


def calls_for_help(text: str, language: str = ENGLISH) -> bool:
    """Whether a line in a channel, which begins with our name, asks what we can do."""
    said = _NAMED.sub("", text).strip()
    return not said or typed.meaning(said, None, language) == typed.Command("help")


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
    ranked = sorted(
        (seat for seat in seats if seat.state in _FOCUS),
        key=lambda seat: (_FOCUS.index(seat.state), seat.active_at or seat.invited_at),
    )
    for seat in reversed(ranked):
        assessment = tx.assessments.get(seat.assessment_id)
        through = seat.state is SeatState.SENT and assessment.state is AssessmentState.SELF_CHECK
        if assessment.takes_answers and (looks_back or not through):
            return seat
    return None


def _switched(tx: Tx, seats: list[Seat], here: Seat, name: str) -> Seat | None:
    """Another one that waits for them, the one that they left longest ago; of this name, if one is given."""
    waiting = sorted(
        (seat for seat in seats if seat.state in UNFINISHED and seat.id != here.id and _is_open(tx, seat)),
        key=lambda seat: seat.active_at or seat.invited_at,
    )
    subjects = {seat.id: tx.assessments.get(seat.assessment_id).subject.casefold() for seat in waiting}
    return next((seat for seat in waiting if name in subjects[seat.id]), None)


def _is_open(tx: Tx, seat: Seat) -> bool:
    return tx.assessments.get(seat.assessment_id).takes_answers


@dataclass(frozen=True)
class _Late:
    """A line that came after closing."""

    text: str
    key: str
    place: Posting | None
    language: str

    def meaning(self, sitting: Sitting, item: Item) -> typed.Meaning:
        return typed.meaning(self.text, item, self.language, sitting.pack.wordings(item.id))


def _after_closing(
    desk: Desk, tx: Tx, user_id: str, seat: Seat | None, seats: list[Seat], line: _Late
) -> Spoken:
    """An answer is kept as a draft; to anything else we say that it is too late, or that nothing is asked."""
    unfinished = seats[0] if seats and seats[0].state in UNFINISHED else None
    seat = seat or unfinished
    sitting = late.closed_seat(desk, tx, user_id, seat.id) if seat else None
    meant = typed.meaning(line.text, None, line.language)
    wants_help = meant == typed.Command("help")
    if sitting is None or wants_help:
        if seats and seats[0].state is SeatState.PASSED_ON and _is_open(tx, seats[0]) and not wants_help:
            sit(desk, tx, user_id, seats[0].id)
        greets = meant == typed.Command("resume")
        said = "" if wants_help or greets else typed.as_typed(line.text)[:LONGEST_ECHO]
        raise NothingToAnswer(said=said, wants_help=wants_help)
    item = _about(sitting, line.place)
    match line.meaning(sitting, item) if item else None:
        case typed.Option(value=value, comment=words) if item:
            return late.keep(desk, tx, sitting, item, deeds.option(value), words, line.key)
        case typed.DontKnow(comment=words) if item:
            return late.keep(desk, tx, sitting, item, deeds.DONT_KNOW, words, line.key)
        case typed.Sentence(text=words, asks=False) if item:
            return late.keep(desk, tx, sitting, item, None, words, line.key)
    assessment = sitting.assessment
    raise AssessmentIsClosed(subject=assessment.subject, facilitator=assessment.facilitator)


def _about(sitting: Sitting, place: Posting | None) -> Item | None:
    """The question of the card or the reply in whose thread something was written, else the one that was
    asked when it closed."""
    interview = sitting.interview
    said = place.contents if place and place.kind in {"card", "reply"} else {}
    question = said.get("question") or said.get("values", {}).get("question")
    return interview.item(question) if question and interview.has(question) else interview.asking


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

    def switch(self, *, nowhere: bool) -> Spoken:
        """The other questionnaire is in front of them from now on; if there is none, that is said."""
        if not self._say(self.key, Said.TYPED):
            return Spoken(self.sitting)
        if nowhere:
            return self._reply("nowhere_to_switch")
        return deeds.come_back(self.desk, self.tx, self.sitting, self.key)

    def understand(self, text: str, files: tuple[SlackFile, ...] = (), *, clip: bool = False) -> Spoken:
        """Whoever was silent for a day sees the question again to which they have just come back."""
        silent = self.sitting.interview.silent_since(self.desk.now())
        spoken = self._understand(text, files)
        if clip and spoken.owed:
            spoken = self._cannot_hear(spoken)
        here = self.sitting.interview.asking or self.sitting.interview.at_review
        if not silent or not spoken.owed or not here or any(each.kind == "card" for each in spoken.owed):
            return spoken
        again = repeat_card(self.desk, self.tx, spoken.sitting)
        return replace(spoken, sitting=again.sitting, owed=(*spoken.owed, *again.owed))

    def _cannot_hear(self, spoken: Spoken) -> Spoken:
        """It is kept as evidence like any file; what it says has to be written."""
        item = spoken.sitting.interview.asking
        if item is None:
            return spoken
        said = owe_reply(self.desk, self.tx, spoken.sitting, f"{self.key}/clip", "no_clips", question=item.id)
        return replace(spoken, owed=(*spoken.owed, *said))

    def _understand(self, text: str, files: tuple[SlackFile, ...]) -> Spoken:
        reason_for = self.sitting.interview.reason_for
        if not self._say(self.key, Said.TYPED):
            return Spoken(self.sitting)
        item = self._item_at_place() or self._item(reason_for) or self.sitting.interview.asking
        shown = () if self.sitting.alone else _shown(text, files)
        if shown and item and self.sitting.interview.started:
            return self._show(item, shown, text if files else "")
        meaning = self._meaning(text, item)
        if isinstance(meaning, typed.Switch):
            meaning = typed.Sentence(typed.as_typed(text))
        if item and item.id == reason_for and isinstance(meaning, typed.Sentence) and not meaning.asks:
            meaning = typed.DoesNotApply(meaning.text)
        if self.sitting.seat.state is SeatState.DECLINED and meaning not in _TAKING_PART:
            raise NotTakingPart(subject=self.sitting.assessment.subject)
        if self.sitting.chooses_role:
            return self._choose_role(text, meaning)
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
        still = self.sitting.interview.still(item.id)
        if still and typed.is_still(text, self.language):
            return self._answer(item, Choice(still.kind, still.value, still.reason), None)
        if self.sitting.interview.changing == item and typed.keeps(text, self.language):
            return self._answer(item, deeds.SKIPPED, None)
        return self._about(item, meaning)

    def _choose_role(self, text: str, meaning: typed.Meaning) -> Spoken:
        """Who is asked for their role says that first, one or two. Anything else is kept nowhere, and we say
        so."""
        if isinstance(meaning, typed.Command):
            if meaning.name == "help":
                return self._help()
            if meaning.name == "pause":
                return self._reply(meaning.name)
            if meaning.name == "decline":
                return self._decline()
            return ask_role(self.desk, self.tx, self.sitting, self.key)
        roles = roles_named(typed.as_typed(text), self.sitting.pack)
        if 1 <= len(roles) <= MOST_ROLES:
            return choose_now(self.desk, self.tx, self.sitting, roles, self.key)
        return ask_role(self.desk, self.tx, self.sitting, self.key, unclear=True)

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
            case "help":
                return self._help()
            case "pause":
                return self._reply(command)
            case "review" | "send" | "decline" if self.sitting.alone:
                return self._card()
            case "decline" if not self.sitting.interview.sent:
                return self._decline()
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

    def _help(self) -> Spoken:
        """Whoever has begun hears how to go on here, and what else waits; anybody else what they can do."""
        begun = self.sitting.interview.started and not self.sitting.chooses_role
        if not begun or self.sitting.seat.state is SeatState.DECLINED:
            raise NothingToAnswer(said="", wants_help=True)
        return self._reply("help")

    def _decline(self) -> Spoken:
        declined = deeds.not_take_part(self.desk, self.tx, self.sitting)
        said = owe_reply(self.desk, self.tx, declined.sitting, self.key, "declined")
        return replace(declined, owed=(*said, *declined.owed))

    def _card(self) -> Spoken:
        """Start, or the card once more: whoever writes gets an answer, however soon."""
        if not self.sitting.interview.started:
            return deeds.begin(self.desk, self.tx, self.sitting)
        return repeat_card(self.desk, self.tx, self.sitting)

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
