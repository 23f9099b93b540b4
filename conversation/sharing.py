"""What becomes of a result that only its facilitators have seen: a sentence over it, and then it is posted
to a channel, sent to those who took part, or kept private, in any order and at any time."""

from dataclasses import dataclass, replace

from conversation import channels, worktime
from conversation.assessments import changeable, facilitated, held, result_of
from conversation.channels import Channel
from conversation.desk import Desk
from conversation.errors import (
    AlreadyPosted,
    CannotPostThere,
    ChangedMeanwhile,
    NobodyToSendTo,
    NoChannel,
    WouldGiveAway,
)
from conversation.findings import Findings
from conversation.hours import hours_of
from conversation.scope import Scope
from conversation.shared import may_be_shared
from storage.records import (
    Assessment,
    AssessmentState,
    Deed,
    Person,
    PersonKind,
    Posting,
    PostingState,
    Result,
    SeatState,
)
from storage.store import Tx

#: Characters of a headline.
LONGEST_HEADLINE = 300
#: What a result is posted as for others to read.
POSTED = ("result", "participant_result")


@dataclass(frozen=True)
class Shared:
    """`before`: who else had it posted already, where this was the second to ask."""

    assessment: Assessment
    channel: str
    owed: tuple[Posting, ...]
    before: Deed | None = None
    minutes: int = 0


@dataclass(frozen=True)
class Audience:
    """Those who took part, as far as they are known and can be written to; of these, `guests` are not
    members of the workspace."""

    assessment: Assessment
    revision: int
    people: tuple[Person, ...]
    guests: tuple[Person, ...]
    told_before: int


@dataclass(frozen=True)
class Sent:
    assessment: Assessment
    people: int
    told_before: int


def share(desk: Desk, user_id: str, *, assessment: str) -> Shared:
    """Post the result to the assessment's channel, once. Raises: NoSuchAssessment, NotFacilitator, NoChannel,
    AssessmentIsOpen, CannotPostThere, WouldGiveAway."""
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        result = result_of(tx, found)
        if found.channel is None:
            raise NoChannel(subject=found.subject)
        _must_not_give_away(tx, found, result)
        if waiting := tx.channels.pause_of(found.channel):
            raise CannotPostThere(channel=found.channel, error=waiting.why)
        owed = desk.owe(
            tx,
            f"result/{found.id}/{result.revision}",
            kind="result",
            subject_id=found.id,
            recipient=found.channel,
            revision=result.revision,
        )
        if owed:
            desk.write_down(tx, found.id, user_id, "shared", channel=found.channel, revision=result.revision)
            return Shared(found, found.channel, (owed,))
        before = _deed(tx, found, "shared")
        if before is None or before.by == user_id:
            return Shared(found, found.channel, ())
        minutes = int((desk.now() - before.at).total_seconds() // 60)
        return Shared(found, str(before.values["channel"]), (), before, minutes)


def move_and_share(
    desk: Desk, user_id: str, *, assessment: str, channel: str, blocked: str | None = None
) -> Channel:
    """Choose this channel, and post the result there. Raises: as `channels.move` and `share`."""
    chosen = channels.move(desk, user_id, assessment=assessment, channel=channel, blocked=blocked)
    shared = share(desk, user_id, assessment=assessment)
    return replace(chosen, owed=chosen.owed + shared.owed)


def head(desk: Desk, user_id: str, *, assessment: str, revision: int, headline: str, was: str) -> Assessment:
    """Put this sentence over the result, in place of the one that is worked out; an empty one takes it away.
    `was`: the one that stood there when the form was opened.

    Raises: NoSuchAssessment, NotFacilitator, ImportedStays, AssessmentIsOpen, ChangedMeanwhile,
    AlreadyPosted.
    """
    said = " ".join(headline.split())[:LONGEST_HEADLINE]
    with desk.transaction() as tx:
        found = changeable(held(desk, tx, user_id, assessment, [AssessmentState.CLOSED]))
        result = result_of(tx, found)
        if said == (result.headline or ""):
            return found
        if result.revision != revision or was != (result.headline or ""):
            raise ChangedMeanwhile(subject=found.subject)
        must_not_be_posted(tx, found, result)
        tx.results.head(found.id, revision, said or None)
        desk.write_down(tx, found.id, user_id, "headline")
        return found


def audience(desk: Desk, user_id: str, *, assessment: str) -> Audience:
    """Raises: NoSuchAssessment, NotFacilitator, AssessmentIsOpen, NobodyToSendTo."""
    with desk.transaction() as tx:
        return _audience(tx, facilitated(tx, user_id, assessment))


def send_to_participants(desk: Desk, user_id: str, *, assessment: str, guests: bool = False) -> Sent:
    """Send everybody who took part the result as readers see it, each in their working hours, once for each
    revision; guests of the workspace only if that is wanted. Whoever declined or left is not written to.

    Raises: NoSuchAssessment, NotFacilitator, AssessmentIsOpen, NobodyToSendTo.
    """
    with desk.transaction() as tx:
        found = _audience(tx, facilitated(tx, user_id, assessment))
        _must_not_give_away(tx, found.assessment, result_of(tx, found.assessment))
        people = found.people + (found.guests if guests else ())
        if not people:
            raise NobodyToSendTo(subject=found.assessment.subject)
        new = sum(_send(desk, tx, found, person) for person in people)
        if new:
            desk.write_down(
                tx, found.assessment.id, user_id, "sent_to_participants", people=new, revision=found.revision
            )
        return Sent(found.assessment, new, len(people) - new)


def look(desk: Desk, user_id: str, *, assessment: str) -> Assessment:
    """For a choice of what becomes of it. Raises: NoSuchAssessment, NotFacilitator, AssessmentIsOpen."""
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        result_of(tx, found)
        return found


def _send(desk: Desk, tx: Tx, found: Audience, person: Person) -> bool:
    """Left to the beat: many at once would outlast a claim's lease at Slack's pace."""
    now = desk.now()
    hours = hours_of(desk, tx, person, found.assessment.facilitator)
    return tx.postings.owe(
        _key(found.assessment, found.revision, person),
        kind="participant_result",
        subject_id=found.assessment.id,
        recipient=person.user_id,
        due_at=worktime.in_worktime(now, hours.tz),
        contents={"revision": found.revision},
        now=now,
    )


def _audience(tx: Tx, found: Assessment) -> Audience:
    """Where who sat where is forgotten, everybody who was asked."""
    result = result_of(tx, found)
    away = {SeatState.DECLINED, SeatState.LEFT, SeatState.WITHDREW}
    seats = [seat for seat in tx.seats.of(found.id) if seat.user_id]
    ids = [seat.user_id for seat in seats if seat.state not in away] if seats else Scope.of(found).people
    people = [person for user_id in ids if (person := tx.people.get(user_id)).asked]
    if not people:
        raise NobodyToSendTo(subject=found.subject)
    told = [tx.postings.find(_key(found, result.revision, person)) for person in people]
    return Audience(
        found,
        result.revision,
        tuple(person for person in people if person.kind is PersonKind.MEMBER),
        tuple(person for person in people if person.kind is not PersonKind.MEMBER),
        sum(each is not None for each in told),
    )


def _must_not_give_away(tx: Tx, found: Assessment, result: Result) -> None:
    if not may_be_shared(tx, found, Findings.model_validate(result.body)):
        raise WouldGiveAway(subject=found.subject, group=Scope.of(found).group)


def _key(found: Assessment, revision: int, person: Person) -> str:
    return f"participant_result/{found.id}/{revision}/{person.user_id}"


def must_not_be_posted(tx: Tx, found: Assessment, result: Result) -> None:
    """A step. Raises: AlreadyPosted."""
    for kind in POSTED:
        for posting in tx.postings.about([found.id], kind=kind):
            posted = posting.state not in {PostingState.FAILED, PostingState.DROPPED}
            if posted and posting.contents.get("revision") == result.revision:
                raise AlreadyPosted(subject=found.subject)


def posted_in(tx: Tx, found: Assessment, revision: int) -> str | None:
    """The channel in which this revision of the result stands, or to which it is on its way."""
    posting = tx.postings.find(f"result/{found.id}/{revision}")
    gone = posting is None or posting.state in {PostingState.FAILED, PostingState.DROPPED}
    return None if posting is None or gone else posting.recipient


def _deed(tx: Tx, found: Assessment, what: str) -> Deed | None:
    return next((deed for deed in reversed(tx.deeds.of(found.id)) if deed.what == what), None)
