"""Step 2 of the white paper: what people can show for their answers, and what somebody else says of it.

Evidence names where it comes from, whether it is a quantity or a description, and the level that it supports.
It waits until the facilitator, or somebody whom they named, accepts it or returns it with a reason; never its
author. A claimed level and an evidenced one stand side by side and are never blended.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import PurePath

from conversation.assessments import assessment_for, facilitates, may_review, named_to, sees_names
from conversation.desk import Desk
from conversation.errors import (
    AlreadyRuled,
    NoRulingReason,
    NoSuchAssessment,
    NoSuchEvidence,
    NothingShown,
    NotReviewer,
    OwnEvidence,
    SupportsNoLevel,
)
from conversation.pack import Item, Pack
from conversation.scope import Privacy, Scope
from conversation.sitting import Sitting, Spoken, card_of, hear, owe_reply, say, sit, stale
from conversation.standing import Reply
from storage.records import (
    Assessment,
    AssessmentState,
    Evidence,
    EvidenceForm,
    EvidenceState,
    Nature,
    Person,
    Posting,
    Said,
    Seat,
    SlackFile,
    Source,
)
from storage.store import Tx

LONGEST_TEXT, LONGEST_NAME = 3000, 60
#: In bytes.
LARGEST_FILE = 10 * 1024 * 1024
#: Kinds of files that run when they are opened. Source code and scripts are read, and may well be evidence.
PROGRAMS = frozenset(
    {
        *("exe", "com", "scr", "msi", "dll", "pif", "cpl"),
        *("dmg", "pkg", "app"),
        *("apk", "jar", "iso", "lnk"),
    }
)
#: One message or form; Slack's own form takes no more files than ten.
MOST_AT_ONCE = 10
_LINKS = re.compile(r"(?:https?://\S+\s*)+")
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Shown:
    """One thing that somebody shows. `level` None: whatever its author answers."""

    form: EvidenceForm
    source: Source = Source.OTHER
    nature: Nature = Nature.QUALITATIVE
    level: int | None = None
    text: str | None = None
    number: str | None = None
    unit: str | None = None
    file: SlackFile | None = None


@dataclass(frozen=True)
class Exhibit:
    """Evidence with what is needed to judge it: the question, the level it supports (None if its author has
    not answered with one), and its author, unless the assessment is anonymous."""

    evidence: Evidence
    item: Item
    level: int | None
    author: Person | None


@dataclass(frozen=True)
class About:
    pack: Pack
    item: Item


@dataclass(frozen=True)
class Review:
    """What waits for a ruling, the oldest first. What is `unsupporting` shows no level above the lowest, as
    its author answers now, and can only be returned; `mine` is the reviewer's own, for somebody else."""

    assessment: Assessment
    pack: Pack
    waiting: tuple[Exhibit, ...]
    unsupporting: tuple[Exhibit, ...]
    mine: int
    accepted: int
    returned: int
    facilitating: bool = False


@dataclass(frozen=True)
class Ruled:
    review: Review
    owed: tuple[Posting, ...] = ()


def links_in(words: str) -> tuple[str, ...]:
    """The links of a line that consists of nothing else."""
    line = words.strip()
    return tuple(_LINK.findall(line)) if _LINKS.fullmatch(line) else ()


def shown_in_form(
    *,
    text: str,
    number: str,
    unit: str,
    files: Iterable[SlackFile],
    source: Source,
    nature: Nature,
    level: int | None,
) -> tuple[Shown, ...]:
    """Each thing that was entered is evidence of its own. Raises: NothingShown."""
    found: list[Shown] = []
    words = text.strip()[:LONGEST_TEXT]
    if words:
        form = EvidenceForm.LINK if links_in(words) else EvidenceForm.TEXT
        found.append(Shown(form, source, nature, level, text=words))
    if number.strip():
        found.append(
            Shown(
                EvidenceForm.NUMBER,
                source,
                Nature.QUANTITATIVE,
                level,
                number=_plain(number),
                unit=unit.strip() or None,
            )
        )
    found += [Shown(EvidenceForm.FILE, source, nature, level, file=file) for file in files]
    if not found:
        raise NothingShown()
    return tuple(found[:MOST_AT_ONCE])


def _plain(number: str) -> str:
    """Without what does not count: 5.0 is 5. Raises: NothingShown if it is no number."""
    try:
        value = Decimal(number.strip())
    except InvalidOperation:
        raise NothingShown() from None
    if not value.is_finite():
        raise NothingShown()
    whole = value == value.to_integral_value()
    return f"{value.to_integral_value() if whole else value.normalize():f}"


def show(desk: Desk, user_id: str, *, seat: str, question: str, shown: Iterable[Shown], key: str) -> Spoken:
    """Keep evidence for an answer; `key` names this one form or message. The same again changes nothing.

    Raises: NotYourSeat, AssessmentIsClosed, StaleCard if the question is not asked of this seat.
    """
    with desk.transaction() as tx:
        sitting = sit(desk, tx, user_id, seat)
        if not sitting.interview.has(question):
            raise stale(sitting, question)
        item = sitting.interview.item(question)
        sitting, kept = keep(desk, tx, sitting, item, shown, key)
        owed = owe_reply(desk, tx, sitting, key, "shown", question=question, evidence=kept)
        if item == sitting.interview.asking:
            return Spoken(sitting, owed=owed)
        return Spoken(sitting, item, card_of(tx, sitting, item), owed)


def show_again(desk: Desk, user_id: str, *, seat: str, question: str) -> Spoken:
    """What they showed for this question in their last round holds for this one too, because they say so. It
    waits for a ruling of its own. The same again changes nothing.

    Raises: NotYourSeat, AssessmentIsClosed, StaleCard if there is nothing (any more) to show again.
    """
    with desk.transaction() as tx:
        sitting = sit(desk, tx, user_id, seat)
        last = sitting.interview.last
        if not sitting.interview.has(question) or question not in last.shown:
            raise stale(sitting, question)
        shown = [
            Shown(
                each.form, each.source, each.nature, each.level, each.text, each.number, each.unit, each.file
            )
            for each in tx.evidence.of_seat(last.seat)
            if each.question == question and each.state is not EvidenceState.RETURNED
        ]
        item, key = sitting.interview.item(question), f"again/{question}"
        sitting, kept = keep(desk, tx, sitting, item, shown, key)
        number = sitting.interview.facts
        owed = owe_reply(
            desk, tx, sitting, f"{key}/{number}", "shown", question=question, evidence=kept[:MOST_AT_ONCE]
        )
        return Spoken(sitting, owed=owed)


def keep(
    desk: Desk, tx: Tx, sitting: Sitting, item: Item, shown: Iterable[Shown], key: str
) -> tuple[Sitting, list[dict[str, str]]]:
    """A step: the evidence and, beside the other facts of the seat, that it was shown. Gives the `id` and a
    `name` of each."""
    kept: list[dict[str, str]] = []
    for number, each in enumerate(shown):
        evidence = Evidence(
            id=desk.new_id(),
            assessment_id=sitting.assessment.id,
            seat_id=sitting.seat.id,
            question=item.id,
            key=f"{key}/{number}",
            form=each.form,
            source=each.source,
            nature=each.nature,
            level=each.level,
            text=each.text,
            number=each.number,
            unit=each.unit,
            file=each.file,
            at=desk.now(),
        )
        if tx.evidence.add(evidence):
            sitting = say(desk, tx, sitting, f"showed/{evidence.id}", Said.SHOWED, item.id, text=evidence.id)
            why = only_name_of(each.file) if each.file else None
            kept.append({"id": evidence.id, "name": name_of(each), **({"only_name": why} if why else {})})
    return sitting, kept


def withdraw(desk: Desk, user_id: str, *, evidence: str) -> Sitting:
    """Take back what one has shown, until the assessment closes. Twice is once.

    Raises: NoSuchEvidence, AssessmentIsClosed.
    """
    with desk.transaction() as tx:
        found = tx.evidence.find(evidence)
        seat = _seat(tx, found) if found else None
        if found is None or seat is None or seat.user_id != user_id:
            raise NoSuchEvidence()
        return take_away(desk, tx, sit(desk, tx, user_id, seat.id), found)


def take_away(desk: Desk, tx: Tx, sitting: Sitting, shown: Evidence) -> Sitting:
    """A step: what its author takes back counts no longer, whatever was ruled."""
    for state in (EvidenceState.WAITING, EvidenceState.ACCEPTED, EvidenceState.RETURNED):
        tx.evidence.rule(shown.id, only_if=state, state=EvidenceState.WITHDRAWN, by=None, at=desk.now())
    return say(desk, tx, sitting, f"withdrew/{shown.id}", Said.WITHDREW, shown.question, text=shown.id)


def file_deleted(desk: Desk, *, file: str) -> int:
    """Slack has that file no longer. What was ruled on it stays, and it says so wherever it is shown, also
    beside an action. Returns for how many pieces of evidence that is so."""
    with desk.transaction() as tx:
        there = [shown for shown in tx.evidence.with_file(file) if shown.file and not shown.file.gone]
        for shown in there:
            tx.evidence.lose_file(shown)
        return len(there) + tx.actions.lose_file(file)


def only_name_of(file: SlackFile) -> str | None:
    """Why such a file is never handed to whoever checks it, so that its name is all that they get: `size`,
    `program` (it could do harm), or None if nothing speaks against it."""
    if file.size > LARGEST_FILE:
        return "size"
    ending = PurePath(file.name.rstrip(". ")).suffix.lower().removeprefix(".")  # Windows leaves those away
    return "program" if {file.type.lower(), ending} & PROGRAMS else None


def name_of(shown: Shown | Evidence) -> str:
    """In a few words: the file's name, the number with its unit, the link, the beginning of the words."""
    if shown.file:
        return shown.file.name
    words = f"{shown.number} {shown.unit or ''}" if shown.number is not None else shown.text or ""
    words = " ".join(words.split())
    return words if len(words) <= LONGEST_NAME else f"{words[: LONGEST_NAME - 1]}…"


def of_question(desk: Desk, user_id: str, *, seat: str, question: str) -> tuple[Sitting, list[Evidence]]:
    """What this person shows for a question. Raises: NotYourSeat, AssessmentIsClosed, StaleCard."""
    with desk.transaction() as tx:
        sitting = sit(desk, tx, user_id, seat)
        if not sitting.interview.has(question):
            raise stale(sitting, question)
        return sitting, [shown for shown in tx.evidence.of_seat(seat) if shown.question == question]


def review(desk: Desk, user_id: str, *, assessment: str) -> Review:
    """What waits for a ruling. Raises: NoSuchAssessment, NotReviewer."""
    with desk.transaction() as tx:
        return review_in(desk, tx, user_id, _reviewed(tx, user_id, assessment))


def review_named(desk: Desk, user_id: str, *, name: str, channel: str | None) -> Review:
    """The same for the one that is meant. Raises: NoSuchAssessment, NotReviewer."""
    with desk.transaction() as tx:
        found = assessment_for(tx, user_id, name, channel, [AssessmentState.OPEN, AssessmentState.CLOSED])
        return review_in(desk, tx, user_id, _reviewed(tx, user_id, found.id))


def about(desk: Desk, user_id: str, *, evidence: str) -> About:
    """The question that it is for. Raises: NoSuchEvidence, NotReviewer, OwnEvidence."""
    with desk.transaction() as tx:
        exhibit, assessment, _ = _to_rule(desk, tx, user_id, evidence)
        return About(desk.pack_of(tx, assessment), exhibit.item)


def accept(desk: Desk, user_id: str, *, evidence: str) -> Ruled:
    """It shows what it is meant to show: the level that it supports counts as evidenced from now on.

    Raises: NoSuchEvidence, NotReviewer, OwnEvidence, AlreadyRuled, SupportsNoLevel.
    """
    with desk.transaction() as tx:
        exhibit, assessment, _ = _to_rule(desk, tx, user_id, evidence)
        if exhibit.level is None:
            raise SupportsNoLevel()
        _rule(desk, tx, user_id, exhibit, EvidenceState.ACCEPTED, level=exhibit.level)
        return Ruled(review_in(desk, tx, user_id, assessment))


def send_back(desk: Desk, user_id: str, *, evidence: str, reason: str) -> Ruled:
    """It does not show that; its author is told why, if we still know who that is.

    Raises: NoSuchEvidence, NotReviewer, OwnEvidence, AlreadyRuled, NoRulingReason.
    """
    if not reason.strip():
        raise NoRulingReason()
    with desk.transaction() as tx:
        exhibit, assessment, seat = _to_rule(desk, tx, user_id, evidence)
        _rule(desk, tx, user_id, exhibit, EvidenceState.RETURNED, reason=reason.strip())
        owed = None
        if seat:
            owed = desk.owe(
                tx,
                f"returned/{evidence}",
                kind="returned",
                subject_id=seat.id,
                recipient=seat.user_id,
                evidence=evidence,
            )
        return Ruled(review_in(desk, tx, user_id, assessment), (owed,) if owed else ())


def file_of(desk: Desk, user_id: str, *, evidence: str) -> SlackFile:
    """The file of an exhibit, for who may review it. Raises: NoSuchEvidence, NotReviewer."""
    with desk.transaction() as tx:
        found = tx.evidence.find(evidence)
        if found is None or found.file is None or found.file.gone:
            raise NoSuchEvidence()
        _reviewed(tx, user_id, found.assessment_id)
        return found.file


@dataclass(frozen=True)
class Checked:
    """What came of the evidence for a question: the highest level that was accepted, and how much of it was
    returned."""

    accepted: int | None = None
    returned: int = 0


def checked(tx: Tx, assessment_id: str) -> dict[str, Checked]:
    """By question, where anything was ruled on."""
    found: dict[str, Checked] = {}
    for each in tx.evidence.in_state(assessment_id, EvidenceState.ACCEPTED):
        before = found.get(each.question, Checked())
        found[each.question] = replace(before, accepted=max(before.accepted or 0, each.level or 0))
    for each in tx.evidence.in_state(assessment_id, EvidenceState.RETURNED):
        before = found.get(each.question, Checked())
        found[each.question] = replace(before, returned=before.returned + 1)
    return found


def settle_levels(desk: Desk, tx: Tx, assessment: Assessment) -> None:
    """A step: what supports whatever its author answers supports what they have answered."""
    for found, _, level in _waiting(desk, tx, assessment):
        if level is not None:
            tx.evidence.support(found.id, level=level)


def _seat(tx: Tx, evidence: Evidence) -> Seat | None:
    """Its author's, unless who that is was forgotten."""
    return tx.seats.find(evidence.seat_id) if evidence.seat_id else None


def _reviewed(tx: Tx, user_id: str, assessment: str) -> Assessment:
    found = tx.assessments.find(assessment)
    if found is None or found.state not in {AssessmentState.OPEN, AssessmentState.CLOSED}:
        raise NoSuchAssessment(name="")
    if not may_review(found, user_id):
        raise NotReviewer(**named_to(found, user_id))
    return found


def _to_rule(desk: Desk, tx: Tx, user_id: str, evidence: str) -> tuple[Exhibit, Assessment, Seat | None]:
    found = tx.evidence.find(evidence)
    if found is None or found.state is EvidenceState.WITHDRAWN:
        raise NoSuchEvidence()
    assessment = _reviewed(tx, user_id, found.assessment_id)
    seat = _seat(tx, found)
    if _is_of(seat, user_id):
        raise OwnEvidence()
    replies = _replies(desk, tx, assessment, seat) if found.level is None else {}
    level = _supported(found, replies)
    return _exhibit(desk, tx, user_id, assessment, found, seat, level), assessment, seat


def _rule(
    desk: Desk, tx: Tx, user_id: str, exhibit: Exhibit, state: EvidenceState, **values: int | str
) -> None:
    ruled = tx.evidence.rule(
        exhibit.evidence.id,
        only_if=EvidenceState.WAITING,
        state=state,
        by=user_id,
        at=desk.now(),
        **values,
    )
    if not ruled:
        raise AlreadyRuled()
    what = "accepted_evidence" if state is EvidenceState.ACCEPTED else "returned_evidence"
    desk.write_down(tx, exhibit.evidence.assessment_id, user_id, what, question=exhibit.evidence.question)


def review_in(desk: Desk, tx: Tx, user_id: str, assessment: Assessment) -> Review:
    """A step: the same for whoever may review it."""
    there = _waiting(desk, tx, assessment)
    others = [
        _exhibit(desk, tx, user_id, assessment, found, seat, level)
        for found, seat, level in there
        if not _is_of(seat, user_id)
    ]
    counts = tx.evidence.counts(assessment.id)
    return Review(
        assessment,
        desk.pack_of(tx, assessment),
        waiting=tuple(exhibit for exhibit in others if exhibit.level),
        unsupporting=tuple(exhibit for exhibit in others if not exhibit.level),
        mine=len(there) - len(others),
        accepted=counts.get(EvidenceState.ACCEPTED, 0),
        returned=counts.get(EvidenceState.RETURNED, 0),
        facilitating=facilitates(assessment, user_id),
    )


def to_check(desk: Desk, tx: Tx, user_id: str, assessment: Assessment) -> int:
    """A step: how much waits for this person, if they may review it."""
    if not may_review(assessment, user_id):
        return 0
    there = _waiting(desk, tx, assessment)
    return sum(bool(level) and not _is_of(seat, user_id) for _, seat, level in there)


def _waiting(desk: Desk, tx: Tx, assessment: Assessment) -> list[tuple[Evidence, Seat | None, int | None]]:
    """With its author's seat, and the level that it supports. Each author is heard once."""
    found = tx.evidence.in_state(assessment.id, EvidenceState.WAITING)
    seats = {each.seat_id: _seat(tx, each) for each in found}
    by_answer = {each.seat_id for each in found if each.level is None}
    replies = {seat: _replies(desk, tx, assessment, seats[seat]) for seat in by_answer}
    return [(each, seats[each.seat_id], _supported(each, replies.get(each.seat_id, {}))) for each in found]


def _is_of(seat: Seat | None, user_id: str) -> bool:
    return seat is not None and seat.user_id == user_id


def _exhibit(
    desk: Desk,
    tx: Tx,
    user_id: str,
    assessment: Assessment,
    found: Evidence,
    seat: Seat | None,
    level: int | None,
) -> Exhibit:
    """For this reviewer."""
    item = desk.pack_of(tx, assessment).item(found.question)
    named = seat and _learns_authors(assessment, user_id)
    author = tx.people.get(seat.user_id) if seat and named else None
    return Exhibit(found, item, level, author)


def _replies(desk: Desk, tx: Tx, assessment: Assessment, seat: Seat | None) -> Mapping[str, Reply]:
    """What its author answers now, if we still know who that is."""
    return hear(tx, desk.pack_of(tx, assessment), assessment, seat).interview.replies if seat else {}


def _supported(found: Evidence, replies: Mapping[str, Reply]) -> int | None:
    """The level that it supports, if only by what its author answers."""
    if found.level is not None:
        return found.level
    return replies[found.question].value if found.question in replies else None


def _learns_authors(assessment: Assessment, user_id: str) -> bool:
    """Whoever rules on confidential evidence does, but not a facilitator whom its author had not heard of."""
    scope = Scope.of(assessment)
    if scope.privacy is Privacy.CONFIDENTIAL and facilitates(assessment, user_id):
        return sees_names(assessment, user_id)
    return scope.names_are_known
