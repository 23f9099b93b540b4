"""What is said in each posting, looked up at the moment of saying it.

`None` means that it is owed no longer: the person has answered, the action is done, nothing happened this
week. Asked again in the transaction that holds the claim, so that nobody is told what has become untrue.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from conversation import (
    again,
    attention,
    away,
    channels,
    deadline,
    digests,
    earlier,
    evidence,
    followups,
    informing,
    latecomers,
    ledger,
    mydata,
    nudging,
    planpost,
    prioritising,
    setting_up,
    sharing,
    snoozing,
    ticketing,
    turnout,
)
from conversation.again import Again
from conversation.assessments import (
    assessment_for,
    changeable,
    facilitated,
    facilitates,
    result_of,
    seen,
    sees_names,
)
from conversation.bearings import NOWHERE, bearings_of
from conversation.contents import (
    Agreed,
    AspectReply,
    Attention,
    Card,
    ClosedEarly,
    ClosingSoon,
    Contents,
    Correction,
    Deleting,
    Done,
    DraftEnded,
    Expiring,
    Finished,
    HandedIn,
    HandedOver,
    Heard,
    Help,
    Informed,
    Intro,
    Invite,
    Kept,
    Language,
    LateAnswers,
    Live,
    MoreToAnswer,
    MyData,
    No,
    NoLongerAsked,
    Part,
    PrivacyTightened,
    ReminderSettings,
    RenewalRefused,
    Reply,
    Returned,
    RoleCorrected,
    ScopesMissing,
    SinceReply,
    Status,
    Tabled,
    Told,
    Trouble,
    Unaccepted,
    Verdict,
    Welcome,
)
from conversation.desk import LEASE, Desk, short
from conversation.drafting import draft_of
from conversation.earlier import Comparison
from conversation.errors import AssessmentIsOpen, NoSuchAssessment, NotShared
from conversation.findings import Findings
from conversation.hours import Hours, hours_of
from conversation.pack import Item
from conversation.scope import Privacy, Scope
from conversation.shared import differing, shared_revisions, since_last
from conversation.sheetfile import Problem
from conversation.sitting import Sitting, attend, attend_now, card_key, hear, shown
from conversation.threads import SINCE
from storage.records import (
    UNFINISHED,
    Action,
    Assessment,
    AssessmentState,
    EvidenceState,
    Posting,
    PostingState,
    Seat,
    SeatState,
)
from storage.store import Tx


def contents(desk: Desk, posting: Posting) -> Contents | None:
    """What to say; if there is nothing to say any more, the posting is dropped."""
    with desk.transaction() as tx:
        if channels.is_paused(tx, posting):
            return None
        found = _KINDS[posting.kind](desk, tx, posting)
        if found is None:
            tx.postings.give_up(posting, state=PostingState.DROPPED, note="no longer wanted")
        return found


@short
def take_up(desk: Desk, card: Posting) -> tuple[Posting, Sitting] | None:
    """Claim a card that was released, and see how whoever it is for stands now. None if somebody else has it
    or it was settled; one that was overtaken is dropped."""
    with desk.transaction() as tx:
        claimed = tx.postings.claim(card.key, token=desk.claimant, now=desk.now(), lease=LEASE)
        if claimed is None:
            return None
        sitting = attend_now(desk, tx, claimed.subject_id)
        if sitting is None or not _is_asked(sitting, claimed):
            tx.postings.give_up(claimed, state=PostingState.DROPPED, note="no longer wanted")
            return None
        return claimed, sitting


def as_it_is_now(desk: Desk, tx: Tx, posting: Posting) -> Contents | None:
    """What a message that was sent would say if it were said now."""
    return _KINDS[posting.kind](desk, tx, posting)


@dataclass(frozen=True)
class Overtaken:
    """An answered question whose card still stands in Slack with all its buttons, as far as we know."""

    sitting: Sitting
    item: Item
    channel: str
    ts: str


def overtaken(desk: Desk, posting: Posting) -> Overtaken | None:
    """The card before this one, if this one has reached Slack in a place of its own."""
    with desk.transaction() as tx:
        this = tx.postings.find(posting.key)
        before = tx.postings.latest(subject_id=posting.subject_id, kind="card", besides=posting.key)
        sitting = _sitting(desk, tx, posting.subject_id)
        if this is None or before is None or sitting is None or this.state is not PostingState.SENT:
            return None
        interview, question = sitting.interview, before.contents["question"]
        asked_again = interview.asking is not None and interview.asking.id == question
        if (before.channel, before.ts) == (this.channel, this.ts) or asked_again:
            return None
        if question is None or not before.channel or not before.ts:
            return None
        if interview.has(question) and question not in interview.replies:
            return None
        return Overtaken(sitting, sitting.pack.item(question), before.channel, before.ts)


def status(desk: Desk, user_id: str, *, name: str = "", channel: str | None = None) -> Status:
    """Who has finished, by role; never an answer. Raises: NoSuchAssessment."""
    with desk.transaction() as tx:
        states = [AssessmentState.OPEN, AssessmentState.CLOSED]
        return _status(desk, tx, user_id, assessment_for(tx, user_id, name, channel, states))


def status_of(desk: Desk, user_id: str, *, assessment: str) -> Status:
    """The same for one that is known. Raises: NoSuchAssessment, NotFacilitator."""
    with desk.transaction() as tx:
        return _status(desk, tx, user_id, facilitated(tx, user_id, assessment))


def status_seen(desk: Desk, user_id: str, *, assessment: str, channel: str | None = None) -> Status:
    """The same for who has a status of it before them, in this channel or because they have to do with it.
    Raises: NoSuchAssessment."""
    with desk.transaction() as tx:
        return _status(desk, tx, user_id, seen(tx, user_id, assessment, channel, list(AssessmentState)))


def _status(desk: Desk, tx: Tx, user_id: str, assessment: Assessment) -> Status:
    seats = tx.seats.counts(assessment.id)
    pack = desk.pack_of(tx, assessment)
    roles = turnout.by_role(pack, seats)
    mine = (seat for seat in tx.seats.held_by(user_id) if seat.assessment_id == assessment.id)
    facilitating = facilitates(assessment, user_id)
    uncertain = [
        posting
        for posting in tx.postings.in_state(PostingState.UNCERTAIN)
        if posting.subject_id == assessment.id
    ]
    return Status(
        assessment=assessment,
        roles=roles,
        invited=turnout.people(seats),
        sent=turnout.people(seats, SeatState.SENT),
        started=turnout.people(seats, SeatState.STARTED),
        declined=turnout.people(seats, SeatState.DECLINED),
        withdrew=turnout.people(seats, SeatState.WITHDREW),
        silent_roles=tuple(role for role in roles if not role.sent),
        facilitating=facilitating,
        mine=next(mine, None),
        evidence=evidence.to_check(desk, tx, user_id, assessment),
        uncertain=tuple(uncertain),
        attention=attention.of(desk, tx, assessment) if facilitating else Attention(),
        undelivered=len(ledger.undelivered(tx, assessment)) if facilitating else 0,
        at=desk.now(),
        no_reply=nudging.no_reply(tx, assessment) if facilitating else 0,
        choosing=sum(seat.n for seat in seats if not seat.roles and seat.state in UNFINISHED),
        pack=pack,
    )


def verdict(desk: Desk, user_id: str, *, name: str = "", channel: str | None = None) -> Verdict:
    """The latest result. Until it is shared it is the facilitator's preview.

    Raises: NoSuchAssessment, AssessmentIsOpen, NotShared.
    """
    with desk.transaction() as tx:
        states = [AssessmentState.CLOSED, AssessmentState.OPEN]
        assessment = assessment_for(tx, user_id, name, channel, states)
        if assessment.state is AssessmentState.OPEN:
            raise AssessmentIsOpen(subject=assessment.subject, closes_at=assessment.closes_at)
        return _with_rounds(desk, tx, user_id, verdict_for(desk, tx, user_id, assessment), channel)


def to_head(desk: Desk, user_id: str, *, assessment: str) -> Verdict:
    """The result whose headline a facilitator wants to write. Raises: NoSuchAssessment, NotFacilitator,
    ImportedStays, AssessmentIsOpen, AlreadyPosted."""
    with desk.transaction() as tx:
        found = changeable(facilitated(tx, user_id, assessment))
        sharing.must_not_be_posted(tx, found, result_of(tx, found))
        return _preview_for(desk, tx, user_id, found)


def verdict_of(desk: Desk, user_id: str, *, assessment: str) -> Verdict:
    """The same of one that is known, for whoever has to do with it. Raises: NoSuchAssessment,
    AssessmentIsOpen, NotShared."""
    with desk.transaction() as tx:
        found = seen(tx, user_id, assessment, None, [AssessmentState.CLOSED, AssessmentState.OPEN])
        if found.state is AssessmentState.OPEN:
            raise AssessmentIsOpen(subject=found.subject, closes_at=found.closes_at)
        return _with_rounds(desk, tx, user_id, verdict_for(desk, tx, user_id, found))


def verdict_for(desk: Desk, tx: Tx, user_id: str, assessment: Assessment) -> Verdict:
    """The facilitators see the latest revision, everybody else the latest that was made known to them."""
    if facilitates(assessment, user_id):
        return _preview_for(desk, tx, user_id, assessment)
    shared = shared_revisions(tx, [assessment.id], user_id).get(assessment.id)
    if shared is None:
        raise NotShared(subject=assessment.subject, facilitator=assessment.facilitator)
    return verdict_on(desk, tx, assessment, private=False, revision=shared, reader=user_id)


def _beside(
    desk: Desk, tx: Tx, user_id: str, verdict: Verdict, channel: str | None, *, for_readers: bool = False
) -> Comparison | None:
    """The rounds before it, as this reader sees them there; None if there is nothing to compare."""
    found = earlier.beside(
        desk,
        tx,
        user_id,
        verdict.assessment,
        verdict.pack,
        verdict.findings,
        channel,
        gaps=verdict.order.gaps,
        for_readers=for_readers,
    )
    return found if found.since else None


def _with_rounds(desk: Desk, tx: Tx, user_id: str, verdict: Verdict, channel: str | None = None) -> Verdict:
    return replace(verdict, beside=_beside(desk, tx, user_id, verdict, channel))


def _preview_for(desk: Desk, tx: Tx, user_id: str, assessment: Assessment) -> Verdict:
    """A facilitator whom people had not heard of when they were asked sees what readers see."""
    found = verdict_on(desk, tx, assessment, private=True)
    found = replace(found, posted_in=sharing.posted_in(tx, assessment, found.revision))
    if sees_names(assessment, user_id):
        return found
    readers = found.findings.for_readers
    return replace(found, findings=readers, differing=differing(readers))


def verdict_on(
    desk: Desk,
    tx: Tx,
    assessment: Assessment,
    *,
    private: bool,
    revision: int | None = None,
    reader: str | None = None,
) -> Verdict:
    """This revision of the result, or the latest; for this reader, or for the channel."""
    results = tx.results.all(assessment.id)
    if not results:
        raise NoSuchAssessment(name=assessment.subject)
    result = next((each for each in results if each.revision == revision), results[-1])
    found = Findings.model_validate(result.body)
    return Verdict(
        assessment=assessment,
        scope=Scope.of(assessment),
        pack=desk.pack_of(tx, assessment),
        findings=found if private else found.for_readers,
        revision=result.revision,
        private=private,
        headline=result.headline,
        since=since_last(desk, tx, assessment, found.for_readers, reader),
        differing=differing(found),
        decided=prioritising.decided(tx, assessment.id),
    )


# Each kind of posting, by its name in the ledger.


def _sitting(desk: Desk, tx: Tx, seat_id: str) -> Sitting | None:
    seat = tx.seats.find(seat_id)
    if seat is None:
        return None
    assessment = tx.assessments.get(seat.assessment_id)
    return attend(desk, tx, assessment, seat)


def _card(desk: Desk, tx: Tx, posting: Posting) -> Card | None:
    """Only the card of where the person stands now; an older one was overtaken."""
    sitting = _sitting(desk, tx, posting.subject_id)
    return Card(sitting) if sitting and _is_asked(sitting, posting) else None


def _is_asked(sitting: Sitting, card: Posting) -> bool:
    return sitting.assessment.takes_answers and card.key == card_key(sitting)


def _reply(desk: Desk, tx: Tx, posting: Posting) -> Reply | None:
    sitting = _sitting(desk, tx, posting.subject_id)
    if sitting is None:
        return None
    said = posting.contents
    helps = said["word"] == "help"
    besides = bearings_of(tx, posting.recipient, besides=sitting.seat.id) if helps else NOWHERE
    return Reply(sitting, said["word"], said["values"], besides)


def _invite(desk: Desk, tx: Tx, posting: Posting) -> Invite | None:
    sitting = _sitting(desk, tx, posting.subject_id)
    if sitting is None or not sitting.assessment.takes_answers:
        return None
    person = tx.people.get(posting.recipient)
    if sitting.seat.state is not SeatState.INVITED or person.gone:
        return None
    if sitting.assessment.state is AssessmentState.TRIAL:
        return Invite(sitting, Scope.of(sitting.assessment), left=False)
    hours = hours_of(desk, tx, person, sitting.assessment.facilitator)
    if at := _waits(desk, tx, posting, hours):
        tx.seats.change(sitting.seat.id, invited_at=at)
        nudging.replan(desk, tx, sitting.assessment, sitting.seat, invited_at=at)
        return None
    return _invitation(tx, sitting, posting)


def _invitation(tx: Tx, sitting: Sitting, posting: Posting) -> Invite:
    left = nudging.reminders_about(tx, [sitting.seat.id])[sitting.seat.id].owed
    said = posting.contents
    return Invite(
        sitting,
        Scope.of(sitting.assessment),
        left=bool(left),
        by=said.get("by"),
        note=said.get("note", ""),
        busy_with=_busy_with(tx, sitting.seat),
    )


def _busy_with(tx: Tx, seat: Seat) -> str | None:
    """What else this person is in the middle of."""
    for other in tx.seats.held_by(seat.user_id):
        assessment = tx.assessments.get(other.assessment_id)
        if (
            other.state is SeatState.STARTED
            and assessment.state is AssessmentState.OPEN
            and other.id != seat.id
        ):
            return assessment.subject
    return None


def _more(desk: Desk, tx: Tx, posting: Posting) -> MoreToAnswer | None:
    sitting = _sitting(desk, tx, posting.subject_id)
    if sitting is None or sitting.assessment.state is not AssessmentState.OPEN:
        return None
    person = tx.people.get(posting.recipient)
    hours = hours_of(desk, tx, person, sitting.assessment.facilitator)
    unfinished = sitting.seat.state in UNFINISHED
    if not unfinished or person.gone or _waits(desk, tx, posting, hours):
        return None
    said = posting.contents
    return MoreToAnswer(sitting, said["by"], said["note"], said["questions"])


def _handed_over(desk: Desk, tx: Tx, posting: Posting) -> HandedOver:
    said = posting.contents
    return HandedOver(tx.assessments.get(posting.subject_id), said["by"], said["to"], said["single"])


def _role_corrected(desk: Desk, tx: Tx, posting: Posting) -> RoleCorrected:
    said, assessment = posting.contents, tx.assessments.get(posting.subject_id)
    pack = desk.pack_of(tx, assessment)
    was, now = (tuple(pack.role(role).title for role in said[key]) for key in ("was", "now"))
    return RoleCorrected(assessment, said["who"], was, now)


def _late(desk: Desk, tx: Tx, posting: Posting) -> LateAnswers | None:
    sitting = _sitting(desk, tx, posting.contents["seat"])
    if sitting is None or not sitting.interview.late.asked:
        return None
    return LateAnswers(sitting, len(sitting.interview.late.questions))


def _tightened(desk: Desk, tx: Tx, posting: Posting) -> PrivacyTightened | None:
    """What became tighter still is told of in a message of its own."""
    sitting = _sitting(desk, tx, posting.subject_id)
    if sitting is None or sitting.assessment.state is not AssessmentState.OPEN:
        return None
    now = {"privacy": sitting.scope.privacy, "group": sitting.scope.group}
    hours = hours_of(desk, tx, tx.people.get(posting.recipient), sitting.assessment.facilitator)
    if posting.contents != now or _waits(desk, tx, posting, hours):
        return None
    return PrivacyTightened(sitting, sitting.scope)


def _closed_early(desk: Desk, tx: Tx, posting: Posting) -> ClosedEarly | None:
    """Not to whoever has answered since, and was told then. Closed twice before they could read of it, it is
    said once."""
    sitting = _sitting(desk, tx, posting.subject_id)
    if sitting is None or sitting.assessment.state is not AssessmentState.CLOSED:
        return None
    newest = tx.postings.newest(subject_id=posting.subject_id, kind=posting.kind)
    if newest and newest.key != posting.key:
        return None
    person = tx.people.get(posting.recipient)
    hours = hours_of(desk, tx, person, sitting.assessment.facilitator)
    if sitting.interview.late.questions or person.gone or _waits(desk, tx, posting, hours):
        return None
    return ClosedEarly(sitting)


def _closed_edit(desk: Desk, tx: Tx, posting: Posting) -> Contents | None:
    """What says until when people may answer, as it is now; closed, or opened again."""
    old, sitting = tx.postings.find(posting.contents["of"]), _sitting(desk, tx, posting.subject_id)
    if old is None or sitting is None:
        return None
    match old.kind:
        case "card":
            return Card(sitting) if shown(sitting.interview).items() <= old.contents.items() else None
        case "reply":
            return _reply(desk, tx, old)
        case "nudge" if waiting := nudging.still_waiting(desk, tx, old):
            return waiting
        case _ if sitting.assessment.state is AssessmentState.CLOSED:
            scope = sitting.scope if old.kind == "invite" else None
            return NoLongerAsked(sitting.assessment, sitting, scope)
        case "invite":
            return _invitation(tx, sitting, old)
        case _:
            return as_it_is_now(desk, tx, old)


def _waits(desk: Desk, tx: Tx, posting: Posting, hours: Hours) -> datetime | None:
    """What is late, because we were not running, does not come at night, nor to somebody who is away; it is
    owed again for then. Whether it may have reached Slack already was looked up before this is asked."""
    at = hours.next(desk.now())
    if at > desk.now() and tx.postings.not_sent(posting, due_at=at, note="not now"):
        return at
    return None


def _again(desk: Desk, tx: Tx, posting: Posting) -> Again | None:
    """Whom it is for may have left with nobody to follow yet: then it waits for who comes."""
    person = tx.people.get(posting.recipient)
    if person.gone:
        tx.postings.not_sent(posting, due_at=desk.now() + again.A_MONTH, note="nobody facilitates it")
        return None
    if _waits(desk, tx, posting, hours_of(desk, tx, person, person.user_id)):
        return None
    return again.question(desk, tx, posting)


def _intro(desk: Desk, tx: Tx, posting: Posting) -> Intro:
    """Where answers carry no names it counts everybody who was ever asked: without who was taken off, left or
    passed theirs on it would tell who had begun, and rise when one of them withdraws."""
    assessment = tx.assessments.get(posting.subject_id)
    scope, id = Scope.of(assessment), assessment.id
    named = scope.privacy is Privacy.ATTRIBUTED
    people = turnout.people(tx.seats.counts(id)) if named else len(tx.seats.of(id))
    return Intro(assessment, scope, desk.pack_of(tx, assessment), people)


def _finished(desk: Desk, tx: Tx, posting: Posting) -> Finished | None:
    assessment = tx.assessments.get(posting.subject_id)
    if assessment.state is not AssessmentState.OPEN:
        return None
    seats = tx.seats.counts(assessment.id)
    pack = desk.pack_of(tx, assessment)
    roles = turnout.by_role(pack, seats)
    return Finished(assessment, roles, turnout.people(seats, SeatState.DECLINED), pack)


def _verdict(desk: Desk, tx: Tx, posting: Posting) -> Verdict | None:
    """A preview that a newer revision has overtaken is not wanted any more, nor one of what is open again."""
    assessment = tx.assessments.get(posting.subject_id)
    if assessment.state is AssessmentState.OPEN:
        return None
    meant = posting.contents.get("revision")
    if posting.kind == "result":
        found = verdict_on(desk, tx, assessment, private=False, revision=meant)
        return replace(found, threaded=True, updated=_was_posted_before(tx, posting, found.revision))
    found = _preview_for(desk, tx, posting.recipient, assessment)
    found = _with_rounds(desk, tx, posting.recipient, found)
    return found if meant in {None, found.revision} else None


def _was_posted_before(tx: Tx, posting: Posting, revision: int) -> bool:
    """Another one, or this one as it was then: it is drawn again where it stands."""
    posted = tx.postings.about([posting.subject_id], kind="result")
    return any(int(each.key.rpartition("/")[2]) < revision for each in posted)


def _aspect_reply(desk: Desk, tx: Tx, posting: Posting) -> AspectReply | SinceReply | None:
    assessment, said = tx.assessments.get(posting.subject_id), posting.contents
    verdict = verdict_on(desk, tx, assessment, private=False, revision=said["revision"])
    if said["aspect"] == SINCE:
        beside = _beside(desk, tx, "", verdict, posting.recipient, for_readers=True)
        return SinceReply(beside) if beside else None
    return AspectReply(verdict, said["aspect"])


def _participant_result(desk: Desk, tx: Tx, posting: Posting) -> Verdict | None:
    """The same as in the channel, with what this person has in it."""
    assessment = tx.assessments.get(posting.subject_id)
    hours = hours_of(desk, tx, tx.people.get(posting.recipient), assessment.facilitator)
    return None if _waits(desk, tx, posting, hours) else _for_participant(desk, tx, posting)


def _for_participant(desk: Desk, tx: Tx, posting: Posting) -> Verdict:
    assessment, reader = tx.assessments.get(posting.subject_id), posting.recipient
    meant = posting.contents["revision"]
    found = verdict_on(desk, tx, assessment, private=False, revision=meant, reader=reader)
    return _with_rounds(desk, tx, reader, replace(found, mine=_part(desk, tx, found, reader)))


def _redrawn(desk: Desk, tx: Tx, posting: Posting) -> Contents | None:
    """What stands somewhere in Slack, as this revision says it."""
    old = tx.postings.find(posting.contents["of"])
    if old is None:
        return None
    contents = {**old.contents, "revision": posting.contents["revision"]}
    now = old.model_copy(update={"contents": contents})
    if old.kind == "aspect":
        return _aspect_reply(desk, tx, now)
    return _for_participant(desk, tx, now) if old.kind == "participant_result" else _verdict(desk, tx, now)


def _correction(desk: Desk, tx: Tx, posting: Posting) -> Correction:
    assessment = tx.assessments.get(posting.subject_id)
    revision = posting.contents["revision"]
    return Correction(verdict_on(desk, tx, assessment, private=False, revision=revision))


def _part(desk: Desk, tx: Tx, verdict: Verdict, reader: str) -> Part:
    if not tx.seats.any_held(verdict.assessment.id):
        return Part(known=False)
    held = (seat for seat in tx.seats.held_by(reader) if seat.assessment_id == verdict.assessment.id)
    seat = next(held, None)
    if seat is None:
        return Part(known=True)
    interview = hear(tx, verdict.pack, verdict.assessment, seat).interview
    quotable = tx.answers.quotable(seat.id)
    quoted = sum((quote.question, quote.text) in quotable for quote in verdict.findings.quotes)
    return Part(True, interview.answered, sum(map(bool, interview.comments.values())), quoted)


def _agreed(desk: Desk, tx: Tx, posting: Posting) -> Agreed | None:
    action = tx.actions.find(posting.subject_id)
    if action is None:
        return None
    assessment = tx.assessments.get(action.assessment_id)
    pack = desk.pack_of(tx, assessment)
    title = pack.item(action.question).title if action.question else ""
    return Agreed(assessment, action, title, pack, ticketing.tickets_of(desk, tx, [action]))


def _unaccepted(desk: Desk, tx: Tx, posting: Posting) -> Unaccepted | None:
    found = informing.unaccepted(desk, tx, posting)
    return found if found and not _must_wait(desk, tx, posting, found.action) else None


def _informed(desk: Desk, tx: Tx, posting: Posting) -> Informed | None:
    found = informing.news(desk, tx, posting)
    return found if found and not _must_wait(desk, tx, posting, found.action) else None


def _must_wait(desk: Desk, tx: Tx, posting: Posting, action: Action) -> bool:
    """What is said of an action comes when its reader works."""
    person = tx.people.get(posting.recipient)
    return _waits(desk, tx, posting, hours_of(desk, tx, person, action.agreed_by)) is not None


def _heard(desk: Desk, tx: Tx, posting: Posting) -> Heard:
    said = posting.contents
    found = [action for each in said["actions"] if (action := tx.actions.find(each))]
    files = tuple((file["name"], file["only_name"]) for file in said.get("files", ()))
    return Heard(said["word"], tuple(found), said["undoable"], files)


def _handed_in(desk: Desk, tx: Tx, posting: Posting) -> HandedIn:
    kept = posting.contents
    found = Tabled.kept(kept["found"]) if kept["found"] else None
    told = tuple(Problem(*each) for each in kept["told"])
    return HandedIn(kept["name"], posting.key, found, told, kept["problems"])


def _live(desk: Desk, tx: Tx, posting: Posting) -> Live | None:
    """Only its owner has one; an edit of what was closed before is the last."""
    assessment = tx.assessments.get(posting.subject_id)
    if posting.recipient != assessment.facilitator:
        return None
    return Live(_status(desk, tx, posting.recipient, assessment))


def _closing_soon(desk: Desk, tx: Tx, posting: Posting) -> ClosingSoon | None:
    """Not if it was extended since, or every role has a voice."""
    assessment = tx.assessments.get(posting.subject_id)
    still = assessment.closes_at.isoformat() == posting.contents["closes_at"]
    if assessment.state is not AssessmentState.OPEN or not still:
        return None
    silent = deadline.closing_of(desk, tx, assessment).silent
    return ClosingSoon(assessment, silent) if silent else None


def _told(desk: Desk, tx: Tx, posting: Posting) -> Told | None:
    """What has changed back meanwhile is told to nobody."""
    assessment = tx.assessments.get(posting.subject_id)
    said = posting.contents
    if said["word"] in {"channel_paused", "channel_back"} and (
        tx.channels.pause_of(said["values"]["channel"]) is None
    ):
        return None
    return Told(assessment, said["word"], said["values"])


def _returned(desk: Desk, tx: Tx, posting: Posting) -> Returned | None:
    found = tx.evidence.find(posting.contents["evidence"])
    sitting = _sitting(desk, tx, posting.subject_id)
    if found is None or sitting is None or found.state is not EvidenceState.RETURNED:
        return None
    return Returned(sitting, found, sitting.pack.item(found.question))


def _kept(desk: Desk, tx: Tx, posting: Posting) -> Kept | None:
    assessment = tx.assessments.get(posting.subject_id)
    return Kept(draft_of(desk, tx, assessment)) if assessment.state is AssessmentState.DRAFT else None


def _draft_ended(desk: Desk, tx: Tx, posting: Posting) -> DraftEnded:
    return DraftEnded(tx.assessments.get(posting.subject_id))


def _settings(desk: Desk, tx: Tx, posting: Posting) -> ReminderSettings:
    done = posting.contents["done"]
    return away.settings_of(desk, tx, posting.recipient, Done(done) if done else None)


def _no(desk: Desk, tx: Tx, posting: Posting) -> No:
    return No(posting.contents["error"], ledger.refused_with(posting))


def _my_data(desk: Desk, tx: Tx, posting: Posting) -> MyData:
    return mydata.found(desk, tx, posting.recipient)


def _language(desk: Desk, tx: Tx, posting: Posting) -> Language:
    return Language(tx.people.get(posting.recipient).language, posting.contents["unknown"])


def _retention(desk: Desk, tx: Tx, posting: Posting) -> Expiring | None:
    assessment = tx.assessments.get(posting.subject_id)
    planned = assessment.state is AssessmentState.CLOSED and assessment.erase_at
    return Expiring(assessment) if planned else None


def _deleting(desk: Desk, tx: Tx, posting: Posting) -> Deleting | None:
    assessment = tx.assessments.get(posting.subject_id)
    return Deleting(assessment) if assessment.state is AssessmentState.DELETED else None


def _trouble(desk: Desk, tx: Tx, posting: Posting) -> Trouble:
    said = posting.contents
    return Trouble(
        tx.assessments.get(posting.subject_id), said["what"], said["channel"], said["error"], said["posting"]
    )


def _welcome(desk: Desk, tx: Tx, posting: Posting) -> Welcome:
    return Welcome(posting.recipient)


def _help(desk: Desk, tx: Tx, posting: Posting) -> Help:
    values = posting.contents["values"]
    return Help(
        values.get("said", ""),
        brief=posting.kind == "brief_help",
        asked=bool(values.get("wants_help")),
        whole=bool(values.get("whole")),
        bearings=bearings_of(tx, posting.recipient),
    )


def _scopes(desk: Desk, tx: Tx, posting: Posting) -> ScopesMissing:
    return ScopesMissing(tuple(posting.contents["scopes"]))


def _renewal(desk: Desk, tx: Tx, posting: Posting) -> RenewalRefused | None:
    """Not if it was installed again meanwhile."""
    said, now = posting.contents, tx.installations.current()
    if now is None or now.version != said["version"]:
        return None
    return RenewalRefused(datetime.fromisoformat(said["ends"]), said["url"])


_KINDS: dict[str, Callable[[Desk, Tx, Posting], Contents | None]] = {
    "card": _card,
    "reply": _reply,
    "invite": _invite,
    "nudge": nudging.due,
    "settings": _settings,
    "snoozed": snoozing.said,
    "tightened": _tightened,
    "closed_early": _closed_early,
    "closed_edit": _closed_edit,
    "more": _more,
    "passed": _handed_over,
    "role": _role_corrected,
    "late": _late,
    "intro": _intro,
    "intro_edit": _intro,
    "finished": _finished,
    "again": _again,
    "preview": _verdict,
    "result": _verdict,
    "aspect": _aspect_reply,
    "participant_result": _participant_result,
    "corrected": _redrawn,
    "redrawn": _redrawn,
    "correction": _correction,
    "agreed": _agreed,
    "unaccepted": _unaccepted,
    "informed": _informed,
    "heard": _heard,
    "handed_in": _handed_in,
    "plan": planpost.contents,
    "plan_edit": planpost.contents,
    "ticket": ticketing.news,
    "remind": followups.due,
    "escalation": followups.escalated,
    "digest": digests.digest,
    "digest_edit": digests.edited,
    "summary": digests.summary,
    "launched": _live,
    "refresh": _live,
    "closing_soon": _closing_soon,
    "told": _told,
    "returned": _returned,
    "trouble": _trouble,
    "kept": _kept,
    "kept_edit": _draft_ended,
    "offer": latecomers.offer,
    "setup": setting_up.question,
    "no": _no,
    "my_data": _my_data,
    "retention": _retention,
    "deleting": _deleting,
    "language": _language,
    "welcome": _welcome,
    "scopes": _scopes,
    "renewal": _renewal,
    "help": _help,
    "brief_help": _help,
}
