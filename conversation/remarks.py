"""What becomes of an action is written to its issue, where that is wanted: that it is done or dropped, or has
another owner or day. Like the issue itself it is owed in the transaction of what it tells, and written by the
beat, once. A tracker that fails blocks no action; whoever changed the action hears of it.

An issue names nobody, so a comment does not either; what people wrote of the action stays in Slack.
"""

from dataclasses import dataclass
from datetime import timedelta

from conversation import ticketing
from conversation.desk import Desk
from conversation.ticketing import BACKOFF, ENOUGH_LEASE, LEASE, Obstacle
from conversation.trackers import TrackerHere, WriteBack
from storage.records import Action, Remark, RemarkWord, Ticket, TicketState
from storage.store import Tx

#: An issue that is still to be created says these itself.
_SAID_BY_THE_ISSUE = {RemarkWord.OWNER, RemarkWord.DUE}
#: With these an issue is closed, or opened again.
_ENDS = {RemarkWord.DONE, RemarkWord.DROPPED, RemarkWord.REOPENED}


@dataclass(frozen=True)
class Writing:
    """A claimed remark, and the issue to which it is written; `ends`: which is to stand as the action does
    from now on."""

    remark: Remark
    ticket: Ticket
    subject: str
    ends: bool

    @property
    def perhaps_there(self) -> bool:
        """An earlier attempt may have written it."""
        return self.remark.attempts > 1


def owe(desk: Desk, tx: Tx, action: Action, by: str, word: RemarkWord) -> None:
    """A step: this person changed the action, and its issue hears of it, if it is to."""
    if not any(here.writes is not WriteBack.OFF for here in desk.trackers):
        return
    ticket = tx.tickets.find(action.id)
    if ticket is None or not _hears(desk, ticket):
        return
    if ticket.state in {TicketState.OWED, TicketState.FAILED} and word in _SAID_BY_THE_ISSUE:
        return
    due = action.due if word is RemarkWord.DUE else None
    tx.remarks.owe(
        action.id, ticket=ticket.marker, mark=desk.new_id(), word=word, by=by, due=due, at=desk.now()
    )


def next_writing(desk: Desk) -> Writing | None:
    """Claim the remark that is due, if any. One whose issue is another by now, or is no longer to hear
    anything, is dropped."""
    with desk.transaction() as tx:
        while remark := tx.remarks.claim_next(token=desk.claimant, now=desk.now(), lease=LEASE):
            ticket = tx.tickets.find(remark.action_id)
            if ticket is None or ticket.marker != remark.ticket or not _hears(desk, ticket):
                tx.remarks.done(remark)
                continue
            action = tx.actions.find(remark.action_id)
            assert action is not None
            here = _here(desk, ticket)
            ends = here is not None and here.writes is WriteBack.CLOSE and remark.word in _ENDS
            return Writing(remark, ticket, tx.assessments.get(action.assessment_id).subject, ends)
        return None


def hold(desk: Desk, writing: Writing) -> bool:
    """Make sure of the claim before anything is written."""
    with desk.transaction() as tx:
        return tx.remarks.hold(writing.remark, until=desk.now() + ENOUGH_LEASE)


def written(desk: Desk, writing: Writing) -> None:
    with desk.transaction() as tx:
        tx.remarks.done(writing.remark)


def fails(
    desk: Desk, writing: Writing, obstacle: Obstacle, *, words: str = "", after: timedelta | None = None
) -> None:
    """It did not work. What may pass is tried again, not before `after`; otherwise whoever changed the action
    hears that its issue does not say so."""
    with desk.transaction() as tx:
        remark, failures = writing.remark, writing.remark.failures + 1
        if obstacle is Obstacle.SILENT and failures <= len(BACKOFF):
            wait = max(BACKOFF[failures - 1], after or timedelta())
            tx.remarks.later(remark, due_at=desk.now() + wait, failures=failures)
        elif tx.remarks.done(remark):
            ticketing.owe_unwritten(desk, tx, remark, obstacle, words[:300])


def _hears(desk: Desk, ticket: Ticket) -> bool:
    here = _here(desk, ticket)
    return ticket.state is not TicketState.KEPT and here is not None and here.writes is not WriteBack.OFF


def _here(desk: Desk, ticket: Ticket) -> TrackerHere | None:
    return next((here for here in desk.trackers if here.kind is ticket.tracker), None)
