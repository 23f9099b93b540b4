"""A result opened into its reasons: what everybody may see of it, and who said what where names are known."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from conversation.assessments import facilitates, seen, sees_names
from conversation.contents import Verdict
from conversation.desk import Desk
from conversation.errors import AssessmentIsOpen
from conversation.reports import verdict_for
from conversation.scope import Privacy, Scope
from conversation.sitting import hear
from conversation.standing import Reply
from storage.records import Assessment, AssessmentState, Seat
from storage.store import Tx


@dataclass(frozen=True)
class Voice:
    """What one person said to a question, in which roles; `late` if it was added after closing."""

    user_id: str
    roles: tuple[str, ...]
    reply: Reply
    late: bool = False


@dataclass(frozen=True)
class Details:
    """`voices` by question, or None where nobody is to know who said what; `channel` is where somebody asked
    for them, which may be why they see them."""

    verdict: Verdict
    voices: Mapping[str, tuple[Voice, ...]] | None
    channel: str | None = None


def details(desk: Desk, user_id: str, *, assessment: str, channel: str | None = None) -> Details:
    """For whoever sees its result, in this channel or because they have to do with it. Raises:
    NoSuchAssessment, AssessmentIsOpen, NotShared."""
    with desk.transaction() as tx:
        states = [AssessmentState.CLOSED, AssessmentState.OPEN]
        found = seen(tx, user_id, assessment, channel, states)
        return replace(_details(desk, tx, user_id, found), channel=channel)


def _details(desk: Desk, tx: Tx, user_id: str, assessment: Assessment) -> Details:
    if assessment.state is AssessmentState.OPEN:
        raise AssessmentIsOpen(subject=assessment.subject, closes_at=assessment.closes_at)
    seats = tx.seats.of(assessment.id)
    named = _may_see_names(assessment, user_id, seats)
    voices = _voices(desk, tx, assessment, seats) if named else None
    return Details(verdict_for(desk, tx, user_id, assessment), voices)


def _may_see_names(assessment: Assessment, user_id: str, seats: list[Seat]) -> bool:
    """As the invitation promised: who took part and the facilitator, the facilitator alone, or nobody."""
    privacy = Scope.of(assessment).privacy
    facilitating = facilitates(assessment, user_id)
    if privacy is Privacy.ATTRIBUTED:
        return facilitating or any(seat.user_id == user_id for seat in seats)
    return privacy is Privacy.CONFIDENTIAL and sees_names(assessment, user_id)


def _voices(desk: Desk, tx: Tx, assessment: Assessment, seats: list[Seat]) -> dict[str, tuple[Voice, ...]]:
    """By name, and by id of those who have the same: whoever reads it finds people in the same place
    everywhere."""
    pack = desk.pack_of(tx, assessment)
    names = {seat.user_id: tx.people.get(seat.user_id).name.casefold() for seat in seats}
    found: dict[str, tuple[Voice, ...]] = {}
    for seat in sorted(seats, key=lambda seat: (names[seat.user_id], seat.user_id)):
        said = hear(tx, pack, assessment, seat).interview
        for question, reply in said.replies.items():
            voice = Voice(seat.user_id, seat.roles, reply, late=question in said.added)
            found[question] = (*found.get(question, ()), voice)
    return found
