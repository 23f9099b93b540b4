"""Taking back what one said, after which nothing of it is left: no fact, no evidence, no message of ours
about it, no link from the seat to the person. What is left is that somebody withdrew.

Of a result that is known already a new revision is worked out, and takes the place of what was posted. Where
answers are not to be traced that is done only when as many withdrew as make a group: two results beside each
other, with one person in between, would show what that person had answered. What was quoted of them is taken
out in any case.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from conversation import conclusion, self_check, turnout
from conversation.desk import Desk
from conversation.errors import Forgotten, NothingOfYours, NotYourSeat
from conversation.findings import Findings
from conversation.scope import Privacy, Scope
from conversation.shared import TO_ALL, TO_PARTICIPANTS, known_revision, may_be_shared
from storage.records import (
    Assessment,
    AssessmentState,
    Posting,
    PostingState,
    Seat,
    SeatState,
)
from storage.store import Tx

#: What people do for others to see is not theirs alone: actions, and what a facilitator is told.
KEPT = (
    "agreed", "remind", "escalation", "digest", "digest_edit", "summary", "intro", "intro_edit", "launched",
    "finished", "preview", "result", "corrected", "correction", "aspect", "trouble",
)  # fmt: skip
_SHARED = (*TO_ALL, "aspect", TO_PARTICIPANTS)

_Quotes = Collection[tuple[str, str]]


class Outcome(StrEnum):
    """What comes of it for the result."""

    ERASED = "erased"
    OPEN = "open"
    NOT_SHARED = "not_shared"
    UPDATED = "updated"
    STAYS = "stays"


@dataclass(frozen=True)
class Withdrawn:
    """`owed` is claimed by this process."""

    assessment: Assessment
    outcome: Outcome
    owed: tuple[Posting, ...] = ()


def withdraw(desk: Desk, user_id: str, *, seat: str) -> Withdrawn:
    """Erase all that this person said and showed in one assessment. They are asked and reminded no more.

    Raises: Forgotten, NotYourSeat.
    """
    with desk.transaction() as tx:
        found = tx.seats.lock(seat)
        if found is None:
            raise Forgotten()
        if found.user_id != user_id:
            raise NotYourSeat()
        return _withdraw(desk, tx, found)


def forget(desk: Desk, user_id: str) -> tuple[Withdrawn, ...]:
    """The same everywhere, and what we remember of the person besides. What they do for others stays: the
    assessments that they facilitate, the actions that they own, what they ruled on and agreed.

    Raises: NothingOfYours if nothing is left to erase.
    """
    with desk.transaction() as tx:
        seats = [tx.seats.lock(seat.id) for seat in tx.seats.held_by(user_id)]
        done = tuple(_withdraw(desk, tx, seat) for seat in seats if seat and seat.user_id == user_id)
        for assessment in tx.assessments.in_states(list(AssessmentState)):
            _uninvite(tx, assessment, user_id)
        if not done and not tx.people.known(user_id):
            raise NothingOfYours()
        if not _acts_for_others(tx, user_id):
            tx.people.forget(user_id)
        tx.feeds.end(user_id)
        tx.postings.forget_of(user_id, besides=KEPT)
        return done


def outcome_of(tx: Tx, assessment: Assessment) -> Outcome:
    """What would come of one more withdrawal."""
    if assessment.state is AssessmentState.SELF_CHECK:
        return Outcome.ERASED
    if assessment.state is AssessmentState.OPEN:
        return Outcome.OPEN
    latest = tx.results.latest(assessment.id)
    if latest is None or not _known(tx, assessment.id):
        return Outcome.NOT_SHARED
    now = Findings.model_validate(latest.body)
    one_more = now.model_copy(update={"withdrew": now.withdrew + 1})
    return Outcome.UPDATED if may_be_shared(tx, assessment, one_more) else Outcome.STAYS


def _withdraw(desk: Desk, tx: Tx, seat: Seat) -> Withdrawn:
    assessment = tx.assessments.get(seat.assessment_id)
    if assessment.state is AssessmentState.SELF_CHECK:
        self_check.erase(tx, seat.user_id, seat.id)
        return Withdrawn(assessment, Outcome.ERASED)
    quotes = tx.answers.quotable(seat.id)
    tx.people.forget_reminder(seat.user_id)
    tx.postings.forget_about([seat.id])
    tx.postings.forget_to(seat.user_id, about=assessment.id)
    tx.evidence.forget(seat.id)
    tx.answers.forget(seat.id)
    tx.seats.vacate(seat, new_id=desk.new_id())
    _uninvite(tx, assessment, seat.user_id)
    desk.write_down(tx, assessment.id, "", "withdrew")
    assessment = tx.assessments.get(assessment.id)
    if assessment.state is AssessmentState.CLOSED and tx.results.latest(assessment.id):
        return _work_out_without(desk, tx, assessment, quotes)
    return Withdrawn(assessment, Outcome.OPEN, _tell_when_all_are_done(desk, tx, assessment))


def _uninvite(tx: Tx, assessment: Assessment, user_id: str) -> None:
    invited = assessment.scope.get("people", ())
    if user_id in invited:
        scope: dict[str, Any] = {
            **assessment.scope,
            "people": [person for person in invited if person != user_id],
        }
        tx.assessments.change(assessment.id, only_if=assessment.state, scope=scope)


def _acts_for_others(tx: Tx, user_id: str) -> bool:
    states = [state for state in AssessmentState if state is not AssessmentState.SELF_CHECK]
    facilitated = (each.facilitator for each in tx.assessments.in_states(states))
    return user_id in facilitated or bool(tx.actions.ever_owned_by(user_id))


def _tell_when_all_are_done(desk: Desk, tx: Tx, assessment: Assessment) -> tuple[Posting, ...]:
    """The last one who was waited for may be the one who withdraws."""
    sent = turnout.people(tx.seats.counts(assessment.id), SeatState.SENT)
    if assessment.state is not AssessmentState.OPEN or tx.seats.any_open(assessment.id) or not sent:
        return ()
    owed = desk.owe(
        tx,
        f"finished/{assessment.id}",
        kind="finished",
        subject_id=assessment.id,
        recipient=assessment.facilitator,
    )
    return (owed,) if owed else ()


def _work_out_without(desk: Desk, tx: Tx, assessment: Assessment, quotes: _Quotes) -> Withdrawn:
    pack, scope = desk.pack_of(tx, assessment), Scope.of(assessment)
    found = conclusion.find(tx, pack, assessment)
    known = _known(tx, assessment.id)
    publish = bool(known) and may_be_shared(tx, assessment, found)
    result = tx.results.add(assessment.id, body=found.model_dump(mode="json"), at=desk.now(), by="")
    for before in tx.results.all(assessment.id)[:-1]:
        less = _without(Findings.model_validate(before.body).for_readers, quotes)
        tx.results.reduce(assessment.id, before.revision, less.model_dump(mode="json"))
    if scope.privacy is Privacy.ATTRIBUTED:
        tx.results.forget_before(assessment.id, result.revision)
    owed = [_owe_preview(desk, tx, assessment, result.revision)]
    if publish or (known and quotes):
        becomes = result.revision if publish else known_revision(tx, assessment.id)
        owed += [_redraw(desk, tx, each, becomes, at=result.revision) for each in known]
    outcome = Outcome.UPDATED if publish else Outcome.STAYS if known else Outcome.NOT_SHARED
    return Withdrawn(assessment, outcome, tuple(filter(None, owed)))


def _known(tx: Tx, assessment: str) -> list[Posting]:
    """What stands in Slack of the result that was made known last to each reader."""
    latest: dict[tuple[str, str], Posting] = {}
    for kind in _SHARED:
        for posting in tx.postings.about([assessment], kind=kind):
            if posting.state is PostingState.SENT and "of" not in posting.contents:
                place = (posting.recipient, posting.contents.get("aspect", ""))
                before = latest.get(place)
                if before is None or before.contents["revision"] <= posting.contents["revision"]:
                    latest[place] = posting
    return list(latest.values())


def _without(found: Findings, quotes: _Quotes) -> Findings:
    left = tuple(quote for quote in found.quotes if (quote.question, quote.text) not in quotes)
    return found.model_copy(update={"quotes": left})


def _owe_preview(desk: Desk, tx: Tx, assessment: Assessment, revision: int) -> Posting | None:
    return desk.owe(
        tx,
        f"preview/{assessment.id}/{revision}",
        kind="preview",
        subject_id=assessment.id,
        recipient=assessment.facilitator,
        revision=revision,
    )


def _redraw(desk: Desk, tx: Tx, posting: Posting, becomes: int | None, *, at: int) -> Posting | None:
    """What stands there says from now on what this revision does; `at` names the occasion. A result is known
    as the one that it has become."""
    return desk.owe(
        tx,
        f"{posting.key}/redrawn/{at}",
        kind="corrected" if posting.kind in TO_ALL else "redrawn",
        subject_id=posting.subject_id,
        recipient=posting.recipient,
        of=posting.key,
        revision=becomes,
        place={"channel": posting.channel, "ts": posting.ts},
    )
