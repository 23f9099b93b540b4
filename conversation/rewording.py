"""People edit and delete what they typed. What came of the line follows, as long as the assessment is open: a
comment is replaced or removed, so is a reason, and evidence is taken back. A choice stays: changing one is a
deed of its own. But whoever edits a line before we have heard it knows of no choice yet: then the edit is the
answer, if nothing else was said of the question since. After closing their draft follows the line.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from conversation import evidence, late, typed
from conversation import interview as deeds
from conversation.desk import Desk
from conversation.errors import AssessmentIsClosed
from conversation.evidence import Shown
from conversation.pack import Item
from conversation.sitting import Choice, Sitting, Spoken, owe_reply, progress, record, record_of, say, sit
from conversation.vocabulary import ENGLISH
from storage.records import ANSWERS, Evidence, EvidenceForm, EvidenceState, Fact, Posting, Said
from storage.store import Tx

#: Slack's clock and ours may differ by this much; in good times a line is heard sooner.
CLOCKS_APART = timedelta(seconds=1)


def reword(
    desk: Desk, user_id: str, *, channel: str, ts: str, text: str, stamp: str, language: str = ENGLISH
) -> Spoken | None:
    """The message at `ts` now says this; `stamp` is when it was edited, in Slack's words, and names the edit.
    None if nothing came of the message, or it was not heard yet.

    Raises: AssessmentIsClosed, PassedOn.
    """
    with desk.transaction() as tx:
        line = _line(desk, tx, user_id, f"typed/{channel}/{ts}", f"edited/{channel}/{ts}/{stamp}", language)
        if line is None:
            return None
        return line.drafted(text) if line.came_late else line.reworded(text)


def take_back(desk: Desk, user_id: str, *, channel: str, ts: str) -> Spoken | None:
    """The message at `ts` is deleted. None if nothing came of it. Raises: AssessmentIsClosed, PassedOn."""
    with desk.transaction() as tx:
        line = _line(desk, tx, user_id, f"typed/{channel}/{ts}", f"deleted/{channel}/{ts}", ENGLISH)
        if line is None:
            return None
        return line.drafted(None) if line.came_late else line.taken_back()


@dataclass
class _Line:
    """A line that was typed before, and what came of it. `key` is the line's, `again` that of its change."""

    desk: Desk
    tx: Tx
    sitting: Sitting
    key: str
    again: str
    language: str

    @property
    def came_late(self) -> bool:
        """After closing: then it gave something to their draft, and nothing else."""
        return self._fact(f"late/{self.key}") is not None

    def drafted(self, text: str | None) -> Spoken:
        """The draft says what the line does now. Where that was deleted (None) its words are gone, and the
        choice stays. Raises: AssessmentIsClosed if nothing of it is in a draft any more."""
        own, edits = f"late/{self.key}", f"late/edited/{self.key.removeprefix('typed/')}/"
        item = self._item(self._fact(own))
        if self._heard(of="late/"):
            return Spoken(self.sitting)
        if item is None or item.id not in self.sitting.interview.late.questions:
            raise self._closed()
        said = [f.key for f in self.sitting.said if f.kind is Said.LATE and f.question == item.id and f.text]
        words_are_its = bool(said) and (said[-1] == own or said[-1].startswith(edits))
        if text is None:
            key = f"late/{self.again}"
            gone = "" if words_are_its else None
            self.sitting = say(self.desk, self.tx, self.sitting, key, Said.LATE, item.id, text=gone)
            return Spoken(self.sitting)
        meaning = typed.meaning(text, item, self.language, self.sitting.pack.wordings(item.id))
        choice, words = _choice(meaning), _understood(meaning, None, typed.as_typed(text))[0]
        if choice is None and words is None:
            raise self._closed()
        words = words or ("" if words_are_its else None)
        return late.keep(self.desk, self.tx, self.sitting, item, choice, words, self.again)

    def _closed(self) -> AssessmentIsClosed:
        assessment = self.sitting.assessment
        return AssessmentIsClosed(subject=assessment.subject, facilitator=assessment.facilitator)

    def reworded(self, text: str) -> Spoken:
        if self._heard():
            return Spoken(self.sitting)
        answer, comment = self._fact(f"{self.key}/answer"), self._fact(f"{self.key}/comment")
        kept, item = self._evidence(), self._item(answer or comment)
        part = self._part(comment) if comment else ""
        wordings = self.sitting.pack.wordings(item.id) if item else ()
        meaning = typed.meaning(text, item, self.language, wordings)
        words, same = _understood(meaning, answer, typed.as_typed(text))
        self._note(words)
        if kept and item is None:
            return self._show_instead(kept, text)
        if item is None:
            return Spoken(self.sitting)
        choice = _choice(meaning)
        if choice and not same and self._crossed(item, answer or comment):
            self._replace(item, part, words)
            return self._answer_instead(item, choice)
        if answer and answer.kind is Said.DOES_NOT_APPLY:
            return self._reason_instead(item, answer, meaning, text)
        if self._replace(item, part, words):
            return self._redrawn(item, "reworded" if same else "as_saved", aloud=not same)
        return Spoken(self.sitting, owed=() if same else self._reply("as_saved", item))

    def taken_back(self) -> Spoken:
        if self._heard():
            return Spoken(self.sitting)
        comment, kept = self._fact(f"{self.key}/comment"), self._evidence()
        part = self._part(comment) if comment else ""
        self._note(None)
        item = self._item_called(kept[0].question) if kept else self._item(comment)
        if item is None:
            return Spoken(self.sitting)
        for shown in kept:
            self.sitting = evidence.take_away(self.desk, self.tx, self.sitting, shown)
        if self._replace(item, part, None):
            key = f"{self.again}/back"
            self.sitting = say(self.desk, self.tx, self.sitting, key, Said.TOOK_BACK, item.id)
        elif not kept:
            return Spoken(self.sitting)
        return self._redrawn(item, "taken_back")

    def _heard(self, of: str = "") -> bool:
        """This change, or one that was made after it: changes may overtake each other on their way to us.
        `of` comes before their keys."""
        where, again = self.key.removeprefix("typed/"), of + self.again
        if self._fact(again) or self._fact(f"{of}deleted/{where}"):
            return True
        edits = f"{of}edited/{where}/"
        if not again.startswith(edits) or not (now := _moment(again.removeprefix(edits))):
            return False
        stamps = (f.key.removeprefix(edits) for f in self.sitting.said if f.key.startswith(edits))
        return any(edited_at > now for stamp in stamps if (edited_at := _moment(stamp)))

    def _note(self, words: str | None) -> None:
        """That it was changed, and what it gives to the comment from now on."""
        self.sitting = say(self.desk, self.tx, self.sitting, self.again, Said.TYPED, text=words)

    def _part(self, comment: Fact) -> str:
        """What this line, as it was last worded, gave to the comment."""
        prefix = f"edited/{self.key.removeprefix('typed/')}/"
        edits = [f for f in self.sitting.said if f.key.startswith(prefix) and f.kind is Said.TYPED]
        if edits:
            return edits[-1].text or ""
        before = ""
        for fact in self.sitting.said:
            if fact.key == comment.key:
                break
            if fact.kind is Said.COMMENTED and fact.question == comment.question:
                before = fact.text or ""
        return (comment.text or "").removeprefix(f"{before}\n" if before else "")

    def _replace(self, item: Item, part: str, words: str | None) -> bool:
        """In the comment as it is now, what this line gave to it. False if that is there no longer. What had
        no words before ("B") is added ("B, because …")."""
        now = self.sitting.interview.comments.get(item.id, "")
        lines = f"\n{now}\n"
        if part == (words or "") or (part and f"\n{part}\n" not in lines):
            return False
        instead = f"\n{words}\n" if words else "\n"
        text = lines.replace(f"\n{part}\n", instead, 1) if part else f"{now}\n{words}"
        self.sitting = say(
            self.desk,
            self.tx,
            self.sitting,
            f"{self.again}/comment",
            Said.COMMENTED,
            item.id,
            text=text.strip("\n"),
        )
        return True

    def _reason_instead(self, item: Item, answer: Fact, meaning: typed.Meaning, text: str) -> Spoken:
        words = meaning.reason if isinstance(meaning, typed.DoesNotApply) else typed.as_typed(text)
        now = self.sitting.interview.replies.get(item.id)
        reason = deeds.reason_in(words or "")
        still = now is not None and now.kind is Said.DOES_NOT_APPLY
        if not still or not reason or not _is_reason(meaning):
            return Spoken(self.sitting, owed=self._reply("as_saved", item))
        said = {"text": reason, "value": None}
        self.sitting = say(
            self.desk, self.tx, self.sitting, f"{self.again}/answer", Said.DOES_NOT_APPLY, item.id, **said
        )
        return self._redrawn(item, "reworded")

    def _crossed(self, item: Item, heard: Fact | None) -> bool:
        """Whether the edit was made before the line was heard, and nothing was said of the question since."""
        said = [fact for fact in self.sitting.said if fact.question == item.id and fact.kind in ANSWERS]
        own = (f"{self.key}/", f"edited/{self.key.removeprefix('typed/')}/")
        edited_at = _moment(self.again.rpartition("/")[2])
        if heard is None or edited_at is None or (said and not said[-1].key.startswith(own)):
            return False
        return edited_at <= heard.at - CLOCKS_APART

    def _answer_instead(self, item: Item, choice: Choice) -> Spoken:
        key = f"{self.again}/answer"
        if self.sitting.interview.asking == item:
            return record(self.desk, self.tx, self.sitting, key, item, choice)
        said = {"value": choice.value, "text": choice.reason}
        self.sitting = say(self.desk, self.tx, self.sitting, key, choice.kind, item.id, **said)
        progress(self.desk, self.tx, self.sitting, self.sitting.seat.state)
        return self._redrawn(item, "reworded")

    def _show_instead(self, kept: list[Evidence], text: str) -> Spoken:
        """Other links than before; a file stays the file that it is."""
        links = evidence.links_in(typed.as_typed(text))
        item = self._item_called(kept[0].question)
        if item is None or {shown.form for shown in kept} != {EvidenceForm.LINK} or not links:
            return Spoken(self.sitting, owed=self._reply("as_saved", item) if item else ())
        if {shown.text for shown in kept} == set(links):
            return Spoken(self.sitting)
        for each in kept:
            self.sitting = evidence.take_away(self.desk, self.tx, self.sitting, each)
        shown = tuple(Shown(EvidenceForm.LINK, text=link) for link in links)
        self.sitting, _ = evidence.keep(self.desk, self.tx, self.sitting, item, shown, self.again)
        return self._redrawn(item, "reworded")

    def _evidence(self) -> list[Evidence]:
        """What the line showed, as it was last worded."""
        prefixes = (f"{self.key}/", f"edited/{self.key.removeprefix('typed/')}/")
        return [
            shown
            for shown in self.tx.evidence.of_seat(self.sitting.seat.id)
            if shown.key.startswith(prefixes) and shown.state is not EvidenceState.WITHDRAWN
        ]

    def _redrawn(self, item: Item, word: str, *, aloud: bool = False) -> Spoken:
        """The record of the question is drawn again; about an open one (and `aloud`) it is said in words."""
        if self.sitting.interview.asking == item:
            return Spoken(self.sitting, owed=self._reply(word, item))
        owed = self._reply(word, item) if aloud else ()
        return Spoken(self.sitting, item, record_of(self.tx, self.sitting, item), owed)

    def _reply(self, word: str, item: Item) -> tuple[Posting, ...]:
        return owe_reply(self.desk, self.tx, self.sitting, self.again, word, question=item.id)

    def _fact(self, key: str) -> Fact | None:
        return next((fact for fact in self.sitting.said if fact.key == key), None)

    def _item(self, fact: Fact | None) -> Item | None:
        return self._item_called(fact.question) if fact and fact.question else None

    def _item_called(self, question: str) -> Item | None:
        interview = self.sitting.interview
        return interview.item(question) if interview.has(question) else None


def _line(desk: Desk, tx: Tx, user_id: str, key: str, again: str, language: str) -> _Line | None:
    seats = [seat.id for seat in tx.seats.held_by(user_id)]
    if seat := tx.answers.heard(key, seats):
        return _Line(desk, tx, sit(desk, tx, user_id, seat), key, again, language)
    seat = tx.answers.heard(f"late/{key}", seats)
    sitting = late.closed_seat(desk, tx, user_id, seat) if seat else None
    return _Line(desk, tx, sitting, key, again, language) if sitting else None


def _understood(meaning: typed.Meaning, answer: Fact | None, words: str) -> tuple[str | None, bool]:
    """The comment in the new wording, and whether the choice (or there being none) is as it was."""
    match meaning:
        case typed.Option(value=value, comment=comment):
            return comment, _is(answer, Said.ANSWERED, value)
        case typed.DontKnow(comment=comment):
            return comment, _is(answer, Said.DONT_KNOW)
        case typed.NotMine(comment=comment):
            return comment, _is(answer, Said.NOT_MINE)
        case typed.Sentence():
            return words, answer is None
        case _:
            return None, False


def _choice(meaning: typed.Meaning) -> Choice | None:
    match meaning:
        case typed.Option(value=value):
            return deeds.option(value)
        case typed.DontKnow():
            return deeds.DONT_KNOW
        case typed.NotMine():
            return deeds.NOT_MINE
        case typed.DoesNotApply(reason=reason) if reason:
            return deeds.does_not_apply(reason)
        case _:
            return None


def _moment(stamp: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _is(answer: Fact | None, kind: Said, value: int | None = None) -> bool:
    return answer is not None and (answer.kind, answer.value) == (kind, value)


def _is_reason(meaning: typed.Meaning) -> bool:
    return isinstance(meaning, (typed.DoesNotApply, typed.Sentence))
