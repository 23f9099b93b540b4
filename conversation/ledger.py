"""The use cases of who posts: claim what is due, and say what became of it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from conversation import channels, first, threads
from conversation.assessments import facilitated, facilitates, named_to
from conversation.desk import LEASE, Desk, short
from conversation.errors import NoSuchAssessment, NotFacilitator, NothingToAnswer, Refused
from storage.records import Assessment, Posting, PostingState
from storage.store import Tx

#: Kinds that are an edit of a message that was posted, by the kind of that.
EDITS = {"refresh": "launched", "plan_edit": "plan", "intro_edit": "intro"}
#: Those that are not said anew where that message is gone.
ONLY_THERE = {"intro_edit"}
#: Kinds that draw one message once more where it stands, whose key they carry.
DRAWN_AGAIN = {"closed_edit", "kept_edit"}
#: Waits after each time that something nobody foresaw came in between. Once more, and it is given up. Each is
#: shorter than what would be taken for the claim of a clock that was ahead.
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 45))
#: The note of what was given up for that.
UNFORESEEN = "unforeseen"
#: Slack's word where nobody, or this person, reads direct messages of ours.
NO_DIRECT_MESSAGES = {"messages_tab_disabled", "cannot_dm_user", "cannot_dm_bot"}


class Arrived(NamedTuple):
    """A posting that is in Slack, and where."""

    posting: Posting
    channel: str
    ts: str


@short
def claim_next(desk: Desk) -> Posting | None:
    """The longest due posting that nobody else is sending."""
    with desk.transaction() as tx:
        return tx.postings.claim_next(token=desk.claimant, now=desk.now(), lease=LEASE)


@short
def readers_due(desk: Desk, *, kinds: Collection[str], most: int) -> list[str]:
    """Whom something of these kinds is for that is due and nobody sends yet, the longest due first."""
    with desk.transaction() as tx:
        return list(dict.fromkeys(tx.postings.readers_due(kinds, now=desk.now(), most=most)))


@short
def hold(desk: Desk, posting: Posting) -> bool:
    """Go on holding the claim. False if it ran out and the posting is somebody else's by now."""
    with desk.transaction() as tx:
        return tx.postings.hold(posting, until=desk.now() + LEASE)


@short
def release(desk: Desk, postings: Iterable[Posting]) -> None:
    """Claimed, but not begun: whoever comes first may send them."""
    with desk.transaction() as tx:
        for posting in postings:
            tx.postings.not_sent(posting, due_at=posting.due_at, note="released")


def may_stand_since(desk: Desk, posting: Posting) -> str | None:
    """A card may have taken the place of the one before it, however long ago that was posted: the
    timestamp of that place."""
    with desk.transaction() as tx:
        before = tx.postings.latest(subject_id=posting.subject_id, kind=posting.kind)
        return before.ts if before and posting.kind == "card" else None


def place_of_live(desk: Desk, posting: Posting) -> tuple[str, str] | None:
    """Where the message stands that this edit is about: where it was edited last, or posted."""
    with desk.transaction() as tx:
        edited = tx.postings.about([posting.subject_id], kind=posting.kind)
        posted = tx.postings.about([posting.subject_id], kind=EDITS[posting.kind])
        places = [
            (each.channel, each.ts)
            for each in (*posted, *edited)
            if each.recipient == posting.recipient and each.channel and each.ts
        ]
        return places[-1] if places else None


def wait_for_live(desk: Desk, posting: Posting) -> bool:
    """What this edit is about may stand in Slack as it was before, and nobody knows that yet: the edit comes
    later. False if nothing is on its way there."""
    with desk.transaction() as tx:
        perhaps_there = any(
            each.recipient == posting.recipient and each.state is PostingState.CLAIMED
            for each in tx.postings.about([posting.subject_id], kind=EDITS[posting.kind])
        )
        later = desk.now() + LEASE
        return perhaps_there and tx.postings.not_sent(posting, due_at=later, note="not there yet")


def place_of_old(desk: Desk, posting: Posting) -> dict[str, Any] | None:
    """Where the message stands that was on its way when this change of it was owed. None if it has not
    arrived: then this comes later, or not at all."""
    with desk.transaction() as tx:
        old = tx.postings.find(posting.contents["of"])
        if old and old.state is PostingState.SENT and old.ts:
            return {"channel": old.channel, "ts": old.ts}
        if old and old.state is PostingState.CLAIMED:
            tx.postings.not_sent(posting, due_at=desk.now() + LEASE, note="not there yet")
        else:
            tx.postings.give_up(posting, state=PostingState.DROPPED, note="no longer wanted")
        return None


def not_wanted(desk: Desk, posting: Posting) -> None:
    """There is nothing to say it to, or nothing to say."""
    with desk.transaction() as tx:
        tx.postings.give_up(posting, state=PostingState.DROPPED, note="no longer wanted")


def look_up_later(desk: Desk, posting: Posting, *, at: datetime) -> None:
    """Nobody knows whether Slack has it, and it cannot be asked just now. It stays an uncertain one."""
    with desk.transaction() as tx:
        tx.postings.hold(posting, until=at)


@short
def sent(desk: Desk, arrived: Sequence[Arrived]) -> list[bool]:
    """Slack has these. False for one whose lease had run out, if another took it over. Of a result, what
    comes next in its thread is owed now."""
    with desk.transaction() as tx:
        settled = tx.postings.all_sent(map(_placed, arrived))
        for (posting, _, ts), is_settled in zip(arrived, settled, strict=True):
            if is_settled and posting.kind in {"result", "aspect"}:
                threads.owe_next(desk, tx, posting, ts=ts)
        return settled


def _placed(arrived: Arrived) -> Arrived:
    """What was only drawn again stands where the message stood that it is about, and that keeps its place."""
    return arrived._replace(channel="", ts="") if arrived.posting.kind in DRAWN_AGAIN else arrived


@short
def not_yet(desk: Desk, posting: Posting, *, due_at: datetime, note: str) -> None:
    """Slack surely does not have it, and may take it later."""
    with desk.transaction() as tx:
        tx.postings.not_sent(posting, due_at=due_at, note=note)


def stumbled(desk: Desk, posting: Posting, *, perhaps_there: bool) -> bool:
    """Something that nobody foresaw came in between; the longer ago the first time is, the later it is tried
    again. Where Slack perhaps has it, it stays an uncertain one and is looked up first. False if it was
    settled, or somebody else has it."""
    later = desk.now() + BACKOFF[min(posting.failures, len(BACKOFF) - 1)]
    with desk.transaction() as tx:
        if not tx.postings.count_failure(posting):
            return False
        if perhaps_there or not may_try_again(posting):
            return tx.postings.hold(posting, until=later)
        return tx.postings.not_sent(posting, due_at=later, note=UNFORESEEN)


def may_try_again(posting: Posting) -> bool:
    """After one more such failure than are known of it."""
    return posting.failures < len(BACKOFF)


def failed(desk: Desk, posting: Posting, *, note: str) -> None:
    """Slack refuses it for good, or nobody can draw it; the facilitator is told if a channel waits for it."""
    with desk.transaction() as tx:
        if tx.postings.give_up(posting, state=PostingState.FAILED, note=note):
            _after_giving_up(desk, tx, posting, note)


def nobody_knows(desk: Desk, posting: Posting, *, note: str) -> None:
    """It may have been sent and cannot be looked up: better once too few than twice."""
    with desk.transaction() as tx:
        if tx.postings.give_up(posting, state=PostingState.UNCERTAIN, note=note):
            _after_giving_up(desk, tx, posting, note)


def cannot_redraw(desk: Desk, posting: Posting, *, note: str) -> tuple[Posting, ...]:
    """Slack does not let it be changed any more. Of a result its thread says what holds now."""
    with desk.transaction() as tx:
        if not tx.postings.give_up(posting, state=PostingState.FAILED, note=note):
            return ()
        if posting.kind != "corrected":
            return ()
        owed = desk.owe(
            tx,
            f"correction/{posting.key}",
            kind="correction",
            subject_id=posting.subject_id,
            recipient=posting.recipient,
            revision=posting.contents["revision"],
            thread=posting.contents["place"]["ts"],
        )
        return (owed,) if owed else ()


def post_again(desk: Desk, user_id: str, *, key: str) -> tuple[Posting, ...]:
    """The facilitator saw that it is not there, or mended what was in the way. Raises: NoSuchAssessment,
    NotFacilitator."""
    with desk.transaction() as tx:
        posting = tx.postings.find(key)
        assessment = tx.assessments.find(posting.subject_id) if posting else None
        if posting is None or assessment is None:
            raise NoSuchAssessment(name="")
        if not facilitates(assessment, user_id):
            raise NotFacilitator(**named_to(assessment, user_id))
        tx.channels.resume(posting.recipient)
        tx.postings.owe_again(key, due_at=desk.now())
        claimed = tx.postings.claim(key, token=desk.claimant, now=desk.now(), lease=LEASE)
        return (claimed,) if claimed else ()


def undelivered(tx: Tx, assessment: Assessment) -> list[Posting]:
    """A step: invitations and results for people that Slack did not take because they cannot be written
    to."""
    subjects = {assessment.id, *(seat.id for seat in tx.seats.of(assessment.id))}
    return [
        posting
        for posting in tx.postings.in_state(PostingState.FAILED)
        if posting.subject_id in subjects and posting.note in NO_DIRECT_MESSAGES
    ]


def deliver_again(desk: Desk, user_id: str, *, assessment: str) -> int:
    """Somebody has turned on what kept Slack from taking our direct messages. Returns how many go out now.

    Raises: NoSuchAssessment, NotFacilitator.
    """
    with desk.transaction() as tx:
        again = undelivered(tx, facilitated(tx, user_id, assessment))
        return sum(tx.postings.owe_again(posting.key, due_at=desk.now()) for posting in again)


def post_elsewhere(desk: Desk, user_id: str, *, key: str, channel: str) -> tuple[Posting, ...]:
    """The facilitator chose another channel for the assessment, where what could not be posted goes now.

    Raises: NoSuchAssessment, NotFacilitator.
    """
    with desk.transaction() as tx:
        posting = tx.postings.find(key)
        assessment = tx.assessments.find(posting.subject_id) if posting else None
        if posting is None or assessment is None:
            raise NoSuchAssessment(name="")
        if not facilitates(assessment, user_id):
            raise NotFacilitator(**named_to(assessment, user_id))
        tx.assessments.change(assessment.id, only_if=assessment.state, channel=channel)
        desk.write_down(tx, assessment.id, user_id, "moved_channel", before=posting.recipient, to=channel)
        tx.channels.resume(channel)
        tx.postings.owe_elsewhere(key, channel, due_at=desk.now())
        claimed = tx.postings.claim(key, token=desk.claimant, now=desk.now(), lease=LEASE)
        return (claimed,) if claimed else ()


def refuse(desk: Desk, user_id: str, *, key: str, error: Refused) -> tuple[Posting, ...]:
    """Say no to something that somebody wrote; `key` names what they wrote, so that it is said once. Whoever
    has nothing to answer is helped."""
    with desk.transaction() as tx:
        if isinstance(error, NothingToAnswer):
            helped = first.help_with(desk, tx, user_id, key=key, error=error)
            return (helped,) if helped else ()
        owed = desk.owe(
            tx,
            f"no/{key}",
            kind="no",
            subject_id=user_id,
            recipient=user_id,
            error=error.key,
            values={name: _stored(value) for name, value in error.values.items()},
        )
        return (owed,) if owed else ()


def refused_with(posting: Posting) -> dict[str, Any]:
    """What fills the sentence of a refusal that was kept: moments and days are again what they were."""
    return {name: _restored(value) for name, value in posting.contents["values"].items()}


def _stored(value: Any) -> Any:
    match value:
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case tuple() | list():
            return [_stored(each) for each in value]
    return value


def _restored(value: Any) -> Any:
    match value:
        case {"moment": str(moment)}:
            return datetime.fromisoformat(moment)
        case {"day": str(day)}:
            return date.fromisoformat(day)
        case list():
            return [_restored(each) for each in value]
    return value


def whispered(desk: Desk, user_id: str, *, channel: str, about: str) -> bool:
    """Keep that this message in a channel is answered, to its author alone. False if it was before: Slack may
    bring an event again, and whispers cannot be looked up."""
    with desk.transaction() as tx:
        owed = desk.owe(
            tx, f"whisper/{channel}/{about}", kind="whisper", subject_id=user_id, recipient=channel
        )
        return owed is not None and tx.postings.sent(owed, channel=channel, ts=about)


def _after_giving_up(desk: Desk, tx: Tx, posting: Posting, note: str) -> None:
    if not _is_known(desk, tx, posting, note):
        _tell_facilitator(desk, tx, posting, note)
    if posting.kind == "aspect":
        threads.owe_next(desk, tx, posting)


def _is_known(desk: Desk, tx: Tx, posting: Posting, note: str) -> bool:
    """Whether its channel takes nothing, and somebody was told before; from now on posts to it wait."""
    if posting.kind not in channels.TO_CHANNELS or note not in channels.REFUSED:
        return False
    return not tx.channels.pause(posting.recipient, why=channels.REFUSED[note], at=desk.now())


def _tell_facilitator(desk: Desk, tx: Tx, posting: Posting, note: str) -> None:
    assessment = tx.assessments.find(posting.subject_id) if posting.kind in channels.TO_CHANNELS else None
    if assessment is None:
        return
    tx.postings.owe(
        f"trouble/{posting.key}/{desk.new_id()}",
        kind="trouble",
        subject_id=assessment.id,
        recipient=assessment.facilitator,
        due_at=desk.now(),
        contents={
            "what": channels.TO_CHANNELS[posting.kind],
            "channel": posting.recipient,
            "error": note,
            "posting": posting.key,
        },
        now=desk.now(),
    )
