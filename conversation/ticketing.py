"""The issue of an action in GitHub or Jira: created or linked because somebody asked for it, read back, and
never more than a hint. A tracker that fails blocks no action, and a closed issue closes none: its owner is
asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from conversation.assessments import changeable, facilitates
from conversation.desk import Desk
from conversation.errors import (
    ChangedMeanwhile,
    NoSuchTracker,
    NotALinkToAnIssue,
    NotYourAction,
)
from conversation.trackers import Reference, TrackerHere, recognised, reference
from storage.records import (
    Action,
    Assessment,
    Posting,
    Remark,
    RemarkWord,
    Ticket,
    TicketState,
    TicketStatus,
    TrackerKind,
)
from storage.store import Tx

#: How long whoever claimed a ticket has it: longer than looking for it and creating it may take.
LEASE = timedelta(minutes=2)
#: A claim is made sure of before an issue is created, which takes less than this.
ENOUGH_LEASE = timedelta(minutes=1)
#: How often an issue is read, of an action that is open and of one that is done.
CHECK_EVERY, CHECK_DONE_EVERY = timedelta(minutes=30), timedelta(days=1)
#: What was read a moment ago is not read again for a reminder.
FRESH = timedelta(minutes=1)
#: Waits after each failure in a row. One more, and creating it has failed; reading goes on.
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))


class Obstacle(StrEnum):
    """What a tracker has against us."""

    NO_ENTRY = "no_entry"  # it does not take the token
    FORBIDDEN = "forbidden"
    NO_PLACE = "no_place"  # the repository or project is not there, or not for us
    REFUSED = "refused"  # it does not take the issue, and says why
    NO_WAY = "no_way"  # from where the issue stands no step of its workflow leads to where it should be
    SILENT = "silent"  # it cannot be reached, or not now


@dataclass(frozen=True)
class Tickets:
    """Those of some actions, for whoever shows them; `here` are the trackers that are set up."""

    here: tuple[TrackerHere, ...] = ()
    by_action: Mapping[str, Ticket] = field(default_factory=dict)


NONE = Tickets()


@dataclass(frozen=True)
class Wish:
    """What somebody wants who agrees on an action: a new issue in this tracker, or the one behind a link,
    which goes before."""

    tracker: TrackerKind | None = None
    link: str = ""

    def __bool__(self) -> bool:
        return self.tracker is not None or bool(self.link)


NO_WISH = Wish()


@dataclass(frozen=True)
class Ticketing:
    """One action and its issue, for the form."""

    assessment: Assessment
    action: Action
    ticket: Ticket | None
    here: tuple[TrackerHere, ...]

    @property
    def seen(self) -> str:
        """What the form was opened with, so that nothing else is changed by it."""
        return self.ticket.marker if self.ticket else ""

    @property
    def tickets(self) -> Tickets:
        return Tickets(self.here, {self.ticket.action_id: self.ticket} if self.ticket else {})


@dataclass(frozen=True)
class Draft:
    """What an issue says. It names nobody: the tracker may be read by people whom they do not know."""

    marker: str
    title: str
    objective: str
    measure: str
    due: str
    subject: str


@dataclass(frozen=True)
class Errand:
    """A claimed ticket, and what is to be done: to create it, if there is a draft, or else to read it."""

    ticket: Ticket
    draft: Draft | None

    @property
    def perhaps_since(self) -> datetime | None:
        """Since when it may be there already, because an earlier attempt may have created it."""
        return self.ticket.attempted_at if self.ticket.attempts > 1 else None


@dataclass(frozen=True)
class Seen:
    """What the tracker says of an issue; `detail` is its own word for the status."""

    status: TicketStatus
    detail: str | None = None
    etag: str | None = None


@dataclass(frozen=True)
class TicketNews:
    """What somebody hears of the issue of an action. `word` is created, failed, closed, gone or unwritten;
    if that, what could not be written, and why."""

    word: str
    assessment: Assessment
    action: Action
    ticket: Ticket
    here: tuple[TrackerHere, ...]
    told: RemarkWord | None = None
    obstacle: Obstacle | None = None
    words: str = ""


def look(desk: Desk, user_id: str, *, action: str) -> Ticketing:
    """For the form. Raises: NotYourAction, NoSuchTracker if none is set up."""
    with desk.transaction() as tx:
        return _look(desk, tx, user_id, action)


def create(desk: Desk, user_id: str, *, action: str, tracker: TrackerKind, seen: str) -> Ticketing:
    """An issue is owed for the action; the beat creates it. The same again is the same issue.

    Raises: NotYourAction, NoSuchTracker, ChangedMeanwhile.
    """
    with desk.transaction() as tx:
        found = _look(desk, tx, user_id, action)
        _must_be_here(found, tracker)
        there = found.ticket
        if there and there.tracker is tracker and there.state in {TicketState.OWED, TicketState.CREATED}:
            return found
        _must_be_as_seen(found, seen)
        return _owe_new(desk, tx, found, user_id, tracker)


def link(desk: Desk, user_id: str, *, action: str, url: str, seen: str) -> Ticketing:
    """An issue that is there already belongs to the action.

    Raises: NotYourAction, NoSuchTracker, NotALinkToAnIssue, ChangedMeanwhile.
    """
    with desk.transaction() as tx:
        found = _look(desk, tx, user_id, action)
        issue = _recognised(found, url)
        if found.ticket and found.ticket.url == issue.url:
            return found
        _must_be_as_seen(found, seen)
        return _link_to(desk, tx, found, user_id, issue)


def with_action(desk: Desk, tx: Tx, user_id: str, action: str, wish: Wish) -> None:
    """A step: the action was agreed on with this wish for an issue.

    Raises: NoSuchTracker, NotALinkToAnIssue.
    """
    if not wish:
        return
    found = _look(desk, tx, user_id, action)
    if wish.link:
        _link_to(desk, tx, found, user_id, _recognised(found, wish.link))
    elif wish.tracker:
        _must_be_here(found, wish.tracker)
        _owe_new(desk, tx, found, user_id, wish.tracker)


def unlink(desk: Desk, user_id: str, *, action: str, seen: str) -> Ticketing:
    """The action has no issue any more; what is in the tracker stays there.

    Raises: NotYourAction, NoSuchTracker, ChangedMeanwhile.
    """
    with desk.transaction() as tx:
        found = _look(desk, tx, user_id, action)
        if found.ticket is None:
            return found
        _must_be_as_seen(found, seen)
        tx.tickets.remove(action)
        return _changed(desk, tx, found, user_id, "unlinked_ticket", key=found.ticket.key)


def again(desk: Desk, user_id: str, *, action: str) -> Ticketing:
    """Try once more to create what the tracker did not take. Twice is once.

    Raises: NotYourAction, NoSuchTracker.
    """
    with desk.transaction() as tx:
        found = _look(desk, tx, user_id, action)
        if found.ticket and found.ticket.state is TicketState.FAILED:
            tx.tickets.owe_again(action, at=desk.now())
        return _look(desk, tx, user_id, action)


def tickets_of(desk: Desk, tx: Tx, actions: Iterable[Action]) -> Tickets:
    """A step: those of these actions, if a tracker is set up."""
    ids = [action.id for action in actions]
    return Tickets(desk.trackers, tx.tickets.of(ids) if ids and desk.trackers else {})


# What the beat does.


def next_errand(desk: Desk) -> Errand | None:
    """Claim the ticket that is due, if any."""
    with desk.transaction() as tx:
        ticket = tx.tickets.claim_next(token=desk.claimant, now=desk.now(), lease=LEASE)
        return _errand(desk, tx, ticket) if ticket else None


def to_read_for(desk: Desk, owner: str) -> tuple[Errand, ...]:
    """Claim the issues of this owner's unfinished actions that were not read just now."""
    with desk.transaction() as tx:
        actions = [one.id for one in tx.actions.owned_by(owner) if not one.is_over]
        old = [
            ticket.action_id
            for ticket in tx.tickets.of(actions).values()
            if ticket.is_there and (ticket.checked_at is None or ticket.checked_at < desk.now() - FRESH)
        ]
        claimed = (
            tx.tickets.claim(each, token=desk.claimant, now=desk.now(), lease=LEASE) for each in sorted(old)
        )
        return tuple(_errand(desk, tx, ticket) for ticket in claimed if ticket)


def hold(desk: Desk, errand: Errand) -> bool:
    """Make sure of the claim before an issue is created."""
    with desk.transaction() as tx:
        return tx.tickets.hold(errand.ticket, until=desk.now() + ENOUGH_LEASE)


def made(desk: Desk, errand: Errand, *, key: str) -> None:
    """The issue is there."""
    with desk.transaction() as tx:
        issue = reference(_here(desk, errand.ticket), key)
        settled = tx.tickets.settle(
            errand.ticket,
            state=TicketState.CREATED,
            key=issue.key,
            url=issue.url,
            status=TicketStatus.OPEN,
            checked_at=desk.now(),
            due_at=desk.now() + CHECK_EVERY,
            **_WELL,
        )
        ticket, action = tx.tickets.find(errand.ticket.action_id), tx.actions.find(errand.ticket.action_id)
        if settled and ticket and action:
            _owe(desk, tx, f"ticket/created/{action.id}/{ticket.marker}", action, ticket.asked_by, "created")


def read(desk: Desk, errand: Errand, seen: Seen | None) -> None:
    """What the tracker says now; None is nothing new. The owner of an unfinished action is asked once about
    an issue that is closed or gone."""
    with desk.transaction() as tx:
        ticket = errand.ticket
        now = {} if seen is None else {"status": seen.status, "detail": seen.detail, "etag": seen.etag}
        action = tx.actions.find(ticket.action_id)
        every = CHECK_EVERY if action and not action.is_over else CHECK_DONE_EVERY
        if not tx.tickets.settle(ticket, checked_at=desk.now(), due_at=desk.now() + every, **now, **_WELL):
            return
        status = seen.status if seen else ticket.status
        asks = status in {TicketStatus.CLOSED, TicketStatus.GONE}
        told = tx.remarks.waits_for(ticket.action_id)  # it stands as it did before we had our say
        if asks and action and action.owner and not action.is_over and not told:
            key = f"ticket/{status}/{action.id}/{ticket.marker}"
            _owe(desk, tx, key, action, action.owner, str(status))


def fails(
    desk: Desk, errand: Errand, obstacle: Obstacle, *, words: str = "", after: timedelta | None = None
) -> None:
    """It did not work. What may pass is tried again, not before `after`; otherwise whoever asked for the
    issue hears that it was not created. One that is only read keeps what was read last."""
    with desk.transaction() as tx:
        ticket, failures = errand.ticket, errand.ticket.failures + 1
        wait = max(BACKOFF[min(failures, len(BACKOFF)) - 1], after or timedelta())
        final = obstacle is not Obstacle.SILENT or failures > len(BACKOFF)
        against = {"failures": failures, "refused": obstacle, "words": words[:300] or None}
        if errand.draft is None:
            tx.tickets.settle(ticket, due_at=desk.now() + (CHECK_EVERY if final else wait), **against)
        elif not final:
            tx.tickets.settle(ticket, due_at=desk.now() + wait, **against)
        elif tx.tickets.settle(ticket, state=TicketState.FAILED, **against):
            action = tx.actions.find(ticket.action_id)
            assert action is not None
            key = f"ticket/failed/{action.id}/{ticket.marker}/{ticket.attempts}"
            _owe(desk, tx, key, action, ticket.asked_by, "failed")


def news(desk: Desk, tx: Tx, posting: Posting) -> TicketNews | None:
    """What a posting says; nothing, if it is not so any more."""
    action, word = tx.actions.find(posting.subject_id), posting.contents["word"]
    ticket = tx.tickets.find(posting.subject_id)
    if action is None or ticket is None or ticket.marker != posting.contents["marker"]:
        return None
    news = TicketNews(word, tx.assessments.get(action.assessment_id), action, ticket, desk.trackers)
    if word == "unwritten":
        said = posting.contents
        return replace(
            news, told=RemarkWord(said["told"]), obstacle=Obstacle(said["why"]), words=said["words"]
        )
    if word not in {ticket.state, ticket.status} or action.is_over:
        return None
    return news


def owe_unwritten(desk: Desk, tx: Tx, remark: Remark, obstacle: Obstacle, words: str) -> None:
    """A step: whoever changed the action hears that its issue does not say so."""
    tx.postings.owe(
        f"ticket/unwritten/{remark.action_id}/{remark.mark}",
        kind="ticket",
        subject_id=remark.action_id,
        recipient=remark.by,
        due_at=desk.now(),
        contents={
            "word": "unwritten",
            "marker": remark.ticket,
            "told": remark.word,
            "why": obstacle,
            "words": words,
        },
        now=desk.now(),
    )


_WELL = {"failures": 0, "refused": None, "words": None}


def _look(desk: Desk, tx: Tx, user_id: str, action: str) -> Ticketing:
    if not desk.trackers:
        raise NoSuchTracker()
    found = tx.actions.find(action)
    if found is None:
        raise NotYourAction()
    assessment = tx.assessments.get(found.assessment_id)
    if user_id != found.owner and not facilitates(assessment, user_id):
        raise NotYourAction(owner=found.owner)
    return Ticketing(changeable(assessment), found, tx.tickets.find(action), desk.trackers)


def _must_be_here(found: Ticketing, tracker: TrackerKind) -> None:
    if tracker not in {here.kind for here in found.here}:
        raise NoSuchTracker(tracker=tracker)


def _recognised(found: Ticketing, url: str) -> Reference:
    issue = recognised(url, found.here)
    if issue is None:
        raise NotALinkToAnIssue(examples=[_example(here) for here in found.here])
    return issue


def _owe_new(desk: Desk, tx: Tx, found: Ticketing, user_id: str, tracker: TrackerKind) -> Ticketing:
    tx.tickets.put(
        found.action.id,
        tracker=tracker,
        state=TicketState.OWED,
        marker=desk.new_id(),
        asked_by=user_id,
        at=desk.now(),
    )
    return _changed(desk, tx, found, user_id, "asked_for_ticket", tracker=tracker)


def _link_to(desk: Desk, tx: Tx, found: Ticketing, user_id: str, issue: Reference) -> Ticketing:
    tx.tickets.put(
        found.action.id,
        tracker=issue.tracker,
        state=TicketState.LINKED,
        marker=desk.new_id(),
        asked_by=user_id,
        at=desk.now(),
        key=issue.key,
        url=issue.url,
    )
    return _changed(desk, tx, found, user_id, "linked_ticket", key=issue.key)


def _must_be_as_seen(found: Ticketing, seen: str) -> None:
    if found.seen != seen:
        raise ChangedMeanwhile()


def _changed(
    desk: Desk, tx: Tx, found: Ticketing, user_id: str, what: str, **values: str | None
) -> Ticketing:
    action = found.action
    desk.write_down(
        tx, found.assessment.id, user_id, what, action=action.id, objective=action.objective, **values
    )
    return _look(desk, tx, user_id, action.id)


def _errand(desk: Desk, tx: Tx, ticket: Ticket) -> Errand:
    if ticket.state is not TicketState.OWED:
        return Errand(ticket, None)
    action = tx.actions.find(ticket.action_id)
    assert action is not None
    draft = Draft(
        marker=ticket.marker,
        title=action.objective.splitlines()[0] if action.objective else action.id,
        objective=action.objective,
        measure=action.measure,
        due=action.due.isoformat(),
        subject=tx.assessments.get(action.assessment_id).subject,
    )
    return Errand(ticket, draft)


def _owe(desk: Desk, tx: Tx, key: str, action: Action, recipient: str, word: str) -> None:
    """Left to the beat, under a key that says it once."""
    ticket = tx.tickets.find(action.id)
    assert ticket is not None
    tx.postings.owe(
        key,
        kind="ticket",
        subject_id=action.id,
        recipient=recipient,
        due_at=desk.now(),
        contents={"word": word, "marker": ticket.marker},
        now=desk.now(),
    )


def _here(desk: Desk, ticket: Ticket) -> TrackerHere:
    return next(here for here in desk.trackers if here.kind is ticket.tracker)


def _example(here: TrackerHere) -> str:
    first = f"{here.place}#1" if here.kind is TrackerKind.GITHUB else f"{here.place}-1"
    return reference(here, first).url
