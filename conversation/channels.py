"""The channels in which we post: what happens when one is archived, deleted, shared, or no longer lets us in.

Posts to it wait from then on. A facilitator of each assessment that uses it hears of that once, with what
can be done; nothing is posted there again before one of them has confirmed it.
"""

from dataclasses import dataclass
from datetime import datetime

from conversation import digests
from conversation.assessments import facilitated, held
from conversation.desk import LEASE, Desk
from conversation.errors import CannotPostThere, NoChannel
from conversation.live import owe_refresh
from storage.records import Assessment, AssessmentState, ChannelPause, Posting, PostingState
from storage.store import Tx

ARCHIVED, DELETED, LEFT, SHARED = "archived", "deleted", "left", "shared"
#: What Slack answers where it takes no more posts, by why that is.
REFUSED = {
    "is_archived": ARCHIVED,
    "channel_not_found": LEFT,
    "not_in_channel": LEFT,
    "restricted_action": "restricted",
    "restricted_action_read_only_channel": "restricted",
    "restricted_action_thread_only_channel": "restricted",
    "restricted_action_non_threadable_channel": "restricted",
}
_USING = (AssessmentState.OPEN, AssessmentState.CLOSED)
#: What is said in a channel about an assessment as a whole, and may still be said later.
_WAITING = ("intro", "result", "plan")
#: Kinds whose reader is a channel, by what they are called: when one cannot be posted, a facilitator hears
#: of it.
TO_CHANNELS = {
    "intro": "introduction",
    "result": "result",
    "aspect": "thread of the result",
    "digest": "digest",
    "plan": "plan",
}


@dataclass(frozen=True)
class Channel:
    """What of an assessment is posted where; `pause` is set while nothing may be. `owed` was waiting."""

    assessment: Assessment
    channel: str
    pause: ChannelPause | None
    owed: tuple[Posting, ...] = ()


def pause(desk: Desk, *, channel: str, why: str) -> tuple[Posting, ...]:
    """Slack told us that this happened to a channel. The same news again is no news, nor is what happens to
    channels in which we have nothing to say."""
    with desk.transaction() as tx:
        if not _using(tx, channel) or not tx.channels.pause(channel, why=why, at=desk.now()):
            return ()
        return _tell(desk, tx, channel, "channel_paused", why=why)


def back(desk: Desk, *, channel: str) -> tuple[Posting, ...]:
    """It is there again: somebody is asked whether to go on."""
    with desk.transaction() as tx:
        waiting = tx.channels.pause_of(channel)
        return _tell(desk, tx, channel, "channel_back", why=waiting.why) if waiting else ()


def renumber(desk: Desk, *, was: str, now: str) -> None:
    """Slack gave a channel another id: whoever reads there sees what they saw, and what stands there is
    edited there."""
    with desk.transaction() as tx:
        for found in tx.assessments.in_states([*AssessmentState]):
            if found.channel == was:
                tx.assessments.change(found.id, only_if=found.state, channel=now)
        tx.postings.renumber(was=was, now=now)


def look(desk: Desk, user_id: str, *, assessment: str) -> Channel:
    """Raises: NoSuchAssessment, NotFacilitator, NoChannel."""
    with desk.transaction() as tx:
        found = facilitated(tx, user_id, assessment)
        if found.channel is None:
            raise NoChannel(subject=found.subject)
        return Channel(found, found.channel, tx.channels.pause_of(found.channel))


def used_by(desk: Desk, user_id: str, *, assessment: str) -> Assessment:
    """For a choice of another one. Raises: NoSuchAssessment, NotFacilitator."""
    with desk.transaction() as tx:
        return facilitated(tx, user_id, assessment)


def resume(desk: Desk, user_id: str, *, assessment: str, blocked: str | None = None) -> Channel:
    """Go on posting where nothing was posted for a while; what waited is posted now. The same again changes
    nothing. `blocked`: why Slack would still take nothing there.

    Raises: NoSuchAssessment, NotFacilitator, NoChannel, CannotPostThere.
    """
    with desk.transaction() as tx:
        found = held(desk, tx, user_id, assessment, _USING)
        if found.channel is None:
            raise NoChannel(subject=found.subject)
        waiting = tx.channels.pause_of(found.channel)
        if waiting is None:
            return Channel(found, found.channel, None)
        if blocked:
            raise CannotPostThere(channel=found.channel, error=blocked)
        tx.channels.resume(found.channel)
        desk.write_down(tx, found.id, user_id, "resumed_channel", channel=found.channel)
        return Channel(found, found.channel, None, _post_what_waits(desk, tx, found, since=waiting))


def move(desk: Desk, user_id: str, *, assessment: str, channel: str, blocked: str | None = None) -> Channel:
    """Post in this channel from now on, also what was waiting. What was posted stays where it is.
    `blocked`: why Slack would take nothing there.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed, CannotPostThere.
    """
    if blocked:
        raise CannotPostThere(channel=channel, error=blocked)
    with desk.transaction() as tx:
        found = held(desk, tx, user_id, assessment, _USING)
        if found.channel == channel:
            return Channel(found, channel, tx.channels.pause_of(channel))
        before = found.channel
        tx.assessments.change(found.id, only_if=found.state, channel=channel)
        found = tx.assessments.get(found.id)
        desk.write_down(tx, found.id, user_id, "moved_channel", before=before, to=channel)
        waiting = tx.channels.pause_of(before) if before else None
        if before:
            tx.postings.readdress(found.id, was=before, now=channel)
        tx.channels.resume(channel)
        return Channel(found, channel, None, _post_what_waits(desk, tx, found, since=waiting))


def is_paused(tx: Tx, posting: Posting) -> bool:
    """A step: whether this waits because its channel does. What is of its day only is dropped, what is of the
    assessment waits."""
    if posting.kind not in TO_CHANNELS or tx.channels.pause_of(posting.recipient) is None:
        return False
    state = PostingState.FAILED if posting.kind in _WAITING else PostingState.DROPPED
    return tx.postings.give_up(posting, state=state, note="the channel is paused")


def _post_what_waits(
    desk: Desk, tx: Tx, found: Assessment, *, since: ChannelPause | None
) -> tuple[Posting, ...]:
    assert found.channel is not None
    owed: list[Posting | None] = []
    for posting in tx.postings.owed_to(found.channel, PostingState.FAILED):
        if posting.subject_id == found.id and posting.kind in _WAITING:
            tx.postings.owe_again(posting.key, due_at=desk.now())
            owed.append(tx.postings.claim(posting.key, token=desk.claimant, now=desk.now(), lease=LEASE))
    if found.state is AssessmentState.CLOSED:
        digests.owe_next(desk, tx, found, since=_silent_since(tx, found, since) or desk.now())
    owe_refresh(desk, tx, found)
    return tuple(filter(None, owed))


def _silent_since(tx: Tx, found: Assessment, pause: ChannelPause | None) -> datetime | None:
    """From when on the channel has not been told what happened: what a digest that was left out had to say
    is said by the next."""
    digests = tx.postings.about([found.id], kind="digest")
    if digests and digests[-1].state is PostingState.DROPPED:
        return datetime.fromisoformat(digests[-1].contents["since"])
    return pause.since if pause else None


def _using(tx: Tx, channel: str) -> list[Assessment]:
    """Assessments that still have something to say there: a later round speaks for its subject."""
    here = [found for found in tx.assessments.in_states(_USING) if found.channel == channel]
    return [found for found in here if not digests.superseded(tx, found)]


def _tell(desk: Desk, tx: Tx, channel: str, word: str, *, why: str) -> tuple[Posting, ...]:
    owed = [
        desk.owe(
            tx,
            f"{word}/{found.id}/{channel}/{int(desk.now().timestamp())}",
            kind="told",
            subject_id=found.id,
            recipient=found.facilitator,
            word=word,
            values={"channel": channel, "why": why},
        )
        for found in _using(tx, channel)
    ]
    return tuple(filter(None, owed))
